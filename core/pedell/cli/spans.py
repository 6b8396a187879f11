"""Spans of time as people write them in options."""

from __future__ import annotations

import re

from pedell.errors import UsageError
from pedell.i18n import t

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds(written: str, units: str, examples: str, *, most: int = 99_999 * UNITS["d"]) -> int:
    """A span such as 90m or 24h in seconds, in one of these units and `most` at most.

    Raises UsageError, with `examples` as its hint.
    """
    found = re.fullmatch(rf"([1-9][0-9]{{0,5}})([{units}])", written.strip().lower())
    length = int(found[1]) * UNITS[found[2]] if found else 0
    if not 0 < length <= most:
        raise UsageError(t("this is no span of time: {text}", text=written[:40]), hint=examples)
    return length
