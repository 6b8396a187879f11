"""LANCOM with LCOS SX 5, which is FASTPATH."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pedell_network.fastpath.stacked import STACKED, StackedSwitch

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection

SX5 = dataclasses.replace(STACKED, netmiko="lancom_lcossx5", manufacturer="LANCOM")


class LancomLcosSx5(StackedSwitch):
    """LANCOM GS-4500, XS-4500, XS-5100, XS-6100 and YS-7100 with LCOS SX 5 (GS-3000 is LCOS SX 4, GS-2000 LCOS SX 3).

    Settings on the switch: `ip ssh server enable`, a user of level 15, `lldp receive` on the ports. A switch that the
    LANCOM Management Cloud leads gets its configuration from there again.
    Sources: the FASTPATH that LANCOM has not renamed (its MIBs say so), in the words of Netgear's CLI manual and of
    captures of it; netmiko 4.8, whose driver was tried on an XS-6128QF; public scripts for LCOS SX 5.
    """

    id = "lancom-lcossx5"
    title = "LANCOM switches with LCOS SX 5"
    brands = ("LANCOM GS-4500, XS-4500, XS-5100, XS-6100, YS-7100 with LCOS SX 5",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: captures of the same FASTPATH on other makers' switches, public scripts for LANCOM's",
        "its simulator over real SSH",
    )
    limitations = (
        "`poe` and `no poe` are FASTPATH's words, not seen on LANCOM's; a switch that has others refuses them, and nothing is off",
        "where only the service port has a gateway, that guard is a warning",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = SX5

    @classmethod
    def terminal(cls) -> type[BaseConnection]:
        """Netmiko's in an order in which it sees whether it is privileged."""
        from pedell_network.lancom_lcossx5.terminal import Sx5Line

        return Sx5Line
