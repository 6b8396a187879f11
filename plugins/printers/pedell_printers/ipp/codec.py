"""IPP messages as bytes and back: RFC 8010 sections 3.1 to 3.9. Pure functions.

A collection is kept as the flat run of values that it is on the wire (begCollection, member names, values,
endCollection): nothing here looks into one, and a hostile one cannot nest deeper than its bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pedell_printers.ipp.words import Group, Tag

Data = int | bool | str | bytes
_INTEGERS = frozenset({Tag.INTEGER, Tag.ENUM})
_STRINGS = frozenset(
    {Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.URI_SCHEME, Tag.CHARSET, Tag.LANGUAGE, Tag.MIME}
)
_WITH_LANGUAGE = frozenset({Tag.TEXT_LANGUAGE, Tag.NAME_LANGUAGE})
_FIRST_VALUE_TAG = 0x10
_HEADER = struct.Struct(">BBhi")
_LENGTH = struct.Struct(">h")
_INTEGER = struct.Struct(">i")


class MessageError(ValueError):
    """The bytes are no IPP message."""


@dataclass(frozen=True)
class Value:
    """One value with its tag.

    `data` is an int for integer and enum, a bool for boolean, a str for character strings (bytes that are not
    UTF-8 are kept as surrogates), and the plain bytes for every other tag.
    """

    tag: int
    data: Data


@dataclass(frozen=True)
class Attribute:
    """A name and one value or more."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class AttributeGroup:
    """Attributes that belong together: of the operation, of one job, of the printer."""

    tag: int
    attributes: tuple[Attribute, ...] = ()

    def __iter__(self) -> Iterator[Attribute]:
        """The attributes."""
        return iter(self.attributes)


@dataclass(frozen=True)
class Message:
    """A request or an answer; `code` is the operation or the status."""

    version: tuple[int, int]
    code: int
    request_id: int
    groups: tuple[AttributeGroup, ...]
    document: bytes = b""


def attribute(name: str, tag: int, *values: Data) -> Attribute:
    """An attribute whose values all have the same tag."""
    return Attribute(name, tuple(Value(tag, value) for value in values))


def encode(message: Message) -> bytes:
    """The message's bytes. Raises MessageError for what cannot be written."""
    try:
        parts = [_HEADER.pack(*message.version, message.code, message.request_id)]
        for group in message.groups:
            parts.append(bytes([group.tag]))
            for item in group:
                if not item.values:
                    raise MessageError(f"attribute {item.name} has no value")
                name = item.name.encode("ascii")
                for value in item.values:
                    data = _write(value)
                    parts += [
                        bytes([value.tag]),
                        _LENGTH.pack(len(name)),
                        name,
                        _LENGTH.pack(len(data)),
                        data,
                    ]
                    name = b""
    except (struct.error, UnicodeEncodeError) as error:
        raise MessageError(f"cannot be written as IPP: {error}") from error
    return b"".join([*parts, bytes([Group.END]), message.document])


def _write(value: Value) -> bytes:
    data = value.data
    if isinstance(data, bool):
        return b"\x01" if data else b"\x00"
    if isinstance(data, int):
        return _INTEGER.pack(data)
    if isinstance(data, str):
        return data.encode("utf-8", "surrogateescape")
    return data


def decode(raw: bytes) -> Message:
    """The message in the bytes. Raises MessageError where they break the rules or end too early."""
    if len(raw) < _HEADER.size:
        raise MessageError("shorter than a header")
    major, minor, code, request_id = _HEADER.unpack_from(raw)
    groups: list[tuple[int, list[tuple[str, list[Value]]]]] = []
    at = _HEADER.size
    while True:
        if at >= len(raw):
            raise MessageError("ends without the end-of-attributes tag")
        tag = raw[at]
        at += 1
        if tag == Group.END:
            break
        if tag < _FIRST_VALUE_TAG:
            groups.append((tag, []))
            continue
        name, at = _field(raw, at)
        data, at = _field(raw, at)
        value = Value(tag, _read(tag, data))
        if not groups:
            raise MessageError("an attribute stands before the first group")
        if name:
            groups[-1][1].append((_ascii(name), [value]))
        elif groups[-1][1]:
            groups[-1][1][-1][1].append(value)
        else:
            raise MessageError("a further value stands before the first attribute")
    made = tuple(
        AttributeGroup(tag, tuple(Attribute(name, tuple(values)) for name, values in items))
        for tag, items in groups
    )
    return Message((major, minor), code, request_id, made, raw[at:])


def _field(raw: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(raw):
        raise MessageError("ends within a length")
    (length,) = _LENGTH.unpack_from(raw, at)
    end = at + 2 + length
    if length < 0 or end > len(raw):
        raise MessageError("ends within a field")
    return raw[at + 2 : end], end


def _ascii(name: bytes) -> str:
    try:
        return name.decode("ascii")
    except UnicodeDecodeError as error:
        raise MessageError("the name of an attribute is not ASCII") from error


def _read(tag: int, data: bytes) -> Data:
    if tag in _INTEGERS:
        if len(data) != _INTEGER.size:
            raise MessageError(f"an integer of {len(data)} bytes")
        number: int = _INTEGER.unpack(data)[0]
        return number
    if tag == Tag.BOOLEAN:
        if data not in (b"\x00", b"\x01"):
            raise MessageError("a boolean that is neither true nor false")
        return data == b"\x01"
    if tag in _STRINGS:
        return data.decode("utf-8", "surrogateescape")
    return data


def text(value: Value) -> str | None:
    """The characters of a value: a string, or a text or name with language (RFC 8010 section 3.9)."""
    if isinstance(value.data, str):
        return value.data
    if value.tag not in _WITH_LANGUAGE or not isinstance(value.data, bytes):
        return None
    try:
        _, at = _field(value.data, 0)
        words, end = _field(value.data, at)
    except MessageError:
        return None
    return words.decode("utf-8", "surrogateescape") if end == len(value.data) else None
