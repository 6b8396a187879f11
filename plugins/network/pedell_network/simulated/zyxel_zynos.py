"""Plays a Zyxel GS2220 with ZyNOS 4.70.

Written from Zyxel's Ethernet Switch CLI Reference Guide (3.79 to 4.60), the transcripts of an ES-2024A and a GS-4012F that the
NOC project keeps, and what public programs tell of a GS1920 and an XS1930: the pager, ESC 7, and that a command line
without a licence knows no `configure`. The values are ours.
"""

from __future__ import annotations

from typing import ClassVar

from pedell_network.simulated import zyxel_zynos_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.table import ModalShell, line

SAVE_CURSOR = "\x1b7"


class ZynosShell(ModalShell):
    """One session's command line. `switch.extra["reads_only"]` makes it that of a GS1920: no `configure`."""

    more = "-- more --, next page: Space, continue: c, quit: ESC"
    denied = "  Permission denied\n"
    invalid = "  Invalid command\n"
    wrong = "  Invalid password\n"
    ask = "Password: "
    ends: ClassVar[dict[str, str]] = {
        "user": ">",
        "exec": "#",
        "config": "(config)#",
        "port": "(config-interface)#",
        "vlan": "(config-vlan)#",
    }
    vlan = 1

    def dressed(self, prompt: str) -> str:
        """A blank, and the place of the cursor is remembered."""
        return f"{prompt} {SAVE_CURSOR}"

    def entered(self, typed: str) -> str:
        """The same before each answer."""
        return "\n" + SAVE_CURSOR * (3 if typed else 0)

    def greeting(self, banner: str) -> Reply:
        """The copyright; the banner of the day stands above it."""
        return Reply(f"{banner}\nCopyright (c) 1994 - 2021 Zyxel Communications Corp.\n\n")

    def run(self, line: str) -> Reply:
        """The configuration has no pages: another command shows it with them."""
        words = line.split()
        self.length = 0 if words == ["show", "running-config"] else 24
        if self.switch.extra.get("reads_only") and words[:1] in (["configure"], ["write"]):
            return Reply(f'%Invalid command "{words[0]}"\n')
        return super().run(line)

    def named(self, text: str) -> str | None:
        """The port of this name."""
        return text if text in self.switch.ports else None

    @line("configure")
    def _configure(self) -> None:
        self.mode = "config"

    @line("interface port-channel (?P<port>[^ ]+)", "config")
    def _interface(self, port: str) -> None:
        self.mode, self.at = "port", port

    @line(r"vlan (?P<number>\d+)", "config")
    def _vlan_mode(self, number: str) -> str | None:
        if not 0 < int(number) < 4095:
            return "  VLAN is out of range\n"
        self.mode, self.vlan = "vlan", int(number)
        return None

    @line("exit", "user exec config port vlan", "end")
    def _exit(self) -> Reply:
        if self.mode in {"user", "exec"}:
            return Reply(leave=True)
        self.mode = "exec" if self.mode == "config" else "config"
        return Reply()

    @line("end", "none")
    def _end(self) -> None:
        """There is none: one level is left at a time."""

    @line("inactive", "port", "shut")
    def _shutdown(self) -> None:
        self.turn(self.at, False)

    @line("no inactive", "port", "no shut")
    def _no_shutdown(self) -> None:
        self.turn(self.at, True)

    @line('name "?(?P<text>[^"]{1,64})"?', "port")
    def _description(self, text: str) -> None:
        self.switch.ports[self.at].config.description = text

    @line(r"pvid (?P<number>\d+)", "port", "vlan")
    def _pvid(self, number: str) -> None:
        self._kept(self.at)
        self.into_vlan(self.at, number)

    @line(r"fixed (?P<port>\d+)", "vlan", "vlan")
    def _fixed(self, port: str) -> None:
        self._kept(port).setdefault(self.vlan, True)

    @line(r"no fixed (?P<port>\d+)", "vlan", "vlan")
    def _normal(self, port: str) -> None:
        self._kept(port).pop(self.vlan, None)

    @line(r"untagged (?P<port>\d+)", "vlan", "vlan")
    def _untagged(self, port: str) -> None:
        if self.vlan in self._kept(port):
            self._kept(port)[self.vlan] = False

    def _kept(self, port: str) -> dict[int, bool]:
        """The VLANs of a port, and whether they leave it tagged; from now on apart from its PVID."""
        known = self.switch.extra.setdefault("members", {})
        assert isinstance(known, dict)
        if port not in known:
            known[port] = shown.members(self.switch, port)
        kept: dict[int, bool] = known[port]
        return kept

    @line("pwr interface (?P<port>[^ ]+)", "config", "power on")
    def _power_on(self, port: str) -> None:
        self.feed(port, True)

    @line("no pwr interface (?P<port>[^ ]+)", "config", "power off")
    def _power_off(self, port: str) -> None:
        self.feed(port, False)

    @line("write memory", request="save")
    def _write(self) -> None:
        self.save()

    @line("show system-information", "user exec")
    def _system(self) -> str:
        return shown.system(self.switch)

    @line("show interfaces (?P<port>[^ ]+)", "user exec")
    def _link(self, port: str) -> str:
        return shown.link(port, self.switch.ports[port])

    @line("show interfaces config (?P<port>[^ ]+)", "user exec")
    def _port(self, port: str) -> str:
        return shown.configured(port, self.switch.ports[port])

    @line("show vlan", "user exec")
    def _vlans(self) -> str:
        return shown.vlans(self.switch)

    @line("show pwr", "user exec")
    def _power(self) -> str:
        return shown.power(self.switch)

    @line("show mac address-table all", "user exec")
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("show lldp info remote", "user exec")
    def _announced(self) -> str:
        return shown.announced(self.switch)

    @line("show lldp info remote interface port-channel (?P<port>[^ ]+)", "user exec")
    def _neighbours(self, port: str) -> str:
        return shown.neighbour(port, self.switch)

    @line("show running-config")
    def _running(self) -> str:
        return shown.configuration(self.switch)

    @line("show ip arp", "user exec")
    def _arp(self) -> str:
        return shown.arp(self.switch)

    @line("show trunk", "user exec")
    def _trunk(self) -> str:
        return shown.trunk(self.switch)


class ZyxelZynosSimulator(SwitchSimulator):
    """A GS2220-28HP; settings and requests as of every simulated switch."""

    kind = "zyxel-zynos"
    shell = ZynosShell
    model = "GS2220-28HP"
    serial = "S200L12345678"
    port = "{number}"
