"""Frames of panels that count their bytes and end with CF: Newline (7F ...) and i3 (FE ...). Pure functions.

Sources: Newline's RS+ manual, RS-232 pages, and RealMoMo/serialport, an app of the maker's tool chain; i3-technologies'
"RS232 Command Sheet" of the X3 (docs.i3-technologies.com).

A frame is `head count constant group code values CF`; `count` is how many bytes stand between itself and the CF. A
request has no values; the answer repeats group and code and has one: 01 for good, or a state. There is no checksum, so
the constant and the count are what tells a frame from noise. Everything that breaks the rules is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass

_END = 0xCF
_LONGEST = 64
"""Values that a frame may have: longer ones are noise that happens to begin like a frame."""


@dataclass(frozen=True)
class Wire:
    """What a brand's frames begin with: the first byte, and the constant after the count."""

    head: int
    constant: bytes


@dataclass(frozen=True)
class Frame:
    """One frame, in either direction; a request has no values."""

    group: int
    code: int
    values: bytes = b""

    def answers(self, group: int, code: int) -> bool:
        """Whether it answers a request: an echo of the request has no value."""
        return (self.group, self.code) == (group, code) and len(self.values) == 1


NEWLINE = Wire(0x7F, bytes.fromhex("99A2B3C402FF"))
I3 = Wire(0xFE, b"XBHCMD")


def encode(wire: Wire, group: int, code: int, values: bytes = b"") -> bytes:
    """A frame's bytes."""
    content = wire.constant + bytes([group, code]) + values
    return bytes([wire.head, len(content)]) + content + bytes([_END])


def decode(wire: Wire, data: bytes) -> tuple[Frame | None, bytes]:
    """The first frame in `data` and what follows it; None while it is not complete. Noise is passed over."""
    shortest = len(wire.constant) + 2
    start = data.find(wire.head)
    while start >= 0:
        rest = data[start:]
        begins = bytes([wire.head]) + rest[1:2] + wire.constant
        if rest.startswith(begins[: len(rest)]):
            count = rest[1] if len(rest) > 1 else shortest
            if shortest <= count <= shortest + _LONGEST:
                if len(rest) < count + 3:
                    return None, rest
                if rest[count + 2] == _END:
                    content = rest[2 + len(wire.constant) : count + 2]
                    return Frame(content[0], content[1], content[2:]), rest[count + 3 :]
        start = data.find(wire.head, start + 1)
    return None, b""
