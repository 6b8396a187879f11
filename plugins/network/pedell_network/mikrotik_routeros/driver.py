"""MikroTik switches and routers with RouterOS."""

from __future__ import annotations

from collections.abc import Sequence

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.mikrotik_routeros import parse
from pedell_network.mikrotik_routeros.platform import ROUTEROS

_TERSE = "print terse without-paging where"


class MikrotikRouterOs(PlatformSwitch):
    """MikroTik CRS, CCR, RB and hEX with RouterOS 6.49 or 7 (not SwOS).

    Settings on the device: `/ip service enable ssh`, a user of a group with the policies ssh, read, write, reboot and
    sensitive (for exports), `/ip neighbor discovery-settings` with lldp.
    Sources: MikroTik's manual, ntc-templates, netmiko 4.8.
    Everything is saved at once: `network.save_config` is not offered, and a restart loses nothing.
    """

    id = "mikrotik-routeros"
    title = "MikroTik RouterOS"
    brands = ("MikroTik CRS, CCR, RB, hEX with RouterOS 6.49 or 7",)
    protocol = "command line over SSH"
    proof = (
        "public sample outputs (ntc-templates) and MikroTik's manual",
        "its simulator over real SSH",
    )
    limitations = (
        "VLANs of a port only where its bridge has vlan-filtering=yes",
        "port names without blanks",
        "not yet tried on a real device",
    )
    kinds = frozenset({"switch"})
    platform = ROUTEROS

    def port_names(self, deadline: Deadline) -> Sequence[str]:
        """All interfaces."""
        told = parse.items(
            self.conversation(deadline).read("/interface print terse without-paging", deadline)
        )
        return tuple(values["name"] for _, values in told if values.get("name"))

    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """Set the port's own VLAN, where its bridge knows VLANs; elsewhere that would have no effect."""
        line = self.conversation(deadline)
        bridge = parse.bridge_of(
            line.read(f"/interface bridge port {_TERSE} interface={port}", deadline), port
        )
        if not bridge:
            raise DeviceError(ErrorClass.PRECONDITION, f"{port} does not belong to a bridge")
        if not parse.filters(line.read(f"/interface bridge {_TERSE} name={bridge}", deadline), bridge):
            raise DeviceError(ErrorClass.PRECONDITION, f"the bridge of {port} does not filter VLANs")
        super().put_into_vlan(port, vlan, old, deadline)
