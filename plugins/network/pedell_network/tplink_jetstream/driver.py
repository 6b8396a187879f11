"""TP-Link JetStream switches, stand-alone."""

from __future__ import annotations

from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.tplink_jetstream.platform import JETSTREAM


class TplinkJetstream(PlatformSwitch):
    """TP-Link JetStream T1600G, T2600G, SG2xxx, SG3xxx, in stand-alone mode (a switch that Omada leads is Omada's).

    Settings on the switch: `ip ssh server`, a user of the kind admin, `lldp`. Old firmware needs the option
    `legacy_algorithms`; what has a DSA key only cannot be reached, and needs new firmware.
    Sources: TP-Link's CLI Reference Guides, a public NAPALM driver, the NOC project, public scripts, netmiko 4.8.
    """

    id = "tplink-jetstream"
    title = "TP-Link JetStream"
    brands = ("TP-Link JetStream T1600G, T2600G, SG2xxx, SG3xxx (stand-alone)",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: TP-Link's CLI Reference Guides, tables as a public NAPALM driver and the NOC project read them",
        "the questions of a restart from a public script for a T1600G-28TS",
        "its simulator over real SSH",
    )
    limitations = (
        "no error counters",
        "VLANs by `switchport general` only, which firmware before 2018 does not have",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = JETSTREAM
