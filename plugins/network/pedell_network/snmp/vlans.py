"""Which VLANs a bridge port is in, and what must be written so that it is in another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pedell.drivers.api import DeviceError, ErrorClass
from pedell.transports.snmp_values import Oid, Setting, Value
from pedell_network.results import Mode
from pedell_network.snmp import mib
from pedell_network.snmp.codec import is_bitmap, members, mirrored, with_port


@dataclass(frozen=True)
class Lists:
    """dot1qVlanStaticEgressPorts and dot1qVlanStaticUntaggedPorts by VLAN; `ports` are the bridge's, empty where not told."""

    egress: Mapping[int, bytes]
    untagged: Mapping[int, bytes]
    ports: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls, egress: Mapping[Oid, Value], untagged: Mapping[Oid, Value], ports: frozenset[int] = frozenset()
    ) -> Lists:
        """From two columns."""
        return cls(_column(egress), _column(untagged), ports)

    @classmethod
    def now(
        cls, egress: Mapping[Oid, Value], untagged: Mapping[Oid, Value], ports: frozenset[int] = frozenset()
    ) -> Lists:
        """From dot1qVlanCurrentTable, which has a time before the VLAN; agents that keep no static one have it."""
        return cls(
            _column({index[-1:]: value for index, value in egress.items()}),
            _column({index[-1:]: value for index, value in untagged.items()}),
            ports,
        )

    @cached_property
    def _reading(self) -> Callable[[bytes], frozenset[int]] | None:
        """How the switch writes its lists; None where that cannot be found out.

        Lists that mostly name ports which the bridge does not have are no bitmaps of the standard: D-Link's DES-3028 has them
        the other way round, and an ICX 6430 has numbers in pairs of octets.
        """
        named = frozenset().union(*map(members, self.egress.values()))
        if not self.ports or 2 * len(named & self.ports) >= len(named):
            return members
        return mirrored if frozenset().union(*map(mirrored, self.egress.values())) <= self.ports else None

    @property
    def writable(self) -> bool:
        """Whether the lists are bitmaps as the standard has them, which can be written with a port put in or out."""
        if self._reading is not members:
            return False
        return all(is_bitmap(value) for value in (*self.egress.values(), *self.untagged.values()))

    def mode(self, port: int) -> Mode:
        """A port with a tagged VLAN is a trunk; one in no VLAN at all is not told of."""
        inside, own = self._inside(port, self.egress), self._inside(port, self.untagged)
        if not inside:
            return Mode.UNKNOWN
        return Mode.TRUNK if inside - own else Mode.ACCESS

    def own(self, port: int) -> int | None:
        """The one VLAN whose frames leave the port untagged; None where there is none, or more."""
        own = self._inside(port, self.untagged) & self._inside(port, self.egress)
        return next(iter(own)) if len(own) == 1 else None

    def _inside(self, port: int, lists: Mapping[int, bytes]) -> set[int]:
        way = self._reading
        return {vlan for vlan, bitmap in lists.items() if way is not None and port in way(bitmap)}


def change(lists: Lists, port: int, vlan: int) -> list[Setting]:
    """What makes `port` an access port of `vlan`, in an order in which each step alone is consistent too.

    First the port joins the new VLAN, then its own frames do, then it leaves all others: at no point is a port
    untagged where it is no member, nor its PVID a VLAN that it is not in. Raises PRECONDITION for a VLAN that is not
    there: creating one is not this action's business. Raises UNSUPPORTED for lists that are no bitmaps.
    """
    if not lists.writable:
        raise DeviceError(
            ErrorClass.UNSUPPORTED,
            "the switch writes its lists of VLAN members in a way of its own",
            hint="put the port into the VLAN on its command line or page",
        )
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
