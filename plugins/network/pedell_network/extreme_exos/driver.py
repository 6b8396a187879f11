"""Extreme Networks with ExtremeXOS or Switch Engine."""

from __future__ import annotations

from pedell.drivers.api import Deadline
from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.extreme_exos.platform import EXOS


class ExtremeExos(PlatformSwitch):
    """Extreme X435, X440, X440-G2, X450, X460 with ExtremeXOS 15 to 33 (Switch Engine).

    Settings on the switch: `enable ssh2`, an account of the kind admin, `enable lldp ports all`.
    Sources: the ExtremeXOS guides, Extreme's own test library, ntc-templates, netmiko 4.8.
    """

    id = "extreme-exos"
    title = "Extreme Networks ExtremeXOS"
    brands = ("Extreme X435, X440, X450, X460 with ExtremeXOS or Switch Engine",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: Extreme's guides and test library, public sample outputs (ntc-templates)",
        "its simulator over real SSH",
    )
    limitations = (
        "no VLANs: the switch knows them by name, and how it moves a port depends on the release",
        "a power cycle is the switch's own command; how long the power is away is not told",
        "counts CRC errors only",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = EXOS

    def restart(self, deadline: Deadline) -> None:
        """With its questions switched on again: without them a yes is taken for granted, and others' changes are saved."""
        self.conversation(deadline).read("enable cli prompting", deadline)
        super().restart(deadline)
