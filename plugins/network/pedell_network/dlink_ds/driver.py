"""D-Link DES-3200, DGS-3120 and their like."""

from __future__ import annotations

from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.dlink_ds.platform import XSTACK


class DlinkDs(PlatformSwitch):
    """D-Link xStack: DES-3200, DGS-3000, DGS-3120, DGS-3420, DGS-1210/ME (not DGS-1510, whose command line is Cisco-like).

    Settings on the switch: `enable ssh`, an account of the level admin, `enable lldp`. Mostly needs the option
    `legacy_algorithms`.
    Sources: D-Link's CLI reference guides, the NOC project, public adapters, netmiko 4.8.
    """

    id = "dlink-ds"
    title = "D-Link xStack"
    brands = ("D-Link DES-3200, DGS-3000, DGS-3120, DGS-3420, DGS-1210/ME",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: D-Link's CLI reference guides, outputs as the NOC project and public adapters read them",
        "the restart from public programs for DES-3200 and DGS-1210/ME",
        "its simulator over real SSH",
    )
    limitations = (
        "a LAG is one that `show link_aggregation` lists",
        "unsaved changes are told where the switch knows `show config boot_up`",
        "counts CRC errors only",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = XSTACK
