"""Texts in the reader's language.

The English sentence stands in the code and is the key: `t("Run {run} started", run=7)`. Translations are
TOML files `locale/<language>-<area>.toml` of flat `"English" = "German"` pairs, read on first use; a test
holds that every sentence has one, with the same placeholders. Playbooks and contracts carry their own
`Text` in both languages.
"""

from __future__ import annotations

import os
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


def stored(english: str) -> str:
    """A sentence that was written down in English, in the language of this context where it is known whole."""
    return _catalogue(language()).get(english, english)


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
