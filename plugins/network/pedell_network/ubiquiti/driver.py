"""Ubiquiti EdgeSwitch, and the command line inside of UniFi switches."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.command_line.platform import PortLook
from pedell_network.fastpath import parse
from pedell_network.fastpath.platform import CONFIGURED, FASTPATH

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection

UNIFI = dataclasses.replace(
    FASTPATH,
    netmiko="ubiquiti_unifiswitch",
    port=(
        *FASTPATH.port[:2],
        PortLook("show poe port info {port}", parse.power_info, optional=True),
        PortLook(CONFIGURED, parse.configured, optional=True),
    ),
    # The controller writes its own configuration over whatever was saved here, and restarts the switch itself.
    saving=None,
    restart=None,
    vlan=None,
)


class UbiquitiEdgeSwitch(PlatformSwitch):
    """Ubiquiti EdgeSwitch with firmware 1.7 to 1.11 (not the X and XP series, which are other systems).

    Settings on the switch: `ip ssh server enable`, a user of level 15, `lldp transmit` and `lldp receive` on the ports.
    Sources: the EdgeSwitch CLI reference, Netgear's manual of the same firmware, ntc-templates, netmiko 4.8.
    """

    id = "ubiquiti-edgeswitch"
    title = "Ubiquiti EdgeSwitch"
    brands = ("Ubiquiti EdgeSwitch ES-8 to ES-48, firmware 1.7 to 1.11",)
    protocol = "command line over SSH"
    proof = (
        "examples of the makers' CLI references, public sample outputs (ntc-templates)",
        "its simulator over real SSH",
    )
    limitations = ("no CRC counter", "not yet tried on a real switch")
    kinds = frozenset({"switch"})
    platform = FASTPATH


class UbiquitiUnifiSwitch(PlatformSwitch):
    """UniFi switches (US and USW with a FASTPATH inside) by SSH and `telnet localhost`, past the controller.

    For a switch that has lost its controller. What is changed here lasts until the controller provisions the switch
    again: nothing is saved, VLANs and a restart are left to the controller's driver.
    Settings: SSH switched on for the site in the controller, with its name and password.
    Sources: as of the EdgeSwitch; `show poe port info` in public scripts; netmiko 4.8 for the way in.
    """

    id = "ubiquiti-unifiswitch"
    title = "Ubiquiti UniFi switch, by its command line"
    brands = ("Ubiquiti UniFi US-8 to US-48, USW with FASTPATH",)
    protocol = "telnet localhost inside of SSH"
    proof = (
        "examples of the makers' CLI references for the same firmware",
        "its simulator over real SSH",
    )
    limitations = (
        "what is changed lasts until the controller provisions the switch again; nothing is saved",
        "no watts, no CRC counter, no VLANs, no restart: use the controller's driver",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = UNIFI

    @classmethod
    def terminal(cls) -> type[BaseConnection]:
        """Netmiko's waits for the literal name UBNT; switches have others."""
        from pedell_network.ubiquiti.terminal import UnifiLine

        return UnifiLine
