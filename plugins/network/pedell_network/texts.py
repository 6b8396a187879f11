"""Text that switches print: made harmless; `mask_secrets` masks what is secret in it."""

from __future__ import annotations

import re

from pedell_network.masking import MASK, mask_secrets

__all__ = ["MASK", "clean", "mask_secrets", "one_line"]

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")
_LOG_SIGN = re.compile(r"%|<\w+[:>]")
_LOG_LINE = re.compile(
    r"(?:[*.]?(?:[\w:.,/ *+-]{0,60}?: ?)?%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[A-Z0-7]-\w+: ?"  # Cisco, both kinds
    r"|%[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d:\d{3} \d{4} \S+ \w+/\d/\w+: ?"  # Comware
    r"|\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d\d <\w+:[\w.]+> "  # EXOS
    r"|<\d{1,3}> ?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )"  # FASTPATH: EdgeSwitch, Netgear
)


def is_log_line(line: str) -> bool:
    """Whether a line is a message of the switch's log, printed to whoever is logged in.

    Sources: Cisco's "System Message Format", H3C's information center, EXOS's "Log Message Format", RFC 3164.
    """
    return _LOG_LINE.match(line) is not None


def without_log(text: str) -> str:
    """An answer without messages of the log that were printed into it, each on a line of its own."""
    if not _LOG_SIGN.search(text):
        return text
    return "\n".join(line for line in text.split("\n") if not is_log_line(line))


def clean(text: str) -> str:
    """`text` without escape sequences and control characters; line ends become newlines."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, limit: int = 200) -> str:
    """Hostile text as one short line for an error."""
    return " ".join(clean(text).split())[:limit]
