"""Plays a D-Link DGS-3120.

Written from D-Link's CLI reference guides, the shapes that the NOC project reads, and what a public adapter quotes of a
DGS-3120's power; `reboot force_agree` as public programs say it to DES-3200. The values
are ours.
"""

from __future__ import annotations

import re

from pedell_network.simulated import dlink_ds_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.table import TableShell, line, of_all

OK = "Success.                                                          \n\n"


class XstackShell(TableShell):
    """One session's command line: one mode, and the command said again before its output."""

    more = "CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All"
    denied = "You do not have enough privilege to execute this command: permission denied.\n\nFail!\n\n"
    invalid = "Next possible completions:\n<portlist>  all\n\n"

    @property
    def prompt(self) -> str:
        """The model and the level; the name is not in it."""
        return "DGS-3120-24PC:admin#"

    def run(self, line: str) -> Reply:
        """With the command said again."""
        reply = super().run(line)
        words = " ".join(line.split())
        if not words or reply.leave:
            return reply
        return Reply(f"Command: {words}\n\n{reply.text}", reply.ask, reply.then)

    def named(self, text: str) -> str | None:
        """The port of this name."""
        found = re.fullmatch(r"(?:1:)?(\d{1,2})", text)
        return found[1] if found and found[1] in self.switch.ports else None

    @line("(?P<word>enable|disable) clipaging", request="terminal")
    def _paging(self, word: str) -> str:
        self.length = 0 if word == "disable" else 24
        return OK

    @line("config ports (?P<port>[^ ]+) state disable", request="shut")
    def _off(self, port: str) -> str:
        self.turn(port, False)
        return OK

    @line("config ports (?P<port>[^ ]+) state enable", request="no shut")
    def _on(self, port: str) -> str:
        self.turn(port, True)
        return OK

    @line("config poe ports (?P<port>[^ ]+) state disable", request="power off")
    def _power_off(self, port: str) -> str:
        self.feed(port, False)
        return OK

    @line("config poe ports (?P<port>[^ ]+) state enable", request="power on")
    def _power_on(self, port: str) -> str:
        self.feed(port, True)
        return OK

    @line(r"config vlan vlanid (?P<vlan>\d+) add untagged (?P<port>[^ ]+)", request="vlan")
    def _vlan(self, vlan: str, port: str) -> str:
        if vlan not in {"1", "20", "30"}:
            return "The VLAN does not exist.\n\nFail!\n\n"
        self.into_vlan(port, vlan)
        return OK

    @line("save(?: config)?", request="save")
    def _save(self) -> str:
        self.save()
        return "Saving all configurations to NV-RAM.......... Done.\n\n"

    @line("reboot(?P<agreed> force_agree)?", request="reload")
    def _reboot(self, agreed: str = "") -> Reply:
        if agreed:
            return self.restart("Command: reboot force_agree\n\nPlease wait, the switch is rebooting...\n")
        return Reply(ask="Are you sure you want to proceed with the system reboot?(y/n) ", then=self._sure)

    def _sure(self, typed: str) -> Reply:
        return self.restart("Please wait, the switch is rebooting...\n") if typed.strip() == "y" else Reply()

    @line("logout")
    def _logout(self) -> Reply:
        return Reply(leave=True)

    @line("show switch")
    def _switch(self) -> str:
        return shown.switch(self.switch)

    @line("show ports")
    def _all(self) -> str:
        return of_all(self.switch.ports, shown.port)

    @line("show ports (?P<port>[^ ]+)")
    def _port(self, port: str) -> str:
        return shown.port(port, self.switch.ports[port])

    @line("show ports (?P<port>[^ ]+) description")
    def _described(self, port: str) -> str:
        return shown.port(port, self.switch.ports[port], described=True)

    @line("show vlan ports (?P<port>[^ ]+)")
    def _vlans(self, port: str) -> str:
        return shown.vlans(port, self.switch.ports[port])

    @line("show error ports (?P<port>[^ ]+)")
    def _errors(self, port: str) -> str:
        return shown.errors(port, self.switch.ports[port])

    @line("show poe ports (?P<port>[^ ]+)")
    def _power(self, port: str) -> str:
        return shown.power(port, self.switch.ports[port])

    @line("show fdb")
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("show lldp remote_ports mode normal")
    def _neighbours(self) -> str:
        return shown.neighbours(self.switch)

    @line("show config current_config")
    def _running(self) -> str:
        return shown.configuration(self.switch, saved=False)

    @line("show config boot_up")
    def _startup(self) -> str:
        return shown.configuration(self.switch, saved=True)

    @line("show arpentry")
    def _arp(self) -> str:
        return shown.arp(self.switch)


class DlinkDsSimulator(SwitchSimulator):
    """A DGS-3120; settings and requests as of every simulated switch."""

    kind = "dlink-ds"
    shell = XstackShell
    model = "DGS-3120-24PC Gigabit Ethernet Switch"
    serial = "R3AK1C8000012"
    port = "{number}"
