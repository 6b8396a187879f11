"""The alarm: wakes when the next time of a schedule is due, and reads the schedules again every few seconds.

APScheduler keeps one job per schedule in memory, in every process that runs an alarm; what may happen only
once is kept by the store, not by it. Its default of dropping jobs that are one second late is switched off.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from pedell.drivers.deadline import Deadline
from pedell.errors import PedellError
from pedell.schedule import rows
from pedell.schedule.fires import Prepare, look
from pedell.schedule.model import Schedule
from pedell.schedule.rule import SECOND, Due
from pedell.store.database import Store, now

log = logging.getLogger("pedell.schedule")
REREAD = 3.0
THREADS = 4


class Alarm:
    """A part of `pedell serve`: fires schedules while it runs.

    `fired(run)` is called for each run that was made; `tell` takes a line about trouble, once until it is over.
    """

    def __init__(
        self,
        store: Store,
        prepare: Prepare,
        fired: Callable[[int], None],
        tell: Callable[[str], None],
        reread: float = REREAD,
    ) -> None:
        self._store = store
        self._prepare = prepare
        self._fired = fired
        self._tell = tell
        self._reread = reread
        self._troubles: dict[str, str] = {}
        self._ending = threading.Event()
        self._idle = threading.Condition()
        self._working = 0
        self._set: dict[int, int] = {}
        self._known: dict[int, tuple[tuple[str, str, int], Due | None]] = {}
        self._lock = threading.Lock()
        # Otherwise APScheduler's own log says of every job that it was run.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            executors={"default": {"type": "threadpool", "max_workers": THREADS}},
        )

    def start(self) -> None:
        """Begin: what is due already is dealt with at once."""
        trigger = IntervalTrigger(seconds=self._reread)
        self._scheduler.add_job(self._read, trigger, id="read", next_run_time=datetime.now(UTC))
        self._scheduler.start()

    def stop(self, deadline: Deadline) -> None:
        """End; a run that is just being written is written to its end, within the deadline."""
        self._ending.set()
        if not self._scheduler.running:
            return
        # With wait=True it would wait for callbacks while it holds the lock that they need.
        self._scheduler.shutdown(wait=False)
        with self._idle:
            self._idle.wait_for(lambda: self._working == 0, deadline.left())

    def _turn(self, about: str, work: Callable[[], None]) -> None:
        """One callback: what goes wrong in it is told, and `stop` waits for it."""
        with self._idle:
            self._working += 1
        try:
            if not self._ending.is_set():
                work()
                self._troubles.pop(about, None)
        except Exception as error:
            words = error.message if isinstance(error, PedellError) else f"{type(error).__name__}: {error}"
            if self._troubles.get(about) != words:
                self._tell(f"{about}: {words}")
            self._troubles[about] = words
        finally:
            with self._idle:
                self._working -= 1
                self._idle.notify_all()

    def _read(self) -> None:
        self._turn("schedules", self._set_jobs)

    def _set_jobs(self) -> None:
        """Set one job for each schedule's next time."""
        with self._store.reading() as connection:
            found = [schedule for schedule in rows.all_of(connection) if not schedule.paused]
        wanted = {schedule.no: due for schedule in found if (due := self._next(schedule)) is not None}
        with self._lock:
            for number in set(self._set) - set(wanted):
                # It is gone already where its time has just come.
                with suppress(JobLookupError):
                    self._scheduler.remove_job(str(number))
                del self._set[number]
            for number, due in wanted.items():
                # What is overdue is set again: another process, or the store, kept it from being dealt with.
                if self._set.get(number) != due.at or due.at < now() - self._reread * SECOND:
                    when = datetime.fromtimestamp(due.at / SECOND, UTC)
                    self._scheduler.add_job(
                        self._look, DateTrigger(when), [number], id=str(number), replace_existing=True
                    )
                    self._set[number] = due.at

    def _next(self, schedule: Schedule) -> Due | None:
        key = (schedule.cron, schedule.timezone, schedule.looked)
        known = self._known.get(schedule.no)
        if known is None or known[0] != key:
            known = self._known[schedule.no] = (key, _first(schedule))
        return known[1]

    def _look(self, number: int) -> None:
        self._turn(f"schedule {number}", lambda: self._fire(number))
        self._read()

    def _fire(self, number: int) -> None:
        for done in look(self._store, number, self._prepare, now()):
            for run in done.runs:
                self._fired(run)


def _first(schedule: Schedule) -> Due | None:
    try:
        return next(schedule.rule.after(schedule.looked), None)
    except PedellError as error:
        # A zone that this machine does not know must not keep the others from their times.
        log.warning("schedule %s: %s", schedule.name, error.message)
        return None
