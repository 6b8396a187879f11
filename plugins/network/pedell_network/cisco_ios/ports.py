"""Names of ports on Cisco IOS: Gi1/0/5, gi1/0/5, GigabitEthernet 1/0/5 are one."""

from __future__ import annotations

import re

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.names import bare

# Interface types of Catalyst switches and the abbreviation that show commands print, from the interface
# command's reference and the sample outputs of ntc-templates.
_TYPES = (
    ("FastEthernet", "Fa"),
    ("GigabitEthernet", "Gi"),
    ("TwoGigabitEthernet", "Tw"),
    ("FiveGigabitEthernet", "Fi"),
    ("TenGigabitEthernet", "Te"),
    ("TwentyFiveGigE", "Twe"),
    ("FortyGigabitEthernet", "Fo"),
    ("HundredGigE", "Hu"),
    ("AppGigabitEthernet", "Ap"),
    ("Ethernet", "Et"),
    ("Port-channel", "Po"),
)
_NAME = re.compile(r"(?P<type>[A-Za-z-]*) ?(?P<number>\d{1,4}(?:/\d{1,4}){0,3}(?:\.\d{1,5})?)")


def short(text: str, prefix: str = "") -> str | None:
    """The name as show commands print it, or None where it cannot be a port of IOS.

    `prefix` is the type that a number alone means, such as `Gi`.
    """
    found = _NAME.fullmatch(text.strip())
    if found is None:
        return None
    kind = (found["type"] or prefix).lower()
    for long, abbreviation in _TYPES:
        # TenGigE for TenGigabitEthernet, and the other way round.
        ways = {
            long.lower(),
            re.sub(r"gig(?:abitethernet|e)$", "gige", long.lower()),
            re.sub("gige$", "gigabitethernet", long.lower()),
        }
        if kind and (
            kind == abbreviation.lower() or (len(kind) >= 2 and any(way.startswith(kind) for way in ways))
        ):
            return f"{abbreviation}{found['number']}"
    return None


def port(text: str, prefix: str = "") -> str:
    """As `short`; raises PRECONDITION where it cannot be a port."""
    name = short(bare(text), prefix)
    if name is None:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{text[:40]!r} is not a port of this switch",
            hint="write it as the switch does, such as Gi1/0/5; for 1/0/5 alone set the option port_prefix",
        )
    return name
