"""Names of ports on ProCurve: `5`, `A5` in a chassis, `1/5` or `1/A5` in a stack, `Trk1` for a trunk group."""

from __future__ import annotations

import re

_NAME = re.compile(r"(?i)(?:(?:port|interface|ethernet|eth) ?)?((?:\d{1,2}/)?[a-l]?\d{1,3}|trk\d{1,3})")


def port(text: str, prefix: str) -> str | None:
    """The switch's own spelling, or None. A prefix is of no use here: a number alone is a port's whole name."""
    del prefix
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    name = found[1].upper()
    return f"Trk{name[3:]}" if name.startswith("TRK") else name


def listed(text: str) -> str:
    """A port in a table: `A5*` is a foreign transceiver, `1/28-Trk1` a member of a trunk group."""
    return text.strip().rstrip("*").partition("-")[0]
