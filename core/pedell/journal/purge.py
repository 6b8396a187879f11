"""Remove old runs from the journal: the ledger keeps a line of each, and a line that tells of the purge.

First the ledger's lines are marked and the purge is chained, in one commit; then the rows go in small portions, so
that nobody waits long for the store. A purge that was interrupted is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, insert, select, update

from pedell.journal import chain, cutting
from pedell.store.database import Store, new_id, now
from pedell.store.tables import metadata
from pedell.store.tables.journal import attempt, event, ledger, run, shard, task

RUNS = 500
"""So many runs are marked in one commit."""
SHARDS = 20
"""So many shards are removed in one commit, each of about 100 devices."""
_OWN = (event, attempt, task, shard)


@dataclass(frozen=True)
class Old:
    """What is due to be removed: counts, and the oldest run's start of life (UTC microseconds)."""

    reads: int = 0
    effects: int = 0
    events: int = 0
    attempts: int = 0
    tasks: int = 0
    oldest: int | None = None
    readings: int = 0
    """Devices that were only read in runs that stay, whose readings are due to be cut."""

    @property
    def runs(self) -> int:
        """Runs of both classes."""
        return self.reads + self.effects


def old(connection: Connection, reads_before: int, effects_before: int) -> Old:
    """Count what ended before the moment that its class is kept from."""
    wanted = _due(reads_before, effects_before)
    acted = _acted()
    effects, runs, oldest = connection.execute(
        select(
            func.count().filter(acted), func.count(), func.min(run.c.created)
        ).where(wanted)
    ).one()  # fmt: skip
    numbers = select(run.c.no).where(wanted)
    events, attempts = connection.execute(
        select(func.coalesce(func.sum(shard.c.seq), 0), func.coalesce(func.sum(shard.c.attempts), 0)).where(
            shard.c.run.in_(numbers)
        )
    ).one()
    tasks = connection.execute(
        select(func.count()).select_from(task).where(task.c.run.in_(numbers))
    ).scalar_one()
    readings = cutting.due(connection, reads_before)
    return Old(runs - effects, effects, int(events), int(attempts), tasks, oldest, readings)


def purge(store: Store, reads_before: int, effects_before: int) -> int:
    """Remove what is due; returns how many runs were. Finishes what an earlier purge left."""
    removed = _remove_marked(store)
    while True:
        with store.writing() as connection:
            marked = _mark(connection, reads_before, effects_before)
        if not marked:
            return removed
        removed += _remove_marked(store)


def _acted() -> ColumnElement[bool]:
    own = shard.alias()
    return exists().where(own.c.run == run.c.no, own.c.attempts > 0)


def _due(reads_before: int, effects_before: int) -> ColumnElement[bool]:
    """A run that called an effect is kept longer than one that only read."""
    acted = _acted()
    return run.c.ended.is_not(None) & (
        (acted & (run.c.ended < effects_before)) | (~acted & (run.c.ended < reads_before))
    )


def _mark(connection: Connection, reads_before: int, effects_before: int) -> int:
    due = select(run.c.id).where(_due(reads_before, effects_before)).order_by(run.c.no).limit(RUNS)
    lines = (
        connection.execute(
            select(ledger.c.seq)
            .where(ledger.c.run.in_(due) | ledger.c.cut_of.in_(due), ledger.c.purged.is_(None))
            .order_by(ledger.c.seq)
        )
        .scalars()
        .all()
    )
    if lines:
        _write(connection, lines, now())
    return len(lines)


def _write(connection: Connection, lines: Sequence[int], at: int) -> None:
    """Mark the lines, and chain what was marked: a mark made later by somebody else does not fit."""
    connection.execute(update(ledger).where(ledger.c.seq.in_(lines)).values(purged=at))
    last = connection.execute(
        select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)
    ).one()
    line, value = new_id(), chain.purge_digest(at, lines)
    connection.execute(
        insert(ledger).values(
            seq=last.seq + 1, run=line, digest=value, prev=last.hash, hash=chain.ledger_link(last.hash, last.seq + 1, line, value),
            at=at, purged=at,
        )
    )  # fmt: skip


def _remove_marked(store: Store) -> int:
    with store.reading() as connection:
        numbers = (
            connection.execute(
                select(run.c.no).join(ledger, ledger.c.run == run.c.id).where(ledger.c.purged.is_not(None))
            )
            .scalars()
            .all()
        )
    for number in numbers:
        _remove(store, number)
    return len(numbers)


def _remove(store: Store, number: int) -> None:
    while True:
        with store.writing() as connection:
            shards = (
                connection.execute(
                    select(shard.c.no).where(shard.c.run == number).order_by(shard.c.no.desc()).limit(SHARDS)
                )
                .scalars()
                .all()
            )
            # Devices that could not be asked belong to the control chain, which goes last.
            for table in _OWN:
                place = table.c.no if table is shard else table.c.shard
                connection.execute(delete(table).where(table.c.run == number, place.in_(shards)))
            if len(shards) == SHARDS:
                continue
            for table in metadata.sorted_tables:
                if table not in (run, *_OWN):
                    _let_go(connection, table, number)
            _let_go(connection, run, number)
            connection.execute(delete(run).where(run.c.no == number))
            return


def _let_go(connection: Connection, table: Table, number: int) -> None:
    """What belongs to the run goes with it; what only names it forgets it."""
    for column in table.columns:
        if any(key.target_fullname == "run.no" for key in column.foreign_keys):
            if column.nullable:
                connection.execute(update(table).where(column == number).values({column.name: None}))
            else:
                connection.execute(delete(table).where(column == number))
