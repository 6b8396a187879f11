"""Reads selectors; every mistake is told with its column and a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn
from unicodedata import normalize

from pedell.errors import SelectorError
from pedell.i18n import t
from pedell.inventory.patterns import pattern_problem, regex_problem
from pedell.inventory.selectors import KEYS, KEYWORDS, WORD, AllOf, Match, Node, Not, OneOf, Selector

MAX_LENGTH = 20_000
MAX_DEPTH = 20
MAX_VALUES = 2_000
MAX_TESTS = 200

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<mark>[(),]|!=|=|~)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<bare>(?:[^\s(),=~!"\\]|\\.|!(?!=))+)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # mark, quoted, bare, end
    text: str
    column: int


def parse(text: str) -> Selector:
    """Read a selector; raises SelectorError that names the column."""
    return _Parser(text).selector()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = normalize("NFC", text)
        self.values = 0
        self.tests = 0
        if len(text) > MAX_LENGTH:
            self.fail(1, t("the selector is longer than {limit} characters", limit=MAX_LENGTH))
        self.tokens = list(self._tokens())
        self.at = 0

    def fail(self, column: int, message: str, hint: str = "") -> NoReturn:
        shown = self.text if len(self.text) <= 200 else self.text[:200] + "…"
        raise SelectorError(
            t("selector '{text}', column {column}: {message}", text=shown, column=column, message=message),
            hint=hint,
        )

    def _tokens(self) -> Iterator[_Token]:
        position = 0
        while position < len(self.text):
            found = _TOKEN.match(self.text, position)
            if found is None:
                if self.text[position] == '"':
                    self.fail(position + 1, t("the quote is never closed"), hint='"')
                self.fail(
                    position + 1,
                    t("'{text}' is not expected here", text=self.text[position]),
                    hint=t("put the value in quotes"),
                )
            if found.lastgroup != "space":
                yield _Token(str(found.lastgroup), found[0], position + 1)
            position = found.end()
        yield _Token("end", "", len(self.text) + 1)

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def word(self, *words: str) -> bool:
        """Whether a keyword comes next; a name followed by an operator is none."""
        token = self.next
        return (
            token.kind == "bare"
            and token.text.lower() in words
            and self.tokens[self.at + 1].text not in ("=", "!=", "~")
        )

    def selector(self) -> Selector:
        if self.next.kind == "end":
            self.fail(1, t("the selector is empty"), hint=t("'*' means every device"))
        root = self.either(0)
        if self.next.kind != "end":
            self.fail(
                self.next.column,
                t("'{text}' is not expected here", text=self.next.text),
                hint=_leftover(self.next.text),
            )
        return Selector(root)

    def either(self, depth: int) -> Node:
        parts = [self.together(depth)]
        while self.word("or"):
            self.take()
            parts.append(self.together(depth))
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def together(self, depth: int) -> Node:
        parts = [self.term(depth)]
        while True:
            if self.word("and"):
                self.take()
            elif self.next.kind == "end" or self.next.text in (")", ",", "=", "!=", "~") or self.word("or"):
                break
            parts.append(self.term(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def term(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self.fail(self.next.column, t("the selector is nested deeper than {limit}", limit=MAX_DEPTH))
        if self.word("not"):
            self.take()
            return Not(self.term(depth + 1))
        if self.next.text == "(":
            opened = self.take()
            inner = self.either(depth + 1)
            if self.next.text != ")":
                self.fail(opened.column, t("the parenthesis is never closed"), hint=")")
            self.take()
            return inner
        return self.test()

    def test(self) -> Node:
        token = self.next
        self.tests += 1
        if self.tests > MAX_TESTS:
            self.fail(token.column, t("the selector has more than {limit} tests", limit=MAX_TESTS))
        if token.kind not in ("bare", "quoted"):
            what = (
                t("something is missing at the end")
                if token.kind == "end"
                else t("'{text}' is not expected here", text=token.text)
            )
            self.fail(token.column, what, hint=t("a test looks like room=B204"))
        if token.kind == "quoted" or self.tokens[self.at + 1].text not in ("=", "!=", "~"):
            if self.word(*KEYWORDS):
                self.fail(
                    token.column,
                    t("'{text}' stands where a test is expected", text=token.text),
                    hint=t("put the value in quotes"),
                )
            return Match(WORD, "=", self.list(WORD))
        key = self.take().text.lower()
        if key not in KEYS:
            near = get_close_matches(key, KEYS, 1)
            hint = t("did you mean {word}?", word=near[0]) if near else ", ".join(KEYS)
            self.fail(token.column, t("there is nothing named '{key}'", key=key), hint=hint)
        operator = self.take().text
        if operator == "~":
            return Match(key, "~", (self.regex(key),))
        made = Match(key, "=", self.list(key))
        return Not(made) if operator == "!=" else made

    def list(self, key: str) -> tuple[str, ...]:
        found = [self.value(key)]
        while self.next.text == ",":
            self.take()
            found.append(self.value(key))
        return tuple(found)

    def value(self, key: str) -> str:
        token = self.take()
        if token.kind not in ("bare", "quoted"):
            self.fail(token.column, t("a value is missing"), hint=t('an empty value is written ""'))
        self.values += 1
        if self.values > MAX_VALUES:
            self.fail(token.column, t("the selector has more than {limit} values", limit=MAX_VALUES))
        value = token.text[1:-1] if token.kind == "quoted" else token.text
        problem = pattern_problem(value)
        if problem:
            self.fail(token.column, problem)
        if key == "no" and not (value.isascii() and value.isdigit() and len(value) <= 15):
            self.fail(
                token.column,
                t("'{text}' is not a number", text=value),
                hint=t("no=12,15 takes device numbers; names go with name="),
            )
        return value

    def regex(self, key: str) -> str:
        token = self.take()
        if token.kind not in ("bare", "quoted"):
            self.fail(token.column, t("a regular expression is missing"), hint='model~"WA75.*"')
        value = token.text[1:-1] if token.kind == "quoted" else token.text
        problem = regex_problem(value)
        if problem:
            self.fail(
                token.column,
                problem,
                hint=t("put regular expressions in quotes; '=' with * and ? is enough for most"),
            )
        if key in ("no", "id", "tag"):
            self.fail(token.column, t("'{key}' takes no regular expression", key=key), hint=f"{key}=…")
        return value


def _leftover(text: str) -> str:
    if text == ")":
        return t("this parenthesis was never opened")
    return t("a test looks like room=B204")
