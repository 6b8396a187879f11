"""Plays a LANCOM GS-4530XP with LCOS SX 5.

Written from the same sources as the FASTPATH of another maker that it shares its words with (`netgear`), from FASTPATH's
manual for `show network`, and from public scripts for LCOS SX 5: a session begins unprivileged, ports are 1/0/5, `write
memory confirm` saves without a question. The values are ours.
"""

from __future__ import annotations

from pedell_network.simulated import fastpath_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.fastpath import INVALID
from pedell_network.simulated.netgear import NetgearShell
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.state import Switch


class Sx5Shell(NetgearShell):
    """One session's command line."""

    def run(self, line: str) -> Reply:
        """As FASTPATH's, where it is no word of its own."""
        words = line.split()
        if words == ["logout"]:
            return self._logout()
        if words[:2] == ["terminal", "width"]:
            return Reply(INVALID)
        if words[:3] == ["show", "ip", "management"]:
            return Reply(INVALID)
        if self.mode != "user" and words == ["show", "network"]:
            return Reply(shown.network(self.switch))
        if words == ["show", "version"]:
            return Reply(version(self.switch))
        return super().run(line)

    def _logout(self) -> Reply:
        if not self.switch.dirty:
            return Reply(leave=True)
        text = "\nThe system has unsaved changes.\n"
        return Reply(text, ask="Would you like to save them now? (y/n) ", then=self._gone, key=True)

    def _gone(self, key: str) -> Reply:
        if key == "y":
            self.switch.save()
            self.outside.effect("save", "")
            return Reply("\nConfiguration Saved!\n", leave=True)
        return Reply("\nConfiguration Not Saved!\n", leave=True)


def version(switch: Switch) -> str:
    """`show version`."""
    return (
        "\nSwitch: 1\n\n"
        + shown.dots("System Description", f"LANCOM {switch.model} 5.20.0534")
        + shown.dots("Machine Type", f"LANCOM {switch.model}")
        + shown.dots("Machine Model", switch.model)
        + shown.dots("Serial Number", switch.serial)
        + shown.dots("Burned In MAC Address", switch.mac.upper())
        + shown.dots("Software Version", "5.20.0534")
        + "\n"
    )


class LancomLcosSx5Simulator(SwitchSimulator):
    """A GS-4530XP; settings and requests as of every simulated switch."""

    kind = "lancom-lcossx5"
    shell = Sx5Shell
    model = "GS-4530XP"
    serial = "4006780018100123"
    port = "1/0/{number}"
    no_power = "shutdown"
