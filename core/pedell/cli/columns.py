"""Columns of a table: as wide as their cells, and on a terminal no wider than that, with long texts on several lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pedell.cli.output import width

GAP = "  "


def laid_out(rows: Sequence[Sequence[str]], most: int | None) -> Iterator[list[str]]:
    """Lines of text for each row, the first of which is the heading; `most` columns of the screen where they are few.

    Nothing is cut off: where even the longest words do not fit beside each other, lines are longer than `most`.
    """
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    if most is not None:
        _narrow(
            widths,
            [_floor(column) for column in zip(*rows, strict=True)],
            most - len(GAP) * (len(widths) - 1),
        )
    for row in rows:
        cells = [_wrapped(cell, limit) for cell, limit in zip(row, widths, strict=True)]
        yield [_line(parts, widths) for parts in zip_longest(*cells, fillvalue="")]


def _line(parts: Sequence[str], widths: Sequence[int]) -> str:
    padded = (part + " " * (limit - width(part)) for part, limit in zip(parts, widths, strict=True))
    return GAP.join(padded).rstrip()


def _floor(column: Sequence[str]) -> int:
    """The longest word: less than that makes a column no better to read."""
    return max((width(word) for cell in column for word in cell.split(" ")), default=0)


def _narrow(widths: list[int], floors: Sequence[int], most: int) -> None:
    """Take from the widest column that can spare something, until all fit."""
    while sum(widths) > most:
        spare = [number for number in range(len(widths)) if widths[number] > floors[number]]
        if not spare:
            return
        widest = max(spare, key=lambda number: widths[number])
        widths[widest] -= 1


def _wrapped(cell: str, limit: int) -> list[str]:
    if width(cell) <= limit:
        return [cell]
    lines, line = [], ""
    for word in cell.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width(longer) > limit:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]
