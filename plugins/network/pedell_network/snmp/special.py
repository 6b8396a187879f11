"""Interfaces that no device hangs on: the switch's own, and what holds a stack together.

Sources: IANAifType-MIB; HH3C-STACK-MIB (hh3cStackPhyPortInfoTable) and ENTITY-MIB (entAliasMappingTable) for Comware's IRF;
names of Catalysts' stack ports as whole walks of a 3750 have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pedell.transports.snmp_values import Oid, Value
from pedell_network.snmp import mib

VIRTUAL = frozenset({24, 33, 53, 131, 135, 136, 137, 142, 150, 166, 209})
"""IANAifType: softwareLoopback, rs232 (the console), propVirtual, tunnel, l2vlan, l3ipvlan, l3ipxvlan, ipForward,
mplsTunnel, mpls, bridge."""
ETHERNET_CSMACD, ETHERNET = 6, frozenset({6, 62, 69, 117})
_OTHER = 1
_OWN = re.compile(
    r"mgmt|management|meth\d|m-gigabitethernet|oob|fxp\d|v?me\d*$|em\d|console|null\d|nu\d|cpu|in-?loopback"
    r"|vl(?:an)?(?:[- ]?(?:if|interface))?[- ]?\d|lo\d|bme\d|(?:dsc|gre|ipip|irb|jsrv|lsi|mtun|pim[de]|tap|vlan|vtep)$"
    r"|(?:en|sw|cm)if\d|ap\d{1,2}/\d|appgigabit|bl\d{1,2}/\d|bluetooth",
    re.IGNORECASE,
)
"""Names of management ports and of TP-Link's VLANs, which are Ethernet to IF-MIB, of Junos' own, of
Zyxel's processor and VLANs (enif0, swif1, cmif0), of a Catalyst's applications and Bluetooth (Ap5/0/1, Bl0/4), and of what is no port."""
_STACK = re.compile(r"stack-?(port|sub)|irf-port|vcp[-_ ]?\d|hgstack|svl-?port", re.IGNORECASE)


_BUNDLE = re.compile(r"(?:po|port-channel|trk|bond|ae|sa) ?\d|lag\b", re.IGNORECASE)
"""Names of bundles on agents that give them a kind of their own, such as Cisco's propVirtual(53)."""


def is_own(name: str, kind: Value | None, *, bridged: bool | None, counted: bool) -> bool:
    """Whether an interface is the switch's own: by its kind or name.

    `bridged` is whether it is in the bridge's table, None where the switch has none; `counted` whether EtherLike-MIB
    counts its errors: an other(1) with neither is no Ethernet port.
    """
    if bridged and kind in ETHERNET:
        # Some agents put a person's words there; Arista counts its management port to the bridge.
        return re.fullmatch(r"(?:mgmt|management|oobm|meth)\d[\d/]*", name, re.IGNORECASE) is not None
    if kind in VIRTUAL or names_own(name):
        return True
    return kind == _OTHER and bridged is False and not counted


def names_own(name: str) -> bool:
    """Whether an interface's name says that it is the switch's own; so are then its units, such as irb.20 of irb."""
    return _OWN.match(name) is not None


def names_bundle(name: str) -> bool:
    """Whether an interface's name says that it is several links under one name."""
    return _BUNDLE.match(name) is not None


def names_stack(name: str) -> bool:
    """Whether an interface's name says that it holds a stack together."""
    return _STACK.match(name) is not None


def stacking(belongs: Mapping[Oid, Value], aliases: Mapping[Oid, Value]) -> frozenset[int]:
    """IfIndexes of the ports that Comware has put into an IRF port.

    `belongs` is hh3cStackBelongToPort by physical index, 0 for none; `aliases` are entAliasMappingIdentifier, index
    physical and logical, which name a row of ifTable.
    """
    parts = {at[0] for at, port in belongs.items() if len(at) == 1 and isinstance(port, int) and port > 0}
    return frozenset(index for part, index in interfaces_of(aliases) if part in parts)


def interfaces_of(aliases: Mapping[Oid, Value]) -> Iterator[tuple[int, int]]:
    """Parts (entPhysicalIndex) that are a row of ifTable, and its ifIndex; `aliases` as for `stacking`."""
    size = len(mib.IF_INDEX)
    for at, row in aliases.items():
        if len(at) == 2 and isinstance(row, tuple) and row[:size] == mib.IF_INDEX and len(row) == size + 1:
            yield at[0], row[size]
