"""IPP on the wire as a printer sees it, written from RFC 8010 section 3 for the simulator alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

# RFC 8010 section 3.5.1.
BEGIN_OPERATION, BEGIN_JOB, END_OF_ATTRIBUTES, BEGIN_PRINTER = 1, 2, 3, 4
# RFC 8010 section 3.5.2.
_SYNTAX = {
    "integer": 0x21, "boolean": 0x22, "enum": 0x23, "octetString": 0x30, "text": 0x41, "name": 0x42, "keyword": 0x44,
    "uri": 0x45, "charset": 0x47, "naturalLanguage": 0x48, "mimeMediaType": 0x49,
}  # fmt: skip
_NUMBERS = (0x21, 0x23)


class Unreadable(Exception):  # noqa: N818 - what it says, not an error of ours
    """The request breaks RFC 8010."""


@dataclass
class Request:
    """One request; values are int, bool or text, whatever the syntax was."""

    version: bytes
    operation: int
    number: bytes
    attributes: dict[str, list[int | bool | str]]
    document: bytes

    def first(self, name: str, otherwise: int | bool | str = "") -> int | bool | str:
        """The first value of an attribute."""
        return next(iter(self.attributes.get(name, ())), otherwise)


def read_request(body: bytes) -> Request:
    """Take a request apart; raises Unreadable."""
    stream = io.BytesIO(body)

    def take(count: int) -> bytes:
        got = stream.read(count)
        if len(got) != count:
            raise Unreadable
        return got

    def take_sized() -> bytes:
        return take(int.from_bytes(take(2), "big"))

    version, operation, number = take(2), int.from_bytes(take(2), "big"), take(4)
    attributes: dict[str, list[int | bool | str]] = {}
    current: list[int | bool | str] | None = None
    while (tag := take(1)[0]) != END_OF_ATTRIBUTES:
        if tag < 0x10:
            current = None
            continue
        name, raw = take_sized().decode("latin-1"), take_sized()
        if name:
            current = attributes.setdefault(name, [])
        if current is None:
            raise Unreadable
        if tag in _NUMBERS:
            current.append(int.from_bytes(raw, "big", signed=True))
        elif tag == _SYNTAX["boolean"]:
            current.append(raw != b"\0")
        else:
            current.append(raw.decode("utf-8", "replace"))
    return Request(version, operation, number, attributes, stream.read())


@dataclass
class Reply:
    """An answer in the making."""

    version: bytes
    status: int
    number: bytes
    out: bytearray = field(default_factory=bytearray)

    def group(self, tag: int) -> Reply:
        """Begin a group."""
        self.out.append(tag)
        return self

    def put(self, syntax: str, name: str, *values: int | bool | str | bytes) -> Reply:
        """Add an attribute; none where there is no value."""
        for at, value in enumerate(values):
            label = name.encode("ascii") if at == 0 else b""
            if syntax == "boolean":
                raw = b"\x01" if value else b"\x00"
            elif isinstance(value, int):
                raw = value.to_bytes(4, "big", signed=True)
            else:
                raw = value if isinstance(value, bytes) else value.encode("utf-8")
            self.out.append(_SYNTAX[syntax])
            for part in (label, raw):
                self.out += len(part).to_bytes(2, "big") + part
        return self

    def finished(self) -> bytes:
        """The whole answer."""
        head = self.version + self.status.to_bytes(2, "big") + self.number
        return bytes(head + self.out + bytes([END_OF_ATTRIBUTES]))


Row = tuple[str, str, Sequence[int | bool | str | bytes]]
"""Syntax, name, values."""


def reply(request: Request, status: int, message: str = "") -> Reply:
    """An answer with what RFC 8011 section 4.1.6.1 wants first."""
    made = Reply(request.version, status, request.number).group(BEGIN_OPERATION)
    made.put("charset", "attributes-charset", "utf-8").put(
        "naturalLanguage", "attributes-natural-language", "en"
    )
    return made.put("text", "status-message", message) if message else made
