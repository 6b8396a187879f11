"""E-mail against a real mail server in this process (aiosmtpd), with and without TLS."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pydantic import ValidationError

from pedell.drivers.deadline import Deadline
from pedell.errors import ConfigError
from pedell.notify.notifier import Notice, NoticeKind, NotifyError
from pedell_ipad_mdm.jamf_pro.simulator.certificate import Certificate
from pedell_tickets.notifiers.email import Email, EmailOptions

NOTICE = Notice(
    "01K0MARKER",
    NoticeKind.IN_DOUBT,
    "Lauf 7: geschehen?",
    "ipad-1: prüfen\n.\nzweite",
    ("run:7",),
    1_763_000_000_000_000,
)


class Secrets:
    def secret(self, reference: str) -> str:
        if reference != "secret://file/mail":
            raise ConfigError("there is no such secret")
        return "streng-geheim"


class Box:
    """What the server does with what it gets."""

    def __init__(self) -> None:
        self.mails: list[tuple[Envelope, EmailMessage]] = []
        self.refuse_to: tuple[str, ...] = ()
        self.answer = "250 taken"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refuse_to:
            return f"550 no such person {address}"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append((envelope, parsed))
        return self.answer


class Server:
    """One mail server on a port of its own."""

    def __init__(self, box: Box, certificate: Certificate, security: str, login: bool) -> None:
        context = certificate.context()
        self.box = box

        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(
                success=(data.login, data.password) == (b"pedell", b"streng-geheim"), handled=False
            )

        def protocol() -> SMTP:
            more = {"authenticator": check, "auth_required": True} if login else {}
            tls = {"tls_context": context, "require_starttls": True} if security == "starttls" else {}
            plain = {"auth_require_tls": False} if security == "tls" else {}
            return SMTP(box, hostname="mail.test", loop=self.loop, **more, **tls, **plain)

        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        given = context if security == "tls" else None
        made = asyncio.run_coroutine_threadsafe(
            self.loop.create_server(protocol, "127.0.0.1", 0, ssl=given), self.loop
        )
        self.server = made.result(60)
        self.port = self.server.sockets[0].getsockname()[1]

    def close(self) -> None:
        async def end() -> None:
            self.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # asyncio closes the socket of a line, above all of one with TLS, some turns later.
            for _ in range(10):
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(60)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()


Make = Callable[..., Server]


@pytest.fixture
def certificate() -> Certificate:
    return Certificate()


@pytest.fixture
def serve(certificate: Certificate) -> Iterator[Make]:
    made: list[Server] = []

    def start(security: str = "none", login: bool = False) -> Server:
        made.append(Server(Box(), certificate, security, login))
        return made[-1]

    yield start
    for server in made:
        server.close()


@pytest.fixture
def authority(certificate: Certificate, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_text(certificate.pem)
    return str(path)


def email(server: Server, **more: Any) -> Email:
    given = {
        "host": "localhost",
        "port": server.port,
        "security": "none",
        "sender": "pedell@schule.test",
        "to": ["it@schule.test"],
    }
    return Email("mail", EmailOptions.model_validate(given | more), Secrets())


def test_what_arrives(serve: Make) -> None:
    server = serve()
    email(server, to=["it@schule.test", "haus@schule.test"]).send(NOTICE, Deadline.after(60))
    envelope, mail = server.box.mails[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "pedell@schule.test",
        ["it@schule.test", "haus@schule.test"],
    )
    assert mail["Subject"] == "[Pedell] Lauf 7: geschehen?"
    assert mail["Message-ID"] == "<01K0MARKER@schule.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Thu, 13 Nov 2025 02:13:20 +0000"
    assert mail.get_content().splitlines() == ["ipad-1: prüfen", ".", "zweite", "", "run:7"]


# With TLS from the start the server does not see that the line is safe, and warns.
@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_login_over_tls(serve: Make, authority: str, security: str) -> None:
    server = serve(security, login=True)
    given = {"security": security, "user": "pedell", "password": "secret://file/mail", "ca_file": authority}
    email(server, **given).send(NOTICE, Deadline.after(60))
    assert len(server.box.mails) == 1
    with pytest.raises(NotifyError, match="535") as caught:
        email(server, **{**given, "user": "somebody"}).send(NOTICE, Deadline.after(60))
    assert "streng-geheim" not in str(caught.value)
    with pytest.raises(ConfigError):
        email(server, **{**given, "password": "secret://file/none"}).send(NOTICE, Deadline.after(60))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_strangers_certificate_is_refused(serve: Make, security: str) -> None:
    server = serve(security)
    with pytest.raises(NotifyError, match="certificate"):
        email(server, security=security).send(NOTICE, Deadline.after(60))
    assert server.box.mails == []


def test_a_line_that_stays_open_is_no_starttls(serve: Make) -> None:
    server = serve()
    with pytest.raises(NotifyError, match="STARTTLS"):
        email(server, security="starttls").send(NOTICE, Deadline.after(60))
    assert server.box.mails == []


def test_no_for_an_answer(serve: Make) -> None:
    server = serve()
    server.box.answer = "452 the disk is full"
    with pytest.raises(NotifyError, match="452 the disk is full"):
        email(server).send(NOTICE, Deadline.after(60))
    server.box.refuse_to = ("it@schule.test",)
    with pytest.raises(NotifyError, match="refused for all 1 addresses") as caught:
        email(server).send(NOTICE, Deadline.after(60))
    server.box.answer = "250 taken"
    with pytest.raises(NotifyError, match=r"refused for 1 of 2 addresses \(550\)") as caught:
        email(server, to=["it@schule.test", "haus@schule.test"]).send(NOTICE, Deadline.after(60))
    assert "it@" not in str(caught.value), "a person's address stays out of logs"


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given = EmailOptions(
            host="127.0.0.1", port=silent.getsockname()[1], security="none", sender="a@b", to=["c@d"]
        )
        with pytest.raises(NotifyError, match="time"):
            Email("mail", given, Secrets()).send(NOTICE, Deadline.after(0.3))


def test_a_subject_adds_no_header(serve: Make) -> None:
    server = serve()
    bad = Notice("m", NoticeKind.NIGHT, "x\r\nBcc: evil@elsewhere.test", "y", (), 0)
    email(server).send(bad, Deadline.after(60))
    envelope, mail = server.box.mails[0]
    assert mail["Bcc"] is None and envelope.rcpt_tos == ["it@schule.test"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"user": "x"},
        {"user": "x", "password": "plain"},
        {"user": "x", "password": "secret://file/mail", "security": "none"},
        {"to": []},
        {"to": ["nobody"]},
        {"to": ["a@b\nBcc: c@d"]},
        {"smtp": 1},
    ],
)
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    given = {"host": "localhost", "sender": "a@b", "to": ["c@d"]}
    with pytest.raises(ValidationError):
        EmailOptions.model_validate(given | wrong)
