"""Plays a Cisco SG300.

Written from Cisco's CLI guides of the 300 and 350 series, and the public sample outputs in ntc-templates (cisco_s300) for
their shape; the questions of `reload` and `write` from public scripts. The values are ours.
"""

from __future__ import annotations

import re

from pedell_network.simulated import cisco_s300_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.table import ModalShell, line, of_all


class S300Shell(ModalShell):
    """One session's command line."""

    more = "More: <space>,  Quit: q, One line: <return> "
    denied = "% Not authorized to use this command\n"
    invalid = "% Unrecognized command\n"
    wrong = "authentication failed\n"
    ask = "Password:"

    def named(self, text: str) -> str | None:
        """The port of this name."""
        found = re.fullmatch(r"(?i)(?:gi|gigabitethernet) ?(\d{1,2})", text)
        name = f"gi{found[1]}" if found else ""
        return name if name in self.switch.ports else None

    @line("terminal datadump", "user exec", "terminal")
    def _datadump(self) -> None:
        self.length = 0

    @line("terminal width .*", "user exec", "terminal")
    def _width(self) -> str:
        return self.invalid

    @line("write(?: memory)?", request="save")
    def _write(self) -> Reply:
        return Reply(ask="Overwrite file [startup-config].... (Y/N)[N] ?", then=self._written)

    def _written(self, typed: str) -> Reply:
        if typed.strip().lower() != "y":
            return Reply()
        self.save()
        return Reply(
            "28-Nov-2026 09:12:01 %COPY-I-FILECPY: Files Copy - source URL running-config destination URL "
            "flash://startup-config\n28-Nov-2026 09:12:03 %COPY-N-TRAP: The copy operation was completed successfully\n\n"
        )

    @line("reload")
    def _reload(self) -> Reply:
        if self.switch.dirty:
            question = "You haven't saved your changes. Are you sure you want to continue ? (Y/N)[N] "
            return Reply(ask=question, then=self._unsaved)
        return self._unsaved("y")

    def _unsaved(self, typed: str) -> Reply:
        if typed.strip().lower() != "y":
            return Reply()
        question = "Do you want to continue ? (Y/N)[N] "
        text = "This command will reset the whole system and disconnect your current session.\n"
        return Reply(text, ask=question, then=self._sure)

    def _sure(self, typed: str) -> Reply:
        if typed.strip().lower() != "y":
            return Reply()
        return self.restart("Shutting down ...\n")

    @line("power inline never", "port", "power off")
    def _power_off(self) -> None:
        self.feed(self.at, False)

    @line(r"power inline (?P<way>auto(?: time-range [\w-]+)?)", "port", "power on")
    def _power_on(self, way: str) -> None:
        self.feed(self.at, True, way)

    @line("switchport mode access", "port")
    def _access(self) -> None:
        self.switch.ports[self.at].config.trunk = False

    @line(r"switchport access vlan (?P<vlan>\d+)", "port", "vlan")
    def _vlan(self, vlan: str) -> str | None:
        if vlan not in {"1", "20", "30"}:
            return f"Port {self.at}: VLAN was not created by user.\n"
        self.into_vlan(self.at, vlan)
        return None

    @line("show inventory")
    def _inventory(self) -> str:
        return shown.inventory(self.switch)

    @line("show system id", "user exec")
    def _id(self) -> str:
        return f"Serial number : {self.switch.serial}\n"

    @line("show version", "user exec")
    def _version(self) -> str:
        return shown.version(self.switch)

    @line("show system", "user exec")
    def _system(self) -> str:
        return shown.system(self.switch)

    @line("show interfaces status")
    def _all(self) -> str:
        return of_all(self.switch.ports, shown.status)

    @line("show interfaces status (?P<port>.+)")
    def _status(self, port: str) -> str:
        return shown.status(port, self.switch.ports[port])

    @line("show interfaces configuration (?P<port>.+)")
    def _configured(self, port: str) -> str:
        return shown.configured(port, self.switch.ports[port])

    @line("show interfaces description (?P<port>.+)")
    def _described(self, port: str) -> str:
        return (
            "Port      Description\n-------   -----------\n"
            f"{port:<9} {self.switch.ports[port].config.description}\n"
        )

    @line("show interfaces switchport (?P<port>.+)")
    def _switchport(self, port: str) -> str:
        return shown.switchport(port, self.switch.ports[port])

    @line("show interfaces counters (?P<port>.+)")
    def _counters(self, port: str) -> str:
        return shown.counters(port, self.switch.ports[port])

    @line("show power inline (?P<port>.+)")
    def _power(self, port: str) -> str:
        return shown.power(port, self.switch.ports[port])

    @line("show running-config interface (?P<port>.+)")
    def _running_port(self, port: str) -> str:
        found = self.switch.ports[port]
        return "\n".join([*shown.port_lines(port, found.config, found.bundle), ""])

    @line("show running-config")
    def _running(self) -> str:
        return shown.configuration(self.switch, saved=False)

    @line("show startup-config")
    def _startup(self) -> str:
        return shown.configuration(self.switch, saved=True)

    @line("show mac address-table")
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("show lldp neighbors")
    def _neighbours(self) -> str:
        return shown.neighbours(self.switch)

    @line("show arp")
    def _arp(self) -> str:
        return shown.arp(self.switch)

    @line("show ip route")
    def _route(self) -> str:
        return shown.route(self.switch)


class CiscoS300Simulator(SwitchSimulator):
    """An SG300; settings and requests as of every simulated switch."""

    kind = "cisco-s300"
    shell = S300Shell
    model = "SG300-28PP"
    serial = "DNI12345ABC"
    port = "gi{number}"
    no_power = "never"
