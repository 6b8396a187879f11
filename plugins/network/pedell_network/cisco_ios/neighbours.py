"""Who announces himself to a Cisco switch, by LLDP and by CDP. Pure functions; output is hostile text.

Sources: the sample outputs of ntc-templates 9 and of Cisco's genieparser (IOS and IOS-XE). Read by their names, since
each release adds lines of its own, and the templates refuse what they do not know.
"""

from __future__ import annotations

import re

from pedell_network.cisco_ios.ports import short
from pedell_network.command_line import tables
from pedell_network.results import Neighbour
from pedell_network.texts import clean, one_line

# Letters of "Enabled Capabilities", from the legend that `show lldp neighbors` prints.
_LLDP = {
    "R": "router", "B": "bridge", "T": "phone", "C": "docsis", "W": "access_point", "P": "repeater",
    "S": "station", "O": "other",
}  # fmt: skip
# Words of "Capabilities" in `show cdp neighbors detail`, from the legend of `show cdp neighbors`.
_CDP = {
    "Router": "router", "Switch": "bridge", "Trans-Bridge": "access_point", "Phone": "phone", "Host": "station",
    "Repeater": "repeater",
}  # fmt: skip


def lldp(text: str, port: str = "") -> tuple[Neighbour, ...]:
    """`show lldp neighbors … detail`; `port` is what was asked for, since old versions do not repeat it.

    Raises PROTOCOL where it says neither who is there nor that nobody is.
    """
    text = clean(text[: tables.LONGEST])
    blocks = re.split(r"(?m)^(?=[ \t]{0,8}Local Intf:)", text)[1:]
    blocks = blocks or re.split(r"(?m)^(?=[ \t]{0,8}Chassis id:)", text)[1:]
    if not blocks and text.strip() and not re.search(r"(?i)\btotal entries displayed", text):
        raise tables.not_understood("show lldp neighbors detail")
    found = (_announced(block, port) for block in blocks)
    return tuple(one for one in found if one is not None)


def _announced(block: str, port: str) -> Neighbour | None:
    # What the neighbour says of itself may hold any line, those below it included.
    before, mark, rest = block.partition("System Description:")
    words, end, after = rest.partition("\nTime remaining")
    told = tables.pairs(f"{before}\n{after}" if mark and end else block)
    local = short(tables.first(told, "local intf")) or port
    if not local:
        return None
    letters = re.split(r"[,\s]+", tables.first(told, "enabled capabilities", "system capabilities"))
    chassis, remote = tables.first(told, "chassis id"), tables.first(told, "port id")
    return Neighbour(
        port=local,
        name=one_line(tables.first(told, "system name"), 128),
        description=one_line(next((line for line in words.splitlines() if line.strip()), "")),
        remote_port=one_line(remote, 64),
        address=one_line(tables.first(told, "ip"), 45),
        mac=tables.mac(chassis) or tables.mac(remote),
        capabilities=tuple(_LLDP[letter] for letter in letters if letter in _LLDP),
    )


def cdp(text: str, port: str = "") -> tuple[Neighbour, ...]:
    """`show cdp neighbors … detail`: Cisco's own announcement, on where LLDP is off."""
    found = []
    for block in re.split(r"(?m)^(?=[ \t]{0,8}Device ID:)", clean(text[: tables.LONGEST]))[1:]:
        head, _, version = block.partition("\nVersion :")
        told = tables.pairs(head)
        where = re.search(
            r"(?m)^[ \t]{0,8}Interface: ([^,\n]{1,40}), {1,4}Port ID \(outgoing port\): ([^\n]{0,64})$", head
        )
        local = (short(where[1]) if where else None) or port
        if not local:
            continue
        what = re.search(
            r"(?m)^[ \t]{0,8}Platform: {0,4}([^\n]{0,120}?), {1,4}Capabilities:([^\n]{0,160})$", head
        )
        found.append(
            Neighbour(
                port=local,
                name=one_line(tables.first(told, "device id"), 128),
                description=one_line(what[1] if what else next(iter(version.split("\n")[1:]), "")),
                remote_port=one_line(where[2] if where else "", 64),
                address=one_line(tables.first(told, "ip address", "ipv4 address"), 45),
                capabilities=_kinds(what[2] if what else ""),
            )
        )
    return tuple(found)


def _kinds(words: str) -> tuple[str, ...]:
    """An old Catalyst is a "Trans-Bridge Switch"; a "Trans-Bridge" alone, or with "Router", is an access point."""
    told = [word for word in re.split(r"[,\s]+", words) if word in _CDP]
    return tuple(_CDP[word] for word in told if not (word == "Trans-Bridge" and "Switch" in told))
