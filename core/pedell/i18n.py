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
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache

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


def decimal(value: float, code: str | None = None) -> str:
    """A figure with one place behind the point, which is a comma in German."""
    made = f"{value:.1f}"
    return made.replace(".", ",") if (language() if code is None else code) == "de" else made


@dataclass(frozen=True)
class _Pattern:
    """A sentence with placeholders, to be found again after it was filled in.

    Attributes:
        fixed: its fixed text, in pieces; one more than there are names.
        names: of the placeholders between them.
        translated: the sentence in the other language.
        longest: the longest piece, by which most sentences are ruled out at once.
    """

    fixed: tuple[str, ...]
    names: tuple[str, ...]
    translated: str
    longest: str

    def match(self, text: str) -> dict[str, str] | None:
        """What was filled in. Takes each piece where it first stands, so hostile text costs no more than its length."""
        first, *middle, last = self.fixed
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return None
        place, end, values = len(first), len(text) - len(last), []
        for piece in middle:
            # Nothing between two placeholders: the first of them is one word.
            found = text.find(piece, place, end) if piece else next(_WORD.finditer(text, place, end)).end()
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
_WORD = re.compile(r"[\w.-]*")
_FIXED = 5
"""Letters that a pattern must have at least: "{a}: {b}" would fit everything."""
_LISTS = ("; ", ", ")
_COLON = ": "
_DEEP = 5
_TRIED = 4
"""Sentences that are tried where many fit."""


@cache
def _patterns(code: str) -> tuple[_Pattern, ...]:
    found = []
    for english, translated in _catalogue(code).items():
        names = tuple(_PLACEHOLDER.findall(english))
        fixed = tuple(_PLACEHOLDER.sub("\0", english).split("\0"))
        if names and _letters("".join(fixed)) >= _FIXED and len(set(names)) == len(names):
            found.append(_Pattern(fixed, names, translated, max(fixed, key=len)))
    found.sort(key=lambda pattern: -_letters("".join(pattern.fixed)))  # what says most is asked first
    return tuple(found)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def said(english: str, code: str | None = None) -> str:
    """A sentence that was written down filled in and in English, in the language of this context (or `code`).

    What was filled in is looked up as well, and so are the parts of a list, what stands on both sides of a colon, and a
    hint in brackets at the end. Where it can be read in several ways, that one counts which knows most of its letters.
    What is not known stays as it is.
    """
    wanted = language() if code is None else code
    return english if wanted == "en" or not english else _read(wanted, english[:4000])


@lru_cache(maxsize=1024)
def _read(code: str, english: str) -> str:
    """Kept, as many devices say the same."""
    return _Reader(code).read(english, _DEEP)[0]


class _Reader:
    """Reads one text; each reading is the text in the other language and how many of its letters were known."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._known: dict[tuple[str, int], tuple[str, int]] = {}

    def read(self, english: str, deep: int) -> tuple[str, int]:
        """The best reading, the text itself where there is none."""
        whole = _catalogue(self._code).get(english)
        if whole is not None:
            return whole, _letters(english)
        if deep == 0:
            return english, 0
        if (english, deep) not in self._known:
            self._known[english, deep] = self._best(english, deep)
        return self._known[english, deep]

    def _best(self, english: str, deep: int) -> tuple[str, int]:
        sentences = list(self._sentences(english, deep))
        readings = [
            (english, 0),
            *(reading for begins, reading in sentences if begins == 0),
            *self._pieces(english, deep),
            *(reading for begins, reading in sentences if begins > 0),
        ]
        return max(readings, key=lambda reading: reading[1])  # the first of equals

    def _sentences(self, english: str, deep: int) -> Iterator[tuple[int, tuple[str, int]]]:
        """Readings as a sentence, and where its own words begin."""
        fitting = [
            (values, pattern)
            for pattern in _patterns(self._code)
            if pattern.longest in english and (values := pattern.match(english)) is not None
        ]
        # Whose own words come first: "{count} addresses are behind it" fits the end of many sentences.
        fitting.sort(key=lambda item: item[1].begins(item[0]))
        for values, pattern in fitting[:_TRIED]:
            read = {name: self.read(value, deep - 1) for name, value in values.items()}
            filled = pattern.filled({name: text for name, (text, _) in read.items()})
            known = _letters("".join(pattern.fixed)) + sum(known for _, known in read.values())
            yield pattern.begins(values), (filled, known)

    def _pieces(self, english: str, deep: int) -> Iterator[tuple[str, int]]:
        opened = _opened(english)
        if opened:
            head, hint = english[:opened], english[opened + 2 : -1]
            yield self._joined([head, hint], deep, "{} ({})")
        for joint in _LISTS:
            if joint in english:
                parts = english.split(joint)
                yield self._joined(parts, deep, joint.join(["{}"] * len(parts)))
        for split in (str.partition, str.rpartition):
            head, colon, tail = split(english, _COLON)
            if colon:
                yield self._joined([head, tail], deep, "{}: {}")

    def _joined(self, parts: list[str], deep: int, form: str) -> tuple[str, int]:
        read = [self.read(part, deep - 1) for part in parts]
        if not all(known for _, known in read):
            # A single word beside what is not known may be a device's own.
            read = [one if " " in part else (part, 0) for part, one in zip(parts, read, strict=True)]
        return form.format(*(text for text, _ in read)), sum(known for _, known in read)


def _opened(text: str) -> int:
    """Where the bracket at the end, with the blank before it, opens; 0 where there is none."""
    if not text.endswith(")"):
        return 0
    open_ones = 0
    for place in range(len(text) - 1, 0, -1):
        open_ones += (text[place] == ")") - (text[place] == "(")
        if open_ones == 0:
            return place - 1 if text[place - 1] == " " else 0
    return 0


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
