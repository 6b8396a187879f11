"""Bytes as people read them in a transcript."""

from __future__ import annotations

_SHOWN = {0x0D: "\\r", 0x0A: "\\n", 0x09: "\\t"}


def printable(data: bytes) -> str:
    """Bytes as one line: ASCII as it is, the rest in hexadecimal."""
    return "".join(chr(b) if 32 <= b < 127 and b != 0x5C else _SHOWN.get(b, f"\\x{b:02x}") for b in data)
