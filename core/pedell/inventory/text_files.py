"""Import files as text: size and encoding."""

from __future__ import annotations

import codecs
from pathlib import Path

from pedell.errors import Finding
from pedell.i18n import t
from pedell.inventory.entries import UNREADABLE

MAX_BYTES = 256 * 1024 * 1024


def read_text(path: Path, name: str) -> tuple[str, list[Finding]]:
    """The file's text and what is odd about it; a file that cannot be read is empty text and a finding."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", [
                _unreadable(t("the file is larger than {limit} MB", limit=MAX_BYTES // 1024**2), name)
            ]
        raw = path.read_bytes()
    except OSError as error:
        return "", [_unreadable(t("the file cannot be read: {error}", error=error.strerror or error), name)]
    return decode(raw, name)


def _unreadable(message: str, name: str, line: int | None = None, hint: str = "") -> Finding:
    return Finding(message, source=name, line=line, hint=hint, code=UNREADABLE)


def decode(raw: bytes, name: str) -> tuple[str, list[Finding]]:
    """UTF-8 with or without mark, UTF-16 with mark, else Windows-1252 with a warning."""
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return raw.decode("utf-16"), []
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        made = raw.decode("cp1252", errors="replace")
    if "\x00" in made:
        return "", [_unreadable(t("this is no text file"), name, line, t("save it as CSV (UTF-8)"))]
    warning = Finding(
        t("the file is not UTF-8 and was read as Windows-1252 (Latin-1)"), source=name, line=line,
        hint=t("check the umlauts; save the file as 'CSV UTF-8'"), code="encoding", severity="warning",
    )  # fmt: skip
    return made, [warning]
