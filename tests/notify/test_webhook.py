"""The webhook against a server that checks the signature by itself."""

from __future__ import annotations

import socket

import pytest
from pydantic import ValidationError

from pedell.drivers.deadline import Deadline
from pedell.notify.notifier import Notice, NoticeKind, NotifyError
from pedell_tickets.notifiers.webhook import Webhook, WebhookOptions
from tests.notify.receiver import SECRET, Receiver

NOTICE = Notice("01K0MARKER", NoticeKind.BREAKER, "Geräte in Ruhe", "site:süd: 8", ("breaker:site:süd",), 17)


class Secrets:
    def secret(self, reference: str) -> str:
        return SECRET


def webhook(url: str) -> Webhook:
    return Webhook("chat", WebhookOptions(url=url, secret="secret://file/hook"), Secrets())


def test_what_arrives(receiver: Receiver) -> None:
    webhook(receiver.url).send(NOTICE, Deadline.after(60))
    assert receiver.notices == [
        {"kind": "breaker", "subject": "Geräte in Ruhe", "text": "site:süd: 8", "links": ["breaker:site:süd"], "marker": "01K0MARKER", "at": 17}
    ]  # fmt: skip
    assert (receiver.bad, receiver.paths) == (0, ["/hooks/pedell?room=1"])


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500, 503])
def test_no_for_an_answer(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(NotifyError):
        webhook(receiver.url).send(NOTICE, Deadline.after(60))
    assert receiver.notices == [] and len(receiver.paths) == 1


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotifyError):
        webhook(f"http://127.0.0.1:{silent.getsockname()[1]}/").send(NOTICE, Deadline.after(0.3))


@pytest.mark.parametrize("url", ["http://chat.example.org/x", "ftp://x", "chat", "https://"])
def test_wrong_addresses(url: str) -> None:
    with pytest.raises(ValidationError):
        WebhookOptions(url=url, secret="secret://file/hook")


def test_a_secret_is_a_reference() -> None:
    with pytest.raises(ValidationError):
        WebhookOptions(url="https://x", secret="plain")
