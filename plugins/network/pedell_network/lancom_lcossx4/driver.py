"""LANCOM with LCOS SX 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.lancom_lcossx4.platform import SX4, VLANS

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection


class LancomLcosSx4(PlatformSwitch):
    """LANCOM GS-2400, GS-3100, GS-3200, GS-3500 and GS-3600 with LCOS SX 4 (GS-4000 and XS are LCOS SX 5, GS-2300 LCOS SX 3).

    Settings on the switch: `ip ssh`, a user of privilege 15, LLDP on the ports as it is by default. A switch that the
    LANCOM Management Cloud leads gets its configuration from there again.
    Sources: what the Ansible collection lancom.swoslx captured on a GS-3510XP (4.30), public scripts for LCOS SX 4, netmiko 4.8,
    whose driver was tried on GS-3152XP to GS-3652XP, and other makers' switches with Microchip's WebStaX, which it is.
    """

    id = "lancom-lcossx4"
    title = "LANCOM switches with LCOS SX 4"
    brands = ("LANCOM GS-2400, GS-3100, GS-3200, GS-3500, GS-3600 with LCOS SX 4",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: another project's captures of a GS-3510XP; captures of the same command line on other makers' switches",
        "its simulator over real SSH",
    )
    limitations = (
        "a number alone is no port: each speed counts from one; it is Gi 1/5 or 2.5G 1/1, or the option port_prefix says what it means",
        "of error counters only CRC",
        "watts, and whether power is denied, only where the firmware knows `show poe interface`",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = SX4

    @classmethod
    def terminal(cls) -> type[BaseConnection]:
        """Netmiko's, as wide as it goes."""
        from pedell_network.lancom_lcossx4.terminal import Sx4Line

        return Sx4Line

    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """Refused where there is no such VLAN: the switch would take it, and the port would be cut off."""
        known = self.conversation(deadline).glance(VLANS, deadline)
        if known is not None and vlan not in known:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"there is no VLAN {vlan} on this switch",
                hint="make it first: `vlan` in configuration mode",
            )
        super().put_into_vlan(port, vlan, old, deadline)
