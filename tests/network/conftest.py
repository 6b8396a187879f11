"""What the network family's tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pedell.drivers.api import Answer, Deadline, Driver, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_network.cisco_ios.driver import CiscoIos
from pedell_network.cisco_ios.simulated.switch import CiscoIosSimulator
from pedell_network.contract import CONTRACT

CAPABILITIES = {capability.name: capability for capability in CONTRACT.capabilities}
SECRETS = {"secret://env/PASSWORD": "schule", "secret://env/ENABLE": "oben", "secret://env/WRONG": "falsch"}


def silence(request: pytest.FixtureRequest) -> bool:
    """Whether the fault of a test, if it has one, is that no answer comes: only then time limits may be short."""
    params = getattr(request.node, "callspec", None)
    return params is None or params.params.get("fault", "silent") in {"silent", "deaf", "garble"}


def ask(driver: Driver, verb: str, call: PlainCall | None = None, **given: Any) -> Any:
    """Call a capability; returns the result, or what else was answered."""
    capability = CAPABILITIES[f"network.{verb}"]
    answer: Answer = driver.call(
        capability.name, call or PlainCall(60), capability.params.model_validate(given)
    )
    return getattr(answer, "result", answer)


class Bench:
    """A simulated switch and a driver for it."""

    def __init__(self, host: SimulatorHost, data: Path, **settings: Any) -> None:
        self.sim = CiscoIosSimulator("sw1", {"ports": 8, "link_delay": 0.05, **settings})
        self.host = host
        self.address = host.start(self.sim)
        self.env = PlainEnv(data, SECRETS)
        self.drivers: list[CiscoIos] = []

    def driver(self, **options: Any) -> CiscoIos:
        given = {
            "username": "pedell",
            "password": "secret://env/PASSWORD",
            "host_key": "accept-new",
            **options,
        }
        if self.sim.settings.get("secret"):
            given.setdefault("enable", "secret://env/ENABLE")
        target = Target("01JSWITCH", "sw1", "switch", "cisco-ios", self.address, options=given)
        driver = CiscoIos(target, self.env)
        self.drivers.append(driver)
        return driver

    def connected(self, **options: Any) -> CiscoIos:
        driver = self.driver(**options)
        driver.connect(Deadline.after(60))
        return driver

    @property
    def text(self) -> str:
        return "\n".join(str(data) for _, data in self.env.transcript)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []
    with SimulatorHost() as host:

        def make(**settings: Any) -> Bench:
            benches.append(Bench(host, tmp_path, **settings))
            return benches[-1]

        yield make
        for made in benches:
            for driver in made.drivers:
                driver.close()
