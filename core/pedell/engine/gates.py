"""What must be asked before every attempt, resumed and repeated ones included.

The engine knows no rules; `pedell.safety` answers. Polls, probes and completions are not asked about: what
has begun is brought to its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pedell.drivers.api import Capability, Target
from pedell.journal.ops import Cap


@dataclass(frozen=True)
class Question:
    """May this capability be called on this device, now, in this run?"""

    run: int
    run_id: str
    capability: Capability
    device: int
    target: Target
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """Go ahead, wait until a time (UTC epoch seconds), or no.

    Attributes:
        refused: why not, for people; empty where it may go ahead or has to wait.
        wait_until: when to ask again; 0 where nothing has to be waited for.
        why: what is waited for.
        caps: what is counted in the intent's own commit.
    """

    refused: str = ""
    wait_until: float = 0.0
    why: str = ""
    caps: tuple[Cap, ...] = ()


class Gate(Protocol):
    """Rules of safety, as the engine sees them."""

    def ask(self, question: Question) -> Answer:
        """Before a connection is opened for an effect, and again after every pause."""

    def tell(self, question: Question, error_class: str) -> None:
        """After an attempt: `error_class` is empty where it went well."""


class OpenGate:
    """Allows everything but destruction, which needs somebody's consent."""

    def ask(self, question: Question) -> Answer:
        """Refuse what destroys."""
        if question.capability.risk >= 2:
            return Answer(
                refused=f"{question.capability.name} destroys data and needs the approval of a second person"
            )
        return Answer()

    def tell(self, question: Question, error_class: str) -> None:
        """Nothing is learned."""
