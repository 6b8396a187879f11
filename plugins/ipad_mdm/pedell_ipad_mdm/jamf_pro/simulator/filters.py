"""RSQL as the server reads it: `field==value`, `;` (and) before `,` (or), parentheses, quotes, `*` at will.

Source: Jamf Pro API reference, "Filtering with RSQL"; the reference asks for `=gt=`, `=lt=`, `=ge=`, `=le=`
with dates, clients send `>=` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Row = dict[str, str]
Match = Callable[[Row], bool]

_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')|(?P<op>==|!=|=[a-z]+=|>=|<=|>|<)'
    r"|(?P<mark>[();,])|(?P<word>[^\"'();,=!~<> ]+))"
)
_SPELLINGS = {"=gt=": ">", "=lt=": "<", "=ge=": ">=", "=le=": "<="}


class FilterError(Exception):
    """The filter cannot be read: the server answers 400."""


def parse(text: str, fields: frozenset[str]) -> Match:
    """The filter as a predicate over rows of text; raises FilterError."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise FilterError(f"unexpected {text[at : at + 10]!r}")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    parser = _Parser(tokens, fields)
    match = parser.either()
    if parser.tokens:
        raise FilterError(f"unexpected {parser.tokens[0][1]!r}")
    return match


def named(text: str) -> dict[str, str]:
    """What a filter of `and` alone asks of single fields by plain values, to look them up in an index."""
    if any(mark in text for mark in "(),\"'*\\"):
        return {}
    pairs = [term.split("==") for term in text.split(";")]
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], fields: frozenset[str]) -> None:
        self.tokens = tokens
        self._fields = fields

    def either(self) -> Match:
        parts = [self._both()]
        while self._take("mark", ","):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _both(self) -> Match:
        parts = [self._term()]
        while self._take("mark", ";"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def _term(self) -> Match:
        if self._take("mark", "("):
            inner = self.either()
            self._need("mark", ")")
            return inner
        field = self._need("word")
        if field not in self._fields:
            raise FilterError(f"field {field} is not allowed")
        op = self._need("op")
        op = _SPELLINGS.get(op, op)
        if op in ("=in=", "=out="):
            values = self._list()
            return lambda row: (row.get(field, "") in values) is (op == "=in=")
        value = self._value()
        tests: dict[str, Match] = {
            "==": lambda row: _same(row.get(field, ""), value),
            "!=": lambda row: not _same(row.get(field, ""), value),
            "<": lambda row: row.get(field, "") < value,
            "<=": lambda row: row.get(field, "") <= value,
            ">": lambda row: row.get(field, "") > value,
            ">=": lambda row: row.get(field, "") >= value,
        }
        if op not in tests:
            raise FilterError(f"unknown operator {op}")
        return tests[op]

    def _list(self) -> set[str]:
        self._need("mark", "(")
        values = {self._value()}
        while self._take("mark", ","):
            values.add(self._value())
        self._need("mark", ")")
        return values

    def _value(self) -> str:
        kind, text = self.tokens.pop(0) if self.tokens else ("", "")
        if kind == "quoted":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind != "word":
            raise FilterError("a value is missing")
        return text

    def _take(self, kind: str, text: str) -> bool:
        if self.tokens and self.tokens[0] == (kind, text):
            self.tokens.pop(0)
            return True
        return False

    def _need(self, kind: str, text: str = "") -> str:
        if not self.tokens or self.tokens[0][0] != kind or (text and self.tokens[0][1] != text):
            raise FilterError(f"expected {text or kind}")
        return self.tokens.pop(0)[1]


def _same(shown: str, value: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in value.split("*"))
    return re.fullmatch(pattern, shown, re.IGNORECASE | re.DOTALL) is not None
