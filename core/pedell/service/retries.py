"""What is left to be tried again of a run: neither done by a later try, nor in the hands of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pedell.store.tables.journal import run, task

AT_ONCE = 500
IN_HAND = ("ready", "running", "blocked", "waiting", "in_doubt")


@dataclass(frozen=True)
class Try:
    """A later try that has not ended."""

    no: int
    id: str


@dataclass(frozen=True)
class Left:
    """Devices to be tried again, by number.

    Attributes:
        failed: whether anything failed or was left in the run at all. open: the latest try that has some of it in hand.
    """

    devices: Sequence[int]
    failed: bool
    open: Try | None


def left(connection: Connection, number: int) -> Left:
    """What is left of an ended run."""
    wanted = (
        task.c.run == number,
        task.c.state.in_(("failed", "skipped", "cancelled")),
        task.c.error_class != "unsupported",
    )
    failed = connection.execute(select(task.c.device).where(*wanted).order_by(task.c.no)).scalars().all()
    tries = _later(connection, number)
    well = _devices(connection, list(tries), ("done",))
    open_ones = [one for one in tries.values() if one is not None]
    held = _devices(connection, [one.no for one in open_ones], IN_HAND) & (set(failed) - well)
    return Left(
        [device for device in failed if device not in well | held],
        bool(failed),
        max(open_ones, key=lambda one: one.no) if held else None,
    )


def _later(connection: Connection, number: int) -> dict[int, Try | None]:
    """All tries of the run, and tries of those; none for each that has ended."""
    found: dict[int, Try | None] = {}
    tries = [number]
    while tries:
        query = select(run.c.no, run.c.id, run.c.ended).where(run.c.retry_of.in_(tries), ~run.c.check_only)
        rows = connection.execute(query).all()
        tries = [row.no for row in rows]
        found.update({row.no: Try(row.no, row.id) if row.ended is None else None for row in rows})
    return found


def _devices(connection: Connection, runs: Sequence[int], states: Sequence[str]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(runs), AT_ONCE):
        mine = (task.c.run.in_(runs[start : start + AT_ONCE]), task.c.state.in_(states))
        found.update(connection.execute(select(task.c.device).where(*mine)).scalars())
    return found
