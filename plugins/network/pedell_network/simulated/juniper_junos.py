"""Plays a Juniper EX2300: a candidate, a lock, commits that are taken back, banners of a virtual chassis.

Written from the Junos CLI references for EX (20.x) and public captures of `show interfaces`, `show lldp neighbors`,
`show ethernet-switching table`, `show system uptime`, `show system commit` and of the refusals of `configure exclusive`;
the values are ours.
"""

from __future__ import annotations

import asyncio
import copy
import re
from dataclasses import dataclass, field

from pedell_network.simulated import juniper_junos_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Outside, Reply, Shell
from pedell_network.simulated.state import PortConfig, Switch
from pedell_network.simulated.table import of_all

_PORT = re.compile(r"ge-0/0/\d{1,2}")


@dataclass
class Database:
    """What all sessions of a switch share.

    `holder` edits exclusively. `foreign` is a candidate that somebody left. `before` is what comes back unless the
    newest commit is confirmed in time.
    """

    holder: object = None
    foreign: bool = False
    before: dict[str, PortConfig] | None = None
    timer: asyncio.TimerHandle | None = None
    commits: list[list[str]] = field(default_factory=lambda: [["2026-11-20 07:00:00 UTC by root via other"]])


class JunosShell(Shell):
    """One session's command line."""

    length = 24
    more = "---(more)---"
    denied = "error: permission denied\n"

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        found = switch.extra.setdefault("junos", Database())
        assert isinstance(found, Database)
        self._data = found
        self._editing = False
        self._candidate: dict[str, PortConfig] = {}

    @property
    def prompt(self) -> str:
        """User and name; a blank follows."""
        return f"pedell@{self.switch.hostname}{'#' if self._editing else '>'} "

    def dressed(self, prompt: str) -> str:
        """Where one is in the configuration, and which member of the virtual chassis answers."""
        return f"\n{'{master:0}[edit]' if self._editing else '{master:0}'}\n{prompt}"

    def greeting(self, banner: str) -> Reply:
        """The banner, then what was built when."""
        return Reply(f"{banner}\n--- JUNOS 20.4R3.8 Kernel 32-bit  JNPR-11.0-20210527\n")

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = line.split()
        match words:
            case ["configure", *_]:
                return "configure"
            case ["commit", "check"]:
                return "commit check"
            case ["commit", "confirmed", *_]:
                return "shut"
            case ["commit"]:
                return "no shut"
            case ["exit", *_]:
                return "end"
            case ["set", "cli", *_]:
                return "terminal"
            case ["request", *_]:
                return "reload"
            case ["show", what, *_]:
                return f"show {what}"
        return words[0] if words else ""

    def run(self, line: str) -> Reply:
        """Do what was typed."""
        words = line.split()
        if not words:
            return Reply()
        if self._editing:
            return self._edit(words)
        match words:
            case ["set", "cli", "screen-width", number]:
                return Reply(f"Screen width set to {number}\n")
            case ["set", "cli", "screen-length", number]:
                self.length = int(number)
                return Reply(f"Screen length set to {number}\n")
            case ["set", "cli", "complete-on-space", "off"]:
                return Reply("Disabling complete-on-space\n")
            case ["configure", "exclusive"]:
                return self._configure()
            case ["request", "system", "reboot"]:
                return Reply(ask="Reboot the system ? [yes,no] (no) ", then=self._reboot)
            case ["exit" | "quit"]:
                return Reply(leave=True)
            case ["show", *rest]:
                return Reply(self._show(rest))
        return _unknown(words[0])

    def _configure(self) -> Reply:
        if self._data.holder not in {None, self}:
            return Reply(
                "error: configuration database locked by:\n"
                "  meier terminal p1 (pid 4711) on since 2026-11-28 07:12:11 UTC\n      exclusive [edit]\n"
            )
        if self._data.foreign:
            return Reply("error: configuration database modified\n")
        self._data.holder, self._editing = self, True
        self._candidate = {name: copy.copy(port.config) for name, port in self.switch.ports.items()}
        return Reply("warning: uncommitted changes will be discarded on exit\nEntering configuration mode\n")

    def left(self) -> None:
        """The session is over; what was not committed is gone."""
        if self._data.holder is self:
            self._data.holder = None

    def _edit(self, words: list[str]) -> Reply:
        match words:
            case ["exit", *_] | ["quit", *_]:
                self._editing = False
                self.left()
                return Reply("Exiting configuration mode\n")
            case ["rollback", "0"]:
                self._candidate = {name: copy.copy(port.config) for name, port in self.switch.ports.items()}
                return Reply("load complete\n")
            case ["commit", "check"]:
                return self._check() or Reply("configuration check succeeds\n")
            case ["commit", "confirmed", minutes, *comment]:
                return self._check() or self._commit(int(minutes), comment)
            case ["commit"]:
                return self._check() or self._commit(0, [])
            case ["set" | "delete" as verb, "interfaces", name, *rest]:
                return self._interface(verb, name, rest)
            case ["set" | "delete" as verb, "poe", "interface", name, "disable"]:
                if not _PORT.fullmatch(name):
                    return _syntax()
                config = self._candidate.get(name)
                there = config is not None and not config.powered
                if config is not None:
                    config.powered = verb == "delete"
                return Reply("warning: statement not found\n" if verb == "delete" and not there else "")
        return _syntax()

    def _interface(self, verb: str, name: str, rest: list[str]) -> Reply:
        config = self._candidate.get(name)
        if config is None:
            return _syntax()
        match rest:
            case ["disable"]:
                there, config.shutdown = config.shutdown, verb == "set"
                return Reply("warning: statement not found\n" if verb == "delete" and not there else "")
            case ["unit", "0", "family", "ethernet-switching", "vlan", "members", *vlan]:
                if verb == "set":
                    config.vlan, config.trunk = int(vlan[0]), False
                return Reply()
        return _syntax()

    def _check(self) -> Reply | None:
        wrong = [config.vlan for config in self._candidate.values() if config.vlan not in {1, 20, 30}]
        if not wrong:
            return None
        return Reply(
            f"[edit vlans]\n  'default'\nerror: vlan {wrong[0]} is not defined\nerror: configuration check-out failed\n"
        )

    def _commit(self, minutes: int, comment: list[str]) -> Reply:
        data = self._data
        if data.timer is not None:
            data.timer.cancel()
            data.timer = None
        if minutes and data.before is None:
            data.before = {name: copy.copy(port.config) for name, port in self.switch.ports.items()}
        self._apply(self._candidate)
        words = " ".join(comment[1:]).strip('"')
        line = f"2026-11-28 08:00:00 UTC by pedell via cli{f' commit confirmed, rollback in {minutes}mins' if minutes else ''}"
        data.commits.insert(0, [line, *([f"    {words}"] if words else [])])
        if not minutes:
            data.before = None
            return Reply("commit complete\n")
        seconds = minutes * self.outside.minute
        data.timer = asyncio.get_running_loop().call_later(seconds, self._taken_back)
        return Reply(
            f"commit confirmed will be automatically rolled back in {minutes} minutes unless confirmed\n"
            "commit complete\n\n# commit confirmed will be rolled back in 2 minutes\n"
        )

    def _taken_back(self) -> None:
        before, self._data.before, self._data.timer = self._data.before, None, None
        if before is not None:
            self._apply(before)
            self.outside.effect("taken back", "")

    def _apply(self, wanted: dict[str, PortConfig]) -> None:
        switch, effect = self.switch, self.outside.effect
        for name, config in wanted.items():
            now = switch.ports[name].config
            if now.shutdown != config.shutdown:
                (switch.shut if config.shutdown else switch.open)(name)
                effect("shut" if config.shutdown else "no shut", name)
            if now.powered != config.powered:
                switch.power(name, config.powered)
                effect("power on" if config.powered else "power off", name)
            if now.vlan != config.vlan:
                effect("vlan", f"{name} {config.vlan}")
            now.vlan, now.trunk = config.vlan, config.trunk
        switch.save()

    def _reboot(self, typed: str) -> Reply:
        if typed.strip() != "yes":
            return Reply()
        self.outside.effect("reload", "")
        self.outside.reload()
        return Reply(
            "\n*** FINAL System shutdown message from pedell@sw1 ***\n\nSystem going down IMMEDIATELY\n\n",
            leave=True,
        )

    def _show(self, words: list[str]) -> str:
        switch = self.switch
        match words:
            case ["version"]:
                return shown.version(switch)
            case ["chassis", "hardware"]:
                return shown.hardware(switch)
            case ["chassis", "mac-addresses"]:
                head = "    FPC 0   MAC address information:\n"
                return (
                    f"{head}      Public base address     {switch.mac}\n      Public count            1024\n"
                )
            case ["system", "uptime"]:
                return shown.uptime(switch)
            case ["system", "commit"]:
                return self._commits()
            case ["interfaces", "terse"]:
                return of_all(switch.ports, shown.terse)
            case ["interfaces", name, "extensive"]:
                port = switch.ports.get(name)
                return shown.interface(name, port) if port else f"error: device {name} not found\n"
            case ["ethernet-switching", "interface", name] if name in switch.ports:
                return shown.switching(name, switch.ports[name])
            case ["configuration", "interfaces", name, "|", "display", "set"] if name in switch.ports:
                port = switch.ports[name]
                return "\n".join([*shown.port_lines(name, port.config, port.bundle), ""])
            case ["configuration", "|", "display", "set"]:
                return shown.configuration(switch)
            case ["poe", "interface", name] if name in switch.ports:
                return shown.power(name, switch.ports[name])
            case ["ethernet-switching", "table"]:
                return shown.addresses(switch)
            case ["lldp", "neighbors"]:
                return shown.announced(switch)
            case ["lldp", "neighbors", "interface", name]:
                return shown.neighbour(name, switch.ports[name]) if name in switch.ports else ""
            case ["arp", "no-resolve"]:
                return shown.arp(switch)
            case ["route", "0.0.0.0/0", "exact"]:
                return shown.route(switch)
        return _syntax().text

    def _commits(self) -> str:
        lines = []
        for number, told in enumerate(self._data.commits[:10]):
            lines += [f"{number:<3} {told[0]}", *told[1:]]
            if number == 0 and self._data.timer is not None:
                lines.append("    rollback pending")
        return "\n".join([*lines, ""])


def _unknown(word: str) -> Reply:
    return Reply("              ^\nunknown command.\n" if word else "")


def _syntax() -> Reply:
    return Reply("                ^\nsyntax error.\n")


class JuniperJunosSimulator(SwitchSimulator):
    """An EX2300; settings and requests as of every simulated switch, and `minute`: how long one is, in seconds (60).

    In the requests `shut` is an unconfirmed commit, and `no shut` a confirmed one. `change(foreign=True)` leaves
    somebody's uncommitted candidate, `change(locked=True)` an editor.
    """

    kind = "juniper-junos"
    shell = JunosShell
    model = "ex2300-24p"
    serial = "HV0219123456"
    port = "ge-0/0/{number}"
    power = "on"

    def change(self, **values: object) -> None:
        """As of every simulated switch; and what others do to the configuration."""
        data = self.switch.extra.setdefault("junos", Database())
        assert isinstance(data, Database)
        if "foreign" in values:
            data.foreign = bool(values.pop("foreign"))
        if "locked" in values:
            data.holder = object() if values.pop("locked") else None
        super().change(**values)

    async def stop(self) -> None:
        """Hang up everywhere; nothing is taken back any more."""
        data = self.switch.extra.get("junos")
        if isinstance(data, Database) and data.timer is not None:
            data.timer.cancel()
        await super().stop()
