"""Plays an ExtremeXOS switch.

Written from the ExtremeXOS Concepts and Command Reference Guides, the public sample outputs in ntc-templates (extreme_exos)
for their shape, and two public projects for the questions of `reboot`. The values are ours.
"""

from __future__ import annotations

from pedell_network.simulated import extreme_exos_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.shell import Outside, Reply
from pedell_network.simulated.state import Switch
from pedell_network.simulated.table import TableShell, line, of_all


class ExosShell(TableShell):
    """One session's command line: one mode, a counter in its prompt, questions that can be switched off."""

    more = "Press <SPACE> to continue or <Q> to quit:"
    denied = "Error: Permission denied for this command.\n"
    invalid = "                        ^\n%% Invalid input detected at '^' marker.\n\n"

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        self._count = 1
        self._asks = True

    @property
    def prompt(self) -> str:
        """A star for unsaved changes, the name, the counter."""
        return f"{'* ' if self.switch.dirty else ''}{self.switch.hostname}.{self._count} # "

    def run(self, line: str) -> Reply:
        """Each command counts."""
        if line.strip():
            self._count += 1
        return super().run(line)

    def named(self, text: str) -> str | None:
        """The port of this name."""
        return text if text in self.switch.ports else None

    @line("(?P<word>enable|disable) clipaging", request="terminal")
    def _paging(self, word: str) -> None:
        self.length = 0 if word == "disable" else 24

    @line("(?P<word>enable|disable) cli prompting", request="terminal")
    def _prompting(self, word: str) -> None:
        self._asks = word == "enable"

    @line("disable ports (?P<port>.+)", request="shut")
    def _off(self, port: str) -> None:
        self.turn(port, False)

    @line("enable ports (?P<port>.+)", request="no shut")
    def _on(self, port: str) -> None:
        self.turn(port, True)

    @line("disable inline-power ports (?P<port>.+)", request="power off")
    def _power_off(self, port: str) -> None:
        self.feed(port, False)

    @line("enable inline-power ports (?P<port>.+)", request="power on")
    def _power_on(self, port: str) -> None:
        self.feed(port, True)

    @line("reset inline-power ports (?P<port>.+)", request="power cycle")
    def _reset(self, port: str) -> None:
        if self.switch.ports[port].config.powered:
            self.switch.power(port, False)
            self.feed(port, True)

    @line("save(?: configuration(?: primary)?)?", request="save")
    def _save(self) -> Reply:
        question = (
            "The configuration file primary.cfg already exists.\n"
            "Do you want to save configuration to primary.cfg and overwrite it? (y/N) "
        )
        if self._asks:
            return Reply(ask=question, then=self._saved)
        return Reply(f"{question}Yes\n" + self._saved("y").text)

    def _saved(self, typed: str) -> Reply:
        if typed.strip().lower() != "y":
            return Reply("Save canceled.\n")
        self.save()
        return Reply(
            "Saving configuration on primary ...... done!\nConfiguration saved to primary.cfg successfully.\n"
        )

    @line("reboot", request="reload")
    def _reboot(self) -> Reply:
        if not self._asks:
            if self.switch.dirty:
                self.save()
            return self.restart("")
        if self.switch.dirty:
            question = (
                "Do you want to save configuration changes to currently selected configuration\n"
                "file (primary.cfg) and reboot?\n"
                "(y - save and reboot, n - reboot without save, <cr> - cancel command)\n"
            )
            return Reply(ask=question, then=self._kept)
        return Reply(ask="Are you sure you want to reboot the switch? (y/N) ", then=self._sure)

    def _kept(self, typed: str) -> Reply:
        if typed.strip().lower() == "y":
            self.save()
        return self.restart("") if typed.strip().lower() in {"y", "n"} else Reply("Reboot canceled.\n")

    def _sure(self, typed: str) -> Reply:
        return self.restart("") if typed.strip().lower() == "y" else Reply("Reboot canceled.\n")

    @line("logout|quit|exit")
    def _leave(self) -> Reply:
        return Reply(leave=True)

    @line("show switch")
    def _switch(self) -> str:
        return shown.switch(self.switch)

    @line("show version")
    def _version(self) -> str:
        return shown.version(self.switch)

    @line("show ports no-refresh")
    def _all(self) -> str:
        return of_all(self.switch.ports, shown.summary)

    @line("show ports (?P<port>[^ ]+) no-refresh")
    def _summary(self, port: str) -> str:
        return shown.summary(port, self.switch.ports[port])

    @line("show ports (?P<port>[^ ]+) information detail")
    def _detail(self, port: str) -> str:
        return shown.detail(port, self.switch.ports[port])

    @line("show ports (?P<port>[^ ]+) rxerrors no-refresh")
    def _errors(self, port: str) -> str:
        return shown.errors(port, self.switch.ports[port])

    @line("show inline-power info ports (?P<port>[^ ]+)", request="show power")
    def _power(self, port: str) -> str:
        return shown.power(port, self.switch.ports[port])

    @line("show fdb")
    def _addresses(self) -> str:
        return shown.addresses(self.switch)

    @line("show lldp neighbors detailed")
    def _neighbours(self) -> str:
        return shown.neighbours(self.switch)

    @line("show configuration")
    def _running(self) -> str:
        return shown.configuration(self.switch)

    @line("show iparp")
    def _arp(self) -> str:
        return shown.arp(self.switch)

    @line("show iproute")
    def _route(self) -> str:
        return shown.route(self.switch)


class ExtremeExosSimulator(SwitchSimulator):
    """An X440-G2; settings and requests as of every simulated switch."""

    kind = "extreme-exos"
    shell = ExosShell
    model = "X440G2-24p-10G4"
    serial = "2011G-00289"
    port = "{number}"
