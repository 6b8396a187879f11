"""Plays an AlliedWare Plus switch.

Written from Allied Telesis's command references and PoE article, and the public sample outputs in ntc-templates
(allied_telesis_awplus) for their shape. The values are ours.
"""

from __future__ import annotations

import re

from pedell_network.simulated import allied_telesis_awplus_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.table import ModalShell, line, of_all


class AwplusShell(ModalShell):
    """One session's command line."""

    more = "--More-- "
    denied = "% Permission denied\n"
    invalid = "% Invalid input detected at '^' marker.\n"

    def named(self, text: str) -> str | None:
        """The port of this name."""
        return text if re.fullmatch(r"port1\.0\.\d{1,2}", text) and text in self.switch.ports else None

    @line(r"terminal length (?P<lines>\d+)", "user exec", "terminal")
    def _length(self, lines: str) -> None:
        self.length = int(lines)

    @line("power-inline enable", "port", "power on")
    def _power_on(self) -> None:
        self.feed(self.at, True)

    @line("no power-inline enable", "port", "power off")
    def _power_off(self) -> None:
        self.feed(self.at, False)

    @line("switchport mode access", "port")
    def _access(self) -> None:
        self.switch.ports[self.at].config.trunk = False

    @line(r"switchport access vlan (?P<vlan>\d+)", "port", "vlan")
    def _vlan(self, vlan: str) -> str | None:
        if vlan not in {"1", "20", "30"}:
            return f"% VLAN {vlan} does not exist\n"
        self.into_vlan(self.at, vlan)
        return None

    @line("copy running-config startup-config", request="save")
    def _save(self) -> str:
        self.save()
        return "Copying...\nSuccessful operation\n"

    @line("reboot", request="reload")
    def _reboot(self) -> Reply:
        return Reply(ask="reboot system? (y/n): ", then=self._sure)

    def _sure(self, typed: str) -> Reply:
        return self.restart("\n") if typed.strip().lower() == "y" else Reply()

    @line("show system", "user exec")
    def _system(self) -> str:
        return shown.system(self.switch)

    @line("show interface status")
    def _all(self) -> str:
        return of_all(self.switch.ports, shown.state)

    @line("show interface switchport")
    def _switchport(self) -> str:
        return shown.switchport(self.switch)

    @line("show interface (?P<port>port[^ ]+)")
    def _shown(self, port: str) -> str:
        return shown.interface(port, self.switch.ports[port])

    @line("show running-config interface (?P<port>[^ ]+)")
    def _running_port(self, port: str) -> str:
        found = self.switch.ports[port]
        return "\n".join([*shown.port_lines(port, found.config, found.bundle), ""])

    @line("show power-inline")
    def _power(self) -> str:
        return shown.power(self.switch)

    @line("show mac address-table")
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("show lldp neighbors detail")
    def _neighbours(self) -> str:
        return shown.neighbours(self.switch)

    @line("show running-config")
    def _running(self) -> str:
        return shown.configuration(self.switch, saved=False)

    @line("show startup-config")
    def _startup(self) -> str:
        return shown.configuration(self.switch, saved=True)

    @line("show arp")
    def _arp(self) -> str:
        return shown.arp(self.switch)

    @line("show ip route")
    def _route(self) -> str:
        return (
            "Codes: C - connected, S - static, R - RIP, B - BGP\n       * - candidate default\n\n"
            f"S*      0.0.0.0/0 [1/0] via {self.switch.gateway}, vlan1\nC       10.0.0.0/24 is directly connected, vlan1\n"
        )


class AlliedTelesisAwplusSimulator(SwitchSimulator):
    """An x530L; settings and requests as of every simulated switch."""

    kind = "allied-telesis-awplus"
    shell = AwplusShell
    model = "AT-x530L-28GPX"
    serial = "A05050G203200012"
    port = "port1.0.{number}"
