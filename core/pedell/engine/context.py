"""What one task has in its hands while it runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pedell.drivers.api import Target
from pedell.engine.controllers import Controllers
from pedell.engine.gates import Gate
from pedell.engine.leases import Leases
from pedell.engine.polls import Polls
from pedell.engine.signals import Memo
from pedell.hooks.plugins import Plugins
from pedell.inventory.rows import DeviceLink
from pedell.journal.ops import ShardRef
from pedell.journal.writer import Journal
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.load import LoadedPlaybook
from pedell.security.secrets import Secrets

NIGHT = 10
"""Priority from which a run is the night's: it leaves a quarter of the threads to tickets."""


@dataclass(frozen=True)
class Tools:
    """What all tasks of an engine share."""

    journal: Journal
    leases: Leases
    plugins: Plugins
    secrets: Secrets
    data: Path
    expressions: Expressions
    gate: Gate
    controllers: Controllers = field(default_factory=Controllers)
    polls: Polls = field(default_factory=Polls)


@dataclass(frozen=True)
class RunFacts:
    """One run, as its tasks see it."""

    no: int
    id: str
    book: LoadedPlaybook
    inputs: Mapping[str, Any]
    ticket: int
    priority: int
    check_only: bool
    reason: str
    cancelled: threading.Event
    subplaybook: Callable[[str], Any]
    retired: frozenset[str] = frozenset()
    """Ids of devices that were meant although they were retired already."""

    @property
    def watched(self) -> bool:
        """Whether somebody is likely to look on: then each step is told, at the price of a row's update."""
        return self.priority < NIGHT


@dataclass
class Attempt:
    """What is known of an earlier attempt at a step."""

    id: str
    step: str
    epoch: int
    state: str
    capability: str
    effect: str
    params: Mapping[str, Any]
    started: int
    device: int
    parts: str = ""
    happened: str = ""
    error_class: str = ""
    message: str = ""
    result: str = ""
    token: str = ""
    hold_until: int = 0


UNSETTLED = frozenset({"open", "waiting", "in_doubt"})
"""States of an attempt that has no end yet."""


@dataclass
class TaskItem:
    """One task in memory."""

    no: int
    device: int
    device_id: str
    name: str
    site: str
    shard: ShardRef
    memo: Memo
    targets: tuple[Target, ...]
    links: tuple[DeviceLink, ...] = ()
    attempts: dict[str, Attempt] = field(default_factory=dict)
    started: int | None = None
    spent: float = 0.0
    state: str = "ready"
    """As the store has it."""
    counted: str = "ready"
    """As the run counts it."""
    turn: int = 0
    """Raised each time it is put to run: an older timer or waiter finds it changed and does nothing."""
    nudged: bool = False
    """What it is about to wait for has come already, in the middle of its turn."""
    placed: bool = False
    """Counted among the devices that the strategy allows at once; also between two short pauses."""
    inventory: int = 0
    """How often the inventory had been changed when it was read."""
    retired: frozenset[int] = frozenset()
    """Numbers of devices, its own and those it is linked to, that are retired, and were not meant as such."""
    stale: bool = False
    """The store failed under it: what is known of attempts must be read again."""

    @property
    def target(self) -> Target:
        """The device by its first driver."""
        return self.targets[0]

    def apart(self) -> TaskItem:
        """The same in other hands: what a call that was given up still does to this one is lost. It has no place."""
        known = {key: replace(value) for key, value in self.attempts.items()}
        return replace(self, memo=dict(self.memo), attempts=known, placed=False)


@dataclass
class Reading:
    """A call for the task's folded event."""

    step: str
    capability: str
    outcome: str
    seconds: float
    at: float = field(default_factory=time.time)
