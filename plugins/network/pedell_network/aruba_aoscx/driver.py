"""Aruba CX switches."""

from __future__ import annotations

from pedell_network.aruba_aoscx.platform import AOSCX
from pedell_network.command_line.driver import PlatformSwitch


class ArubaAosCx(PlatformSwitch):
    """Aruba CX 4100i, 6000, 6100, 6200, 6300, 6400 with AOS-CX 10.

    Settings on the switch: `ssh server vrf default` (or `mgmt`), a user of the group administrators, `lldp` (on by
    default). Older Aruba switches with ArubaOS-Switch: driver `hp-procurve`.
    Sources: the AOS-CX 10.x guides, ntc-templates, netmiko 4.8.
    """

    id = "aruba-aoscx"
    title = "Aruba AOS-CX"
    brands = ("Aruba CX 4100i, 6000, 6100, 6200, 6300, 6400",)
    protocol = "command line over SSH"
    proof = (
        "public sample outputs (ntc-templates) and vendor guides",
        "its simulator over real SSH",
    )
    limitations = (
        "the words of `show power-over-ethernet` differ between releases",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = AOSCX
