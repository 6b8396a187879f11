"""What a command line says instead of doing something: an answer in words, never an error code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.texts import one_line

# The words that one platform or another begins such a line with, as netmiko's users name them for its
# `error_pattern`, with the German ones of firmware that has a language.
_USUAL = (
    r"% ?\S",
    r"\^\s*$",
    (
        r"(?:invalid|illegal|incomplete|ambiguous|unknown|unrecogni[sz]ed|unsupported|wrong|bad|missing)\b[^\n]{0,40}"
        r"\b(?:input|command|parameter|argument|value|interface|port|word|token|syntax|vlan|option|keyword)"
    ),
    r"error(?: ?[:!]| -|$)",
    r"(?:command|syntax|parse) (?:rejected|failed|error|not (?:found|supported|allowed))",
    r"syntax error",
    r"(?:failure|failed)\b ?:",
    r"(?:no such|not found)\b",
    r"(?:ungültig|unbekannt|unvollständig|mehrdeutig|falsch)\w*\b",
    r"fehler(?: ?[:!]| -|$)",
)
_DENIED = re.compile(
    r"(?i)not authorized|authori[sz]ation|permission|access denied|insufficient|privilege|nicht berechtigt"
    r"|zugriff verweigert|not allowed for|command not allowed"
)
_UNSUPPORTED = re.compile(
    r"(?i)\bnot (?:enabled|supported|available|applicable)\b|nicht unterstützt|not running"
)


@dataclass(frozen=True)
class Refusals:
    """Patterns of a refusal, each matched at the beginning of a line.

    Attributes:
        more: the platform's own, added to the usual ones.
        harmless: lines that look like a refusal and are none.
        longest: lines that an answer with a refusal in it may have; longer ones hold such words by chance.
    """

    more: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    longest: int = 12

    def __call__(self, text: str) -> DeviceError | None:
        """The refusal as an error (AUTH, UNSUPPORTED or REFUSED), or None."""
        lines = text.splitlines()
        if len(lines) > self.longest:
            return None
        refused = re.compile(rf"(?i)[ \t]*(?:{'|'.join((*_USUAL, *self.more))})")
        harmless = re.compile(rf"(?i)[ \t]*(?:{'|'.join(self.harmless)})") if self.harmless else None
        for number, line in enumerate(lines):
            if not refused.match(line) or (harmless is not None and harmless.match(line)):
                continue
            # A caret points at the trouble; the words stand in the next line, or there are none.
            words = one_line(
                line.strip(" ^\t") or " ".join(lines[number + 1 : number + 2]) or "wrong input", 160
            )
            return _as_error(words)
        return None


def _as_error(words: str) -> DeviceError:
    if _DENIED.search(words):
        return DeviceError(ErrorClass.AUTH, f"the login may not do this: {words}")
    if _UNSUPPORTED.search(words):
        return DeviceError(ErrorClass.UNSUPPORTED, f"the switch says: {words}")
    return DeviceError(ErrorClass.REFUSED, f"the switch says: {words}")
