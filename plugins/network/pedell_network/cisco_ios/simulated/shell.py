"""The simulated switch's command line: modes, commands, questions. Pure text in, text out; no network."""

from __future__ import annotations

import re
from typing import Literal

from pedell_network.cisco_ios.simulated import shown
from pedell_network.simulated.shell import Outside, Reply, Shell
from pedell_network.simulated.state import Switch, plain_mac
from pedell_network.simulated.table import of_all

INVALID = "                  ^\n% Invalid input detected at '^' marker.\n"
_PORT = re.compile(r"(?:Gi|GigabitEthernet) ?(\d+/\d+/\d+)", re.IGNORECASE)
Mode = Literal["user", "exec", "config", "port"]


class IosShell(Shell):
    """One session's command line."""

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        self.mode: Mode = "user" if outside.secret else "exec"
        self._port = ""

    @property
    def prompt(self) -> str:
        """As IOS prints it: the name is cut so that the prompt of a configuration mode stays short."""
        name = self.switch.hostname
        return {
            "user": f"{name}>",
            "exec": f"{name}#",
            "config": f"{name[:20]}(config)#",
            "port": f"{name[:20]}(config-if)#",
        }[self.mode]

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = line.split()
        known = {
            "shutdown": "shut", "no": "no shut", "enable": "enable", "reload": "reload", "copy": "save",
            "write": "save", "show": "show", "configure": "configure", "interface": "interface",
            "switchport": "vlan", "terminal": "terminal", "end": "end",
        }  # fmt: skip
        if words[:2] == ["power", "inline"]:
            return "power off" if words[-1] == "never" else "power on"
        if words[:1] == ["show"] and len(words) > 1:
            return f"show {words[1]}"
        return known.get(words[0], words[0]) if words else ""

    def run(self, line: str) -> Reply:
        """Do what was typed."""
        words = line.split()
        if not words:
            return Reply()
        if self.mode in {"config", "port"}:
            return self._configure(words)
        return self._exec(words)

    def _exec(self, words: list[str]) -> Reply:
        match words:
            case ["exit" | "quit" | "logout"]:
                return Reply(leave=True)
            case ["enable"]:
                if self.mode == "exec":
                    return Reply()
                return Reply(ask="Password: ", then=self._enable, hidden=True)
            case ["terminal", "length", number] if number.isdigit():
                self.length = int(number)
                return Reply()
            case ["terminal", "width", number] if number.isdigit():
                return Reply()
            case ["show", *rest]:
                return Reply(self._show(rest))
        if self.mode != "exec":
            return Reply(INVALID)
        match words:
            case ["disable"]:
                self.mode = "user"
            case ["configure", "terminal"]:
                self.mode = "config"
                return Reply("Enter configuration commands, one per line.  End with CNTL/Z.\n")
            case ["copy", "running-config", "startup-config"]:
                return Reply(ask="Destination filename [startup-config]? ", then=lambda _: self._saved())
            case ["write"] | ["write", "memory"] | ["write", "mem"]:
                return self._saved()
            case ["reload"]:
                if self.switch.dirty:
                    ask = "\nSystem configuration has been modified. Save? [yes/no]: "
                    return Reply(ask=ask, then=self._save_before)
                return self._sure()
            case _:
                return Reply(INVALID)
        return Reply()

    def _enable(self, typed: str) -> Reply:
        if typed == self.outside.secret:
            self.mode = "exec"
            return Reply()
        return Reply("% Bad secrets\n\n")

    def _saved(self) -> Reply:
        self.switch.save()
        self.outside.effect("save", "")
        return Reply("Building configuration...\n[OK]\n")

    def _save_before(self, answer: str) -> Reply:
        word = answer.strip().lower()
        if word in {"yes", "y"}:
            self._saved()
        elif word not in {"no", "n"}:
            return Reply("% Please answer 'yes' or 'no'.\n", ask="Save? [yes/no]: ", then=self._save_before)
        return self._sure()

    def _sure(self) -> Reply:
        return Reply(ask="Proceed with reload? [confirm]", then=self._confirmed, key=True)

    def _confirmed(self, key: str) -> Reply:
        if key not in {"\r", "\n", "y", "Y"}:
            return Reply()
        self.outside.effect("reload", "")
        self.outside.reload()
        return Reply(leave=True)

    def _show(self, words: list[str]) -> str:
        switch = self.switch
        match words:
            case ["version"]:
                return shown.version(switch) + "\n"
            case ["interfaces", "status"]:
                return of_all(switch.ports, shown.status)
            case ["interfaces", name]:
                port = self._named(name)
                return f"{shown.interface(port, switch.ports[port])}\n" if port else INVALID
            case ["interfaces", name, "switchport"]:
                port = self._named(name)
                return f"{shown.switchport(port, switch.ports[port])}\n" if port else INVALID
            case ["power", "inline"]:
                return shown.power(switch.ports, one=False) + "\n"
            case ["power", "inline", name]:
                port = self._named(name)
                return f"{shown.power({port: switch.ports[port]}, one=True)}\n" if port else INVALID
            case ["mac", "address-table", *rest]:
                return self._addresses(rest)
            case ["lldp", "neighbors", *rest] if rest[-1:] == ["detail"]:
                if not switch.lldp:
                    return "% LLDP is not enabled\n"
                port = self._named(rest[0]) if len(rest) == 2 else ""
                if port is None:
                    return INVALID
                return shown.neighbours({port: switch.ports[port]} if port else switch.ports) + "\n"
            case ["cdp", "neighbors", *rest] if rest[-1:] == ["detail"]:
                if not switch.cdp:
                    return "% CDP is not enabled\n"
                port = self._named(rest[0]) if len(rest) == 2 else ""
                if port is None:
                    return INVALID
                return shown.cdp({port: switch.ports[port]} if port else switch.ports) + "\n"
            case ["ip", "arp", address]:
                mac = switch.arp.get(address)
                head = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
                return head + (
                    f"Internet  {address:<15}        12   {shown.dotted(mac)}  ARPA   Vlan1\n" if mac else ""
                )
            case ["ip", "route"]:
                return (
                    f"Default gateway is {switch.gateway}\n\nHost               Gateway           Last Use\n"
                )
            case ["ip", "route", _]:
                return "% Network not in table\n"
        if self.mode == "user":
            return INVALID
        match words:
            case ["running-config"]:
                return shown.configuration(switch, saved=False)
            case ["startup-config"]:
                return shown.configuration(switch, saved=True)
            case ["running-config", "interface", name]:
                port = self._named(name)
                if not port:
                    return INVALID
                lines = shown.port_lines(shown.long_name(port), switch.ports[port].config)
                return "Building configuration...\n\nCurrent configuration : 99 bytes\n!\n" + "\n".join(
                    [*lines, "end", ""]
                )
        return INVALID

    def _addresses(self, words: list[str]) -> str:
        rows = self.switch.learnt()
        match words:
            case []:
                return shown.addresses(rows) + "\n"
            case ["address", mac]:
                return shown.addresses([row for row in rows if row[1] == plain_mac(mac)]) + "\n"
            case ["interface", name]:
                return shown.addresses([row for row in rows if row[2] == self._named(name)]) + "\n"
        return INVALID

    def _configure(self, words: list[str]) -> Reply:
        match words:
            case ["end"]:
                self.mode = "exec"
                return Reply()
            case ["exit"]:
                self.mode = "config" if self.mode == "port" else "exec"
                return Reply()
            case ["interface", *rest] if rest:
                name = self._named(" ".join(rest))
                if not name:
                    return Reply(INVALID)
                self._port, self.mode = name, "port"
                return Reply()
        if self.mode != "port":
            return Reply(INVALID)
        port = self.switch.ports[self._port]
        match words:
            case ["shutdown"]:
                self.switch.shut(self._port)
                self.outside.effect("shut", self._port)
            case ["no", "shutdown"]:
                self.switch.open(self._port)
                self.outside.effect("no shut", self._port)
            case ["power", "inline", *mode] if mode and mode[0] in {"never", "auto", "static"}:
                off = mode == ["never"]
                self.switch.power(self._port, not off, None if off else " ".join(mode))
                self.outside.effect("power off" if off else "power on", self._port)
            case ["switchport", "mode", "access"]:
                port.config.trunk = False
            case ["switchport", "access", "vlan", number] if number.isdigit():
                port.config.vlan = int(number)
                self.outside.effect("vlan", f"{self._port} {number}")
                return Reply(f"% Access VLAN does not exist. Creating vlan {number}\n")
            case ["description", *text]:
                port.config.description = " ".join(text)
            case _:
                return Reply(INVALID)
        return Reply()

    def _named(self, text: str) -> str | None:
        found = _PORT.fullmatch(text)
        name = f"Gi{found[1]}" if found else ""
        return name if name in self.switch.ports else None
