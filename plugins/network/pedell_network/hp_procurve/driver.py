"""HP ProCurve and ArubaOS-Switch (2530, 2540, 2920, 2930, 3810, 5400R)."""

from __future__ import annotations

from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.hp_procurve.platform import PROCURVE


class HpProcurve(PlatformSwitch):
    """HP ProCurve, HPE OfficeConnect and Aruba switches with ArubaOS-Switch: 2530, 2540, 2920, 2930F/M, 3810, 5400R.

    Settings on the switch: `ip ssh`, a manager's name and password (an operator's login needs the option `enable`),
    `lldp run` (on by default). ArubaOS-CX is another system: driver `aruba-aoscx`.
    Sources: the 16.x Management and Configuration and Basic Operation guides, ntc-templates, netmiko 4.8.
    Known limitations: switching a port off leaves its power on (`network.poe_cycle` takes it away); links that are
    down tell no reason; the `Drops Tx` counter stands for output errors.
    """

    id = "hp-procurve"
    title = "HP ProCurve / ArubaOS-Switch"
    brands = ("HP ProCurve, Aruba 2530, 2540, 2920, 2930F, 2930M, 3810, 5400R with ArubaOS-Switch",)
    protocol = "command line over SSH"
    proof = (
        "public sample outputs (ntc-templates) and vendor guides",
        "a whole SSH session of a 2930M with all its escapes, kept by the archiver oxidized, replayed in its shape",
        "its simulator over real SSH",
    )
    limitations = (
        "switching a port off leaves its power over Ethernet on: network.poe_cycle takes that away",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = PROCURVE
