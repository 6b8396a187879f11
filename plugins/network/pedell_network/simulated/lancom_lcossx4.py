"""Plays a LANCOM GS-3528XP with LCOS SX 4.

Written from the captures of a GS-3510XP (4.30) in the Ansible collection lancom.swoslx, from public captures of other makers'
switches with the same command line (Microchip's WebStaX), and from what public tools say to such switches. The values are
ours. It takes a port into a VLAN that nobody made, and scrolls lines that are longer than the terminal is wide, as those do.
"""

from __future__ import annotations

import re

from pedell_network.simulated import lancom_lcossx4_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Outside, Reply
from pedell_network.simulated.state import Switch
from pedell_network.simulated.table import ModalShell, line, of_all

_MARK = "                ^\n% Invalid word detected at '^' marker.\n\n"


class Sx4Shell(ModalShell):
    """One session's command line."""

    more = "-- more --, next page: Space, continue: g, quit: ^C"
    denied = "% Insufficient privilege level\n"
    invalid = _MARK
    wrong = "% Access denied\n"
    width = 80

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        known = switch.extra.setdefault("vlans", {1, 20, 30})
        assert isinstance(known, set)
        self._vlans: set[int] = known

    def named(self, text: str) -> str | None:
        """The port of this name."""
        name = re.sub(r"(?i)^(?:gigabitethernet|gi) ?", "GigabitEthernet ", text)
        return name if name in self.switch.ports else None

    def entered(self, typed: str) -> str:
        """A line that did not fit is drawn again from its end before the next one begins."""
        room = self.width - len(self.prompt) - 2
        return "\n" if len(typed) <= room else f"\r{self.prompt}${typed[-room:]}\n"

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = " ".join(line.split())
        power = {"poe mode disable": "power off", "poe mode enable": "power on"}
        return power.get(words) or super().request(line)

    @line(r"terminal length (?P<lines>\d+)", "user exec", "terminal")
    def _length(self, lines: str) -> None:
        self.length = int(lines)

    @line(r"terminal width (?P<columns>\d+)", "user exec")
    def _width(self, columns: str) -> str | None:
        if not 40 <= int(columns) <= 512:
            return _MARK
        self.width = int(columns)
        return None

    @line("logout", "user exec")
    def _logout(self) -> Reply:
        return Reply(leave=True)

    @line("poe mode (?P<way>enable|disable)", "port")
    def _poe(self, way: str) -> None:
        self.feed(self.at, way == "enable")

    @line("no poe mode", "port")
    def _poe_default(self) -> None:
        self.feed(self.at, True)

    @line("switchport mode (?P<mode>access|trunk)", "port")
    def _mode(self, mode: str) -> None:
        self.switch.ports[self.at].config.trunk = mode == "trunk"

    @line(r"switchport access vlan (?P<vlan>\d+)", "port", "vlan")
    def _vlan(self, vlan: str) -> None:
        self.into_vlan(self.at, vlan)

    @line("copy running-config startup-config", request="save")
    def _save(self) -> str:
        self.save()
        return "Building configuration...\n% Saving 6895 bytes to flash:startup-config\n"

    @line("reload cold", request="reload")
    def _reload(self) -> Reply:
        return self.restart("% Cold reload in progress, please stand by.\n")

    @line("show system", "user exec")
    def _system(self) -> str:
        return shown.system(self.switch)

    @line("show version", "user exec")
    def _version(self) -> str:
        return shown.version(self.switch)

    @line("show interface \\* status", "user exec")
    def _all(self) -> str:
        return of_all(self.switch.ports, shown.status)

    @line("show interface (?P<port>.+?) status", "user exec")
    def _status(self, port: str) -> str:
        return shown.status(port, self.switch.ports[port])

    @line("show interface (?P<port>.+?) statistics")
    def _statistics(self, port: str) -> str:
        return shown.statistics(port, self.switch.ports[port])

    @line("show running-config interface (?P<port>.+?) all-defaults")
    def _running_port(self, port: str) -> str:
        found = self.switch.ports[port]
        lines = shown.port_lines(port, found.config, found.bundle, defaults=True)
        return "\n".join(["Building configuration...", *lines, "end", ""])

    @line("show poe interface (?P<port>.+)")
    def _power(self, port: str) -> str:
        return shown.power(port, self.switch.ports[port])

    @line("show vlan")
    def _vlan_table(self) -> str:
        return shown.vlans(self._vlans)

    @line("show mac address-table")
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("show lldp neighbors")
    def _neighbours(self) -> str:
        return shown.neighbours(self.switch)

    @line("show running-config")
    def _running(self) -> str:
        return "Building configuration...\n" + shown.configuration(self.switch, saved=False)

    @line("more flash:startup-config")
    def _startup(self) -> str:
        return shown.configuration(self.switch, saved=True)

    @line("show ip arp")
    def _arp(self) -> str:
        return shown.arp(self.switch)

    @line("show ip route")
    def _route(self) -> str:
        return (
            f"0.0.0.0/0 via {self.switch.gateway} <UP GATEWAY HW_RT>\n10.0.0.0/24 via VLAN1 <UP HW_RT>\n"
            "127.0.0.1/32 via OS:lo <UP HOST>\n"
        )


class LancomLcosSx4Simulator(SwitchSimulator):
    """A GS-3528XP; settings and requests as of every simulated switch."""

    kind = "lancom-lcossx4"
    shell = Sx4Shell
    model = "GS-3528XP"
    serial = "4006396720100123"
    port = "GigabitEthernet 1/{number}"
    power = "enable"
    no_power = "disable"
