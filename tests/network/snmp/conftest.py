"""What the tests of SNMP share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pedell.drivers.api import Deadline, Target
from pedell.testing.calls import PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_network.snmp.driver import Snmp
from pedell_network.snmp.simulated.switch import SnmpSwitchSimulator

SECRETS = {
    "secret://env/READ": "public",
    "secret://env/WRITE": "private",
    "secret://env/WRONG": "falschgeraten",
}


class Bench:
    """A simulated switch and a driver for it."""

    answer_time = 5.0
    """Short where silence is what the test waits for."""

    def __init__(
        self,
        host: SimulatorHost,
        data: Path,
        kind: type[SnmpSwitchSimulator] = SnmpSwitchSimulator,
        **settings: Any,
    ) -> None:
        self.sim = kind("sw1", {"ports": 8, "link_delay": 0.05, **settings})
        self.host = host
        self.address = host.start(self.sim)
        self.env = PlainEnv(data, SECRETS)

    def driver(self, **options: Any) -> Snmp:
        given = {
            "community": "secret://env/READ",
            "write_community": "secret://env/WRITE",
            "answer_time": self.answer_time,
            "retries": 1,
            **options,
        }
        target = Target("01JSNMP", "sw1", "switch", "snmp", self.address, options=given)
        return Snmp(target, self.env)

    def connected(self, **options: Any) -> Snmp:
        driver = self.driver(**options)
        driver.connect(Deadline.after(60))
        return driver

    @property
    def text(self) -> str:
        return "\n".join(str(data) for _, data in self.env.transcript)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    with SimulatorHost() as host:
        yield lambda **settings: Bench(host, tmp_path, **settings)
