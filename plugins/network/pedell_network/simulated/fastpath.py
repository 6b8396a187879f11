"""Plays switches with FASTPATH: an EdgeSwitch, and a UniFi switch with its shell before it.

Written from the EdgeSwitch CLI reference, the examples in Netgear's M4300 CLI manual for the same firmware, and public
captures of `show poe status`, `show version` and `show arp`; the values are ours.
"""

from __future__ import annotations

import re
from typing import Literal

from pedell_network.simulated import fastpath_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Outside, Reply, Shell
from pedell_network.simulated.state import Switch
from pedell_network.simulated.table import of_all

INVALID = "                                ^\n% Invalid input detected at '^' marker.\n\n"
_PORT = re.compile(r"0/\d{1,2}")
_MODES = {"auto", "passive24v", "shutdown"}


class EdgeShell(Shell):
    """One session's command line."""

    more = "--More-- or (q)uit"
    denied = "Request denied: insufficient access level.\n"
    poe_info = False

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        self.mode: Literal["user", "exec", "config", "port"] = "user"
        self._port = ""

    @property
    def prompt(self) -> str:
        """The name in brackets, then the mode."""
        ends = {"user": ">", "exec": "#", "config": "(Config)#", "port": f"(Interface {self._port})#"}
        return f"({self.switch.hostname}) {ends[self.mode]}"

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = line.split()
        match words:
            case ["shutdown"]:
                return "shut"
            case ["no", "shutdown"]:
                return "no shut"
            case ["poe", "opmode", mode]:
                return "power off" if mode == "shutdown" else "power on"
            case ["vlan", *_]:
                return "vlan"
            case ["write", *_]:
                return "save"
            case ["exit"]:
                return "end"
            case ["show", what, *_]:
                return f"show {what}"
        return words[0] if words else ""

    def run(self, line: str) -> Reply:
        """Do what was typed."""
        words = line.split()
        match words:
            case []:
                return Reply()
            case ["show", *rest]:
                return Reply(self._show(rest))
            case ["exit" | "quit" | "logout"]:
                return self._up()
            case ["enable"] if self.mode == "user":
                return Reply(ask="Password:", then=self._enable, hidden=True)
            case ["enable"]:
                return Reply()
            case ["terminal", "length", number] if number.isdigit() and self.mode != "user":
                self.length = int(number)
                return Reply()
        if self.mode == "exec":
            return self._exec(words)
        return self._configure(words) if self.mode in {"config", "port"} else Reply(INVALID)

    def _up(self) -> Reply:
        above: dict[str, Literal["user", "exec", "config"]] = {
            "port": "config",
            "config": "exec",
            "exec": "user",
        }
        if self.mode == "user":
            return Reply(leave=True)
        self.mode = above[self.mode]
        return Reply()

    def _enable(self, typed: str) -> Reply:
        if typed != self.outside.secret:
            return Reply("Incorrect Password!\n")
        self.mode = "exec"
        return Reply("\n")

    def _exec(self, words: list[str]) -> Reply:
        match words:
            case ["configure"]:
                self.mode = "config"
                return Reply()
            case ["write", "memory"]:
                text = "\nThis operation may take a few minutes.\nManagement interfaces will not be available during this time.\n\n"
                return Reply(text, ask="Are you sure you want to save? (y/n) ", then=self._save, key=True)
            case ["reload"]:
                if self.switch.dirty:
                    text = "\nThe system has unsaved changes.\n"
                    return Reply(
                        text, ask="Would you like to save them now? (y/n) ", then=self._save_first, key=True
                    )
                return self._reset()
        return Reply(INVALID)

    def _save(self, key: str) -> Reply:
        if key != "y":
            return Reply("\nConfiguration Not Saved!\n")
        self.switch.save()
        self.outside.effect("save", "")
        return Reply("\nConfig file 'startup-config' created successfully .\n\n\nConfiguration Saved!\n\n")

    def _save_first(self, key: str) -> Reply:
        if key == "y":
            self.switch.save()
            self.outside.effect("save", "")
        return self._reset()

    def _reset(self) -> Reply:
        return Reply(
            ask="\nAre you sure you would like to reset the system? (y/n) ", then=self._sure, key=True
        )

    def _sure(self, key: str) -> Reply:
        if key != "y":
            return Reply("\nSystem will not reset!\n")
        self.outside.effect("reload", "")
        self.outside.reload()
        return Reply("\nReloading Fastpath Application.\n", leave=True)

    def _configure(self, words: list[str]) -> Reply:
        match words:
            case ["interface", name]:
                if name not in self.switch.ports:
                    return Reply(INVALID)
                self.mode, self._port = "port", name
                return Reply()
        if self.mode != "port":
            return Reply(INVALID)
        switch, name, effect = self.switch, self._port, self.outside.effect
        match words:
            case ["shutdown"]:
                switch.shut(name)
                effect("shut", name)
            case ["no", "shutdown"]:
                switch.open(name)
                effect("no shut", name)
            case ["poe", "opmode", mode] if mode in _MODES:
                off = mode == "shutdown"
                switch.power(name, not off, None if off else mode)
                effect("power off" if off else "power on", name)
            case ["vlan", "pvid", number] if number.isdigit():
                if int(number) not in {1, 20, 30}:
                    return Reply("VLAN ID has not been created.\n")
                switch.ports[name].config.vlan = int(number)
                effect("vlan", f"{name} {number}")
            case ["vlan", "participation", "include" | "exclude", number] if number.isdigit():
                if int(number) not in {1, 20, 30}:
                    return Reply("VLAN ID has not been created.\n")
            case ["description", *text]:
                switch.ports[name].config.description = " ".join(text).strip("'\"")
            case _:
                return Reply(INVALID)
        return Reply()

    def _show(self, words: list[str]) -> str:
        switch = self.switch
        match words:
            case ["version"]:
                return shown.version(switch)
            case ["sysinfo"]:
                return shown.sysinfo(switch)
        if self.mode == "user":
            return INVALID
        match words:
            case ["port", "all"]:
                return of_all(switch.ports, shown.port)
            case ["port" | "interface", name] if name not in switch.ports:
                return INVALID
            case ["port", name]:
                return shown.port(name, switch.ports[name])
            case ["interface", name]:
                return shown.counters(switch.ports[name])
            case ["poe", "status", name] if name in switch.ports and not self.poe_info:
                return shown.poe_status(name, switch.ports[name])
            case ["poe", "port", "info", name] if name in switch.ports and self.poe_info:
                late = switch.extra.get("late_power", ())
                assert isinstance(late, tuple)
                return shown.poe_info(name, switch.ports[name], late=name in late)
            case ["running-config", "interface", name] if name in switch.ports:
                port = switch.ports[name]
                return "\n".join(["", *shown.port_lines(name, port.config, port.bundle), "", ""])
            case ["running-config"]:
                return shown.configuration(switch, saved=False)
            case ["startup-config"]:
                return shown.configuration(switch, saved=True)
            case ["mac-addr-table"]:
                return shown.addresses(switch)
            case ["lldp", "remote-device", "all"]:
                return shown.announced(switch)
            case ["lldp", "remote-device", "detail", name] if name in switch.ports:
                return shown.neighbour(name, switch.ports[name], lldp=switch.lldp)
            case ["arp"]:
                return shown.arp(switch)
            case ["network"]:
                return shown.network(switch)
        return INVALID


class UnifiShell(EdgeShell):
    """BusyBox before the same command line. `switch.extra["late_power"]` names ports whose power column lags behind."""

    poe_info = True

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        self._inside = False

    @property
    def prompt(self) -> str:
        """The shell's, then that of the switch."""
        return super().prompt if self._inside else f"{self.switch.hostname}-US.6.5.59# "

    def run(self, line: str) -> Reply:
        """The shell knows the way in, and out."""
        if self._inside:
            reply = super().run(line)
            if reply.leave and line.strip() in {"exit", "quit", "logout"}:
                self._inside = False
                return Reply("Connection closed by foreign host\n")
            return reply
        words = line.split()
        if words == ["telnet", "localhost"]:
            self._inside, self.mode = True, "user"
            warning = "\nWarning!\nThe changes may break controller settings and only be effective until reboot.\n\n"
            return Reply(f"\nEntering character mode\nEscape character is '^]'.\n{warning}")
        if words == ["exit"]:
            return Reply(leave=True)
        return Reply(f"-ash: {words[0]}: not found\n" if words else "")


class EdgeSwitchSimulator(SwitchSimulator):
    """An EdgeSwitch; settings and requests as of every simulated switch."""

    kind = "ubiquiti-edgeswitch"
    shell = EdgeShell
    model = "ES-24-250W"
    serial = "18E829ABCDEF"
    port = "0/{number}"
    no_power = "shutdown"


class UnifiSwitchSimulator(SwitchSimulator):
    """A UniFi switch; settings and requests as of every simulated switch."""

    kind = "ubiquiti-unifiswitch"
    shell = UnifiShell
    model = "US-24-250W"
    serial = "788A20ABCDEF"
    port = "0/{number}"
    no_power = "shutdown"
