"""One breaker: closed, open after too much trouble, half open after a pause, closed again after one success.

A pure state machine; times are seconds on the caller's clock. Different devices are counted, not calls: one
broken device that is tried ten times says nothing about its group. Reads and effects are counted apart: every playbook
reads before it acts, and a read that goes well must not hide that what is done does not.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum

TRIAL_SECONDS = 120.0
"""So long the one device that is let through has for its answer; then another one may try."""
REMEMBERED = 500
"""Devices whose last outcome is kept."""


class State(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class Rule:
    """When a breaker opens, and for how long.

    Attributes:
        devices: so many different devices failed since the last success.
        percent, minimum: or this share of the devices in the window, where at least so many were tried; a
            minimum of 0 leaves that out.
        window, pause: seconds.
    """

    devices: int
    percent: float
    minimum: int
    window: float
    pause: float


class _Count:
    """Outcomes of one kind of call."""

    def __init__(self) -> None:
        self.last: OrderedDict[int, tuple[float, bool]] = OrderedDict()
        self.streak: dict[int, float] = {}

    def clear(self) -> None:
        """Forget what was."""
        self.last.clear()
        self.streak.clear()

    def add(self, device: int, now: float, window: float, *, ok: bool) -> None:
        """One outcome; what is older than the window goes."""
        self.last[device] = (now, ok)
        self.last.move_to_end(device)
        start = now - window
        while self.last and (len(self.last) > REMEMBERED or next(iter(self.last.values()))[0] < start):
            self.last.popitem(last=False)
        if ok:
            self.streak.clear()
            return
        self.streak[device] = now
        self.streak = {key: at for key, at in self.streak.items() if at >= start}

    def too_much(self, rule: Rule) -> int:
        """How many devices failed where that is too many, else 0."""
        bad = sum(not well for _, well in self.last.values())
        share = bad * 100 >= rule.percent * len(self.last)
        if len(self.streak) >= rule.devices or (0 < rule.minimum <= len(self.last) and share):
            return max(len(self.streak), bad)
        return 0


class Breaker:
    """The breaker of one group of devices."""

    def __init__(self, rule: Rule, state: State = State.CLOSED, since: float = 0.0) -> None:
        self.rule = rule
        self.state = state
        self.since = since
        self.failures = 0
        """Different devices that failed, when it opened."""
        self._trial: int | None = None
        self._counts = {False: _Count(), True: _Count()}
        self._by_reads = False
        """Whether reads opened it; then a read that goes well closes it."""

    def ask(self, device: int, now: float) -> float:
        """0 where the device may be called, else the time at which to ask again."""
        if self.state is State.CLOSED:
            return 0.0
        if self.state is State.OPEN and now < self.since + self.rule.pause:
            return self.since + self.rule.pause
        lapsed = now >= self.since + TRIAL_SECONDS
        if self.state is State.HALF_OPEN and self._trial != device and not lapsed:
            return self.since + TRIAL_SECONDS
        if self.state is State.OPEN or lapsed or self._trial is None:
            self.state, self.since, self._trial = State.HALF_OPEN, now, device
        return 0.0

    def answered(self, device: int, now: float) -> bool:
        """Whether a read of the device went well within the window, and nothing has gone wrong since."""
        at, ok = self._counts[True].last.get(device, (0.0, False))
        return ok and at >= now - self.rule.window

    def tell(self, device: int, now: float, *, ok: bool, reads: bool = False) -> None:
        """A call on the device went well, or met trouble that speaks against the group."""
        if self.state is State.CLOSED:
            count = self._counts[reads]
            count.add(device, now, self.rule.window, ok=ok)
            if not ok and (failures := count.too_much(self.rule)):
                self.failures, self._by_reads = failures, reads
                self._open(now)
        elif reads and self._by_reads and ok:
            self.close(now)
        elif self.state is State.HALF_OPEN and not reads:
            if ok:
                self.close(now)
            elif self._trial in (None, device):
                self._by_reads = False
                self._open(now)

    def close(self, now: float) -> None:
        """Trust the group again, and forget what was."""
        self.state, self.since, self._trial = State.CLOSED, now, None
        self._forget()

    def _open(self, now: float) -> None:
        self.state, self.since, self._trial = State.OPEN, now, None
        self._forget()

    def _forget(self) -> None:
        for count in self._counts.values():
            count.clear()
