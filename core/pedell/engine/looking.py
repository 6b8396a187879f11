"""What the engine reads of the store several times a second: cancels, waits that are over, holds that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, bindparam, literal_column, select

from pedell.journal import installation
from pedell.store.database import now
from pedell.store.prepared import Prepared, among
from pedell.store.tables.journal import attempt, holding, run, task

Tasks = list[tuple[int, int]]
"""Run and number of each."""


@dataclass(frozen=True)
class Look:
    """What was found.

    Attributes:
        cancelled: runs that somebody has cancelled.
        due: tasks whose wait is over. left: tasks of cancelled runs that wait for a time far away.
        held: those of the locks asked about that somebody still holds.
        inventory: how often the inventory has been changed.
    """

    cancelled: list[int]
    due: Tasks
    left: Tasks
    held: set[str]
    inventory: int


def look(
    connection: Connection, runs: Sequence[int], hungry: Sequence[int], limit: int, locks: Sequence[str]
) -> Look:
    """Look at these runs; at most `limit` due tasks of the hungry ones, those first that are due for the longest."""
    found = [row.no for row in _CANCELLED.run(connection, runs=list(runs))]
    due = _DUE.run(connection, now=now(), runs=list(hungry), most=limit) if hungry else ()
    left = _LEFT.run(connection, runs=found) if found else ()
    held = _HELD.run(connection, now=now(), keys=list(locks)) if locks else ()
    return Look(
        found,
        [(row.run, row.no) for row in sorted(due, key=lambda row: int(row.until))],
        [(row.run, row.no) for row in left],
        {row.lock_key for row in held},
        installation.counted(connection, installation.INVENTORY),
    )


_CANCELLED = Prepared(
    lambda dialect: select(run.c.no).where(
        among(run.c.no, "runs", dialect), run.c.cancelled.is_not(None), run.c.ended.is_(None)
    )
)


def _waiting(dialect: str) -> Select[int, int, int]:
    return select(task.c.run, task.c.no, task.c.until).where(
        task.c.state == literal_column("'waiting'", task.c.state.type), among(task.c.run, "runs", dialect)
    )


_LEFT = Prepared(_waiting)
_DUE = Prepared(
    lambda dialect: (
        _waiting(dialect)
        .where(task.c.until <= bindparam("now"))
        .order_by(task.c.until)
        .limit(bindparam("most"))
        .offset(literal_column("0"))
    )
)
_HELD = Prepared(
    lambda dialect: select(attempt.c.lock_key).where(
        holding(),
        # One that has expired is swept by the next intent.
        (attempt.c.hold_until == literal_column("0")) | (attempt.c.hold_until >= bindparam("now")),
        among(attempt.c.lock_key, "keys", dialect),
    )
)
