"""Allied Telesis with AlliedWare Plus."""

from __future__ import annotations

from pedell_network.allied_telesis_awplus.platform import AWPLUS
from pedell_network.command_line.driver import PlatformSwitch


class AlliedTelesisAwplus(PlatformSwitch):
    """Allied Telesis x230, x310, x510, x530, x930, GS970M, IE series with AlliedWare Plus 5.4 and 5.5.

    Settings on the switch: `service ssh`, `ssh server allow-users`, a user of privilege 15 or the option `enable`, `lldp run`.
    Sources: Allied Telesis's command references and PoE article, ntc-templates, public transcripts, netmiko 4.8.
    """

    id = "allied-telesis-awplus"
    title = "Allied Telesis AlliedWare Plus"
    brands = ("Allied Telesis x230, x310, x510, x530, x930, GS970M with AlliedWare Plus",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: Allied Telesis's references and PoE article, public sample outputs (ntc-templates)",
        "its simulator over real SSH",
    )
    limitations = ("no error counters", "not yet tried on a real switch")
    kinds = frozenset({"switch"})
    platform = AWPLUS
