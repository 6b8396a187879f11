"""What people and breakers have written, read at most every half second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pedell.errors import SelectorError
from pedell.inventory.repository import Inventory
from pedell.safety import approvals, holds, overrides, stop
from pedell.safety.approvals import Approval
from pedell.safety.holds import Hold
from pedell.safety.stop import Stopped
from pedell.safety.waking import APPROVAL, HOLD, STOP, WINDOW

Freed = tuple[str, int | None]
"""A rule that stands in the way no more, and of which run; None for all."""
RESOLVE_SECONDS = 60.0
"""How often a hold's selector is asked again which devices it means."""


@dataclass(frozen=True)
class Seen:
    """The rules' rows at one moment."""

    stop: Stopped = field(default_factory=lambda: Stopped(on=False))
    approvals: Mapping[int, Approval] = field(default_factory=dict)
    overrides: frozenset[int] = frozenset()
    held: Mapping[int, Hold] = field(default_factory=dict)

    def freed(self, before: Seen) -> Iterator[Freed]:
        """What stood in the way before, and does so no more."""
        if before.stop.on and not self.stop.on:
            yield STOP, None
        if before.held.keys() - self.held.keys():
            yield HOLD, None
        for run in self.overrides - before.overrides:
            yield WINDOW, run
        for run, known in self.approvals.items():
            if run in before.approvals and before.approvals[run].state != known.state:
                yield APPROVAL, run


class Held:
    """Which devices are held, by which hold; the one that lasts longest counts."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._holds: Sequence[Hold] = ()
        self._resolved = 0.0
        self._devices: dict[int, Hold] = {}

    def read(self, connection: Connection, moment: float) -> Mapping[int, Hold]:
        """Holds of now; selectors are resolved when holds change, and every minute."""
        found = holds.find(connection)
        if found != self._holds or (found and moment > self._resolved + RESOLVE_SECONDS):
            devices: dict[int, Hold] = {}
            for one in sorted(found, key=_length):
                try:
                    numbers = self._inventory.resolve(connection, one.selector)
                except SelectorError:
                    continue  # it was checked when it was written; a word of it has gone since
                devices.update(dict.fromkeys(numbers, one))
            self._holds, self._resolved, self._devices = found, moment, devices
        return self._devices


def _length(hold: Hold) -> float:
    return float("inf") if hold.until is None else hold.until


def read(connection: Connection, held: Held, moment: float) -> Seen:
    """Everything but breakers."""
    return Seen(
        stop.stopped(connection),
        approvals.of_open_runs(connection),
        overrides.of_open_runs(connection),
        held.read(connection, moment),
    )
