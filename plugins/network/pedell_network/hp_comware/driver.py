"""HPE and H3C with Comware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.hp_comware.platform import COMWARE

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection


class HpComware(PlatformSwitch):
    """HPE 5120, 5130, 5140, 5500, 1950 and H3C's switches with Comware 7, and 5 as far as it has the commands.

    Settings on the switch: `ssh server enable`, a local user of the service ssh with the role network-admin (Comware 5:
    level 3), `lldp global enable`. A 1910 or 1920 has hidden most of its command line: use SNMP.
    Sources: H3C's and HPE's command references, ntc-templates, public transcripts, netmiko 4.8.
    """

    id = "hp-comware"
    title = "HPE Comware"
    brands = ("HPE 5120, 5130, 5140, 5500, 1950; H3C switches with Comware 7",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: H3C's and HPE's references, public sample outputs (ntc-templates) and transcripts",
        "its simulator over real SSH",
    )
    limitations = (
        "1910 and 1920 have hidden their command line: use SNMP",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = COMWARE

    @classmethod
    def terminal(cls) -> type[BaseConnection]:
        """Netmiko's takes system view for an enable mode."""
        from pedell_network.hp_comware.terminal import ComwareLine

        return ComwareLine
