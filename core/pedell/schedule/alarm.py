"""The alarm: wakes when the next time of a schedule is due, and reads the schedules again every few seconds.

APScheduler keeps one job per schedule in memory, in every process that runs an alarm; what may happen only
once is kept by the store, not by it. Its default of dropping jobs that are one second late is switched off.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

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

REREAD = 3.0


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
        self._trouble = ""
        self._set: dict[int, int] = {}
        self._known: dict[int, tuple[tuple[str, str, int], Due | None]] = {}
        self._lock = threading.Lock()
        # Otherwise APScheduler's own log says of every job that it was run.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin: what is due already is dealt with at once."""
        trigger = IntervalTrigger(seconds=self._reread)
        self._scheduler.add_job(self._read, trigger, id="read", next_run_time=datetime.now(UTC))
        self._scheduler.start()

    def stop(self, deadline: Deadline) -> None:
        """End; a run that is just being written is written to its end, within the deadline."""
        if not self._scheduler.running:
            return
        ender = threading.Thread(target=self._scheduler.shutdown, name="alarm-end", daemon=True)
        ender.start()
        ender.join(deadline.left())

    def _read(self) -> None:
        """Set one job for each schedule's next time."""
        try:
            with self._store.reading() as connection:
                found = {schedule.no: schedule for schedule in rows.all_of(connection) if not schedule.paused}
        except Exception as error:
            self._say(error)
            return
        self._say(None)
        wanted = {number: self._next(schedule) for number, schedule in found.items()}
        with self._lock:
            for number in set(self._set) - set(wanted):
                if self._scheduler.get_job(str(number)) is not None:
                    self._scheduler.remove_job(str(number))
                del self._set[number]
            for number, due in wanted.items():
                # What is overdue is set again: another process, or the store, kept it from being dealt with.
                if due is not None and (
                    self._set.get(number) != due.at or due.at < now() - self._reread * SECOND
                ):
                    when = datetime.fromtimestamp(due.at / SECOND, UTC)
                    self._scheduler.add_job(
                        self._look, DateTrigger(when), [number], id=str(number), replace_existing=True
                    )
                    self._set[number] = due.at

    def _next(self, schedule: Schedule) -> Due | None:
        key = (schedule.cron, schedule.timezone, schedule.looked)
        known = self._known.get(schedule.no)
        if known is not None and known[0] == key:
            return known[1]
        try:
            due = next(schedule.rule.after(schedule.looked), None)
        except PedellError as error:
            # A zone that this machine does not know must not keep the others from their times.
            self._say(error)
            due = None
        self._known[schedule.no] = (key, due)
        return due

    def _look(self, number: int) -> None:
        try:
            for done in look(self._store, number, self._prepare, now()):
                if done.run is not None:
                    self._fired(done.run)
        except Exception as error:
            self._say(error)
            return
        self._read()

    def _say(self, error: Exception | None) -> None:
        words = ""
        if error is not None:
            words = error.message if isinstance(error, PedellError) else f"{type(error).__name__}: {error}"
        if words and words != self._trouble:
            self._tell(f"schedule: {words}")
        self._trouble = words
