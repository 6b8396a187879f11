"""A simulated display's power: it warms up and cools down for a while."""

from __future__ import annotations

import time


class SimulatedPower:
    """Power of a display; `state` is `on`, `standby`, `warming` or `cooling`."""

    def __init__(self, *, on: bool, warm_up: float, cool_down: float) -> None:
        """Begin on or off; the seconds that switching takes."""
        self._on = on
        self._times = {True: warm_up, False: cool_down}
        self._until = 0.0

    @property
    def state(self) -> str:
        """The power, as a word."""
        passing = time.monotonic() < self._until
        if self._on:
            return "warming" if passing else "on"
        return "cooling" if passing else "standby"

    @property
    def ready(self) -> bool:
        """Whether it is on and has started."""
        return self.state == "on"

    @property
    def passing(self) -> bool:
        """Whether it is between on and off."""
        return self.state in {"warming", "cooling"}

    def switch(self, *, on: bool, again: bool = False) -> bool:
        """Switch; whether that was a change. `again` begins anew even where it is on already, as a restart does."""
        changes = on is not self._on or again
        if changes:
            self._on = on
            self._until = time.monotonic() + self._times[on]
        return changes

    def set(self, state: str) -> None:
        """Be `on` or in `standby` at once: somebody at the display did it."""
        self._on, self._until = state == "on", 0.0
