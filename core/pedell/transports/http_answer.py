"""What came back over HTTP, bounded and cleaned, and what a status means for a driver."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pedell.drivers.api import DeviceError, ErrorClass, Happened

MAX_WAIT = 3600.0
"""Seconds: a server that asks to wait longer is not believed."""


class TryLaterError(DeviceError):
    """The server asks to come back later (429, 503); `retry_after`: seconds, None where it does not say."""

    def __init__(
        self, message: str, *, retry_after: float | None, happened: Happened = Happened.NO, hint: str = ""
    ) -> None:
        super().__init__(ErrorClass.BUSY, message, happened=happened, hint=hint, retry_after=retry_after)


def clean(text: str, limit: int = 200) -> str:
    """Text of a stranger as one printable line of at most `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def retry_after(value: str, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, number or date (RFC 9110 section 10.2.3); None where unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    seconds = (at - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), MAX_WAIT)


@dataclass(frozen=True)
class HttpAnswer:
    """A whole answer.

    Attributes:
        status: HTTP status, 200 to 599 (3xx: not followed).
        headers: names in lower case, in the order sent; at most 100, values of at most 8,192 characters.
        body: at most as long as the request allowed.
        asked: method and URL without query, for messages.
        effect: whether the request may have changed something.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked: str
    effect: bool = False

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def header(self, name: str) -> str:
        """The first header of this name as one printable line, empty where there is none."""
        return next((clean(value, 1000) for key, value in self.headers if key == name.lower()), "")

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as UTF-8; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises DeviceError(PROTOCOL), truthful about an effect, where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"{self.asked}: the answer is not JSON ({self.status}, {len(self.body)} bytes)",
                happened=Happened.UNKNOWN if self.effect else Happened.NO,
            ) from error

    def check(self) -> HttpAnswer:
        """This answer where its status is 2xx, else `error()` raised."""
        if self.ok:
            return self
        raise self.error()

    def error(self) -> DeviceError:
        """What a status that is not 2xx means.

        A 4xx, 429 and 503 are the server's own no: nothing happened.
        After any other 5xx an effect is unknown.
        """
        status, unknown = self.status, Happened.UNKNOWN if self.effect else Happened.NO
        said = f"{self.asked}: HTTP {status}"
        if status in (429, 503):
            wait = retry_after(self.header("retry-after"))
            text = f"{said}, try again later" if wait is None else f"{said}, try again in {wait:.0f} seconds"
            return TryLaterError(text, retry_after=wait)
        if status in (401, 403, 407):
            word = "the login is refused" if status == 401 else "not allowed"
            return DeviceError(ErrorClass.AUTH, f"{said}, {word}", hint="check user, password and rights")
        if 300 <= status < 400:
            return DeviceError(
                ErrorClass.PROTOCOL,
                f"{said}, the server sends us elsewhere: {clean(self.header('location'))}",
            )
        if status == 408:
            return DeviceError(ErrorClass.TIMEOUT, said)
        if status in (405, 501):
            return DeviceError(ErrorClass.UNSUPPORTED, f"{said}, the server does not know this request")
        if status in (409, 412):
            return DeviceError(ErrorClass.PRECONDITION, said)
        if 400 <= status < 500:
            return DeviceError(ErrorClass.REFUSED, said)
        if status == 504:
            return DeviceError(ErrorClass.TIMEOUT, said, happened=unknown)
        if status >= 500:
            return DeviceError(ErrorClass.DEVICE_FAULT, said, happened=unknown)
        return DeviceError(ErrorClass.PROTOCOL, said, happened=unknown)
