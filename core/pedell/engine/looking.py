"""What the engine reads of the store several times a second: cancels, waits that are over, holds that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pedell.journal import installation
from pedell.store.database import now
from pedell.store.tables.journal import attempt, holding, run, task

PART = 500
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
    cancelled = connection.execute(
        select(run.c.no).where(run.c.no.in_(runs), run.c.cancelled.is_not(None), run.c.ended.is_(None))
    )
    found = [row.no for row in cancelled]
    waits = select(task.c.run, task.c.no).where(task.c.state == "waiting")
    due = connection.execute(
        waits.where(task.c.until <= now(), task.c.run.in_(hungry)).order_by(task.c.until).limit(limit)
    )
    left = connection.execute(waits.where(task.c.run.in_(found))).all() if found else []
    return Look(
        found,
        [(row.run, row.no) for row in due],
        [(row.run, row.no) for row in left],
        _held(connection, locks),
        installation.counted(connection, installation.INVENTORY),
    )


def _held(connection: Connection, locks: Sequence[str]) -> set[str]:
    held: set[str] = set()
    for start in range(0, len(locks), PART):
        # One that has expired is swept by the next intent.
        holds = holding() & ((attempt.c.hold_until == 0) | (attempt.c.hold_until >= now()))
        some = attempt.c.lock_key.in_(locks[start : start + PART])
        held.update(connection.execute(select(attempt.c.lock_key).where(holds, some)).scalars())
    return held
