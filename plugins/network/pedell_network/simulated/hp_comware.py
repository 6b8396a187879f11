"""Plays a switch with Comware 7.

Written from H3C's and HPE's command references, and the public sample outputs in ntc-templates (hp_comware) for their shape;
the questions of `reboot` from public transcripts. The values are ours.
"""

from __future__ import annotations

import re

from pedell_network.simulated import hp_comware_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.table import TableShell, line, of_all

ANY = "exec config port"


class ComwareShell(TableShell):
    """One session's command line: user view, system view, a port's view."""

    more = "  ---- More ----"
    denied = "Permission denied.\n"
    invalid = " ^\n % Unrecognized command found at '^' position.\n"

    @property
    def prompt(self) -> str:
        """In angle brackets, in square ones while configuring."""
        if self.mode == "exec":
            return f"<{self.switch.hostname}>"
        return f"[{self.switch.hostname}{f'-{self.at}' if self.mode == 'port' else ''}]"

    def named(self, text: str) -> str | None:
        """The port of this name."""
        found = re.fullmatch(r"(?i)(?:GE|GigabitEthernet) ?1/0/(\d{1,2})", text)
        name = f"GigabitEthernet1/0/{found[1]}" if found else ""
        return name if name in self.switch.ports else None

    @line("screen-length disable", request="terminal")
    def _length(self) -> None:
        self.length = 0

    @line("system-view", request="configure")
    def _system_view(self) -> str:
        self.mode = "config"
        return "System View: return to User View with Ctrl+Z.\n"

    @line("interface (?P<port>.+)", "config port")
    def _interface(self, port: str) -> None:
        self.mode, self.at = "port", port

    @line("return", "config port", "end")
    def _return(self) -> None:
        self.mode = "exec"

    @line("quit", ANY)
    def _quit(self) -> Reply:
        if self.mode == "exec":
            return Reply(leave=True)
        self.mode = "config" if self.mode == "port" else "exec"
        return Reply()

    @line("shutdown", "port", "shut")
    def _off(self) -> None:
        self.turn(self.at, False)

    @line("undo shutdown", "port", "no shut")
    def _on(self) -> None:
        self.turn(self.at, True)

    @line("undo poe enable", "port", "power off")
    def _power_off(self) -> None:
        self.feed(self.at, False)

    @line("poe enable", "port", "power on")
    def _power_on(self) -> None:
        self.feed(self.at, True)

    @line("port link-type access", "port")
    def _access(self) -> None:
        self.switch.ports[self.at].config.trunk = False

    @line(r"port access vlan (?P<vlan>\d+)", "port", "vlan")
    def _vlan(self, vlan: str) -> str | None:
        if vlan not in {"1", "20", "30"}:
            return " % The VLAN does not exist.\n"
        self.into_vlan(self.at, vlan)
        return None

    @line("save force", ANY, "save")
    def _save(self) -> str:
        self.save()
        return "Validating file. Please wait...\nSaved the current configuration to mainboard device successfully.\n"

    @line("reboot", request="reload")
    def _reboot(self) -> Reply:
        text = (
            "Start to check configuration with next startup configuration file, please wait.........DONE!\n"
        )
        if self.switch.dirty:
            question = (
                "Current configuration may be lost after the reboot, save current configuration? [Y/N]:"
            )
            return Reply(text, ask=question, then=self._kept)
        return Reply(text, ask="This command will reboot the device. Continue? [Y/N]:", then=self._sure)

    def _kept(self, typed: str) -> Reply:
        if typed.strip().lower() == "y":
            self.save()
        return Reply(ask="This command will reboot the device. Continue? [Y/N]:", then=self._sure)

    def _sure(self, typed: str) -> Reply:
        return self.restart("Now rebooting, please wait...\n") if typed.strip().lower() == "y" else Reply()

    @line("display device manuinfo", ANY)
    def _made(self) -> str:
        return shown.manufactured(self.switch)

    @line("display version", ANY)
    def _version(self) -> str:
        return shown.version(self.switch)

    @line(r"display current-configuration \| include sysname", ANY)
    def _name(self) -> str:
        return f" sysname {self.switch.hostname}\n"

    @line("display interface brief", ANY)
    def _all(self) -> str:
        return of_all(self.switch.ports, shown.brief)

    @line("display interface (?P<port>.+)", ANY)
    def _shown(self, port: str) -> str:
        return shown.interface(port, self.switch.ports[port])

    @line("display current-configuration interface (?P<port>.+)", ANY)
    def _configured(self, port: str) -> str:
        found = self.switch.ports[port]
        return "\n".join(["#", *shown.port_lines(port, found.config, found.bundle), "#", "return", ""])

    @line("display poe interface (?P<port>.+)", ANY)
    def _power(self, port: str) -> str:
        return shown.power(self.switch.ports[port])

    @line("display mac-address", ANY)
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("display lldp neighbor-information verbose", ANY)
    def _neighbours(self) -> str:
        return shown.neighbours(self.switch)

    @line("display current-configuration", ANY)
    def _running(self) -> str:
        return shown.configuration(self.switch, saved=False)

    @line("display saved-configuration", ANY)
    def _saved(self) -> str:
        return shown.configuration(self.switch, saved=True)

    @line("display arp", ANY)
    def _arp(self) -> str:
        return shown.arp(self.switch)

    @line("display ip routing-table", ANY)
    def _route(self) -> str:
        return shown.route(self.switch)


class HpComwareSimulator(SwitchSimulator):
    """An HPE 5130; settings and requests as of every simulated switch."""

    kind = "hp-comware"
    shell = ComwareShell
    model = "5130-24G-PoE+-4SFP+ (370W) EI JG936A"
    serial = "CN5AFTJ0AB"
    port = "GigabitEthernet1/0/{number}"
