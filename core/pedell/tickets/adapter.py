"""The contract of a ticket system."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict


class TicketState(StrEnum):
    """States that mean the same in every system; an adapter maps its own onto these."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


class Dedup(StrEnum):
    """How a system keeps a note from being made twice."""

    KEY = "key"
    """It takes an idempotency key."""
    MARKER = "marker-search"
    """A marker in the note's text is searched before sending again."""
    NONE = "none"


@dataclass(frozen=True)
class RemoteTicket:
    """A ticket as its own system tells it."""

    key: str
    title: str
    state: TicketState
    body: str = ""
    url: str = ""
    queue: str = ""
    requester: str = ""
    version: str = ""


@dataclass(frozen=True)
class TicketEvent:
    """What a webhook says: a ticket was made, changed or noted.

    Attributes:
        kind: `created`, `updated` or `noted`.
        key: the ticket's key in its system.
        delivery: id of this delivery, for refusing a second one; empty where the system has none.
        own: whether Pedell itself caused it; then it is ignored.
        ticket: the ticket, where the webhook carries enough of it; else it is fetched.
        hints: room, device or site named by the sender (`room`, `device`, `site`, `symptom`).
    """

    kind: str
    key: str
    delivery: str = ""
    own: bool = False
    ticket: RemoteTicket | None = None
    hints: Mapping[str, str] = field(default_factory=dict)


class WebhookRefusedError(Exception):
    """The signature is wrong or the body cannot be read; `status` is the HTTP status to answer (401, 400)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class SystemOptions(BaseModel):
    """Base of an adapter's settings; unknown names are refused. Secrets are `secret://` references."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SecretReader(Protocol):
    """Reads `secret://` references."""

    def secret(self, reference: str) -> str:
        """The secret; raises ConfigError where it is not there."""


class TicketSystem(ABC):
    """One ticket system. Synchronous; every request has a time limit (10 s), every call one of a minute.

    Calls raise TicketGoneError (the ticket is not there: given up), TicketUnreachableError (try later) or
    TicketError (the system says no, or cannot be understood). Threads share one object.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    options: ClassVar[type[SystemOptions]] = SystemOptions
    dedup: ClassVar[Dedup] = Dedup.NONE

    def __init__(self, name: str, options: SystemOptions, secrets: SecretReader) -> None:
        self.name = name
        self.settings = options
        self.secrets = secrets

    @abstractmethod
    def get(self, key: str) -> RemoteTicket:
        """Read one ticket."""

    @abstractmethod
    def search(self, text: str, limit: int = 50) -> Iterable[RemoteTicket]:
        """Tickets whose subject has the text, newest first."""

    @abstractmethod
    def create(self, title: str, body: str, *, marker: str) -> RemoteTicket:
        """Make a ticket; `marker` is unique and is searched before sending again."""

    @abstractmethod
    def note(self, key: str, text: str, *, marker: str) -> str:
        """Add an internal note once; returns its id. A note that has the marker already is not made again."""

    @abstractmethod
    def set_state(self, key: str, state: TicketState) -> None:
        """Change the state, then read it back: some systems answer 200 to failures."""

    @abstractmethod
    def webhook(self, headers: Mapping[str, str], body: bytes) -> TicketEvent | None:
        """Verify the signature over the raw bytes and read the event; None for one that is of no interest.

        Header names are lower-case. Raises WebhookRefusedError.
        """

    def close(self) -> None:  # noqa: B027 - most adapters keep nothing open
        """Close connections."""

    def check(self) -> Mapping[str, Any]:
        """Ask the system who it is (version, user), for `pedell doctor`."""
        return {}
