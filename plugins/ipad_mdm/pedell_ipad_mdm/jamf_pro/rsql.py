"""RSQL, the language of Jamf Pro's `filter` parameter, as far as it is sent.

Source: Jamf Pro API reference, `filter` of the lists of commands and of mobile devices; grammar of rsql-parser:
a value with a reserved character or a space stands in quotes, a quote or backslash within it is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pedell.drivers.api import DeviceError, ErrorClass

_BARE = re.compile(r"[A-Za-z0-9._:+-]+")
_MAX = 200


def value(text: str) -> str:
    """A value, quoted where it must be; raises DeviceError(PRECONDITION) for what no identifier may hold."""
    if not text or len(text) > _MAX or not text.isprintable():
        raise DeviceError(ErrorClass.PRECONDITION, f"{text[:40]!r} cannot be looked up in the MDM")
    if _BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def equals(field: str, text: str) -> str:
    """`field` is exactly `text`. Jamf Pro reads `*` as a wildcard, so that is refused."""
    if "*" in text:
        raise DeviceError(
            ErrorClass.PRECONDITION, f"{text[:40]!r} holds a wildcard, which would match other iPads"
        )
    return f"{field}=={value(text)}"


def one_of(field: str, texts: Sequence[str]) -> str:
    """`field` is one of these. Source: "Filtering with RSQL" in Jamf's developer documentation, operator `=in=`."""
    return f"{field}=in=({','.join(equals(field, text).partition('==')[2] for text in texts)})"


def all_of(*terms: str) -> str:
    """All of these hold."""
    return ";".join(terms)
