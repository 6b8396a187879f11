"""How a task's work ends before its last step. None of these is an error of the program."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

CHECK = "check"
"""Error class of a proof that does not hold."""
SAFETY = "safety"
"""Error class of what a rule of safety refused; a device's own no is `refused`."""


LONGEST = 366 * 86_400.0
"""Seconds after which a pause is over at the latest."""


@dataclass(frozen=True)
class Trouble:
    """Why a step failed: class, one plain line, and whether its effect happened."""

    error_class: str
    message: str
    happened: str = "no"

    def stored(self) -> list[str]:
        """As it stands in a memo."""
        return [self.error_class, self.message, self.happened]


class Signal(Exception):  # noqa: N818 - control flow, not an error
    """Base: passes through drivers and blocks untouched."""


class StepFailed(Signal):
    """A step failed for good; `rescue` may take it."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


class Pause(Signal):
    """Go on later; no thread is held meanwhile.

    `until` is UTC epoch seconds. A `lasting` pause is written to the store and closes the conversation;
    a short one keeps it. `blocked_on` names the lock that somebody else holds, `rule` the rule of safety that is
    waited for. One that steps `aside` is a short one that leaves its place among the devices at work to others.
    """

    def __init__(
        self,
        until: float,
        why: str,
        *,
        lasting: bool = False,
        blocked_on: str = "",
        rule: str = "",
        aside: bool = False,
    ) -> None:
        super().__init__(why)
        # A device may name any time: the store takes none beyond its integers, and who wakes looks again.
        self.until = time.time() if math.isnan(until) else min(until, time.time() + LONGEST)
        self.why = why
        self.lasting = lasting
        self.blocked_on = blocked_on
        self.rule = rule
        self.aside = aside


class InDoubt(Signal):
    """An effect that is never repeated has an unknown outcome: a person settles it."""

    def __init__(self, attempt: str, why: str) -> None:
        super().__init__(why)
        self.attempt = attempt
        self.why = why


class NotCalled(Signal):
    """An effect, where only reads are made."""


class Cancelled(Signal):
    """The run is being cancelled."""


class Fenced(Signal):
    """Somebody else owns the shard now, or this call was given up: touch nothing any more."""


Memo = dict[str, Any]
"""Results by step key, as JSON carries them; replayed when a task goes on."""
