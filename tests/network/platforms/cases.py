"""The platforms that are data, each with its simulator: what the shared tests are run on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pedell.lab.simulator import Simulator
from pedell_network import plugin
from pedell_network.command_line.driver import PlatformSwitch


@dataclass(frozen=True)
class Case:
    """One platform.

    Attributes:
        kind: id of driver and simulator.
        port: the switch's own name of a port by its number.
        spellings: other ways to write port 3.
        vlan: a VLAN that the simulated switch has.
        modes: how power may be given, other than as usual, and to be given back.
        saves: whether changes are lost in a restart unless they are saved.
        tells: whether the switch tells that there are such changes.
        enables: whether there is an enable mode with a secret of its own.
    """

    kind: str
    port: Callable[[int], str]
    spellings: tuple[str, ...] = ()
    vlan: int = 30
    modes: tuple[str, ...] = ()
    saves: bool = True
    tells: bool = True
    enables: bool = False
    username: str = "pedell"

    @property
    def driver(self) -> type[PlatformSwitch]:
        found = next(driver for driver in plugin.pedell_drivers() if driver.id == self.kind)
        assert issubclass(found, PlatformSwitch)
        return found

    @property
    def simulator(self) -> type[Simulator]:
        return next(simulator for simulator in plugin.pedell_simulators() if simulator.kind == self.kind)

    @property
    def one_shot(self) -> bool:
        """Whether one command takes power away and gives it back."""
        power = self.driver.platform.power
        return power is not None and bool(power.cycle)

    @property
    def able(self) -> frozenset[str]:
        """The verbs of its capabilities."""
        return frozenset(name.removeprefix("network.") for name in self.driver.capabilities())


CASES = [
    Case("hp-procurve", lambda number: f"{number}", ("port 3",), enables=True),
    Case("aruba-aoscx", lambda number: f"1/1/{number}", ("interface 1/1/3", "Port 1/1/3")),
    Case("mikrotik-routeros", lambda number: f"ether{number}", ("3",), modes=("forced-on",), saves=False),
    Case("juniper-junos", lambda number: f"ge-0/0/{number}", ("0/0/3", "ge-0/0/3.0"), saves=False),
    Case(
        "ubiquiti-edgeswitch",
        lambda number: f"0/{number}",
        ("3", "port 0/3"),
        modes=("passive24v",),
        enables=True,
    ),
    Case("ubiquiti-unifiswitch", lambda number: f"0/{number}", ("3",), modes=("passive24v",), saves=False),
    Case(
        "cisco-s300",
        lambda number: f"gi{number}",
        ("GigabitEthernet 3", "Gi3"),
        modes=("auto time-range unterricht",),
        enables=True,
    ),
    Case("extreme-exos", lambda number: f"{number}", ("port 3",)),
    Case("netgear-prosafe", lambda number: f"1/0/{number}", ("3", "port 1/0/3"), enables=True),
    Case(
        "tplink-jetstream",
        lambda number: f"gigabitEthernet 1/0/{number}",
        ("3", "Gi1/0/3", "gigabitEthernet1/0/3"),
        enables=True,
    ),
    Case("dlink-ds", lambda number: f"{number}", ("1:3", "port 3")),
    Case("allied-telesis-awplus", lambda number: f"port1.0.{number}", ("3", "1.0.3"), enables=True),
    Case("zyxel-zynos", lambda number: f"{number}", ("port 3", "port-channel 3"), tells=False, enables=True),
    Case("hp-comware", lambda number: f"GigabitEthernet1/0/{number}", ("GE1/0/3", "1/0/3")),
    Case(
        "lancom-lcossx4",
        lambda number: f"GigabitEthernet 1/{number}",
        ("Gi 1/3", "gi1/3", "GigabitEthernet1/3"),
        enables=True,
    ),
    Case("lancom-lcossx5", lambda number: f"1/0/{number}", ("3", "port 1/0/3"), enables=True),
]


def each(cases: list[Case]) -> pytest.MarkDecorator:
    """Run the test on these."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.kind)


def able(*verbs: str) -> pytest.MarkDecorator:
    """Run the test on every platform that has these capabilities."""
    return each([case for case in CASES if case.able.issuperset(verbs)])


SAVING = each([case for case in CASES if case.saves])
ENABLING = each([case for case in CASES if case.enables])
