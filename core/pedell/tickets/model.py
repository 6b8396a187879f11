"""What the store tells about tickets: frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from pedell.tickets.adapter import TicketState

LOCAL = "local"
"""Name of the built-in system."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of the built-in system, or the shadow of one that lives elsewhere.

    Attributes:
        no: short number for people. id: ULID. system: `local` or a name from the settings.
        key: its key in that system; of a local ticket its ULID, or what made it unique (`maintenance:…`).
        kind: `incident` or `maintenance`.
        hints: room, device, site, symptom as the sender named them.
        created, changed: UTC microseconds.
        considered: when intake looked at it, None before.
        remarks: what intake had to say beside its proposals, as stored reasons.
    """

    no: int
    id: str
    system: str
    key: str
    kind: str
    title: str
    body: str
    state: TicketState
    requester: str
    url: str
    created: int
    changed: int
    considered: int | None
    hints: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Mapping[str, Json], ...] = ()

    @property
    def reference(self) -> str:
        """How a person may name it: the short number, or `system:key`."""
        return str(self.no) if self.system == LOCAL else f"{self.system}:{self.key}"


@dataclass(frozen=True, slots=True)
class Note:
    """A note in the built-in system; `at` in UTC microseconds."""

    no: int
    ticket: int
    at: int
    author: str
    text: str
    marker: str


class OutboxKind(StrEnum):
    """What is to be told to a ticket system."""

    NOTE = "note"
    STATE = "state"


class OutboxState(StrEnum):
    """Where a row of the outbox stands."""

    DUE = "due"
    SENT = "sent"
    DEAD = "dead"
    """Given up for a stated reason; shown to people."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """Something to tell a ticket system; times in UTC microseconds."""

    no: int
    id: str
    ticket: int
    kind: OutboxKind
    body: str
    marker: str
    state: OutboxState
    tries: int
    next_at: int
    error: str
    created: int
    sent: int | None


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    TAKEN = "taken"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A run that intake proposes for a ticket; lower numbers of one ticket are better guesses."""

    no: int
    id: str
    ticket: int
    rule: str
    playbook: str
    selector: str
    auto: bool
    state: ProposalState
    run: int | None
    created: int
    inputs: Mapping[str, Json] = field(default_factory=dict)
    reasons: tuple[Mapping[str, Json], ...] = ()
