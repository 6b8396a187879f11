"""What should have happened by itself and did not: read from schedules, fires and runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pedell.engine.context import NIGHT
from pedell.errors import PedellError
from pedell.schedule import rows
from pedell.schedule.model import CatchUp, FireState, Schedule
from pedell.schedule.rule import Due
from pedell.settings import WatchSettings
from pedell.store.tables.journal import run
from pedell.store.tables.schedules import fire, schedule

MINUTE, HOUR = 60 * 1_000_000, 3600 * 1_000_000
MOST = 1000


@dataclass(frozen=True)
class Missed:
    """A time of a schedule that nobody has dealt with."""

    schedule: Schedule
    due: Due


@dataclass(frozen=True)
class FailedFire:
    """A time of a schedule that could not be run; `note` says why."""

    no: int
    schedule: str
    due: int
    note: str


@dataclass(frozen=True)
class Skipped:
    """Times of a schedule that came while nobody was there; the first and the last of them in UTC microseconds."""

    no: int
    schedule: str
    count: int
    first: int
    last: int


@dataclass(frozen=True)
class LateRun:
    """A run that has not begun, or not ended, in time. `since`: when it was asked for, UTC microseconds."""

    no: int
    playbook: str
    since: int
    begun: bool
    night: bool


def missed(connection: Connection, limits: WatchSettings, now: int) -> Iterator[Missed]:
    """The first time of each schedule that is overdue, and dealt with by nobody."""
    for found in rows.all_of(connection):
        if found.paused:
            continue
        try:
            due = next(found.rule.after(found.looked), None)
        except PedellError:  # a zone that this machine does not know
            due = Due(found.looked, "?")
        if due is not None and due.at < now - limits.missed_minutes * MINUTE:
            yield Missed(found, due)


def failed(connection: Connection, since: int) -> Iterator[FailedFire]:
    """Fires that failed, by their time."""
    query = (
        select(fire.c.no, schedule.c.name, fire.c.due, fire.c.note)
        .join(schedule, schedule.c.no == fire.c.schedule)
        .where(fire.c.state == FireState.FAILED.value, fire.c.due >= since)
        .order_by(fire.c.due)
        .limit(MOST)
    )
    for row in connection.execute(query):
        yield FailedFire(row.no, row.name, row.due, row.note)


def skipped(connection: Connection, limits: WatchSettings, since: int) -> Iterator[Skipped]:
    """Times that had passed unseen when somebody looked, and that their schedule did not catch up; by schedule.

    Where the last one is caught up, the ones before it are made good.
    """
    query = (
        select(schedule.c.no, schedule.c.name, func.count(), func.min(fire.c.due), func.max(fire.c.due))
        .join(schedule, schedule.c.no == fire.c.schedule)
        .where(
            fire.c.state == FireState.SKIPPED.value,
            fire.c.at >= since,
            fire.c.at - fire.c.due > int(limits.missed_minutes * MINUTE),
            schedule.c.catch_up != CatchUp.LAST.value,
        )
        .group_by(schedule.c.no, schedule.c.name)
        .order_by(schedule.c.no)
    )
    for row in connection.execute(query):
        yield Skipped(*row)


def late(connection: Connection, limits: WatchSettings, now: int) -> Iterator[LateRun]:
    """Open runs that nobody has begun in time, or that have been open for too long."""
    begin, end = now - int(limits.start_minutes * MINUTE), now - int(limits.run_hours * HOUR)
    query = (
        select(run.c.no, run.c.playbook, run.c.created, run.c.started, run.c.priority)
        .where(
            run.c.ended.is_(None), (run.c.started.is_(None) & (run.c.created < begin)) | (run.c.created < end)
        )
        .order_by(run.c.no)
        .limit(MOST)
    )
    for row in connection.execute(query):
        yield LateRun(row.no, row.playbook, row.created, row.started is not None, row.priority >= NIGHT)
