"""SNMP version 2c on the wire, written out by hand: just what an agent needs.

Sources: ITU-T X.690 (BER), RFC 1901 (message), RFC 3416 section 3 (PDUs), RFC 2578 section 7.1 (types).
"""

from __future__ import annotations

from dataclasses import dataclass

INTEGER, OCTETS, NULL, NAME = 0x02, 0x04, 0x05, 0x06
ADDRESS, COUNTER, GAUGE, TICKS, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x46
NO_OBJECT, NO_INSTANCE, END = 0x80, 0x81, 0x82
GET, GET_NEXT, RESPONSE, SET, GET_BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5
_SEQUENCE = 0x30
_NUMBERS = {INTEGER, COUNTER, GAUGE, TICKS, COUNTER64}

Name = tuple[int, ...]
Value = tuple[int, object]
"""Tag, and an int, bytes, a name or None."""


class MalformedError(Exception):
    """No message of version 2c: an agent drops it."""


@dataclass(frozen=True)
class Message:
    """A request or response. `first` and `second` are error-status and error-index, or GETBULK's two numbers."""

    community: bytes
    kind: int
    number: int
    first: int
    second: int
    pairs: list[tuple[Name, Value]]


def decode(data: bytes) -> Message:
    """A message; raises MalformedError."""
    try:
        outer = _only(data, _SEQUENCE)
        version, rest = _take(outer)
        community, rest = _take(rest)
        kind, body = rest[0], _take(rest)[0][1]
        if _whole(version) != 1 or community[0] != OCTETS:
            raise MalformedError("not version 2c")
        number, body = _take(body)
        first, body = _take(body)
        second, body = _take(body)
        pairs = []
        inside = _only(body, _SEQUENCE)
        while inside:
            pair, inside = _take(inside)
            name, value = _take(pair[1])
            pairs.append((_name(name[1]), _value(*_take(value)[0])))
    except (IndexError, ValueError) as error:
        raise MalformedError(str(error)) from error
    return Message(community[1], kind, _whole(number), _whole(first), _whole(second), pairs)


def encode(message: Message) -> bytes:
    """The message on the wire."""
    pairs = b"".join(
        _put(_SEQUENCE, _put(NAME, _octets(name)) + _encoded(value)) for name, value in message.pairs
    )
    numbers = b"".join(
        _put(INTEGER, _signed(each)) for each in (message.number, message.first, message.second)
    )
    return _put(
        _SEQUENCE,
        _put(INTEGER, b"\x01")
        + _put(OCTETS, message.community)
        + _put(message.kind, numbers + _put(_SEQUENCE, pairs)),
    )


def _take(data: bytes) -> tuple[tuple[int, bytes], bytes]:
    tag, size, start = data[0], data[1], 2
    if size & 0x80:
        start = 2 + (size & 0x7F)
        size = int.from_bytes(data[2:start], "big")
    if start + size > len(data):
        raise ValueError("cut off")
    return (tag, data[start : start + size]), data[start + size :]


def _only(data: bytes, tag: int) -> bytes:
    (found, body), _ = _take(data)
    if found != tag:
        raise ValueError(f"tag {found:#x}")
    return body


def _whole(item: tuple[int, bytes]) -> int:
    return int.from_bytes(item[1], "big", signed=True)


def _name(body: bytes) -> Name:
    parts, number = [], 0
    for octet in body:
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            parts.append(number)
            number = 0
    first = min(parts[0] // 40, 2)
    return (first, parts[0] - 40 * first, *parts[1:])


def _value(tag: int, body: bytes) -> Value:
    if tag == NAME:
        return tag, _name(body)
    if tag in _NUMBERS:
        return tag, int.from_bytes(body, "big", signed=tag == INTEGER)
    return tag, body if tag in {OCTETS, ADDRESS} else None


def _put(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def _octets(name: Name) -> bytes:
    made = bytearray()
    for number in (40 * name[0] + name[1], *name[2:]):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.insert(0, number & 0x7F | 0x80)
        made.extend(groups)
    return bytes(made)


def _signed(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)


def _encoded(value: Value) -> bytes:
    tag, content = value
    if isinstance(content, tuple):
        return _put(tag, _octets(content))
    if isinstance(content, int):
        # Counters and gauges are unsigned: a leading zero keeps them from looking negative.
        return _put(tag, _signed(content))
    return _put(tag, content if isinstance(content, bytes) else b"")
