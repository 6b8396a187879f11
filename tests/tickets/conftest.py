"""A store, a ticket system on paper, and a service around them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pedell.errors import TicketError
from pedell.settings import Settings, TicketSystemSettings
from pedell.store.database import Store
from pedell.testing.simhost import SimulatorHost
from pedell.tickets.adapter import RemoteTicket, SystemOptions, TicketEvent, TicketState, TicketSystem
from pedell.tickets.systems import Systems


class Paper(TicketSystem):
    """A ticket system in memory that fails as told; no part of what is tested here."""

    id = "paper"
    title = "Paper"

    def __init__(self, name: str, options: SystemOptions, secrets: object) -> None:
        super().__init__(name, options, secrets)  # type: ignore[arg-type]
        self.lock = threading.Lock()
        self.tickets: dict[str, RemoteTicket] = {}
        self.told: list[tuple[str, str]] = []
        self.markers: set[str] = set()
        self.fail: TicketError | None = None
        self.fail_after: TicketError | None = None
        self.calls = 0

    def add(self, key: str, title: str = "Kein Bild", body: str = "") -> None:
        self.tickets[key] = RemoteTicket(key=key, title=title, state=TicketState.NEW, body=body)

    def _called(self) -> None:
        self.calls += 1
        if self.fail:
            raise self.fail

    def get(self, key: str) -> RemoteTicket:
        self._called()
        if key not in self.tickets:
            from pedell.errors import TicketGoneError

            raise TicketGoneError("no such sheet")
        return self.tickets[key]

    def search(self, text: str, limit: int = 50) -> list[RemoteTicket]:
        return [ticket for ticket in self.tickets.values() if text in ticket.title][:limit]

    def create(self, title: str, body: str, *, marker: str) -> RemoteTicket:
        self._called()
        key = str(len(self.tickets) + 1)
        self.add(key, title, body)
        return self.tickets[key]

    def note(self, key: str, text: str, *, marker: str) -> str:
        with self.lock:
            self._called()
            if marker not in self.markers:
                self.markers.add(marker)
                self.told.append((key, text))
            if self.fail_after:
                raise self.fail_after
        return marker

    def set_state(self, key: str, state: TicketState) -> None:
        with self.lock:
            self._called()
            self.told.append((key, state.value))

    def webhook(self, headers: Mapping[str, str], body: bytes) -> TicketEvent | None:
        return None


class NoSecrets:
    def secret(self, reference: str) -> str:
        return {"secret://env/HOOK": "test-secret", "secret://env/RT": "1-27-lab"}[reference]


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


@pytest.fixture
def systems() -> Systems:
    return Systems({"paper": TicketSystemSettings(adapter="paper")}, {"paper": Paper}, NoSecrets())


@pytest.fixture
def paper(systems: Systems) -> Paper:
    made = systems.get("paper")
    assert isinstance(made, Paper)
    return made


@pytest.fixture
def host() -> Iterator[SimulatorHost]:
    with SimulatorHost() as made:
        yield made


@pytest.fixture
def settings(data: Path, database: str) -> Settings:
    return Settings(data=data, database=database)
