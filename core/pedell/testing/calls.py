"""A driver's surroundings for tests: a call and an environment without an engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pedell.drivers.api import Deadline, DeviceError, ErrorClass


class PlainCall:
    """A `Call` that remembers the parts and notes of one attempt."""

    def __init__(self, timeout: float = 10.0, token: str = "01J0000000000000000000TEST") -> None:  # noqa: S107
        self.deadline = Deadline.after(timeout)
        self.token = token
        self.purpose = ""
        self.parts: list[str] = []
        self.finished: list[str] = []
        self.notes: list[str] = []
        self.cancelled = threading.Event()

    @contextmanager
    def effect(self, name: str) -> Iterator[None]:
        """Remember that the part began, and that it ended well."""
        if self.cancelled.is_set():
            raise DeviceError(ErrorClass.REFUSED, "cancelled")
        self.parts.append(name)
        yield
        self.finished.append(name)

    def sleep(self, seconds: float) -> None:
        """Wait, at most until the deadline."""
        left = self.deadline.check("waiting")
        if self.cancelled.wait(min(seconds, left)):
            raise DeviceError(ErrorClass.REFUSED, "cancelled")

    def note(self, text: str) -> None:
        """Remember a note."""
        self.notes.append(text)


class PlainEnv:
    """An `Env` with secrets from a mapping; keeps the transcript as a list."""

    def __init__(self, data: Path, secrets: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.secrets = dict(secrets or {})
        self.transcript: list[tuple[str, bytes | str]] = []

    def secret(self, reference: str) -> str:
        """The secret from the mapping, by its whole reference."""
        return self.secrets[reference]

    def record(self, direction: str, data: bytes | str) -> None:
        """Keep a line of the transcript."""
        self.transcript.append((direction, data))
