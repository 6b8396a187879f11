"""The power of a simulated display: switching takes its time."""

from __future__ import annotations

import time


class SimulatedPower:
    """On, in standby, warming up or cooling down; times in seconds."""

    def __init__(self, word: str, *, warm_up: float, cool_down: float) -> None:
        self._on = word == "on"
        self._ready_at = 0.0
        self._warm_up = warm_up
        self._cool_down = cool_down

    @property
    def word(self) -> str:
        """`on`, `standby`, `warming` or `cooling`."""
        if time.monotonic() < self._ready_at:
            return "warming" if self._on else "cooling"
        return "on" if self._on else "standby"

    @property
    def left(self) -> float:
        """Seconds until it is done."""
        return max(0.0, self._ready_at - time.monotonic())

    @property
    def steady(self) -> bool:
        """Whether it does not switch just now."""
        return time.monotonic() >= self._ready_at

    def switch(self, *, on: bool) -> bool:
        """Begin to switch; whether that changes anything."""
        if on is self._on:
            return False
        self._on = on
        self._ready_at = time.monotonic() + (self._warm_up if on else self._cool_down)
        return True

    def restart(self) -> None:
        """Go through a start."""
        self._on = True
        self._ready_at = time.monotonic() + self._warm_up

    def put(self, word: str) -> None:
        """Be in a state at once: somebody stands at the display."""
        self._on, self._ready_at = word == "on", 0.0
