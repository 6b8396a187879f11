"""The journal as a stream of documents: what is needed to recompute every chain without the store.

First `journal` (format, head of the ledger), then for each run `run` (with the heads of its shards) and its `event`s
in order, then the `installation` itself and its `installation_event`s, then every line of the `ledger`, then `end` with
counts: without it the export was cut off. An event's `body` is the stored text itself, over which its hash was made. Names of
persons are not in it, unless asked for: then an `actor` for each id stands before `end`, and may be taken out again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from pedell.journal import installation
from pedell.journal.people import names
from pedell.journal.verify import ledger_head
from pedell.store.tables.journal import event, ledger, run, shard

FORMAT = 1
Document = dict[str, Any]
_KEPT = (
    "id", "no", "playbook", "playbook_hash", "state", "check_only", "actor_kind", "actor", "verified_by", "created",
    "started", "ended", "cancelled", "digest",
)  # fmt: skip


def export(
    connection: Connection, number: int | None, since: int | None, until: int | None, *, people: bool = False
) -> Iterator[Document]:
    """Whole runs: all, one, or those that ended at `since` or later (or are open) and were made before `until`."""
    line, head = ledger_head(connection)
    yield {
        "type": "journal", "format": FORMAT, "ledger_lines": line, "ledger_head": head,
        "only": {"run": number, "since": since, "until": until},
    }  # fmt: skip
    query = select(run).order_by(run.c.no)
    if number is not None:
        query = query.where(run.c.no == number)
    if since is not None:
        query = query.where(run.c.ended.is_(None) | (run.c.ended >= since))
    if until is not None:
        query = query.where(run.c.created < until)
    runs = events = 0
    # Numbers first: two streams over one connection would disturb each other.
    for no in connection.execute(query.with_only_columns(run.c.no)).scalars().all():
        runs += 1
        yield _run(connection, no)
        for document in _events(connection, no):
            events += 1
            yield document
    own = 0
    seq, value = installation.head(connection)
    yield {"type": "installation", "seq": seq, "head": value}
    for item in installation.events(connection):
        own += 1
        yield {"type": "installation_event", **item}
    lines = 0
    for row in connection.execution_options(yield_per=1000).execute(select(ledger).order_by(ledger.c.seq)):
        lines += 1
        yield {"type": "ledger", **row._mapping}
    if people:
        for name_of, name in sorted(names(connection).items()):
            yield {"type": "actor", "id": name_of, "name": name}
    yield {"type": "end", "runs": runs, "events": events, "ledger_lines": lines, "installation_events": own}


def _run(connection: Connection, number: int) -> Document:
    row = connection.execute(select(run).where(run.c.no == number)).mappings().one()
    query = select(shard.c.no, shard.c.seq, shard.c.head).where(shard.c.run == number).order_by(shard.c.no)
    heads = [{"no": no, "seq": seq, "head": head} for no, seq, head in connection.execute(query)]
    return {"type": "run", **{name: row[name] for name in _KEPT}, "shards": heads}


def _events(connection: Connection, number: int) -> Iterator[Document]:
    query = select(event).where(event.c.run == number).order_by(event.c.shard, event.c.seq)
    for row in connection.execution_options(yield_per=1000).execute(query):
        yield {"type": "event", **row._mapping}
