"""Transcripts as people read them."""

from __future__ import annotations

from collections.abc import Iterator

_BEYOND = " " * 12
"""Time and direction stand before what was said."""


def lines(text: str) -> Iterator[str]:
    """The lines of a transcript; an answer of many lines, which stands there in one, becomes many again."""
    for line in text.splitlines():
        first, *more = line.removesuffix("\\n").split("\\n")
        yield first
        yield from (_BEYOND + rest for rest in more)
