"""Texts that come from a device: hostile until they are cleaned."""

from __future__ import annotations


def clean(data: bytes | str, limit: int = 128) -> str:
    """A device's text as one printable line of at most `limit` characters."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    printable = "".join(c if c.isprintable() else " " for c in text[: limit * 4])
    return " ".join(printable.split())[:limit]
