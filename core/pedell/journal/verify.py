"""Recompute every chain and the ledger; name the first event that was changed, and runs that are missing.

What this shows: a change made after a head has left the installation (a ticket's note carries the run's
digest and the ledger's head). Somebody who may write the database and recompute everything leaves no trace
inside it; compare with a note.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, select

from pedell.journal import chain, installation
from pedell.journal.cutting import CutDigest
from pedell.store.tables.journal import event, ledger, run, shard


@dataclass(frozen=True)
class Broken:
    """One thing that is not as it was written: which run (number), shard and event, and what is wrong."""

    run: int | None
    shard: int | None
    seq: int | None
    message: str


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
    query = select(run.c.no, run.c.id, run.c.state, run.c.ended, run.c.digest).order_by(run.c.no)
    query = query.where(run.c.id.not_in(gone))
    if number is not None:
        query = query.where(run.c.no == number)
    rows = connection.execute(query).all()
    known = {}
    for row in rows:
        result.runs += 1
        known[row.id] = row.no
        result.broken.extend(_run(connection, row, result))
    result.broken.extend(_ledger(connection, known, result, whole=number is None))
    result.installation = installation.head(connection)[0]
    result.broken.extend(
        Broken(None, None, seq, message) for seq, message in installation.check(connection, result.anchors)
    )
    return result


def _run(connection: Connection, row: Row[*tuple[object, ...]], result: Verified) -> Iterator[Broken]:
    number, run_id, state = row.no, row.id, row.state
    heads = []
    shards = {
        s.no: s
        for s in connection.execute(
            select(shard.c.no, shard.c.seq, shard.c.head).where(shard.c.run == number)
        )
    }
    if 0 not in shards:
        yield Broken(number, 0, None, "the run's control chain is missing")
    found = {no: (0, chain.genesis(run_id, no)) for no in shards}
    bad: set[int] = set()
    closing = ""
    query = select(event).where(event.c.run == number).order_by(event.c.shard, event.c.seq)
    for item in connection.execution_options(yield_per=2000).execute(query):
        result.events += 1
        if item.shard in bad:
            continue
        seq, head = found.get(item.shard, (0, chain.genesis(run_id, item.shard)))
        if item.shard not in shards:
            bad.add(item.shard)
            yield Broken(number, item.shard, item.seq, "the event belongs to a shard that is not there")
            continue
        if item.seq != seq + 1:
            bad.add(item.shard)
            yield Broken(number, item.shard, seq + 1, "the event is missing")
            continue
        value = chain.link(head, run_id, item.shard, item.seq, item.at, item.kind, item.body)
        if item.cut is not None and not item.body:
            # Its body is gone after its time; the ledger vouches for its hash.
            value = item.hash
        if value != item.hash:
            bad.add(item.shard)
            yield Broken(number, item.shard, item.seq, f"the event {item.kind} was changed")
            continue
        if item.cut is not None:
            result.emptied += 1
            cut = result.cuts.setdefault((run_id, item.cut), CutDigest(run_id, item.cut))
            cut.add(item.shard, item.seq, item.hash)
        if item.kind == "run.closed":
            closing = _closing(item.body, result)
        found[item.shard] = (item.seq, value)
    for no, stored in sorted(shards.items()):
        seq, head = found[no]
        heads.append((no, stored.seq, stored.head))
        if no in bad:
            continue
        if (stored.seq, stored.head or chain.genesis(run_id, no)) != (seq, head):
            yield Broken(number, no, seq + 1, "the chain ends early: an event is missing")
    if row.ended is not None:
        if not bad and closing != state:
            yield Broken(number, 0, None, f"the run says {state}, its journal {closing or 'nothing'}")
        if chain.digest(run_id, state, heads) != row.digest:
            yield Broken(number, None, None, "the digest does not fit the chains")


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
            yield Broken(None, None, expected, "a line of the ledger is missing")
            expected = line.seq
        value = chain.ledger_link(previous, line.seq, line.run, line.digest)
        if line.prev != previous or line.hash != value:
            yield Broken(known.get(line.run), None, line.seq, "a line of the ledger was changed")
        if line.purged is not None:
            purges.setdefault(line.purged, []).append((line.seq, line.digest, line.cut_of))
        elif line.cut_of is not None:
            told = result.cuts.pop((line.cut_of, line.at), None)
            if line.cut_of in known and (told is None or told.hex() != line.digest):
                message = "the ledger tells of other readings that were cut"
                yield Broken(known[line.cut_of], None, line.seq, message)
        elif line.run not in digests:
            yield Broken(None, None, line.seq, f"run {line.run} is in the ledger and has been removed")
        elif digests[line.run] != line.digest:
            yield Broken(known.get(line.run), None, line.seq, "the run's digest is not the one in the ledger")
        previous, expected = line.hash, expected + 1
    result.head = previous
    for at, marked in sorted(purges.items()):
        # The purge's own line is the last one of that moment.
        *lines, (own, value, _) = marked
        result.purged += sum(of is None for _, _, of in lines)
        if value != chain.purge_digest(at, [seq for seq, _, _ in lines]):
            yield Broken(None, None, own, "lines are marked as purged, and the ledger tells of no such purge")
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
