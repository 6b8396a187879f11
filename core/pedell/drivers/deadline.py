"""A point in time until which something may take; every wait takes one."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pedell.drivers.errors import DeviceError, ErrorClass, Happened


@dataclass(frozen=True)
class Deadline:
    """A point on the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The point `seconds` from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())

    def passed(self) -> bool:
        """Whether it is too late."""
        return time.monotonic() >= self.at

    def within(self, seconds: float) -> Deadline:
        """The earlier of this point and `seconds` from now."""
        return Deadline(min(self.at, time.monotonic() + seconds))

    def check(self, doing: str, *, happened: Happened = Happened.NO) -> float:
        """Seconds left; raise a TIMEOUT DeviceError that names `doing` when it is too late."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise DeviceError(ErrorClass.TIMEOUT, f"out of time while {doing}", happened=happened)
        return left
