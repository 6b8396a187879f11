"""Patterns of selectors: `*` and `?`, and the harmless part of regular expressions.

The regular expressions taken are a subset in which no input can make matching explode: no group that is
repeated may itself repeat something or offer a choice, there is nothing that looks back or around, and
open-ended repetitions are few.
"""

from __future__ import annotations

import re

from pedell.i18n import t

MAX_PATTERN = 500
MAX_STARS = 10
MAX_REGEX = 200
MAX_OPEN = 3
"""Open-ended repetitions in one regular expression: each multiplies the worst case by the text's length."""
MAX_REPEAT = 100

_REPEAT = re.compile(r"\{(\d*)(?:(,)(\d*))?\}")
_ESCAPES = frozenset("dDwWsS")


def pattern_problem(pattern: str) -> str:
    """What is wrong with a pattern; empty when nothing is."""
    if len(pattern) > MAX_PATTERN:
        return t("the value is longer than {limit} characters", limit=MAX_PATTERN)
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in pattern):
        return t("the value holds a control character")
    parts = _parts(pattern)
    if sum(1 for special, c in parts if special and c == "*") > MAX_STARS:
        return t("the value has more than {limit} stars", limit=MAX_STARS)
    return ""


def _parts(pattern: str) -> list[tuple[bool, str]]:
    """Characters, each with whether it is a wildcard."""
    found: list[tuple[bool, str]] = []
    escaped = False
    for c in pattern:
        if escaped:
            found.append((False, c))
            escaped = False
        elif c == "\\":
            escaped = True
        elif not (c == "*" and found and found[-1] == (True, "*")):
            found.append((c in "*?", c))
    if escaped:
        found.append((False, "\\"))
    return found


def literal(pattern: str) -> str | None:
    """The text a pattern without wildcards stands for; None where it has some."""
    parts = _parts(pattern)
    return None if any(special for special, _ in parts) else "".join(c for _, c in parts)


def like(pattern: str) -> str:
    """The pattern for SQL's LIKE with the escape character `!`."""
    made = []
    for special, c in _parts(pattern):
        if special:
            made.append("%" if c == "*" else "_")
        else:
            made.append(f"!{c}" if c in "%_!" else c)
    return "".join(made)


def ascii_lower(text: str) -> str:
    """Lower case for ASCII letters only, as SQLite does it."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def matches(pattern: str, value: str) -> bool:
    """Whether a pattern stands for all of `value`; upper and lower case are the same."""
    made = "".join(
        (".*" if c == "*" else ".") if special else re.escape(ascii_lower(c))
        for special, c in _parts(pattern)
    )
    return re.fullmatch(made, ascii_lower(value), re.DOTALL) is not None


def regex_problem(pattern: str) -> str:
    """What is wrong with a regular expression; empty when it is of the harmless subset."""
    if not pattern:
        return t("the regular expression is empty")
    if len(pattern) > MAX_REGEX:
        return t("the regular expression is longer than {limit} characters", limit=MAX_REGEX)
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in pattern):
        return t("the value holds a control character")
    problem = _Scan(pattern).problem()
    if problem:
        return problem
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return t("this is not a regular expression: {error}", error=error)
    return ""


class _Scan:
    """Walks a pattern once; `lively` tells for each open group whether it repeats or chooses inside."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.open = 0
        self.lively: list[bool] = [False]
        self.atom = ""  # what a quantifier would repeat: "", "one", "group", "lively group"

    def problem(self) -> str:
        while self.at < len(self.pattern):
            found = self.step()
            if found:
                return found
        return t("a parenthesis in the regular expression is never closed") if len(self.lively) > 1 else ""

    def step(self) -> str:
        c = self.pattern[self.at]
        if c == "\\":
            return self.escape()
        if c == "[":
            return self.one_of()
        self.at += 1
        if c == "(":
            if self.pattern.startswith("?:", self.at):
                self.at += 2
            elif self.pattern.startswith("?", self.at):
                return t("the regular expression may not look around or set flags")
            self.lively.append(False)
            self.atom = ""
        elif c == ")":
            if len(self.lively) == 1:
                return t("a parenthesis in the regular expression was never opened")
            inner = self.lively.pop()
            self.lively[-1] = self.lively[-1] or inner
            self.atom = "lively group" if inner else "group"
        elif c == "|":
            self.lively[-1] = True
            self.atom = ""
        elif c in "*+?" or (c == "{" and _REPEAT.match(self.pattern, self.at - 1)):
            self.at -= 1
            return self.repeat()
        elif c in "^$":
            self.atom = ""
        elif c in "{}]":
            return t("'{text}' in a regular expression needs a backslash", text=c)
        else:
            self.atom = "one"
        return ""

    def escape(self) -> str:
        following = self.pattern[self.at + 1 : self.at + 2]
        if not following:
            return t("the regular expression ends in a backslash")
        if following.isalnum() and following not in _ESCAPES:
            return t("the regular expression may not use \\{text}", text=following)
        self.at += 2
        self.atom = "one"
        return ""

    def one_of(self) -> str:
        position = self.at + 1
        if self.pattern.startswith("^", position):
            position += 1
        first = position
        range_ended = range_open = False
        while position < len(self.pattern):
            c = self.pattern[position]
            if c == "]" and position > first:
                self.at = position + 1
                self.atom = "one"
                return ""
            dash = c == "-" and position > first and self.pattern[position + 1 : position + 2] != "]"
            if dash and range_ended:  # PostgreSQL does not take it
                return t("'{text}' in a regular expression needs a backslash", text="-")
            range_ended, range_open = range_open, dash and not range_open
            if c == "[" or self.pattern[position : position + 2] in ("--", "&&", "||", "~~"):
                return t("'{text}' in a regular expression needs a backslash", text=c)
            if c == "\\":
                following = self.pattern[position + 1 : position + 2]
                if following.isalnum() and following not in _ESCAPES:
                    return t("the regular expression may not use \\{text}", text=following)
                position += 1
            position += 1
        return t("a bracket in the regular expression is never closed")

    def repeat(self) -> str:
        if not self.atom:
            return t("a repetition in the regular expression repeats nothing")
        if self.atom == "lively group":
            return t("the regular expression repeats something that repeats or chooses")
        c = self.pattern[self.at]
        self.at += 1
        if c == "{":
            counts = _REPEAT.match(self.pattern, self.at - 1)
            if counts is None or not counts[1]:  # to PostgreSQL {,3} is a text
                return t("'{text}' in a regular expression needs a backslash", text="{")
            self.at = counts.end()
            if any(
                len(number) > 3 or int(number) > MAX_REPEAT
                for number in (counts[1], counts[3] or "")
                if number
            ):
                return t("the regular expression repeats more often than {limit}", limit=MAX_REPEAT)
            self.open += 1 if counts[2] else 0
        elif c in "*+":
            self.open += 1
        if self.open > MAX_OPEN:
            return t("the regular expression has more than {limit} open repetitions", limit=MAX_OPEN)
        if self.pattern[self.at : self.at + 1] in ("?", "+", "*", "{"):
            return t("the regular expression repeats something that repeats or chooses")
        self.lively[-1] = True
        self.atom = ""
        return ""
