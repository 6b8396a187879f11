"""Schedules and fires as frozen types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pedell.schedule.rule import Rule


class CatchUp(StrEnum):
    """What becomes of times that nobody was there for."""

    NONE = "none"
    """They are skipped."""
    LAST = "last"
    """The last of them runs."""
    ALL = "all"
    """They run, up to a bound."""


class FireState(StrEnum):
    """What became of one time."""

    STARTED = "started"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Schedule:
    """One schedule.

    Attributes:
        selector: which devices. inputs: the playbook's inputs, checked when it was added.
        actor: who added it. created, looked: UTC microseconds; all times up to `looked` have been dealt with.
    """

    no: int
    id: str
    name: str
    cron: str
    timezone: str
    playbook: str
    selector: str
    inputs: Mapping[str, object]
    catch_up: CatchUp
    paused: bool
    actor: str
    created: int
    looked: int

    @property
    def rule(self) -> Rule:
        """Its rule."""
        return Rule.read(self.cron, self.timezone)


@dataclass(frozen=True)
class Fire:
    """One time of a schedule and what became of it.

    Attributes:
        nominal: the time's name: the wall's time, or UTC. due: when it was due. at: when it was dealt with.
        run: number of the run that was made, of several the first. note: why it was skipped or failed; all runs
            where there are several.
    """

    no: int
    schedule: int
    nominal: str
    due: int
    at: int
    state: FireState
    run: int | None
    note: str
