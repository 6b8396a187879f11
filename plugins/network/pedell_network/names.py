"""A port that a switch does not have: which ones it has instead. Pure functions; output is hostile text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_network.texts import clean, one_line

_MOST = 2000
"""Ports that are looked at; the largest stack has fewer."""
_BUNDLE = re.compile(
    r"(?i)(?:po|port-?channel|eth-?trunk|lag|trk|trunk|sa|static-channel|ae|bagg|bridge-aggregation|t) ?\d{1,4}"
)


def listed(text: str, port_name: Callable[[str], str | None]) -> tuple[str, ...]:
    """The ports that stand at the beginning of a table's lines, in the platform's own spelling."""
    found: dict[str, None] = {}
    for line in clean(text).splitlines()[: 4 * _MOST]:
        words = line.strip(" |*").split(None, 2)[:2]
        tries = ("".join(words[:1]), " ".join(words))
        name = next((name for one in tries if one and (name := port_name(one[:64])) is not None), None)
        if name is not None and len(found) < _MOST:
            found[name] = None
    return tuple(found)


def natural(name: str) -> list[tuple[int, str]]:
    """To sort by: Gi1/0/10 comes after Gi1/0/9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d{1,9}|\D+", name)]


def no_such_port(asked: str, meant: str, names: Iterable[str]) -> DeviceError | None:
    """The error that names what is near; None where the switch has that port, or lists none."""
    known = sorted(set(names), key=natural)
    if not known or meant in known:
        return None
    small = {name.lower(): name for name in known}
    found = difflib.get_close_matches((meant or asked).lower(), small, 3, 0.6)
    near = ", ".join(sorted((small[one] for one in found), key=natural))
    port, first, last = one_line(meant or asked, 40), known[0], known[-1]
    return DeviceError(
        ErrorClass.PRECONDITION,
        f"the switch has no port {port}",
        happened=Happened.NO,
        hint=f"it has {first} to {last}; near are {near}" if near else f"it has {first} to {last}",
    )


def is_bundle(text: str) -> bool:
    """Whether it is written as several links under one name are."""
    return _BUNDLE.fullmatch(text.strip()) is not None


def bare(text: str) -> str:
    """Without the word that a configuration puts before it: `interface Gi1/0/5`."""
    return re.sub(r"(?i)^(?:interface|int|port)[ \t]+(?=\S)", "", " ".join(text.split()))
