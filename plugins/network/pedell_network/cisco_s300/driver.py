"""Cisco Small Business 300 and 350, Cisco Business 350."""

from __future__ import annotations

from pedell_network.cisco_s300.platform import S300
from pedell_network.command_line.driver import PlatformSwitch


class CiscoS300(PlatformSwitch):
    """Cisco SF300, SG300, SG350, SG500, SG550 and CBS350 (the 110, 200 and CBS220 have no or another command line).

    Settings on the switch: `ip ssh server`, `ip ssh password-auth` (else it asks for the name twice), a user of
    privilege 15, `lldp run`, a changed first password. On models before firmware 1.4 also the option `legacy_algorithms`.
    Sources: Cisco's CLI guides of these series, ntc-templates, netmiko 4.8.
    """

    id = "cisco-s300"
    title = "Cisco Small Business 300, 350, 500 and CBS350"
    brands = ("Cisco SF300, SG300, SG350, SG500, SG550, CBS350",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: Cisco's CLI guides, public sample outputs (ntc-templates)",
        "its simulator over real SSH",
    )
    limitations = (
        "no watts of a port",
        "the 200 series and CBS220 have no or another command line: use SNMP",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = S300
