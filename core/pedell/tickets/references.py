"""References to tickets as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pedell.errors import UsageError
from pedell.i18n import t
from pedell.tickets.model import LOCAL

_NUMBER = re.compile(r"#?([0-9]{1,18})")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.IGNORECASE)
_REMOTE = re.compile(r"([a-z][a-z0-9_-]{0,63}):(\S{1,128})")


@dataclass(frozen=True)
class Reference:
    """One of: a short number, a ULID, a system and a key."""

    no: int | None = None
    id: str = ""
    system: str = ""
    key: str = ""

    def __str__(self) -> str:
        """As a person would type it."""
        return str(self.no) if self.no is not None else self.id or f"{self.system}:{self.key}"


def read(text: str) -> Reference:
    """Read `4711`, `#4711`, a ULID, `local:4711` or `rt:4711`; raises UsageError.

    `new` is no reference: whoever may open tickets looks for that word first.
    """
    word = text.strip()
    match = _REMOTE.fullmatch(word)
    if match and match[1] == LOCAL:
        word = match[2]
    elif match:
        return Reference(system=match[1], key=match[2])
    if number := _NUMBER.fullmatch(word):
        return Reference(no=int(number[1]))
    if _ULID.fullmatch(word):
        return Reference(id=word.upper())
    raise UsageError(
        t("{text} names no ticket", text=repr(text[:80])),
        hint=t("write 4711, rt:4711 (system and key), or new"),
    )
