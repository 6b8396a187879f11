"""What a switch may say at the login instead of a prompt. Pure functions over hostile text.

Sources: oxidized's models (`ciscosmb` for the expired password, `procurve`, `comware` for the keys to press), netmiko's
login handlers, and the makers' message references for sessions that are all taken (Cisco IOS, Comware, FASTPATH).
"""

from __future__ import annotations

import re

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.texts import one_line

_TAKEN = re.compile(
    r"(?i)\b(?:too many (?:open |active |concurrent )?(?:sessions|connections|users|logins)"
    r"|max(?:imum)?(?: number of)?(?: \w+){0,3} (?:sessions|connections|users|logins)(?: has been| have been| is| are)?"
    r"(?: already)? (?:reached|exceeded)"
    r"|all (?:user interfaces|vty lines?|lines|sessions|connections) (?:are|is)?\s?(?:used|in use|busy|taken)"
    r"|no (?:free|available|more) (?:vty |tty )?(?:lines?|sessions?)"
    r"|(?:session|connection) limit (?:has been )?(?:reached|exceeded))"
)
_EXPIRED = re.compile(
    r"(?i)(?:password (?:has|is) expired|password expired|must change your password|please change your password from"
    r"|do you want to change the password|password (?:must|needs to|has to) be changed"
    r"|(?:\bnew|enter old|\(current\)) (?:unix )?password ?[:>])"
)
_LOCKED = re.compile(r"(?i)(?:account|user|login) (?:is|has been) (?:locked|disabled|blocked)")
_PRESS = re.compile(
    r"(?i)(?:(?:press|hit|type)\b[^\n]{0,30}\b(?:any key|enter|return|y or enter)\b|any key to continue)"
)

_QUESTION = re.compile(r"(?i)(?:\?|[\[(]\s*(?:y|yes)\s*/\s*(?:n|no)\s*[\])])(?:\s*\[\w+\])?\s*[?:]?\s*\Z")


def refusal(said: str) -> DeviceError | None:
    """What the text before the first prompt says against going on, or None.

    AUTH for an expired password or a locked account, BUSY where all sessions are taken.
    """
    if found := _TAKEN.search(said):
        return DeviceError(
            ErrorClass.BUSY,
            f"the switch has no free session: {one_line(_line_of(said, found), 120)}",
            hint="somebody else's sessions, or old ones that have not timed out yet",
        )
    if found := _EXPIRED.search(said):
        return DeviceError(
            ErrorClass.AUTH,
            f"the switch wants a new password: {one_line(_line_of(said, found), 120)}",
            hint="log in once by hand and change it, then change the secret",
        )
    if found := _LOCKED.search(said):
        return DeviceError(
            ErrorClass.AUTH, f"the switch refuses the login: {one_line(_line_of(said, found), 120)}"
        )
    return None


def question(line: str) -> DeviceError | None:
    """A question that waits in the line where the prompt should be: nobody but a person may answer it."""
    if not _QUESTION.search(line):
        return None
    return DeviceError(
        ErrorClass.PRECONDITION,
        f"the switch asks something at the login: {one_line(line, 120)}",
        hint="log in once by hand and answer it",
    )


def key_wanted(line: str) -> str:
    """The key that a line asks for before it goes on: "any", "enter", or empty for none."""
    found = _PRESS.search(line)
    if found is None:
        return ""
    return "any" if "any key" in found[0].lower() else "enter"


def _line_of(text: str, found: re.Match[str]) -> str:
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    return text[start : end if end >= 0 else len(text)]
