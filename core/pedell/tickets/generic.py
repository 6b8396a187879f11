"""The generic webhook: any system that can sign a POST may open a ticket.

Headers: `X-Pedell-Timestamp` (seconds since 1970), `X-Pedell-Delivery` (unique, at most 100 characters),
`X-Pedell-Signature`: `v1=` and the HMAC-SHA256 of `timestamp.delivery.body` in hexadecimal. The body is JSON
as `GenericTicket` says. docs/webhooks.md has examples.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pedell.tickets.adapter import SecretReader, WebhookRefusedError
from pedell.tickets.inbox import Delivery
from pedell.tickets.model import LOCAL
from pedell.validation import place, reason

TOLERANCE = 300
"""Seconds that the sender's clock may be wrong, and that a delivery may be old."""
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_DELIVERY = re.compile(r"[\x21-\x7e]{1,100}")


class GenericTicket(BaseModel):
    """The body. Answers to senders are English, as HTTP is."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: str = Field(
        default="", max_length=500, description="One line; needed unless `system` and `key` are given."
    )
    body: str = Field(default="", max_length=100_000, description="What the writer says.")
    room: str = Field(default="", max_length=100, description="Room, such as B204.")
    device: str = Field(default="", max_length=128, description="Name of the device in the inventory.")
    site: str = Field(default="", max_length=100, description="Slug or name of the site.")
    symptom: str = Field(default="", max_length=200, description="What is wrong, in a few words.")
    system: str = Field(
        default="", max_length=64, description="Ticket system of the settings that has the ticket."
    )
    key: str = Field(default="", max_length=128, description="The ticket's key in that system.")

    @model_validator(mode="after")
    def _whole(self) -> GenericTicket:
        if bool(self.key) != bool(self.system and self.system != LOCAL):
            raise ValueError("system and key belong together")
        if not self.title and not self.key:
            raise ValueError("a title is missing")
        return self


class GenericHook:
    """Verifies and reads deliveries."""

    def __init__(self, secret: str, secrets: SecretReader, systems: Collection[str]) -> None:
        self._secret = secret
        self._secrets = secrets
        self._systems = systems

    def read(self, headers: Mapping[str, str], body: bytes, now: float | None = None) -> tuple[str, Delivery]:
        """The delivery's id and what it brought; raises WebhookRefusedError (401, 400).

        Raises ConfigError where the secret cannot be read.
        """
        if not self._secret:
            raise WebhookRefusedError(401, "this webhook has no secret in the settings and is closed")
        secret = self._secrets.secret(self._secret)
        timestamp, delivery = headers.get("x-pedell-timestamp", ""), headers.get("x-pedell-delivery", "")
        signed = signature(secret, timestamp, delivery, body)
        if not hmac.compare_digest(headers.get("x-pedell-signature", "").encode(), signed.encode()):
            raise WebhookRefusedError(401, "the signature is wrong")
        if not _TIMESTAMP.fullmatch(timestamp) or not _DELIVERY.fullmatch(delivery):
            raise WebhookRefusedError(400, "X-Pedell-Timestamp or X-Pedell-Delivery is missing or malformed")
        if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
            raise WebhookRefusedError(401, "the timestamp is more than 5 minutes off")
        return delivery, self._delivery(body)

    def _delivery(self, body: bytes) -> Delivery:
        try:
            told = GenericTicket.model_validate_json(body)
        except ValidationError as error:
            said = "; ".join(
                f"{place(*item['loc']) or 'body'}: {reason(item, 'en')}"
                for item in error.errors(include_url=False, include_input=False)[:10]
            )
            raise WebhookRefusedError(400, said) from error
        if told.key and told.system not in self._systems:
            raise WebhookRefusedError(400, "system: there is no such ticket system in the settings")
        hints = {
            name: value for name in ("room", "device", "site", "symptom") if (value := getattr(told, name))
        }
        return Delivery(
            system=told.system if told.key else LOCAL,
            key=told.key,
            title=told.title,
            body=told.body,
            hints=hints,
        )


def signature(secret: str, timestamp: str, delivery: str, body: bytes) -> str:
    """The value of X-Pedell-Signature."""
    signed = f"{timestamp}.{delivery}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
