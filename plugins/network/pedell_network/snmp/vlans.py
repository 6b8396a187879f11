"""Which VLANs a bridge port is in, and what must be written so that it is in another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass
from pedell.transports.snmp_values import Oid, Setting, Value
from pedell_network.results import Mode
from pedell_network.snmp import mib
from pedell_network.snmp.codec import members, with_port


@dataclass(frozen=True)
class Lists:
    """dot1qVlanStaticEgressPorts and dot1qVlanStaticUntaggedPorts by VLAN."""

    egress: Mapping[int, bytes]
    untagged: Mapping[int, bytes]

    @classmethod
    def of(cls, egress: Mapping[Oid, Value], untagged: Mapping[Oid, Value]) -> Lists:
        """From two columns."""
        return cls(_column(egress), _column(untagged))

    @classmethod
    def now(cls, egress: Mapping[Oid, Value], untagged: Mapping[Oid, Value]) -> Lists:
        """From dot1qVlanCurrentTable, which has a time before the VLAN; agents that keep no static one have it."""
        return cls(
            _column({index[-1:]: value for index, value in egress.items()}),
            _column({index[-1:]: value for index, value in untagged.items()}),
        )

    def mode(self, port: int) -> Mode:
        """A port with a tagged VLAN is a trunk; one in no VLAN at all is not told of."""
        inside = [vlan for vlan, bitmap in self.egress.items() if port in members(bitmap)]
        if not inside:
            return Mode.UNKNOWN
        tagged = [vlan for vlan in inside if port not in members(self.untagged.get(vlan, b""))]
        return Mode.TRUNK if tagged else Mode.ACCESS


def change(lists: Lists, port: int, vlan: int) -> list[Setting]:
    """What makes `port` an access port of `vlan`, in an order in which each step alone is consistent too.

    First the port joins the new VLAN, then its own frames do, then it leaves all others: at no point is a port
    untagged where it is no member, nor its PVID a VLAN that it is not in. Raises PRECONDITION for a VLAN that is not
    there: creating one is not this action's business.
    """
    if vlan not in lists.egress:
        known = ", ".join(map(str, sorted(lists.egress)[:12]))
        raise DeviceError(
            ErrorClass.PRECONDITION, f"there is no VLAN {vlan} on this switch", hint=f"it has {known}"
        )
    made = []
    for column, bitmaps in ((mib.VLAN_EGRESS, lists.egress), (mib.VLAN_UNTAGGED, lists.untagged)):
        before = bitmaps.get(vlan, b"")
        if port not in members(before):
            made.append(Setting((*column, vlan), with_port(before, port, member=True), "octets"))
    made.append(Setting((*mib.PVID, port), vlan, "unsigned"))
    for column, bitmaps in ((mib.VLAN_UNTAGGED, lists.untagged), (mib.VLAN_EGRESS, lists.egress)):
        made.extend(
            Setting((*column, other), with_port(bitmap, port, member=False), "octets")
            for other, bitmap in bitmaps.items()
            if other != vlan and port in members(bitmap)
        )
    return made


def back(lists: Lists, done: list[Setting], pvid: int | None) -> list[Setting]:
    """What undoes the settings that were done, last first."""
    made = []
    for one in reversed(done):
        if one.oid[:-1] == mib.PVID:
            if pvid is not None:
                made.append(Setting(one.oid, pvid, "unsigned"))
            continue
        before = lists.egress if one.oid[:-1] == mib.VLAN_EGRESS else lists.untagged
        made.append(Setting(one.oid, before.get(one.oid[-1], b""), "octets"))
    return made


def _column(rows: Mapping[Oid, Value]) -> dict[int, bytes]:
    return {index[0]: value for index, value in rows.items() if len(index) == 1 and isinstance(value, bytes)}
