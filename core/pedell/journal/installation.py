"""The chain of the installation itself: holds, the stop switch, caps and breakers; what belongs to no run.

Its events and their head stand in tables of their own; beside the head stands how often an engine has begun, so that one
which was overtaken, and does not know, adds nothing any more. Each run that is closed carries the head of that moment in its last
event, so that the run's digest, the ledger and the ticket's note vouch for this chain as well.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator, Iterator, Mapping, MutableMapping
from typing import Any, cast

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pedell.journal import chain
from pedell.store.database import now
from pedell.store.tables.control import installation, installation_event

NAME = "installation"
TURN = "engine"
"""The row that counts engines."""
INVENTORY = "inventory"
"""The row that counts changes of the inventory: whoever holds an older count reads again what it knows of devices."""
ASKED = "runs.asked"
"""Kind of the event that a run was written down."""
ENGINE = "system:engine"
"""The actor of what the engine does by itself."""
Anchor = tuple[int, str]


def append(connection: Connection, kind: str, body: Mapping[str, Any]) -> None:
    """Add an event, as the last thing in the caller's transaction: whoever holds the chain's head waits for nobody."""
    _begin(connection, NAME)
    known = connection.execute(
        select(installation.c.seq, installation.c.head).where(installation.c.name == NAME).with_for_update()
    ).one()
    seq, at, text = known.seq + 1, now(), chain.text_of(body)
    value = chain.installation_link(known.head or chain.INSTALLATION_GENESIS, seq, at, kind, text)
    connection.execute(insert(installation_event).values(seq=seq, at=at, kind=kind, body=text, hash=value))
    connection.execute(update(installation).where(installation.c.name == NAME).values(seq=seq, head=value))


def take_over(connection: Connection) -> int:
    """An engine begins; returns its turn, which is over once another one has begun."""
    count(connection, TURN)
    return turn(connection)


def turn(connection: Connection) -> int:
    """Whose turn it is; 0 where no engine has ever begun."""
    return counted(connection, TURN)


def count(connection: Connection, name: str) -> None:
    """One more of what this row counts."""
    _begin(connection, name)
    row = installation.c.name == name
    connection.execute(update(installation).where(row).values(seq=installation.c.seq + 1))


def counted(connection: Connection, name: str) -> int:
    """How many there have been."""
    found = connection.execute(select(installation.c.seq).where(installation.c.name == name)).scalar()
    return int(found or 0)


def _begin(connection: Connection, name: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = cast("Any", dialect).insert(installation).values(name=name, seq=0, head="")
    connection.execute(first.on_conflict_do_nothing(index_elements=["name"]))


def head(connection: Connection) -> Anchor:
    """Number and hash of the last event; of the genesis where there is none."""
    row = connection.execute(
        select(installation.c.seq, installation.c.head).where(installation.c.name == NAME)
    ).first()
    return (row.seq, row.head) if row and row.seq else (0, chain.INSTALLATION_GENESIS)


def anchor(connection: Connection) -> dict[str, str]:
    """What a run's last event says of this chain."""
    seq, value = head(connection)
    return {NAME: f"{seq}:{value}"}


def last(connection: Connection, kind: str) -> str | None:
    """The body of the last event of a kind."""
    query = select(installation_event.c.body).where(installation_event.c.kind == kind)
    found: str | None = connection.execute(query.order_by(installation_event.c.seq.desc()).limit(1)).scalar()
    return found


def events(connection: Connection) -> Generator[dict[str, Any]]:
    """All events, in order."""
    query = select(installation_event).order_by(installation_event.c.seq)
    with connection.execution_options(yield_per=1000).execute(query) as rows:
        for row in rows:
            yield dict(row._mapping)


def check(
    connection: Connection, anchors: Mapping[int, str], asked: MutableMapping[str, int]
) -> Iterator[tuple[int, str]]:
    """What is wrong, with the event's number; `anchors`: hashes that closed runs carry, by number.

    Runs that were written down are put into `asked`, with the event's number.
    """
    seq, value = 0, chain.INSTALLATION_GENESIS
    known: dict[int, str] = {0: value}
    with contextlib.closing(events(connection)) as found:
        for item in found:
            if item["seq"] != seq + 1:
                yield seq + 1, "an event of the installation is missing"
                return
            seq = item["seq"]
            value = chain.installation_link(value, seq, item["at"], item["kind"], item["body"])
            if value != item["hash"]:
                yield seq, f"the installation's event {item['kind']} was changed"
                return
            if seq in anchors:
                known[seq] = value
            if item["kind"] == ASKED:
                asked[str(json.loads(item["body"]).get("run"))] = seq
    if head(connection) != (seq, value):
        yield seq + 1, "the installation's chain ends early: an event is missing"
    for number, carried in sorted(anchors.items()):
        if known.get(number) != carried:
            yield number, "a closed run carries another head of the installation's chain"
            return
