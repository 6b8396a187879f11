"""Plays an Aruba 2530 with ArubaOS-Switch 16: modes, questions, VT100.

Written from the 2530 Management and Configuration and Basic Operation guides (16.x), the 2520 and 6600 guides for
`show power-over-ethernet`, and the public sample outputs of `show interfaces brief`, `show interfaces PORT`,
`show vlans ports … detail`, `show lldp info remote-device detail`, `show mac-address`, `show system`, `show trunks`,
`show arp` and `show ip`; the values are ours. The control sequences are those that a 2530 sends around its prompt.
"""

from __future__ import annotations

import re
from typing import Literal

from pedell_network.simulated import hp_procurve_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Outside, Reply, Shell
from pedell_network.simulated.state import Switch

Mode = Literal["user", "exec", "config", "vlan"]
_PORT = re.compile(r"\d{1,2}")


class ProcurveShell(Shell):
    """One session's command line."""

    more = "-- MORE --, next page: Space, next line: Enter, quit: Control-C"
    denied = "Not authorized to run this command.\n"

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        self.mode: Mode = "user" if outside.secret else "exec"
        self._vlan = 0

    @property
    def prompt(self) -> str:
        """Name and mode; a blank follows."""
        name = self.switch.hostname
        ends = {"user": "> ", "exec": "# ", "config": "(config)# ", "vlan": f"(vlan-{self._vlan})# "}
        return name + ends[self.mode]

    def dressed(self, prompt: str) -> str:
        """On the screen's last line, with the cursor switched on."""
        return f"\x1b[1;24r\x1b[24;1H\x1b[24;1H\x1b[2K\x1b[24;1H\x1b[?25h\x1b[24;1H{prompt}\x1b[24;{len(prompt) + 1}H"

    def entered(self, typed: str) -> str:
        """ESC E goes to the beginning of the next line."""
        del typed
        return "\x1b[0m\x1bE\x1b[24;1H"

    def greeting(self, banner: str) -> Reply:
        """Model, version, copyright, and a key to go on."""
        text = f"{shown.PRODUCT} {shown.NUMBER} Switch\nSoftware revision {shown.REVISION}\n\n{banner}\n"
        text += "(C) Copyright 2020 Hewlett Packard Enterprise Development LP\n\n"
        return Reply(text, ask="Press any key to continue", then=lambda _: Reply("\x1b[2J"), key=True)

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = line.split()
        match words:
            case ["interface", _, "disable"]:
                return "shut"
            case ["interface", _, "enable"]:
                return "no shut"
            case ["no", "interface", _, "power-over-ethernet"]:
                return "power off"
            case ["interface", _, "power-over-ethernet"]:
                return "power on"
            case ["untagged", *_]:
                return "vlan"
            case ["write", *_]:
                return "save"
            case ["no", "page"] | ["terminal", *_]:
                return "terminal"
            case ["show", what, *_]:
                return f"show {what}"
        return words[0] if words else ""

    def run(self, line: str) -> Reply:
        """Do what was typed."""
        words = line.split()
        if not words:
            return Reply()
        if words[0] == "show":
            return Reply(self._show(words[1:]))
        if self.mode in {"config", "vlan"} and (reply := self._configure(words)) is not None:
            return reply
        return self._exec(words)

    def _exec(self, words: list[str]) -> Reply:
        match words:
            case ["exit" | "logout"]:
                return Reply(
                    ask="Do you want to log out (y/n)? ", then=lambda key: Reply(leave=key in "yY"), key=True
                )
            case ["enable"] if self.mode == "user":
                return Reply(ask="Password: ", then=self._enable, hidden=True)
            case ["enable"]:
                return Reply()
            case ["terminal", "width", number] if number.isdigit():
                return Reply()
        if self.mode == "user":
            return _invalid(words)
        match words:
            case ["no", "page"]:
                self.length = 0
            case ["page"]:
                self.length = 24
            case ["configure"] | ["configure", "terminal"]:
                self.mode = "config"
            case ["write", "memory"]:
                self.switch.save()
                self.outside.effect("save", "")
            case ["reload"]:
                return Reply(ask="System will be rebooted from primary image. Do you want to continue [y/n]? ",
                             then=self._sure, key=True)  # fmt: skip
            case _:
                return _invalid(words)
        return Reply()

    def _enable(self, typed: str) -> Reply:
        if typed != self.outside.secret:
            return Reply("Invalid password\n")
        self.mode = "exec"
        return Reply()

    def _sure(self, key: str) -> Reply:
        if key not in "yY":
            return Reply()
        if not self.switch.dirty:
            return self._gone()
        return Reply(
            ask="Do you want to save current configuration [y/n/^C]? ", then=self._saved_first, key=True
        )

    def _saved_first(self, key: str) -> Reply:
        if key in "yY":
            self.switch.save()
            self.outside.effect("save", "")
        elif key not in "nN":
            return Reply()
        return self._gone()

    def _gone(self) -> Reply:
        self.outside.effect("reload", "")
        self.outside.reload()
        return Reply(leave=True)

    def _configure(self, words: list[str]) -> Reply | None:
        switch = self.switch
        match words:
            case ["end"]:
                self.mode = "exec"
            case ["exit"]:
                self.mode = "config" if self.mode == "vlan" else "exec"
            case ["vlan", number] if number.isdigit() and 0 < int(number) < 4095:
                self.mode, self._vlan = "vlan", int(number)
            case ["interface", name, word] if word in {"disable", "enable", "power-over-ethernet"}:
                if name not in switch.ports:
                    return _no_port(name)
                {"disable": self._shut, "enable": self._open, "power-over-ethernet": self._power}[word](name)
            case ["no", "interface", name, "power-over-ethernet"]:
                if name not in switch.ports:
                    return _no_port(name)
                switch.power(name, False)
                self.outside.effect("power off", name)
            case ["untagged", name] if self.mode == "vlan":
                if name not in switch.ports:
                    return _no_port(name)
                switch.ports[name].config.vlan = self._vlan
                switch.ports[name].config.trunk = False
                self.outside.effect("vlan", f"{name} {self._vlan}")
            case _:
                return None
        return Reply()

    def _shut(self, name: str) -> None:
        self.switch.shut(name)
        self.outside.effect("shut", name)

    def _open(self, name: str) -> None:
        self.switch.open(name)
        self.outside.effect("no shut", name)

    def _power(self, name: str) -> None:
        self.switch.power(name, True)
        self.outside.effect("power on", name)

    def _show(self, words: list[str]) -> str:
        switch = self.switch
        match words:
            case ["system"]:
                return shown.system(switch)
            case ["modules"]:
                return shown.modules(switch)
            case ["interfaces", "brief", *rest]:
                return self._of_ports(rest, shown.brief)
            case ["interfaces", name] if _PORT.fullmatch(name):
                return self._of_ports([name], lambda ports: "".join(shown.counters(*port) for port in ports))
            case ["vlans", "ports", name, "detail"]:
                return self._of_ports([name], lambda ports: "".join(shown.vlans(*port) for port in ports))
            case ["power-over-ethernet", name] if _PORT.fullmatch(name):
                return self._of_ports([name], lambda ports: "".join(shown.power(*port) for port in ports))
            case ["mac-address"]:
                return shown.addresses(switch.learnt())
            case ["lldp", "info", "remote-device", "detail"]:
                return shown.neighbours(switch.ports if switch.lldp else {})
            case ["arp"]:
                return shown.arp(switch)
            case ["ip"]:
                return shown.ip(switch)
            case ["trunks"]:
                return shown.trunks(switch)
            case ["config", "status"] if self.mode != "user":
                return shown.config_status(switch.dirty)
            case ["running-config"] if self.mode != "user":
                return shown.configuration(switch)
        return _invalid(["show", *words], 1).text

    def _of_ports(self, names: list[str], show: shown.Show) -> str:
        for name in names:
            if name not in self.switch.ports:
                return _no_port(name).text
        chosen = [(name, port) for name, port in self.switch.ports.items() if not names or name in names]
        return show(chosen)


def _invalid(words: list[str], at: int = 0) -> Reply:
    return Reply(f"Invalid input: {words[min(at, len(words) - 1)]}\n")


def _no_port(name: str) -> Reply:
    return Reply(f"Module not present for port or invalid port: {name}\n")


class HpProcurveSimulator(SwitchSimulator):
    """An Aruba 2530; settings and requests as of every simulated switch."""

    kind = "hp-procurve"
    shell = ProcurveShell
    model = "2530-24G-PoEP J9773A"
    serial = "CN4AFPQ0XY"
    port = "{number}"
    power = "on"
