"""Who made a switch, which one it is and what runs on it, from sysObjectID and sysDescr.

Sources: IANA's enterprise numbers; sysDescr of the makers' switches as whole walks have them (snmpsim-data, LibreNMS' recordings).
What is not told stays empty; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pedell.transports.snmp_values import Oid
from pedell_network.texts import one_line

_ENTERPRISES = (1, 3, 6, 1, 4, 1)
_MAKERS = {
    9: "Cisco", 11: "HP", 43: "3Com", 171: "D-Link", 207: "Allied Telesis", 259: "Edgecore", 674: "Dell", 890: "Zyxel",
    1916: "Extreme Networks", 1991: "Brocade", 2011: "Huawei", 2356: "LANCOM", 2636: "Juniper", 3902: "ZTE", 4526: "Netgear",
    4881: "Ruijie", 6027: "Dell", 6486: "Alcatel-Lucent", 10456: "Planet", 10002: "Ubiquiti", 11863: "TP-Link",
    14823: "Aruba", 14988: "MikroTik", 25506: "H3C", 30065: "Arista", 41112: "Ubiquiti", 47196: "Aruba",
}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """What is told; empty where it is not. `driver` is the id of the driver for its command line."""

    maker: str = ""
    model: str = ""
    firmware: str = ""
    driver: str = ""


@dataclass(frozen=True)
class _Rule:
    """How one firmware describes itself: groups `model` and `firmware` of the pattern, and whose it is."""

    pattern: str
    enterprises: tuple[int, ...]
    driver: str = ""
    maker: str = ""

    def told(self, enterprise: int, descr: str) -> Described | None:
        """What it says of a description, if it is of this firmware."""
        if enterprise not in self.enterprises:
            return None
        found = re.search(self.pattern, descr)
        if found is None:
            return None
        groups = found.groupdict()
        return Described(
            self.maker or _MAKERS.get(enterprise, ""),
            one_line(groups.get("model") or "", 64),
            one_line(groups.get("firmware") or "", 64),
            self.driver,
        )


_VERSION = r"[Vv]ersion (?P<firmware>[^,\s]+)"
_UBIQUITI, _HP, _H3C = (4413, 10002, 41112), (11,), (25506, 11, 43)
# The first that fits: of one maker the narrower come first.
_RULES = (
    _Rule(rf"(?s)(?:NX-OS|IOS.{{0,4}}XR|Adaptive Security).*?{_VERSION}", (9,)),
    _Rule(
        rf"IOS.{{0,40}}? (?P<model>C\d{{4}}\w*) Software \([\w-]+\), (?:Experimental )?{_VERSION}",
        (9,),
        "cisco-ios",
    ),
    _Rule(rf"(?s)IOS.*?{_VERSION}", (9,), "cisco-ios"),
    _Rule(r"^(?P<model>S[FG]3\d\d\S*|S[FGX]5\d\d\S*|CBS350\S*)", (9,), "cisco-s300"),
    _Rule(r"^(?P<model>S[FG]\d{3}\S*|CBS\d{3}\S*|C1[23]00\S*)", (9,)),
    _Rule(
        r"(?s)Comware.*?(?:Software|Product) [Vv]ersion (?P<firmware>(?:Release )?\d[\w.]+(?:,? Release \w+)?)"
        r"(?:\s+(?P<model>(?:HPE?|H3C|3Com) [^\r\n]+))?",
        _H3C,
        "hp-comware",
    ),
    _Rule(
        r"^(?P<model>H3C Switch \S+) Software Version (?P<firmware>[\d.]+(?:, Release \w+)?)",
        _H3C,
        "hp-comware",
    ),
    _Rule(
        r"^(?:HP |Hewlett-Packard )?(?:ProCurve|HPE?|Aruba|Company)? *(?P<model>J\w{5,6}\b[^,]*?|\d{6}-B21[^,]*?)(?: Switch)?, "
        r"revision (?P<firmware>[A-Z]{1,2}\.\d[\w.]*)",
        _HP,
        "hp-procurve",
    ),
    _Rule(
        r"^(?:HPE )?(?:ANW|Aruba|HPE) +(?P<model>[JRS]\w{4,6}\b.*?) +(?P<firmware>[A-Z]{2}\.\d\d\.\d\d\.\w+)",
        (47196,),
        "aruba-aoscx",
    ),
    _Rule(
        r"^Juniper Networks, Inc\. (?P<model>(?:ex|qfx)\S+) .*?JUNOS (?P<firmware>[^,\s]+)",
        (2636,),
        "juniper-junos",
    ),
    _Rule(r"JUNOS (?P<firmware>[^,\s]+)", (2636,)),
    _Rule(r"^RouterOS (?P<model>\S+)", (14988,), "mikrotik-routeros"),
    _Rule(
        r"^(?P<model>(?:EdgeSwitch|EP-S|ES-)[^,]*), (?P<firmware>[\d.]+)",
        _UBIQUITI,
        "ubiquiti-edgeswitch",
        "Ubiquiti",
    ),
    _Rule(
        r"^(?P<model>(?:USW|USL|US)-[^,]+), (?P<firmware>[\d.]+)",
        _UBIQUITI,
        "ubiquiti-unifiswitch",
        "Ubiquiti",
    ),
    _Rule(
        r"^(?P<model>(?:M4[23]|M53|GSM72)\w+(?:-\w+)?)[^,]*, (?P<firmware>\d+\.\d+\.\d+\S*?),",
        (4526,),
        "netgear-prosafe",
    ),
    _Rule(r"^(?P<model>[A-Z]{1,4}\d{3,4}\w*)\b", (4526,)),
    _Rule(r"^JetStream (?P<model>.+)$", (11863,), "tplink-jetstream"),
    _Rule(
        r"^(?:D-Link )?(?P<model>DES-3200\S*|DGS-3(?:000|120|420)\S*|DGS-1210\S*/ME\S*)", (171,), "dlink-ds"
    ),
    _Rule(r"^(?:D-Link )?(?P<model>D[EGX]S-\d{4}\S*)(?:.*?(?P<firmware>\d+\.\d+\.[\w.]+))?", (171,)),
    _Rule(
        r"^(?P<model>(?:GS1350|X?GS22[12]0|XMG2230|XGS3700|XS3800|XGS4600|GS1920|XGS193[05])\S*)",
        (890,),
        "zyxel-zynos",
    ),
    _Rule(r"^(?P<model>(?:X?[GM]?E?S|XMG)\d{4}\S*)", (890,)),
    _Rule(r"^(?:LANCOM )?(?P<model>GS-(?:24|3[1256])\S+)", (2356,), "lancom-lcossx4"),
    _Rule(r"^(?:LANCOM )?(?P<model>[GX]S-4\S+|[XY]S-[567]\S+)", (2356,), "lancom-lcossx5"),
    _Rule(r"^(?:LANCOM )?(?P<model>[GXY]S-\S+)", (2356,)),
    _Rule(r"AW\+ v?(?P<firmware>[\d.-]+)", (207,), "allied-telesis-awplus"),
    _Rule(r"^ExtremeXOS \((?P<model>[^)]+)\) version (?P<firmware>\S+)", (1916,), "extreme-exos"),
    _Rule(r"Inc\. (?:Stacking System )?(?P<model>[^\s,]+), IronWare Version (?P<firmware>\S+)", (1991,)),
    _Rule(r"(?s)^(?P<model>S\d{4}\S+).*?VRP.*?Version (?P<firmware>[\d.]+(?: \([^)]*\))?)", (2011,)),
    _Rule(r"(?s)VRP.*?Version (?P<firmware>[\d.]+(?: \([^)]*\))?)", (2011,)),
    _Rule(r"EOS version (?P<firmware>\S+) running on an Arista Networks (?P<model>\S+)", (30065,)),
)


def enterprise_of(object_id: Oid | None) -> int:
    """The maker's number in a sysObjectID; 0 where there is none."""
    given = object_id or ()
    return given[6] if len(given) > 6 and given[:6] == _ENTERPRISES else 0


def described(object_id: Oid | None, descr: str) -> Described:
    """What sysObjectID and sysDescr tell; the description with its line breaks."""
    enterprise = enterprise_of(object_id)
    for rule in _RULES:
        found = rule.told(enterprise, descr[:2000])
        if found is not None:
            return found
    return Described(_MAKERS.get(enterprise, ""))
