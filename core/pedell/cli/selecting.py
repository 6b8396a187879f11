"""A selector as people give it: as words, with `--on`, or both."""

from __future__ import annotations


def selector(words: tuple[str, ...], on: str | None) -> str | None:
    """The words of the command line as one selector; none where nothing was given."""
    given = " ".join(words).strip()
    if on is not None and given:
        return f"({on}) ({given})"
    return on if on is not None else given or None
