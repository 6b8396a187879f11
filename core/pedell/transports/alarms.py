"""One thread for all deadlines of the process: what is to be done at a moment, unless it is called off before.

A `threading.Timer` is a thread for each wait, and nearly all are called off: for a switch that is visited for a
tenth of a second, starting three of them took a twelfth of the visit's CPU.
"""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from pedell.drivers.deadline import Deadline

NAME = "pedell-alarms"
"""Of the thread; it stays for as long as the process does."""
CALLED_OFF = 64
"""So many alarms that were called off may stand in the queue beyond half of it."""
LONGEST_WAIT = 3600.0


class Alarm:
    """Something that is done once, in a thread of its own, if nobody calls it off before its moment."""

    __slots__ = ("_alarms", "_at", "_do", "_doing")

    def __init__(self, alarms: Alarms, at: float, do: Callable[[], None]) -> None:
        self._alarms = alarms
        self._at = at
        self._do: Callable[[], None] | None = do
        self._doing: threading.Thread | None = None

    def call_off(self, seconds: float) -> None:
        """It does not happen any more; where it has begun, wait for its end, but not longer than so many seconds."""
        self._alarms.call_off(self)
        if self._doing is not None:
            self._doing.join(seconds)


class Alarms:
    """A queue of alarms, and the thread that watches it, begun with the first of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._queue: list[tuple[float, int, Alarm]] = []
        self._count = itertools.count()
        self._waiting = 0
        """Alarms in the queue that have not been called off."""
        self._watching = False

    def at(self, deadline: Deadline, do: Callable[[], None]) -> Alarm:
        """Do that at the deadline; it may block, and hold up nobody else's alarm."""
        alarm = Alarm(self, deadline.at, do)
        entry = (deadline.at, next(self._count), alarm)
        with self._changed:
            if not self._watching:
                threading.Thread(target=self._watch, name=NAME, daemon=True).start()
                self._watching = True
            heapq.heappush(self._queue, entry)
            self._waiting += 1
            if self._queue[0] is entry:
                self._changed.notify()
        return alarm

    def call_off(self, alarm: Alarm) -> None:
        """Take an alarm out; nothing happens where it has begun or was taken out before."""
        with self._changed:
            if alarm._do is None:
                return
            alarm._do = None
            self._waiting -= 1
            # Taking one out of the middle is dear; those that are left lie there until their moment.
            if len(self._queue) > 2 * self._waiting + CALLED_OFF:
                self._queue = [entry for entry in self._queue if entry[2]._do is not None]
                heapq.heapify(self._queue)

    def _watch(self) -> None:
        with self._changed:
            while True:
                while self._queue and self._queue[0][0] <= time.monotonic():
                    _, _, alarm = heapq.heappop(self._queue)
                    if alarm._do is not None:
                        self._waiting -= 1
                        _begin(alarm, alarm._do)
                until = self._queue[0][0] - time.monotonic() if self._queue else LONGEST_WAIT
                self._changed.wait(min(until, LONGEST_WAIT))


def _begin(alarm: Alarm, do: Callable[[], None]) -> None:
    thread = threading.Thread(target=do, name="pedell-alarm", daemon=True)
    alarm._do = None
    try:
        thread.start()
    except RuntimeError:  # the system gives no more threads; better late for the others than never
        with suppress(Exception):
            do()
    else:
        alarm._doing = thread


_alarms = Alarms()


def _forked() -> None:
    # Only the thread that forks lives on in the child, and a lock may have been held by another one.
    global _alarms  # noqa: PLW0603 - one per process
    _alarms = Alarms()


os.register_at_fork(after_in_child=_forked)


def at(deadline: Deadline, do: Callable[[], None]) -> Alarm:
    """Do that at the deadline, unless it is called off before."""
    return _alarms.at(deadline, do)
