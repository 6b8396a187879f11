"""Pagers that could not be switched off: what they say, and the key that shows the next page.

Sources: the prompts in oxidized's models and netmiko's drivers of the platforms named.
"""

from __future__ import annotations

import re

_MORE = re.compile(
    r"(?i)(?:"
    r"\s*[-<(]*\s?-{1,4}\s?\(?more\b[^\n]{0,60}"  # IOS, Comware, EdgeSwitch, AOS-CX, ProCurve, Junos
    r"|\s*more: <space>[^\n]{0,60}"  # Cisco Small Business
    r"|\s*press any key to continue \(q to quit\)[^\n]{0,20}"  # TP-Link
    r"|\s*press <space> to continue[^\n]{0,40}"  # EXOS
    r"|\s*(?:ctrl\+c\b)[^\n]{0,40}\bspace\b[^\n]{0,40}"  # D-Link
    r"|\s*-- \[q quit[^\n]{0,40}"  # RouterOS
    r"|\s*lines \d+-\d+[^\n]{0,40}"  # less
    r")\s*"
)


def is_more(line: str) -> bool:
    """Whether the unfinished line is a pager that waits for a key; a space shows the next page on all of them."""
    return len(line) < 120 and _MORE.fullmatch(line) is not None
