"""Selectors: which devices are meant, as people write it.

    kind=whiteboard site=bert-brecht room=B* tag=exam model~"WA75.*" not state=retired

Tests side by side must all hold; `or`, `not` and parentheses do what they say. `=` and `!=` take a list of
values with commas; `*` and `?` stand for any text and any character, a backslash takes the next character
as it is. `~` takes a regular expression. A word without an operator is a device's name, number or id.
The grammar stands in docs/inventory.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

KEYS = (
    "kind", "site", "campus", "room", "tag", "name", "model", "serial", "mac", "address", "driver",
    "controller", "state", "source", "no", "id",
)  # fmt: skip
WORD = "word"
"""The key of a word without an operator."""

_PLAIN = re.compile(r"(?:[^\s(),=~!\"\\]|\\\S)+")
KEYWORDS = ("and", "or", "not")


@dataclass(frozen=True, slots=True)
class Match:
    """One test; values are patterns for `=` and one regular expression for `~`, as they were written."""

    key: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of them hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of them holds."""

    parts: tuple[Node, ...]


Node = Match | Not | AllOf | OneOf


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector that has been read."""

    root: Node

    def __str__(self) -> str:
        """The selector as text that reads back to the same."""
        return _write(self.root)

    @classmethod
    def of(cls, key: str, *texts: str) -> Selector:
        """The selector `key=text,…` for texts that mean themselves, whatever they hold."""
        return cls(Match(key, "=", tuple(re.sub(r'[\\*?"]', r"\\\g<0>", text) for text in texts)))

    @property
    def names_state(self) -> bool:
        """Whether it speaks of states; otherwise retired devices are left out."""
        return any(test.key == "state" for test in matches_of(self.root))


def matches_of(node: Node) -> Iterator[Match]:
    """All tests of a selector."""
    if isinstance(node, Match):
        yield node
    elif isinstance(node, Not):
        yield from matches_of(node.inner)
    else:
        for part in node.parts:
            yield from matches_of(part)


def _quote(value: str, *, bare: bool = True) -> str:
    if bare and _PLAIN.fullmatch(value) and value.lower() not in KEYWORDS:
        return value
    return f'"{value}"'


def _write(node: Node, inside: str = "") -> str:
    if isinstance(node, Match):
        if node.operator == "~":
            return f"{node.key}~{_quote(node.values[0], bare=False)}"
        values = ",".join(_quote(value) for value in node.values)
        return values if node.key == WORD else f"{node.key}={values}"
    if isinstance(node, Not):
        return f"not {_write(node.inner, 'not')}"
    if isinstance(node, AllOf):
        text = " ".join(_write(part, "all") for part in node.parts)
        return f"({text})" if inside in ("all", "not") else text
    text = " or ".join(_write(part, "any") for part in node.parts)
    return f"({text})" if inside else text
