"""Texts in the reader's language.

The English sentence stands in the code and is the key: `t("Run {run} started", run=7)`. Translations are
TOML files `locale/<language>-<area>.toml` of flat `"English" = "German"` pairs, read on first use; a test
holds that every sentence has one, with the same placeholders. Playbooks and contracts carry their own
`Text` in both languages.

What drivers and the engine say is written down in English, filled in, for readers of either language: `said`
finds the sentence again by its pattern.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

LANGUAGES = ("en", "de")
_language: ContextVar[str] = ContextVar("pedell_language", default="en")


def default_language(environ: Mapping[str, str] | None = None) -> str:
    """The language of `PEDELL_LANG`, else of the locale variables, else English."""
    env = os.environ if environ is None else environ
    for name in ("PEDELL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = env.get(name, "")
        if value:
            code = value[:2].lower()
            return code if code in LANGUAGES else "en"
    return "en"


def set_language(code: str) -> None:
    """Speak `code` ("en" or "de") in this context from now on."""
    _language.set(code if code in LANGUAGES else "en")


def language() -> str:
    """The language of this context."""
    return _language.get()


@cache
def _catalogue(code: str) -> Mapping[str, str]:
    if code == "en":
        return {}
    import tomllib
    from pathlib import Path

    merged: dict[str, str] = {}
    # Not importlib.resources: it loads zipfile and more, and a wheel is always unpacked.
    for area in sorted((Path(__file__).parent / "locale").glob(f"{code}-*.toml")):
        merged.update(tomllib.loads(area.read_text("utf-8")))
    return merged


def t(english: str, /, **values: object) -> str:
    """`english` in the language of this context, with `{placeholders}` filled in.

    The sentence must stand in the call as a plain string so that the test of translations sees it.
    """
    return tr(language(), english, **values)


def tr(code: str, english: str, /, **values: object) -> str:
    """As `t`, in the language named: for texts that somebody else will read, such as a ticket's note."""
    text = _catalogue(code).get(english, english)
    return text.format(**values) if values else text


@dataclass(frozen=True)
class _Pattern:
    """A sentence with placeholders, to be found again after it was filled in.

    Attributes:
        fixed: its fixed text, in pieces; one more than there are names.
        names: of the placeholders between them.
        translated: the sentence in the other language.
    """

    fixed: tuple[str, ...]
    names: tuple[str, ...]
    translated: str

    def match(self, text: str) -> dict[str, str] | None:
        """What was filled in. Takes each piece where it first stands, so hostile text costs no more than its length."""
        first, *middle, last = self.fixed
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return None
        place, end, values = len(first), len(text) - len(last), []
        for piece in middle:
            found = text.find(piece, place, end)
            if found < 0:
                return None
            values.append(text[place:found])
            place = found + len(piece)
        values.append(text[place:end])
        return dict(zip(self.names, values, strict=True)) if place <= end else None

    def begins(self, values: Mapping[str, str]) -> int:
        """Where its own words begin."""
        return 0 if self.fixed[0] else len(values[self.names[0]])

    def filled(self, values: Mapping[str, str]) -> str:
        """The sentence in the other language."""
        return _PLACEHOLDER.sub(lambda place: values.get(place[1], place[0]), self.translated)


_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)(?:![rsa])?(?::[^{}]*)?\}")
_FIXED = 5
"""Letters that a pattern must have at least: "{a}: {b}" would fit everything."""
_JOINTS = ("; ", ", ")
_DEEP = 4


@cache
def _patterns(code: str) -> tuple[_Pattern, ...]:
    found = []
    for english, translated in _catalogue(code).items():
        names = tuple(_PLACEHOLDER.findall(english))
        fixed = tuple(_PLACEHOLDER.sub("\0", english).split("\0"))
        letters = sum(character.isalpha() for character in "".join(fixed))
        if names and letters >= _FIXED and len(set(names)) == len(names):
            found.append((letters, _Pattern(fixed, names, translated)))
    found.sort(key=lambda item: -item[0])  # what says most is asked first
    return tuple(pattern for _, pattern in found)


def said(english: str, code: str | None = None) -> str:
    """A sentence that was written down filled in and in English, in the language of this context (or `code`).

    What was filled in is looked up as well, and so are the parts of a list and a hint in brackets at the end. What is
    not known stays as it is.
    """
    wanted = language() if code is None else code
    return english if wanted == "en" or not english else _said(wanted, english[:4000], _DEEP)


def _said(code: str, english: str, deep: int) -> str:
    whole = _catalogue(code).get(english)
    if whole is not None:
        return whole
    if deep == 0:
        return english
    for joint in _JOINTS:
        parts = english.split(joint)
        known = [_said(code, part, deep - 1) for part in parts] if len(parts) > 1 else parts
        if all(there != here for here, there in zip(parts, known, strict=True)):
            return joint.join(known)
    fitting = [
        (values, pattern) for pattern in _patterns(code) if (values := pattern.match(english)) is not None
    ]
    if fitting:
        # Whose own words come first: "{count} addresses are behind it" fits the end of many sentences.
        values, pattern = min(fitting, key=lambda item: item[1].begins(item[0]))
        return pattern.filled({name: _said(code, value, deep - 1) for name, value in values.items()})
    head, bracket, hint = english.partition(" (")
    if bracket and hint.endswith(")"):
        return f"{_said(code, head, deep - 1)} ({_said(code, hint[:-1], deep - 1)})"
    return english


@dataclass(frozen=True)
class Text:
    """A short text in both languages, as playbooks and contracts carry it."""

    en: str
    de: str

    def __str__(self) -> str:
        """The text in the language of this context."""
        return self.de if language() == "de" else self.en

    def to(self, code: str) -> str:
        """The text in the language named."""
        return self.de if code == "de" else self.en
