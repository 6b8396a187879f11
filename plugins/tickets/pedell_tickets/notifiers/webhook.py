"""Notices as a signed POST, such as to a chat's gateway. The signature is that of Pedell's generic webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from pedell.drivers.api import Deadline, DeviceError
from pedell.notify.notifier import Notice, Notifier, NotifierOptions, NotifyError
from pedell.transports.http import HttpClient, Tls

LIMIT = 64 * 1024
CALL = 10.0
"""Seconds that the receiver has to answer."""


class WebhookOptions(NotifierOptions):
    """Settings of a webhook."""

    url: str = Field(description="Where it goes, such as https://chat.example.org/hooks/pedell.")
    secret: str = Field(pattern=r"^secret://", description="Reference of the secret that signs, secret://…")
    ca_file: str = Field(
        default="", description="PEM file of the authority that signed the receiver's certificate."
    )
    fingerprint: str = Field(
        default="", description="SHA-256 of the receiver's certificate, instead of an authority."
    )

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address such as https://host/path is needed")
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("http only to this machine; use https")
        return value


class Webhook(Notifier):
    """`X-Pedell-Signature`: `v1=` and the HMAC-SHA256 of `timestamp.delivery.body`; the delivery is the marker."""

    id = "webhook"
    title = "Webhook"
    options = WebhookOptions

    settings: WebhookOptions

    def send(self, notice: Notice, deadline: Deadline) -> None:
        """Deliver; a status other than 2xx is a NotifyError, and it comes again."""
        parts = urlsplit(self.settings.url)
        body = _body(notice)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            client = HttpClient(
                f"{parts.scheme}://{parts.netloc}", tls=Tls(self.settings.ca_file, self.settings.fingerprint)
            )
        except DeviceError as error:
            raise NotifyError(error.message, hint=error.hint) from error
        try:
            headers = self._headers(notice, body)
            answer = client.request(
                "POST", path, deadline=deadline.within(CALL), effect=True, headers=headers, body=body, limit=LIMIT, quiet=True
            )  # fmt: skip
        except DeviceError as error:
            raise NotifyError(error.message, hint=error.hint) from error
        finally:
            client.close()
        if not answer.ok:
            raise NotifyError(f"{parts.hostname}: status {answer.status}")

    def _headers(self, notice: Notice, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        signed = f"{timestamp}.{notice.marker}.".encode() + body
        value = hmac.new(
            self.secrets.secret(self.settings.secret).encode(), signed, hashlib.sha256
        ).hexdigest()
        return {
            "Content-Type": "application/json", "X-Pedell-Timestamp": timestamp, "X-Pedell-Delivery": notice.marker,
            "X-Pedell-Signature": f"v1={value}",
        }  # fmt: skip


def _body(notice: Notice) -> bytes:
    said = {
        "kind": notice.kind.value, "subject": notice.subject, "text": notice.text, "links": list(notice.links),
        "marker": notice.marker, "at": notice.at,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False).encode()
