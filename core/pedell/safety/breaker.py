"""One breaker: closed, open after too much trouble, half open after a pause, closed again after one success.

A pure state machine; times are seconds on the caller's clock. Different devices are counted, not calls: one
broken device that is tried ten times says nothing about its group.
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


class Breaker:
    """The breaker of one group of devices."""

    def __init__(self, rule: Rule, state: State = State.CLOSED, since: float = 0.0) -> None:
        self.rule = rule
        self.state = state
        self.since = since
        self.failures = 0
        """Different devices that failed, when it opened."""
        self._trial: int | None = None
        self._last: OrderedDict[int, tuple[float, bool]] = OrderedDict()
        self._streak: dict[int, float] = {}

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

    def tell(self, device: int, now: float, *, ok: bool) -> None:
        """A call on the device went well, or met trouble that speaks against the group."""
        if self.state is State.HALF_OPEN:
            if ok:
                self.close(now)
            elif self._trial in (None, device):
                self._open(now)
        elif self.state is State.CLOSED:
            self._count(device, now, ok=ok)

    def close(self, now: float) -> None:
        """Trust the group again, and forget what was."""
        self.state, self.since, self._trial = State.CLOSED, now, None
        self._last.clear()
        self._streak.clear()

    def _open(self, now: float) -> None:
        self.state, self.since, self._trial = State.OPEN, now, None
        self._last.clear()
        self._streak.clear()

    def _count(self, device: int, now: float, *, ok: bool) -> None:
        self._last[device] = (now, ok)
        self._last.move_to_end(device)
        start = now - self.rule.window
        while self._last and (len(self._last) > REMEMBERED or next(iter(self._last.values()))[0] < start):
            self._last.popitem(last=False)
        if ok:
            self._streak.clear()
            return
        self._streak[device] = now
        self._streak = {key: at for key, at in self._streak.items() if at >= start}
        bad = sum(not well for _, well in self._last.values())
        share = bad * 100 >= self.rule.percent * len(self._last)
        if len(self._streak) >= self.rule.devices or (0 < self.rule.minimum <= len(self._last) and share):
            self.failures = max(len(self._streak), bad)
            self._open(now)
