"""What the writer is asked to make durable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pedell.journal.answers import Answer


@dataclass(frozen=True)
class ShardRef:
    """A shard under one owner: what does not carry its current epoch may not act."""

    run: int
    run_id: str
    no: int
    epoch: int


class Verdict(StrEnum):
    """The answer to an intent."""

    GRANTED = "granted"
    BUSY = "busy"
    """The device is held by another attempt."""
    STOPPED = "stopped"
    """The global stop switch is on."""
    FENCED = "fenced"
    """Another owner has the shard."""
    CANCELLED = "cancelled"
    """The run is being cancelled."""
    CAPPED = "capped"
    """So many of these were called in this scope and hour that a person must look."""


@dataclass(frozen=True)
class Cap:
    """At most `limit` intents per clock hour in this scope, such as `ipad.erase|site:bert-brecht`."""

    scope: str
    limit: int


@dataclass(frozen=True)
class IntentAnswer:
    """The verdict; `holder` names the run that holds the device where it is busy, or the cap that is reached."""

    verdict: Verdict
    holder: str = ""


@dataclass(eq=False)
class Op:
    """Base of everything the writer takes."""

    shard: ShardRef


@dataclass(eq=False)
class Intent(Op):
    """An effect is about to be called: durable before the device is touched."""

    attempt: dict[str, Any]
    """Row of the attempt table without run, shard, n, epoch, state and holds."""
    body: Mapping[str, Any]
    task_memo: str
    shielded: bool = False
    """Completions and `always` steps go on after a cancel and a stop."""
    caps: tuple[Cap, ...] = ()
    under: str = ""
    """An attempt at the same device that this one finishes: while that one holds the device, this need not."""
    answer: Answer[IntentAnswer] = field(default_factory=Answer)


@dataclass(eq=False)
class PartMark(Op):
    """A part of a composite action begins (durable before the device is touched) or has ended."""

    attempt: str
    parts: str
    name: str
    begins: bool
    answer: Answer[IntentAnswer] = field(default_factory=Answer)


@dataclass(eq=False)
class Outcome(Op):
    """What became of an attempt; never dropped."""

    attempt: str
    epoch: int
    state: str
    holds: bool
    hold_until: int
    values: Mapping[str, Any]
    body: Mapping[str, Any]
    transcript: tuple[str, str] | None = None
    """Hash and packed text."""
    owned: bool = False
    """Counts only from the shard's present owner: a person's decision, which frees the task too."""


@dataclass(eq=False)
class TaskChange(Op):
    """A task's state; `kind` and `body` make an event of it, where given."""

    task: int
    values: Mapping[str, Any]
    kind: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    failures: int = 0


@dataclass(eq=False)
class Note(Op):
    """An event that changes nothing else."""

    kind: str
    body: Mapping[str, Any]


@dataclass(eq=False)
class Together(Op):
    """Several in one commit; nobody waits for them."""

    ops: tuple[Outcome | TaskChange | Note, ...]


@dataclass(eq=False)
class CloseRun(Op):
    """All tasks have ended: the run's state, digest and line in the ledger."""

    state: str
    answer: Answer[str] = field(default_factory=Answer)


@dataclass(eq=False)
class Barrier(Op):
    """Answers when everything before it is durable."""

    answer: Answer[None] = field(default_factory=Answer)


@dataclass(eq=False)
class Claim(Op):
    """Become the owner of a shard: its epoch rises and its open attempts are in doubt from now on."""

    owner: str = ""
    answer: Answer[int] = field(default_factory=Answer)
