"""Whether a run would have to wait for its window or a free slot, if it began now."""

from __future__ import annotations

import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pedell.drivers.api import Risk
from pedell.safety.windows import Windows
from pedell.service.planning import Plan
from pedell.settings import Settings

ANYTIME = "anytime"
_MICRO = 1_000_000


@dataclass(frozen=True)
class Wait:
    """What of a plan could not begin at once.

    Attributes:
        devices: how many of its devices would wait.
        until: when the first of them might begin, UTC microseconds; none where none waits or that is not in sight.
        never: how many have no such time in sight.
    """

    devices: int = 0
    until: int | None = None
    never: int = 0


def wait_for(plan: Plan, settings: Settings) -> Wait:
    """By the timetables of the settings; a run that only reads and may run at any time waits for nothing."""
    window, disruptive = plan.book.playbook.window, plan.risk >= Risk.DISRUPTIVE
    if not disruptive and window == ANYTIME:
        return Wait()
    windows, now = Windows(settings.safety.timetables, ZoneInfo(settings.timezone)), time.time()
    found = [windows.wait(one.site, one.room, window, now, disruptive=disruptive) for one in plan.devices]
    late = [until for until in found if until]
    never = found.count(None)
    return Wait(len(late) + never, int(min(late) * _MICRO) if late else None, never)
