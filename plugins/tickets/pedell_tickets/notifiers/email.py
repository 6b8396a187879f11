"""Notices by e-mail, through the school's own mail server (RFC 5321; STARTTLS: RFC 3207; TLS from the start: RFC 8314)."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pedell.drivers.api import Deadline, DeviceError
from pedell.notify.notifier import Notice, Notifier, NotifierOptions, NotifyError
from pedell.transports import alarms
from pedell.transports.http_answer import clean

TIMEOUT = 10.0
"""Seconds that one step of the conversation may take."""
REMEMBERED = 200
"""Notices of which it is remembered whom they have reached."""
Address = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", max_length=254)]


class EmailOptions(NotifierOptions):
    """Settings of e-mail."""

    host: str = Field(min_length=1, description="The mail server's name.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the line is protected; none takes no password."
    )
    user: str = Field(default="", description="Login name; empty where the server wants none.")
    password: str = Field(
        default="", pattern=r"^(secret://.*)?$", description="Reference of the password, secret://…"
    )
    sender: Address = Field(description="Address that the notices come from.")
    to: list[Address] = Field(min_length=1, max_length=50, description="Addresses that they go to.")
    ca_file: str = Field(
        default="", description="PEM file of the authority that signed the server's certificate."
    )

    @model_validator(mode="after")
    def _login(self) -> EmailOptions:
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password belong together")
        if self.user and self.security == "none":
            raise ValueError("a password does not go over an open line; use starttls or tls")
        return self


class Email(Notifier):
    """One message for each notice; a second one of the same carries the same Message-ID.

    Where the server takes it for some of the addresses only, the next try goes to the others: nobody gets it every
    quarter of an hour because somebody else's address is wrong.
    """

    id = "email"
    title = "E-Mail"
    options = EmailOptions

    settings: EmailOptions

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._reached: dict[str, frozenset[str]] = {}
        """Addresses that a notice has reached, by its marker; only of those that have not reached all."""

    def send(self, notice: Notice, deadline: Deadline) -> None:
        """Deliver to the mail server; it answers for the rest. Raises NotifyError where it takes it for nobody."""
        given = self.settings
        reached = self._reached.get(notice.marker, frozenset())
        left = [address for address in given.to if address not in reached]
        password = self.secrets.secret(given.password) if given.password else ""
        try:
            refused = self._deliver(notice, left, password, deadline)
        except smtplib.SMTPResponseException as error:
            said = (
                error.smtp_error.decode("utf-8", "replace")
                if isinstance(error.smtp_error, bytes)
                else str(error.smtp_error)
            )
            raise NotifyError(f"{given.host}: {error.smtp_code} {clean(said)}") from None
        except (smtplib.SMTPException, DeviceError, OSError, ValueError) as error:
            if deadline.passed():
                raise NotifyError(f"{given.host}: no answer in time") from None
            # Neither the address of the person nor the password may stand in it.
            raise NotifyError(f"{given.host}: {type(error).__name__}: {clean(_words(error))}") from None
        if refused:
            self._remember(notice.marker, reached | (set(left) - refused.keys()))
            codes = ", ".join(sorted({str(code) for code, _ in refused.values()}))
            raise NotifyError(
                f"{given.host}: refused for {len(refused)} of {len(given.to)} addresses ({codes})"
            )
        self._reached.pop(notice.marker, None)

    def _deliver(
        self, notice: Notice, to: Sequence[str], password: str, deadline: Deadline
    ) -> Mapping[str, tuple[int, bytes]]:
        """Returns the addresses that were refused."""
        given, line = self.settings, _Line()
        seconds = min(TIMEOUT, deadline.check("the mail server"))
        server = (
            _TlsClient(line, timeout=seconds, context=self._context())
            if given.security == "tls"
            else _Client(line, timeout=seconds)
        )
        # A server that sends a byte now and then would keep us for ever: each of them begins its time limit anew.
        alarm = alarms.at(deadline, line.cut)
        try:
            server.connect(given.host, given.port)
            if given.security == "starttls":
                server.starttls(context=self._context())
            if given.user:
                server.login(given.user, password)
            refused = server.send_message(self._message(notice), given.sender, list(to))
            # It has been taken: what the server says to our goodbye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            return refused
        finally:
            alarm.call_off(1)
            server.close()
            line.close()

    def _remember(self, marker: str, reached: frozenset[str]) -> None:
        while len(self._reached) >= REMEMBERED:
            del self._reached[next(iter(self._reached))]
        self._reached[marker] = reached

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.settings.ca_file or None)

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.settings.sender
        message["To"] = ", ".join(self.settings.to)
        message["Subject"] = f"[Pedell] {clean(notice.subject)}"
        message["Date"] = format_datetime(datetime.fromtimestamp(notice.at / 1_000_000, UTC))
        message["Message-ID"] = f"<{notice.marker}@{self.settings.sender.rpartition('@')[2]}>"
        # RFC 3834: no out-of-office answers to it.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Pedell-Kind"] = notice.kind.value
        links = "\n".join(notice.links)
        message.set_content(f"{notice.text}\n\n{links}\n")
        return message


class _Line:
    """A second handle on the connection, by which another thread may cut it, also during a handshake."""

    def __init__(self) -> None:
        self._handle: socket.socket | None = None
        self._over = False
        self._lock = threading.Lock()

    def hold(self, connection: socket.socket) -> None:
        """This is the connection."""
        with self._lock:
            self._handle = connection.dup()
            over = self._over
        if over:
            self.cut()

    def cut(self) -> None:
        """End it: whoever waits for its other end is told so."""
        with self._lock:
            self._over = True
            if self._handle is not None:
                with contextlib.suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the handle back."""
        with self._lock:
            if self._handle is not None:
                self._handle.close()
                self._handle = None


class _Client(smtplib.SMTP):
    """Tells of its connection as soon as there is one."""

    def __init__(self, line: _Line, *, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._line = line

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: Any = None
    ) -> tuple[int, bytes]:
        """As usual; the name is what the certificate must be for."""
        self._host = host
        return super().connect(host, port, source_address)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((host, port), timeout, self.source_address)
        self._line.hold(connection)
        return connection


class _TlsClient(_Client):
    """With TLS from the start."""

    def __init__(self, line: _Line, *, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(line, timeout=timeout)
        self._context = context

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = super()._get_socket(host, port, timeout)
        try:
            return self._context.wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"refused for all {len(error.recipients)} addresses"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
