"""A Cisco Catalyst for the lab."""

from __future__ import annotations

from pedell_network.cisco_ios.simulated.shell import IosShell
from pedell_network.simulated.door import SwitchSimulator


class CiscoIosSimulator(SwitchSimulator):
    """A Catalyst 2960-X; settings and requests as of every simulated switch."""

    kind = "cisco-ios"
    shell = IosShell
    model = "WS-C2960X-24PS-L"
    serial = "FOC1234X0AB"
    port = "Gi1/0/{number}"
    no_power = "never"
