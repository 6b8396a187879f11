"""Plays a MikroTik CRS with RouterOS 7: no modes, lines painted twice, everything saved at once.

Written from MikroTik's manual (Console, Ethernet, Bridging and Switching, PoE-Out, Neighbor discovery) and the public
sample outputs of `print terse` and `monitor once`; the values are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pedell_network.simulated import mikrotik_routeros_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Reply, Shell

_WHERE = re.compile(r"(?P<menu>.+?) print terse without-paging(?: where (?P<key>[a-z-]+)=(?P<value>\S+))?")
_FAULTS = (
    ("poe power-cycle", "power on"), ("poe-out=off", "power off"), ("poe-out=", "power on"),
    ("ethernet disable", "shut"), ("ethernet enable", "no shut"), (" pvid=", "vlan"), ("/system reboot", "reload"),
    ("/export", "show running-config"), ("/interface bridge host", "show mac"), ("/ip neighbor", "show lldp"),
    ("poe monitor", "show power"), ("/interface", "show interfaces"), ("/system", "show system"), ("/ip", "show ip"),
)  # fmt: skip


class RouterOsShell(Shell):
    """One session's command line."""

    length = 0
    denied = "not enough permissions (9)\n"

    @property
    def prompt(self) -> str:
        """User, name, and a blank."""
        return f"[pedell@{self.switch.hostname}] > "

    def greeting(self, banner: str) -> Reply:
        """The licence's question was answered before; what is left is the banner."""
        return Reply(
            f"\n\n\n  MikroTik RouterOS 7.16.1 (c) 1999-2024       https://www.mikrotik.com/\n\n{banner}\n"
        )

    def entered(self, typed: str) -> str:
        """The whole line is painted again before the next begins."""
        return f"\r{self.prompt}{typed}\n"

    @classmethod
    def login_name(cls, name: str) -> str:
        """What follows a plus sign are options of the console."""
        return name.partition("+")[0]

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        return next((request for words, request in _FAULTS if words in line), line.strip())

    def run(self, line: str) -> Reply:
        """Do what was typed."""
        line = line.strip()
        if not line:
            return Reply()
        if line in {"quit", "/quit"}:
            return Reply("interrupted\n", leave=True)
        if line == "/system reboot":
            return Reply(ask="Reboot, yes? [y/N]: ", then=self._sure, key=True)
        if (found := _WHERE.fullmatch(line)) is not None:
            return Reply(self._listed(found["menu"], found["key"], found["value"]))
        plain: dict[str, Callable[[], str]] = {
            "/system identity print": lambda: f"  name: {self.switch.hostname}\n\n",
            "/system resource print": lambda: shown.resource(self.switch),
            "/system routerboard print": lambda: shown.routerboard(self.switch),
            "/export": lambda: shown.export(self.switch),
        }
        if line in plain:
            return Reply(plain[line]())
        return self._on_a_port(line)

    def _sure(self, key: str) -> Reply:
        if key not in "yY":
            return Reply()
        self.outside.effect("reload", "")
        self.outside.reload()
        return Reply("system will reboot shortly\n", leave=True)

    def _listed(self, menu: str, key: str | None, value: str | None) -> str:
        menus: dict[str, Callable[[], list[tuple[str, dict[str, str]]]]] = {
            "/interface": lambda: shown.interfaces(self.switch),
            "/interface bridge": lambda: [
                ("R ", {"name": "bridge1", "mtu": "auto", "vlan-filtering": "yes"})
            ],
            "/interface bridge port": lambda: shown.bridge_ports(self.switch),
            "/interface bridge vlan": lambda: shown.bridge_vlans(self.switch),
            "/interface bridge host": lambda: shown.hosts(self.switch),
            "/interface bonding": lambda: shown.bonds(self.switch),
            "/ip neighbor": lambda: shown.neighbours(self.switch),
            "/ip arp": lambda: shown.arp(self.switch),
            "/ip route": lambda: shown.routes(self.switch),
        }
        if menu not in menus:
            return f"bad command name {menu.rsplit(maxsplit=1)[-1]} (line 1 column 1)\n"
        rows = [row for row in menus[menu]() if key is None or row[1].get(key) == value]
        return shown.terse(rows)

    def _on_a_port(self, line: str) -> Reply:
        switch, effect = self.switch, self.outside.effect
        found = re.fullmatch(
            r"/interface ethernet (?P<verb>disable|enable|monitor|poe set|poe monitor|poe power-cycle) (?P<port>\S+)(?P<rest>.*)",
            line,
        )
        stats = re.fullmatch(r"/interface ethernet print stats without-paging where name=(\S+)", line)
        vlan = re.fullmatch(r"/interface bridge port set \[find interface=(\S+)\] pvid=(\d+)", line)
        if stats:
            port = switch.ports.get(stats[1])
            return Reply(shown.stats(stats[1], port) if port else "\n")
        if vlan:
            if vlan[1] in switch.ports:
                switch.ports[vlan[1]].config.vlan = int(vlan[2])
                effect("vlan", f"{vlan[1]} {vlan[2]}")
                switch.save()
            return Reply()
        if found is None:
            word = line.rsplit(maxsplit=1)[-1]
            return Reply(f"bad command name {word} (line 1 column {line.rfind(word) + 1})\n")
        name, rest = found["port"], found["rest"].strip()
        if name not in switch.ports:
            return Reply("no such item\n")
        return Reply(self._act(found["verb"], name, rest))

    def _act(self, verb: str, name: str, rest: str) -> str:
        switch, effect = self.switch, self.outside.effect
        if verb == "disable":
            switch.shut(name)
            effect("shut", name)
        elif verb == "enable":
            switch.open(name)
            effect("no shut", name)
        elif verb == "monitor":
            return shown.monitor(name, switch.ports[name])
        elif verb == "poe monitor":
            return shown.poe(name, switch.ports[name])
        elif verb == "poe power-cycle":
            switch.power(name, False)
            switch.power(name, True)
            effect("power off", name)
            effect("power on", name)
        elif rest == "poe-out=off":
            switch.power(name, False)
            effect("power off", name)
        elif rest in {"poe-out=auto-on", "poe-out=forced-on"}:
            switch.power(name, True, rest.partition("=")[2])
            effect("power on", name)
        else:
            return "input does not match any value of poe-out\n"
        switch.save()
        return ""


class MikrotikRouterOsSimulator(SwitchSimulator):
    """A CRS328; settings and requests as of every simulated switch."""

    kind = "mikrotik-routeros"
    shell = RouterOsShell
    model = "CRS328-24P-4S+"
    serial = "HC108ABCDEF"
    port = "ether{number}"
    power = "auto-on"
