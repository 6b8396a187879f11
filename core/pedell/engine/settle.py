"""A person's decision about an attempt in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pedell.engine.context import Attempt
from pedell.engine.recovery import SUPERSEDED
from pedell.journal.ops import Note, Outcome, ShardRef, TaskChange, Together
from pedell.journal.writer import Journal

SETTLED = "attempt.settled"
"""Kind of the event that tells of a decision."""


class Decision(StrEnum):
    """What the person found."""

    DONE = "done"
    """It happened: go on with the next step."""
    NOT_DONE = "not-done"
    """It did not happen, and shall not: the step has failed."""
    AGAIN = "again"
    """It did not happen: try again."""


@dataclass(frozen=True)
class Settlement:
    """A decision with who made it and why."""

    decision: Decision
    actor: str
    verified_by: str
    reason: str


def settle(journal: Journal, shard: ShardRef, task: int, attempt: Attempt, settlement: Settlement) -> None:
    """Write the decision into the journal, release the device and set the task free."""
    done = settlement.decision is Decision.DONE
    message = "" if done else f"settled by a person: {settlement.reason}"
    error_class = "" if done else SUPERSEDED if settlement.decision is Decision.AGAIN else "timeout"
    body = {
        "attempt": attempt.id, "decision": str(settlement.decision), "actor": settlement.actor,
        "verified_by": settlement.verified_by, "reason": settlement.reason,
    }  # fmt: skip
    happened = "yes" if done else "no"
    outcome = Outcome(
        shard, attempt=attempt.id, epoch=attempt.epoch, state="done" if done else "failed", holds=False, hold_until=0,
        values={"happened": happened, "error_class": error_class, "message": message, "token": attempt.token},
        body={"attempt": attempt.id, "capability": attempt.capability, "happened": happened}, owned=True,
    )  # fmt: skip
    freed = TaskChange(
        shard, task, {"state": "ready", "why": "", "until": None}, "task.ready", {"task": task}
    )
    # Together or not at all: a task in doubt without an attempt in doubt could never be settled again.
    journal.put(Together(shard, (Note(shard, SETTLED, body), outcome, freed)))
