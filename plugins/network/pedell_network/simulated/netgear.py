"""Plays a Netgear M4300.

Written from the captures that python-netgear-switch-library publishes of an M4300-16X, its notes on what the switch did with
VLAN lines in each mode, and Netgear's M4300 CLI manual. The values are ours.
"""

from __future__ import annotations

from pedell_network.simulated import fastpath_shown as shown
from pedell_network.simulated.door import SwitchSimulator
from pedell_network.simulated.fastpath import INVALID, EdgeShell
from pedell_network.simulated.shell import Reply
from pedell_network.simulated.state import Port


class NetgearShell(EdgeShell):
    """One session's command line."""

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = {"no poe": "power off", "poe": "power on"}
        return words.get(" ".join(line.split())) or super().request(line)

    def run(self, line: str) -> Reply:
        """As an EdgeSwitch's, where it is no word of its own."""
        return self._own(line.split()) or super().run(line)

    def _own(self, words: list[str]) -> Reply | None:
        switch, effect = self.switch, self.outside.effect
        match self.mode, words:
            case "user", _:
                return None
            case "port", ["poe"] | ["no", "poe"]:
                switch.power(self._port, words == ["poe"])
                effect("power on" if words == ["poe"] else "power off", self._port)
                return Reply()
            case "port", ["poe", "opmode", *_]:
                return Reply(INVALID)
            case "port", ["vlan", *_] if self._port in self._access():
                return Reply()  # taken down, and inert
            case "port", ["switchport", "access", "vlan", number] if number in {"1", "20", "30"}:
                if self._port in self._access():
                    switch.ports[self._port].config.vlan = int(number)
                    effect("vlan", f"{self._port} {number}")
                return Reply()
            case "exec", ["write", "memory", "confirm"]:
                return self._save("y")
        if words[:1] != ["show"]:
            return None
        text = self._shown(words[1:])
        return None if text is None else Reply(text)

    def _access(self) -> set[str]:
        found = self.switch.extra.get("access", set())
        assert isinstance(found, set)
        return found

    def _shown(self, words: list[str]) -> str | None:
        switch = self.switch
        match words:
            case ["poe", "port", "info", name] if name in switch.ports:
                return power(name, switch.ports[name])
            case ["poe" | "network", *_]:
                return INVALID
            case ["interface", "ethernet", name] if name in switch.ports:
                return counters(switch.ports[name])
            case ["vlan", "port", name] if name in switch.ports:
                return pvid(name, switch.ports[name])
            case ["ip", "management"]:
                return (
                    shown.dots("IPv4 Interface Status", "Up")
                    + shown.dots("IP Address", "10.0.0.2")
                    + shown.dots("Default Gateway", switch.gateway)
                )
            case ["running-config", "interface", name] if name in switch.ports:
                port = switch.ports[name]
                lines = shown.port_lines(name, port.config, port.bundle)
                lines = ["no poe" if one.startswith("poe opmode shutdown") else one for one in lines]
                if name in self._access():
                    lines[1:1] = ["switchport mode access", f"switchport access vlan {port.config.vlan}"]
                return "\n".join(["", *lines, "", ""])
        return None


def power(name: str, port: Port) -> str:
    """`show poe port info PORT`."""
    watts = port.watts if port.config.powered else 0.0
    state = "Delivering Power" if watts else "Searching" if port.config.powered else "Disabled"
    return (
        "        High     Max                      Output  Output\n"
        "Intf    Power   Power     Class   Power   Current Voltage      Status            Fault\n"
        "                 (mW)              (mW)     (mA)   (V)                           Status\n"
        "------ ------- -------- -------- -------  ------- -------  ----------------- -----------------\n"
        f"{name:<8} Yes   30000    {'4' if watts else 'Unknown':<8} {int(watts * 1000):<9} {int(watts * 19):<7} "
        f"{54 if watts else 0:<7} {state:<18} No Error\n"
    )


def counters(port: Port) -> str:
    """`show interface ethernet PORT`."""
    return "".join(
        shown.dots(name, value)
        for name, value in (
            ("Total Packets Received (Octets)", 1204411),
            ("Packets Received > 1518 Octets", 0),
            ("Receive Packets Discarded", 0),
            ("Total Packets Received with MAC Errors", port.input_errors),
            ("Alignment Errors", 0),
            ("FCS Errors", port.crc),
            ("Overruns", 0),
            ("Total Transmit Errors", 0),
            ("Time Since Counters Last Cleared", "4 day 21 hr 37 min 35 sec"),
        )
    )


def pvid(name: str, port: Port) -> str:
    """`show vlan port PORT`."""
    vlan = 1 if port.config.trunk else port.config.vlan
    return (
        "          Port       Port                  Ingress    Ingress\n"
        "          VLAN ID    VLAN ID  Acceptable   Filtering  Filtering         Default\n"
        "Interface Configured Current  Frame Types  Configured Current   GVRP    Priority\n"
        "--------- ---------- -------- ------------ ---------- --------- ------- --------\n"
        f"{name:<9} {vlan:<10} {vlan:<8} Admit All    Disable    Disable   Disable 0\n"
    )


class NetgearSimulator(SwitchSimulator):
    """An M4300; settings and requests as of every simulated switch."""

    kind = "netgear-prosafe"
    shell = NetgearShell
    model = "M4300-28G-PoE+"
    serial = "66R1997600BA"
    port = "1/0/{number}"
    no_power = "shutdown"
