"""A real server on a real socket around a real service."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time
from urllib.parse import urlsplit

import pytest

from pedell.api.app import build
from pedell.api.server import HttpServer
from pedell.drivers.deadline import Deadline
from pedell.service.door import Service
from pedell.settings import Settings, TicketSystemSettings, WebSettings
from pedell.tickets.generic import signature

SECRET = "webhook-secret"


def signed(body: bytes, delivery: str = "d-1", timestamp: str = "") -> dict[str, str]:
    timestamp = timestamp or str(int(time()))
    return {
        "X-Pedell-Timestamp": timestamp, "X-Pedell-Delivery": delivery,
        "X-Pedell-Signature": signature(SECRET, timestamp, delivery, body),
    }  # fmt: skip


def ask(url: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None):
    """Status, headers, document."""
    where = urlsplit(url)
    line = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        raw = answer.read()
        return (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            json.loads(raw or b"null"),
        )
    finally:
        line.close()


@dataclass
class Door:
    url: str
    service: Service
    woken: list[int]
    told: list[str]

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None):
        return ask(self.url, "POST", path, body, headers)


@pytest.fixture
def settings(data: Path) -> Settings:
    secrets = data / "secrets"
    secrets.mkdir(mode=0o700)
    for name, value in (("hook", SECRET), ("rt-token", "1-27-lab"), ("rt-hook", "scrip-secret")):
        (secrets / name).write_text(value)
        (secrets / name).chmod(0o600)
    options = {
        "url": "http://127.0.0.1:1", "token": "secret://file/rt-token", "user": "pedell-bot",
        "webhook_secret": "secret://file/rt-hook",
    }  # fmt: skip
    return Settings(
        data=data,
        web=WebSettings(webhook_secret="secret://file/hook"),
        tickets={"rt": TicketSystemSettings(adapter="request-tracker", options=options)},
    )


@pytest.fixture
def door(settings: Settings) -> Iterator[Door]:
    with Service(settings) as service:
        woken: list[int] = []
        told: list[str] = []
        app = build(
            service.tickets,
            wake=lambda: woken.append(1),
            health=lambda: service.around.store.revision(),
            tell=told.append,
        )
        server = HttpServer(app, "127.0.0.1", 0)
        server.start()
        try:
            yield Door(server.url, service, woken, told)
        finally:
            server.stop(Deadline.after(10))
            service.tickets.close()
