"""Texts that come from a device: hostile until they are cleaned."""

from __future__ import annotations

OTHER_ID = "is the option display the id in its menu? A display with another id is silent"
"""What silence may mean where displays have numbers."""


def clean(data: bytes | str, limit: int = 128) -> str:
    """A device's text as one printable line of at most `limit` characters."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    printable = "".join(c if c.isprintable() else " " for c in text[: limit * 4])
    return " ".join(printable.split())[:limit]


def plain(text: str) -> bool:
    """Whether it has only ASCII's printable characters, as every serial number has."""
    return text.isascii() and text.isprintable()
