"""Recompute every chain and the ledger; name the first event that was changed, and runs that are missing.

What this shows: a change made after a head has left the installation (a ticket's note carries the run's
digest and the ledger's head). Somebody who may write the database and recompute everything leaves no trace
inside it; compare with a note.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, select

from pedell.journal import chain, installation
from pedell.journal.cutting import CutDigest
from pedell.journal.rows import Rows, Told, stored
from pedell.store.tables.control import approval
from pedell.store.tables.journal import event, ledger, run, shard

RUN, LEDGER, INSTALLATION = "run", "ledger", "installation"
"""Where something is wrong."""


@dataclass(frozen=True)
class Broken:
    """One thing that is not as it was written: which run (number), shard and event, and what is wrong.

    `seq` counts where `place` says: events of a run, lines of the ledger, or events of the installation.
    """

    run: int | None
    shard: int | None
    seq: int | None
    message: str
    place: str = RUN


@dataclass
class Verified:
    """What was checked and what is wrong."""

    runs: int = 0
    events: int = 0
    lines: int = 0
    purged: int = 0
    emptied: int = 0
    """Events of readings whose bodies are gone after their time."""
    cuts: dict[tuple[str, int], CutDigest] = field(default_factory=dict)
    """Of each portion of readings that was cut: run, moment, and what the events say of it."""
    installation: int = 0
    """Events of the installation itself."""
    anchors: dict[int, str] = field(default_factory=dict)
    """Heads of the installation's chain that closed runs carry, by number."""
    head: str = chain.LEDGER_GENESIS
    broken: list[Broken] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.broken


def verify(connection: Connection, number: int | None = None) -> Verified:
    """Check one run, or all of them and the ledger."""
    result = Verified()
    # What is being purged is gone in parts.
    gone = select(ledger.c.run).where(ledger.c.purged.is_not(None))
    query = select(run).order_by(run.c.no).where(run.c.id.not_in(gone))
    if number is not None:
        query = query.where(run.c.no == number)
    rows = connection.execute(query).all()
    known = {}
    for row in rows:
        result.runs += 1
        known[row.id] = row.no
        result.broken.extend(_run(connection, row, result))
    if number is None:
        result.broken.extend(_of_no_run(connection))
    result.broken.extend(_ledger(connection, known, result, whole=number is None))
    result.installation = installation.head(connection)[0]
    asked: dict[str, int] = {}
    result.broken.extend(
        Broken(None, None, seq, message, INSTALLATION)
        for seq, message in installation.check(connection, result.anchors, asked)
    )
    if number is None:
        result.broken.extend(_gone(connection, asked))
    return result


def _of_no_run(connection: Connection) -> Iterator[Broken]:
    """Events that were put in for a run that is not there."""
    query = select(event.c.run, func.min(event.c.seq)).where(event.c.run.not_in(select(run.c.no)))
    for number, seq in connection.execute(query.group_by(event.c.run).order_by(event.c.run)):
        yield Broken(number, None, seq, "events of a run that is not there")


def _gone(connection: Connection, asked: Mapping[str, int]) -> Iterator[Broken]:
    """Runs that were asked for, and that neither their table nor the ledger knows any more."""
    known = set(connection.execute(select(run.c.id)).scalars())
    known.update(connection.execute(select(ledger.c.run)).scalars())
    for run_id, seq in asked.items():
        if run_id not in known:
            yield Broken(None, None, seq, f"run {run_id} was asked for and has been removed", INSTALLATION)


_EVENTS = select(
    event.c.shard, event.c.seq, event.c.at, event.c.kind, event.c.body, event.c.hash, event.c.cut
).order_by(event.c.shard, event.c.seq)


def _run(connection: Connection, row: Row[*tuple[Any, ...]], result: Verified) -> Iterator[Broken]:
    number, run_id, state = row.no, row.id, row.state
    query = select(shard.c.no, shard.c.seq, shard.c.head).where(shard.c.run == number).order_by(shard.c.no)
    shards = {s.no: s for s in connection.execute(query)}
    if 0 not in shards:
        yield Broken(number, 0, None, "the run's control chain is missing")
    found = {no: (0, chain.genesis(run_id, no)) for no in shards}
    bad: set[int] = set()
    closing = ""
    created: Mapping[str, Any] = {}
    consents: list[tuple[str, Mapping[str, Any]]] = []
    portions = _Portions(connection, row, shards, found, bad)
    events = _EVENTS.where(event.c.run == number)
    for no, seq, at, kind, body, hash_, cut_at in connection.execution_options(yield_per=2000).execute(
        events
    ):
        result.events += 1
        if no in bad:
            continue
        if no not in shards:
            bad.add(no)
            yield Broken(number, no, seq, "the event belongs to a shard that is not there")
            continue
        yield from portions.until(no)
        before, head = found[no]
        if seq != before + 1:
            bad.add(no)
            yield Broken(number, no, before + 1, "the event is missing")
            continue
        # A body that is gone after its time: the ledger vouches for the event's hash.
        gone = cut_at is not None and not body
        if not gone and chain.link(head, run_id, no, seq, at, kind, body) != hash_:
            bad.add(no)
            yield Broken(number, no, seq, f"the event {kind} was changed")
            continue
        if cut_at is not None:
            result.emptied += 1
            cut = result.cuts.setdefault((run_id, cut_at), CutDigest(run_id, cut_at))
            cut.add(no, seq, hash_)
        found[no] = (seq, hash_)
        if no or kind.startswith("task."):
            portions.told[no].take(seq, at, kind, body)
        elif kind == "run.created":
            created = json.loads(body)
            yield from _row(row, created)
        elif kind.startswith("approval."):
            consents.append((kind, json.loads(body)))
        elif kind == "run.closed":
            closing = _closing(body, result)
    yield from portions.until(None)
    if not bad:
        yield from _consent(connection, row, consents)
        for odd in portions.rows.devices(created.get("envelope") or {}, created.get("unable")):
            yield Broken(number, odd.shard, odd.seq, odd.message)
    if row.ended is not None:
        if not bad and closing != state:
            yield Broken(number, 0, None, f"the run says {state}, its journal {closing or 'nothing'}")
        heads = [(no, stored.seq, stored.head) for no, stored in shards.items()]
        if chain.digest(run_id, state, heads) != row.digest:
            yield Broken(number, None, None, "the digest does not fit the chains")


PORTION = 20
"""So many shards are held against their rows at a time, each of about 100 devices."""


class _Portions:
    """The shards of one run in portions: once all events of one have been read, its heads and rows are compared."""

    def __init__(
        self,
        connection: Connection,
        row: Row[*tuple[Any, ...]],
        shards: Mapping[int, Row[*tuple[Any, ...]]],
        found: Mapping[int, tuple[int, str]],
        bad: set[int],
    ) -> None:
        self.rows = Rows(connection, row.no)
        self.told = {no: Told() for no in shards}
        """What the events tell, of the shards that have not been compared."""
        self._run, self._shards, self._found, self._bad = row, shards, found, bad
        numbers = list(shards)
        self._left = [numbers[start : start + PORTION] for start in range(0, len(numbers), PORTION)] or [[]]
        self._first = True

    def until(self, no: int | None) -> Iterator[Broken]:
        """Compare the portions before the one that this shard belongs to; all of them, where there is none."""
        while self._left and (no is None or (len(self._left) > 1 and no > self._left[0][-1])):
            portion = self._left.pop(0)
            first, last = (None if self._first else portion[0]), (portion[-1] if self._left else None)
            self._first = False
            told = {one: self.told.pop(one) for one in portion}
            for one in portion:
                yield from self._end(one)
            for odd in self.rows.compare(told, self._bad, first, last):
                yield Broken(self._run.no, odd.shard, odd.seq, odd.message)

    def _end(self, no: int) -> Iterator[Broken]:
        kept = self._shards[no]
        seq, _ = found = self._found[no]
        if no not in self._bad and (kept.seq, kept.head or chain.genesis(self._run.id, no)) != found:
            self._bad.add(no)
            yield Broken(self._run.no, no, seq + 1, "the chain ends early: an event is missing")


_SHOWN = ("playbook", "selector", "ticket", "reason")
"""What is shown of a run from its row, and stands in its first event as well."""


def _row(row: Row[*tuple[Any, ...]], body: Mapping[str, Any]) -> Iterator[Broken]:
    """The run's row is what people see of it: it must say what the journal does."""
    told = {name: body.get(name) for name in _SHOWN}
    actor = body.get("actor") or {}
    told |= {
        "actor": actor.get("id"),
        "verified_by": actor.get("verified_by"),
        "envelope": body.get("envelope"),
    }
    shown = {name: getattr(row, name) for name in (*_SHOWN, "actor", "verified_by")}
    try:
        shown["envelope"] = json.loads(row.envelope)
    except ValueError:
        shown["envelope"] = row.envelope
    for name, value in told.items():
        if stored(shown[name]) != stored(value):
            yield Broken(row.no, None, None, f"the run's row and its journal tell different things: {name}")


def _consent(
    connection: Connection, row: Row[*tuple[Any, ...]], told: Sequence[tuple[str, Mapping[str, Any]]]
) -> Iterator[Broken]:
    """A decision about an approval stands in the journal, too."""
    decided = {(body.get("approval"), kind, body.get("actor")) for kind, body in told}
    query = select(approval).where(approval.c.run == row.no, approval.c.state.in_(("granted", "refused")))
    for one in connection.execute(query.order_by(approval.c.no)):
        if (one.no, f"approval.{one.state}", one.decided_by) not in decided:
            yield Broken(
                row.no, None, None, f"approval {one.no} is {one.state}, and the journal does not know it"
            )


def _closing(body: str, result: Verified) -> str:
    """The state that a run's last event tells; keeps the head of the installation's chain that it carries."""
    told = json.loads(body)
    seq, _, value = str(told.get(installation.NAME, "")).partition(":")
    if seq.isdecimal():
        result.anchors.setdefault(int(seq), value)
    return str(told.get("state", ""))


def _ledger(
    connection: Connection, known: dict[str, int], result: Verified, *, whole: bool
) -> Iterator[Broken]:
    previous, expected = chain.LEDGER_GENESIS, 1
    digests = {
        row.id: row.digest
        for row in connection.execute(select(run.c.id, run.c.digest).where(run.c.ended.is_not(None)))
    }
    seen = set()
    purges: dict[int, list[tuple[int, str, str | None]]] = {}
    for line in connection.execution_options(yield_per=2000).execute(select(ledger).order_by(ledger.c.seq)):
        result.lines += 1
        seen.add(line.run)
        if line.seq != expected:
            yield Broken(None, None, expected, "a line of the ledger is missing", LEDGER)
            expected = line.seq
        value = chain.ledger_link(previous, line.seq, line.run, line.digest)
        if line.prev != previous or line.hash != value:
            yield Broken(known.get(line.run), None, line.seq, "a line of the ledger was changed", LEDGER)
        if line.purged is not None:
            purges.setdefault(line.purged, []).append((line.seq, line.digest, line.cut_of))
        elif line.cut_of is not None:
            told = result.cuts.pop((line.cut_of, line.at), None)
            if line.cut_of in known and (told is None or told.hex() != line.digest):
                message = "the ledger tells of other readings that were cut"
                yield Broken(known[line.cut_of], None, line.seq, message, LEDGER)
        elif line.run not in digests:
            if line.run in known:
                yield Broken(
                    known[line.run],
                    None,
                    line.seq,
                    "the ledger says that the run has ended, its row does not",
                    LEDGER,
                )
            else:
                message = f"run {line.run} is in the ledger and has been removed"
                yield Broken(None, None, line.seq, message, LEDGER)
        elif digests[line.run] != line.digest:
            yield Broken(
                known.get(line.run), None, line.seq, "the run's digest is not the one in the ledger", LEDGER
            )
        previous, expected = line.hash, expected + 1
    result.head = previous
    for at, marked in sorted(purges.items()):
        # The purge's own line is the last one of that moment.
        *lines, (own, value, _) = marked
        result.purged += sum(of is None for _, _, of in lines)
        if value != chain.purge_digest(at, [seq for seq, _, _ in lines]):
            yield Broken(
                None, None, own, "lines are marked as purged, and the ledger tells of no such purge", LEDGER
            )
    for run_id, _ in sorted(result.cuts):
        message = "events have been emptied, and the ledger tells of no such cut"
        yield Broken(known.get(run_id), None, None, message)
    if whole:
        for run_id in sorted(set(digests) - seen):
            yield Broken(known.get(run_id), None, None, f"run {run_id} has ended and is not in the ledger")


def ledger_head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the ledger's last line."""
    row = connection.execute(
        select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)
    ).first()
    return (row.seq, row.hash) if row else (0, chain.LEDGER_GENESIS)
