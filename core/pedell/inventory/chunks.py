"""Long lists of values in portions that every database takes as parameters of one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

V = TypeVar("V")
CHUNK = 2_000


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """Portions of at most CHUNK values, in their order."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
