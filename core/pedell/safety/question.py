"""What the engine asks before it acts, and what safety answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pedell.drivers.api import Capability, Target
from pedell.journal.ops import Cap


@dataclass(frozen=True)
class Question:
    """May this capability be called on this device, now, in this run?

    Attributes:
        device: its number in the inventory.
        window: when the playbook may run.
        firmware: as the device last said; empty where that is not known.
    """

    run: int
    run_id: str
    capability: Capability
    device: int
    target: Target
    reason: str = ""
    window: str = "anytime"
    firmware: str = ""


@dataclass(frozen=True)
class Answer:
    """Go ahead, wait until a time (UTC epoch seconds), or no.

    Attributes:
        refused: why not, for people; empty where it may go ahead or has to wait.
        wait_until: when to ask again; 0 where nothing has to be waited for.
        why: what is waited for.
        rule: which rule makes it wait: stop, hold, approval, window or breaker. Whoever changes what the rule
            says wakes the tasks that wait for it.
        caps: what is counted in the intent's own commit.
    """

    refused: str = ""
    wait_until: float = 0.0
    why: str = ""
    rule: str = ""
    caps: tuple[Cap, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it may go ahead."""
        return not self.refused and not self.wait_until


class Gate(Protocol):
    """Rules of safety, as the engine sees them."""

    def begin(self) -> None:
        """Once, when the engine begins."""

    def ask(self, question: Question) -> Answer:
        """Before a connection is opened, and again after every pause. Of reads only logins are asked about."""

    def tick(self) -> None:
        """Several times a second, while the engine works."""

    def approved(self, run: int) -> Answer:
        """Whether a second person has approved what the run may do."""

    def tell(self, question: Question, error_class: str) -> None:
        """After an attempt, a read, or a connection that failed: `error_class` is empty where it went well."""
