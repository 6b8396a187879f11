"""Plays an Aruba CX 6200: contexts that `exit` leaves one by one, words completed on a blank, questions.

Written from the AOS-CX 10.10 guides (Fundamentals, Link Aggregation, Monitoring) and the public sample outputs of
`show interface`, `show lldp neighbor-info detail`, `show mac-address-table`, `show system`, `show arp all-vrfs` and
`show ip route all-vrfs`; the values are ours.
"""

from __future__ import annotations

import re
from typing import Literal

from pedell_network.simulated import aruba_aoscx_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Outside, Reply, Shell
from pedell_network.simulated.state import Switch
from pedell_network.simulated.table import of_all

_PORT = re.compile(r"\d/1/\d{1,2}")


class CxShell(Shell):
    """One session's command line."""

    more = "-- MORE --, next page: Space, next line: Enter, quit: q"
    denied = "Cannot execute command. Command not allowed.\n"

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        self.mode: Literal["exec", "config", "port"] = "exec"
        self._port = ""

    @property
    def prompt(self) -> str:
        """Name and context; a blank follows."""
        return (
            self.switch.hostname + {"exec": "# ", "config": "(config)# ", "port": "(config-if)# "}[self.mode]
        )

    def dressed(self, prompt: str) -> str:
        """Carriage return and cleared line before it, as the shell's line editor prints."""
        return f"\r\x1b[K{prompt}"

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = line.split()
        match words:
            case ["shutdown"]:
                return "shut"
            case ["no", "shutdown"]:
                return "no shut"
            case ["no", "power-over-ethernet"]:
                return "power off"
            case ["power-over-ethernet"]:
                return "power on"
            case ["vlan", "access", _]:
                return "vlan"
            case ["write", *_] | ["copy", *_]:
                return "save"
            case ["boot", *_]:
                return "reload"
            case ["no", "page"]:
                return "terminal"
            case ["show", what, *_]:
                return f"show {what}"
        return words[0] if words else ""

    def run(self, line: str) -> Reply:
        """Do what was typed."""
        words = line.split()
        match words:
            case []:
                return Reply()
            case ["end"] if self.mode != "exec":
                self.mode = "exec"
                return Reply()
            case ["exit"]:
                gone = self.mode == "exec"
                self.mode = "config" if self.mode == "port" else "exec"
                return Reply(leave=gone)
            case ["no", "page"]:
                self.length = 0
                return Reply()
            case ["show", *rest]:
                return Reply(self._show(rest))
            case ["write", "memory"] | ["copy", "running-config", "startup-config"]:
                self.switch.save()
                self.outside.effect("save", "")
                return Reply("Copying configuration: [Success]\n")
            case ["configure", "terminal"] if self.mode == "exec":
                self.mode = "config"
                return Reply()
            case ["boot", "system"] if self.mode == "exec":
                return self._boot()
            case ["interface", name] if self.mode != "exec":
                return self._enter(name)
        return self._port_line(words) if self.mode == "port" else _invalid(words[0])

    def _enter(self, name: str) -> Reply:
        if name not in self.switch.ports:
            return Reply(f"Interface {name} does not exist.\n") if _PORT.fullmatch(name) else _invalid(name)
        self.mode, self._port = "port", name
        return Reply()

    def _port_line(self, words: list[str]) -> Reply:
        switch, name, effect = self.switch, self._port, self.outside.effect
        match words:
            case ["shutdown"]:
                switch.shut(name)
                effect("shut", name)
            case ["no", "shutdown"]:
                switch.open(name)
                effect("no shut", name)
            case ["no", "power-over-ethernet"]:
                switch.power(name, False)
                effect("power off", name)
            case ["power-over-ethernet"]:
                switch.power(name, True)
                effect("power on", name)
            case ["no", "routing"]:
                pass
            case ["vlan", "access", number] if number.isdigit():
                if int(number) not in {1, 20, 30, 40}:
                    return Reply(f"VLAN {number} does not exist.\n")
                switch.ports[name].config.vlan = int(number)
                switch.ports[name].config.trunk = False
                effect("vlan", f"{name} {number}")
            case ["description", *text]:
                switch.ports[name].config.description = " ".join(text)
            case _:
                return _invalid(words[0])
        return Reply()

    def _boot(self) -> Reply:
        if not self.switch.dirty:
            return self._continue()
        return Reply(ask="Do you want to save the current configuration (y/n)? ", then=self._save_first)

    def _save_first(self, typed: str) -> Reply:
        if typed.strip() == "y":
            self.switch.save()
            self.outside.effect("save", "")
        return self._continue()

    def _continue(self) -> Reply:
        text = (
            "This will reboot the entire switch and render it unavailable\nuntil the process is complete.\n"
        )
        return Reply(text, ask="Continue (y/n)? ", then=self._sure)

    def _sure(self, typed: str) -> Reply:
        if typed.strip() != "y":
            return Reply("Operation cancelled.\n")
        self.outside.effect("reload", "")
        self.outside.reload()
        return Reply("The system is going down for reboot.\n", leave=True)

    def _show(self, words: list[str]) -> str:
        switch = self.switch
        match words:
            case ["system"]:
                return shown.system(switch)
            case ["interface", "brief"]:
                return of_all(switch.ports, shown.brief)
            case ["interface", name] if name in switch.ports:
                return shown.interface(name, switch.ports[name])
            case ["interface", name] if _PORT.fullmatch(name):
                return f"Interface {name} does not exist.\n"
            case ["running-config", "interface", name] if name in switch.ports:
                return "\n".join(
                    [*shown.port_lines(name, switch.ports[name].config, switch.ports[name].bundle), ""]
                )
            case ["running-config"]:
                return "Current configuration:\n" + shown.configuration(switch, saved=False)
            case ["startup-config"]:
                return "Startup configuration:\n" + shown.configuration(switch, saved=True)
            case ["power-over-ethernet", name] if name in switch.ports:
                return shown.power(name, switch.ports[name])
            case ["mac-address-table"]:
                return shown.addresses(switch.learnt())
            case ["lldp", "neighbor-info", "detail"]:
                return shown.neighbours(switch.ports if switch.lldp else {})
            case ["arp", "all-vrfs"]:
                return shown.arp(switch)
            case ["ip", "route", "all-vrfs"]:
                return shown.routes(switch)
            case ["vsf", "link"]:
                return _invalid("vsf").text
        return _invalid(words[0] if words else "show").text


def _invalid(word: str) -> Reply:
    return Reply(f"Invalid input: {word}\n")


class ArubaAosCxSimulator(SwitchSimulator):
    """An Aruba CX 6200F; settings and requests as of every simulated switch."""

    kind = "aruba-aoscx"
    shell = CxShell
    model = "JL724A 6200F 24G 4SFP+ Sw"
    serial = "SG0AKN1234"
    port = "1/1/{number}"
    power = "on"
