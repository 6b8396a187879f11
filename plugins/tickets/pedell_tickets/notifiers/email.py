"""Notices by e-mail, through the school's own mail server (RFC 5321; STARTTLS: RFC 3207; TLS from the start: RFC 8314)."""

from __future__ import annotations

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pedell.drivers.api import Deadline, DeviceError
from pedell.notify.notifier import Notice, Notifier, NotifierOptions, NotifyError
from pedell.transports.http_answer import clean

TIMEOUT = 10.0
"""Seconds that one step of the conversation may take."""
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
    """One message for each notice; a second one of the same carries the same Message-ID."""

    id = "email"
    title = "E-Mail"
    options = EmailOptions

    settings: EmailOptions

    def send(self, notice: Notice, deadline: Deadline) -> None:
        """Deliver to the mail server; it answers for the rest. Raises NotifyError where it takes it for nobody."""
        given = self.settings
        password = self.secrets.secret(given.password) if given.password else ""
        try:
            with self._connect(deadline) as server:
                if given.security == "starttls":
                    server.starttls(context=self._context())
                if given.user:
                    server.login(given.user, password)
                self._left(server, deadline)
                refused = server.send_message(self._message(notice), given.sender, given.to)
        except smtplib.SMTPResponseException as error:
            said = (
                error.smtp_error.decode("utf-8", "replace")
                if isinstance(error.smtp_error, bytes)
                else str(error.smtp_error)
            )
            raise NotifyError(f"{given.host}: {error.smtp_code} {clean(said)}") from None
        except (smtplib.SMTPException, DeviceError, OSError, ValueError) as error:
            # Neither the address of the person nor the password may stand in it.
            raise NotifyError(f"{given.host}: {type(error).__name__}: {clean(_words(error))}") from None
        if refused:
            codes = ", ".join(sorted({str(code) for code, _ in refused.values()}))
            raise NotifyError(
                f"{given.host}: refused for {len(refused)} of {len(given.to)} addresses ({codes})"
            )

    def _connect(self, deadline: Deadline) -> smtplib.SMTP:
        given, seconds = self.settings, min(TIMEOUT, deadline.check("the mail server"))
        if given.security == "tls":
            return smtplib.SMTP_SSL(given.host, given.port, timeout=seconds, context=self._context())
        return smtplib.SMTP(given.host, given.port, timeout=seconds)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.settings.ca_file or None)

    @staticmethod
    def _left(server: smtplib.SMTP, deadline: Deadline) -> None:
        if server.sock is not None:
            server.sock.settimeout(min(TIMEOUT, deadline.check("the mail server")))

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


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"refused for all {len(error.recipients)} addresses"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
