"""The contract of a notifier: a way to tell people that somebody is needed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from pedell.drivers.deadline import Deadline
from pedell.errors import PedellError


class NoticeKind(StrEnum):
    """What somebody is needed for."""

    APPROVAL = "approval"
    """A run waits for a second person."""
    IN_DOUBT = "in_doubt"
    """Nobody knows whether an effect happened; a person must look."""
    BREAKER = "breaker"
    """So many devices failed in a row that the rest of the group is left alone."""
    NIGHT = "night"
    """A schedule did not fire, or its run did not start or end in time."""
    ENGINE = "engine"
    """The engine ended by itself."""


@dataclass(frozen=True)
class Notice:
    """What is to be told, without personal names, ticket texts and secrets.

    Attributes:
        marker: unique; the same notice that is sent again carries the same one.
        subject: one line. text: some lines; both in the language of the settings.
        links: what it is about, such as `run:7` or `breaker:site:bert-brecht`.
        at: when it was written, UTC microseconds.
    """

    marker: str
    kind: NoticeKind
    subject: str
    text: str
    links: tuple[str, ...]
    at: int


class NotifierOptions(BaseModel):
    """Base of a notifier's settings; unknown names are refused. Secrets are `secret://` references."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NotifyError(PedellError):
    """A notice could not be delivered; it is tried again later."""


class SecretReader(Protocol):
    """Reads `secret://` references."""

    def secret(self, reference: str) -> str:
        """The secret; raises ConfigError where it is not there."""


class Notifier(ABC):
    """One way to tell people, made from its section of the settings. Synchronous; keeps no connection.

    A notice arrives at least once: whoever takes it recognises a second one by its marker, where that is possible.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    options: ClassVar[type[NotifierOptions]] = NotifierOptions

    def __init__(self, name: str, options: NotifierOptions, secrets: SecretReader) -> None:
        self.name = name
        self.settings = options
        self.secrets = secrets

    @abstractmethod
    def send(self, notice: Notice, deadline: Deadline) -> None:
        """Deliver; raises NotifyError, or ConfigError where a secret is missing."""
