"""What the tests of UniFi share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pedell.drivers.api import ControllerTarget, Deadline, Target
from pedell.testing.calls import PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_network.unifi import session
from pedell_network.unifi.driver import UnifiController
from pedell_network.unifi.simulated.server import UnifiSimulator

SWITCH, POINT = "00:11:22:33:44:55", "04:18:d6:00:02:04"
SECRETS = {
    "secret://env/UNIFI": "schule-lab",
    "secret://env/KEY": "schluessel-1",
    "secret://env/WRONG": "falschgeraten",
}


class Bench:
    """A simulated controller and drivers for its devices."""

    def __init__(self, host: SimulatorHost, data: Path, **settings: Any) -> None:
        # A minute passes in a second.
        self.sim = UnifiSimulator(
            "u1", {"speed": 60.0, "report": 5.0, "link_delay": 3.0, "away": 20.0, **settings}
        )
        self.host = host
        self.address = host.start(self.sim)
        self.env = PlainEnv(data, SECRETS)
        self.drivers: list[UnifiController] = []

    def driver(
        self, mac: str = SWITCH, kind: str = "switch", *, server: Any = None, **options: Any
    ) -> UnifiController:
        login = {"username": "pedell", "password": "secret://env/UNIFI"} if server is None else server
        controller = ControllerTarget("01JC", "unifi", "unifi-controller", self.address, login)
        given = {"fresh_within": 4.0, **options}
        target = Target("01JU", "sw", kind, "unifi-controller", mac, options=given, controller=controller)
        self.drivers.append(UnifiController(target, self.env))
        return self.drivers[-1]

    def connected(self, *args: Any, **options: Any) -> UnifiController:
        driver = self.driver(*args, **options)
        driver.connect(Deadline.after(60))
        return driver

    @property
    def text(self) -> str:
        return "\n".join(str(data) for _, data in self.env.transcript)

    def written(self) -> list[dict[str, Any]]:
        """The overrides that were written last."""
        return json.loads([effect for effect in self.sim.effects if effect.name == "overrides"][-1].detail)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    session.forget_all()
    made: list[Bench] = []
    with SimulatorHost() as host:

        def make(**settings: Any) -> Bench:
            made.append(Bench(host, tmp_path, **settings))
            return made[-1]

        yield make
        for bench in made:
            for driver in bench.drivers:
                driver.close()
    session.forget_all()
