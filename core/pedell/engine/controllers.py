"""What controllers bear, shared by all runs of the process: requests a second, and rest after a Retry-After.

Before a call, its task is admitted: where it has to wait it does so without a thread, in the order of coming. Within
a call, each request keeps the pace exactly; such waits are short, since a call's own requests go before new calls.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from pedell.drivers.api import ControllerLimits, Deadline, DeviceError, ErrorClass
from pedell.drivers.driver import MANY

PATIENCE = 1.0
"""Seconds of a controller's rest that a call may wait out in its thread."""
LOST = 5.0
"""Seconds after which somebody who did not come for his turn loses it."""
LONGEST_REST = 3600.0
UNLIMITED = ControllerLimits(MANY)


class Controller:
    """One controller's pace. Threads share it."""

    def __init__(self, limits: ControllerLimits) -> None:
        self._rate: float | None = None
        self._burst = 1.0
        self.adjust(limits)
        self._tokens = self._burst
        self._at = time.monotonic()
        self._rest_until = 0.0
        self._queue: OrderedDict[str, float] = OrderedDict()  # who waits, and when his turn is expected
        self._lock = threading.Lock()

    def adjust(self, limits: ControllerLimits) -> None:
        """The inventory may say otherwise from one moment to the next."""
        self._rate, self._burst = limits.requests_per_second, float(max(1, limits.burst))

    def admit(self, who: str) -> float:
        """0 where a call may begin now, its first request paid for; else the seconds after which to ask again."""
        with self._lock:
            now = self._refill()
            if now < self._rest_until:
                return self._rest_until - now
            if self._rate is None:
                return 0.0
            for lost in [one for one, due in self._queue.items() if due + LOST < now]:
                del self._queue[lost]
            before = next((n for n, one in enumerate(self._queue) if one == who), len(self._queue))
            if self._tokens >= before + 1:
                self._queue.pop(who, None)
                self._tokens -= 1
                return 0.0
            wait = (before + 1 - self._tokens) / self._rate
            self._queue[who] = now + wait
            return wait

    def take(self, left: float, *, paid: bool) -> float:
        """One request within a call: the seconds to wait before it goes out. Raises DeviceError(BUSY) beyond `left`."""
        with self._lock:
            now = self._refill()
            rest = self._rest_until - now
            if rest > min(PATIENCE, left):
                raise _busy(rest)
            if self._rate is None or paid:
                return max(0.0, rest)
            wait = max(rest, (1 - self._tokens) / self._rate, 0.0)
            if wait > left:
                raise _busy(wait)
            self._tokens -= 1
            return wait

    def rest(self, seconds: float) -> None:
        """Nobody comes before so many seconds are over."""
        with self._lock:
            self._rest_until = max(self._rest_until, time.monotonic() + min(seconds, LONGEST_REST))

    def rests(self) -> float:
        """Seconds that it still wants to be left alone; 0 where it does not."""
        with self._lock:
            return max(0.0, self._rest_until - time.monotonic())

    def _refill(self) -> float:
        now = time.monotonic()
        if self._rate is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return now


class Turn:
    """The pace of one conversation; `paid` says that the next request was paid for when its call was admitted."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self.paid = False

    def admit(self, who: str) -> float:
        """As the controller's; where the call may begin, its first request is paid for."""
        wait = self._controller.admit(who)
        self.paid = not wait
        return wait

    def request(self, deadline: Deadline) -> None:
        """Wait for the request's turn."""
        paid, self.paid = self.paid, False
        wait = self._controller.take(deadline.left(), paid=paid)
        if wait > 0:
            threading.Event().wait(wait)

    def later(self, seconds: float) -> None:
        """Everybody waits."""
        self._controller.rest(seconds)


class Controllers:
    """All controllers that were spoken to, by id."""

    def __init__(self) -> None:
        self._known: dict[str, Controller] = {}
        self._lock = threading.Lock()

    def get(self, key: str, limits: ControllerLimits | None) -> Controller:
        """The controller; without limits it can be asked to rest all the same."""
        with self._lock:
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = Controller(limits or UNLIMITED)
            known.adjust(limits or UNLIMITED)
            return known

    def rests(self) -> dict[str, float]:
        """Those that want to be left alone, and for how many seconds."""
        with self._lock:
            known = dict(self._known)
        return {key: left for key, one in known.items() if (left := one.rests()) > 0}


def _busy(seconds: float) -> DeviceError:
    return DeviceError(
        ErrorClass.BUSY, f"the controller wants to be left alone for {seconds:.0f} s", retry_after=seconds
    )
