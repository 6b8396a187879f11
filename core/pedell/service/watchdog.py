"""Whether what should happen did: looked at from outside of the process that should have done it. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, func, select

from pedell.engine.lock import engine_lock
from pedell.i18n import said, t
from pedell.schedule import rows
from pedell.service import nights
from pedell.service.base import Surroundings
from pedell.service.health import Check, Level, disk, guarded
from pedell.store.database import now
from pedell.store.tables.journal import attempt, run
from pedell.store.tables.notices import notice
from pedell.store.tables.schedules import fire
from pedell.store.tables.ticketing import outbox

NAMED = 5
"""Runs that are named; the others are counted."""


def watchdog(around: Surroundings, since: int) -> Iterator[Check]:
    """All checks; `since` in UTC microseconds."""
    dog = _Watchdog(around, since)
    yield from guarded("disk", lambda: disk(around.settings.data))
    yield from guarded("engine", dog.engine)
    for name, check in (
        ("schedules", dog.schedules),
        ("nights", dog.nights),
        ("runs", dog.runs),
        ("in_doubt", dog.doubts),
        ("outbox", dog.outboxes),
    ):
        yield from guarded(name, dog.reading(check))


class _Watchdog:
    def __init__(self, around: Surroundings, since: int) -> None:
        self._around = around
        self._since = since
        self._now = now()
        self._limits = around.settings.watch

    def reading(self, check: Callable[[Connection], Iterator[Check]]) -> Callable[[], Iterator[Check]]:
        def read() -> Iterator[Check]:
            with self._around.store.reading() as connection:
                yield from check(connection)

        return read

    def when(self, at: int) -> str:
        zone = ZoneInfo(self._around.settings.timezone)
        return datetime.fromtimestamp(at / 1_000_000, zone).strftime("%Y-%m-%d %H:%M")

    def engine(self) -> Iterator[Check]:
        store = self._around.store
        with store.reading() as connection:
            unfinished = connection.execute(
                select(func.count()).select_from(run).where(run.c.ended.is_(None))
            ).scalar_one()
            wanted = unfinished or any(not found.paused for found in rows.all_of(connection))
        # Held for a moment only: an engine that starts just now tries again.
        lock = engine_lock(store, self._around.settings.data)
        if not lock.take():
            yield Check("engine", Level.OK, t("an engine runs; open runs: {count}", count=unfinished))
            return
        lock.give()
        if wanted:
            text = t("no engine runs, and there is work for one; open runs: {count}", count=unfinished)
            yield Check("engine", Level.BAD, text, t("start 'pedell serve'"))
        else:
            yield Check("engine", Level.OK, t("no engine runs, and none is needed"))

    def schedules(self, connection: Connection) -> Iterator[Check]:
        good = True
        for late in nights.missed(connection, self._limits, self._now):
            good = False
            text = t(
                "{schedule} should have fired at {time}", schedule=late.schedule.name, time=late.due.nominal
            )
            yield Check("schedules", Level.BAD, text, t("is 'pedell serve' running?"))
        for gone in nights.failed(connection, self._since):
            good = False
            text = t("{schedule} could not run: {error}", schedule=gone.schedule, error=said(gone.note))
            yield Check("schedules", Level.BAD, text, t("'pedell schedules show' tells more"))
        for one in nights.skipped(connection, self._limits, self._since):
            good = False
            text = t(
                "{schedule} was missed {count} times, from {first} to {last}, and did not run",
                schedule=one.schedule,
                count=one.count,
                first=self.when(one.first),
                last=self.when(one.last),
            )
            yield Check("schedules", Level.BAD, text, t("'pedell schedules show' tells more"))
        if good:
            yield Check("schedules", Level.OK, t("every schedule fired"))

    def nights(self, connection: Connection) -> Iterator[Check]:
        """The last good run of each schedule; bad where its runs since then ended otherwise."""
        for found in rows.all_of(connection):
            own = select(fire.c.run).where(fire.c.schedule == found.no, fire.c.run.is_not(None))
            last = connection.execute(
                select(func.max(run.c.ended)).where(run.c.no.in_(own), run.c.state == "done")
            ).scalar()
            ended = connection.execute(
                select(func.count()).select_from(run).where(run.c.no.in_(own), run.c.ended >= self._since)
            ).scalar_one()
            if last is not None and last >= self._since:
                text = t(
                    "{schedule}: the last good run ended {time}", schedule=found.name, time=self.when(last)
                )
                yield Check("nights", Level.OK, text)
            elif ended:
                text = t("{schedule}: no good run", schedule=found.name)
                if last is not None:
                    text = t(
                        "{schedule}: no good run since {time}", schedule=found.name, time=self.when(last)
                    )
                yield Check("nights", Level.BAD, text, t("'pedell runs list' shows what failed"))

    def runs(self, connection: Connection) -> Iterator[Check]:
        late = list(nights.late(connection, self._limits, self._now))
        for one in late[:NAMED]:
            said = self.when(one.since)
            if one.begun:
                text = t(
                    "run {run} ({playbook}) is open since {time}",
                    run=one.no,
                    playbook=one.playbook,
                    time=said,
                )
            else:
                text = t(
                    "run {run} ({playbook}) has not begun since {time}",
                    run=one.no,
                    playbook=one.playbook,
                    time=said,
                )
            yield Check("runs", Level.BAD, text, t("'pedell runs waiting' tells what for"))
        if len(late) > NAMED:
            yield Check("runs", Level.BAD, t("and {count} more", count=len(late) - NAMED))
        if not late:
            yield Check("runs", Level.OK, t("no run is late"))

    def doubts(self, connection: Connection) -> Iterator[Check]:
        count, first = connection.execute(
            select(func.count(), func.min(attempt.c.started)).where(attempt.c.state == "in_doubt")
        ).one()
        if count:
            text = t("in doubt: {count}, the oldest since {time}", count=count, time=self.when(first))
            yield Check("in_doubt", Level.BAD, text, t("'pedell runs settle'"))
        else:
            yield Check("in_doubt", Level.OK, t("nothing is in doubt"))

    def outboxes(self, connection: Connection) -> Iterator[Check]:
        yield self._outbox(connection, outbox, "tickets", t("notes for tickets"))
        yield self._outbox(connection, notice, "notices", t("notices for people"))

    def _outbox(self, connection: Connection, table: Table, name: str, what: str) -> Check:
        old = self._now - int(self._limits.outbox_hours * nights.HOUR)

        def count(*conditions: object) -> int:
            query = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
            return connection.execute(query).scalar_one()

        dead = count(table.c.state == "dead", table.c.created >= self._since)
        late = count(table.c.state == "due", table.c.created < old)
        if not dead and not late:
            return Check(name, Level.OK, t("{what}: nothing is late", what=what))
        error = connection.execute(
            select(table.c.error)
            .where(table.c.error != "", table.c.state != "sent")
            .order_by(table.c.no.desc())
            .limit(1)
        ).scalar()
        text = t("{what}: late {late}, given up {dead}", what=what, late=late, dead=dead)
        return Check(name, Level.BAD, text, error or "")
