"""Plays a TP-Link JetStream switch.

Written from TP-Link's CLI Reference Guides, and the tables that a public NAPALM driver quotes from such switches; the
questions of `reboot` from a script that answers a T1600G-28TS. The values are ours.
"""

from __future__ import annotations

import re
from typing import ClassVar

from pedell_network.simulated import tplink_jetstream_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.table import ModalShell, line, of_all


class JetstreamShell(ModalShell):
    """One session's command line: every login begins as a user."""

    more = "Press any key to continue (Q to quit)"
    denied = "Error: Permission denied, your user level does not allow this command.\n"
    invalid = "Error: Bad command\n"
    wrong = "Error: Bad password\n"
    ask = "Password:"
    always_asks: ClassVar[bool] = True

    def named(self, text: str) -> str | None:
        """The port of this name."""
        found = re.fullmatch(r"(?i)gigabitEthernet ?1/0/(\d{1,2})", text)
        name = f"gigabitEthernet 1/0/{found[1]}" if found else ""
        return name if name in self.switch.ports else None

    @line("terminal length 0", "exec", "terminal")
    def _length(self) -> None:
        self.length = 0

    @line("power inline supply (?P<word>enable|disable)", "port", "power on")
    def _power(self, word: str) -> None:
        self.feed(self.at, word == "enable")

    @line(r"switchport general allowed vlan (?P<vlan>\d+) untagged", "port", "vlan")
    def _member(self, vlan: str) -> str | None:
        return None if vlan in {"1", "20", "30"} else f"Error: The VLAN {vlan} does not exist.\n"

    @line(r"switchport pvid (?P<vlan>\d+)", "port", "vlan")
    def _pvid(self, vlan: str) -> None:
        self.into_vlan(self.at, vlan)

    @line(r"no switchport general allowed vlan \d+", "port", "vlan")
    def _no_member(self) -> None:
        """It leaves the VLAN."""

    @line("copy running-config startup-config", request="save")
    def _save(self) -> str:
        self.save()
        return "Start to save user config......\nSaving user config OK!\n"

    @line("reboot", request="reload")
    def _reboot(self) -> Reply:
        return Reply(ask="Saving current user config before reboot? (Y/N):", then=self._keep)

    def _keep(self, typed: str) -> Reply:
        if typed.strip().upper() == "Y":
            self.save()
        return Reply(ask="This will reboot device. Continue? (Y/N):", then=self._sure)

    def _sure(self, typed: str) -> Reply:
        return self.restart("Rebooting...\n") if typed.strip().upper() == "Y" else Reply()

    @line("show system-info", "user exec")
    def _system(self) -> str:
        return shown.system(self.switch)

    @line("show interface status")
    def _all(self) -> str:
        return of_all(self.switch.ports, shown.status)

    @line("show interface status (?P<port>.+)")
    def _status(self, port: str) -> str:
        return shown.status(port, self.switch.ports[port])

    @line("show interface configuration (?P<port>.+)")
    def _configured(self, port: str) -> str:
        return shown.configured(port, self.switch.ports[port])

    @line("show interface switchport (?P<port>.+)")
    def _switchport(self, port: str) -> str:
        return shown.switchport(port, self.switch.ports[port])

    @line("show power inline information interface (?P<port>.+)")
    def _power_now(self, port: str) -> str:
        return shown.power(port, self.switch.ports[port])

    @line("show power inline configuration interface (?P<port>.+)")
    def _power_wanted(self, port: str) -> str:
        return shown.power_configured(port, self.switch.ports[port])

    @line("show mac address-table")
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("show lldp neighbor-information interface")
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
            "Codes: C - connected, S - static\n       * - candidate default\n\n"
            f"S*  0.0.0.0/0 [1/0] via {self.switch.gateway}, Vlan1\nC   10.0.0.0/24 is directly connected, Vlan1\n"
        )

    def request(self, line: str) -> str:
        """Off and on are one command with another word."""
        if " ".join(line.split()) == "power inline supply disable":
            return "power off"
        return super().request(line)


class TplinkJetstreamSimulator(SwitchSimulator):
    """An SG3428MP; settings and requests as of every simulated switch."""

    kind = "tplink-jetstream"
    shell = JetstreamShell
    model = "SG3428MP 2.0"
    serial = "2211234000123"
    port = "gigabitEthernet 1/0/{number}"
