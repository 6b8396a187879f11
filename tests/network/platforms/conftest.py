"""A simulated switch of any platform, and a driver for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pedell.drivers.api import Deadline, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_network.command_line.driver import PlatformSwitch
from tests.network.conftest import SECRETS
from tests.network.conftest import ask as ask_with
from tests.network.platforms.cases import CASES, Case


class Quick(PlainCall):
    """A call whose pauses are short: simulated ports are up at once."""

    def sleep(self, seconds: float) -> None:
        super().sleep(min(seconds, 0.02))


def ask(driver: PlatformSwitch, verb: str, call: PlainCall | None = None, **given: Any) -> Any:
    """Call a capability, quickly."""
    return ask_with(driver, verb, call or Quick(60), **given)


class Stand:
    """The switch and what speaks to it."""

    def __init__(self, host: SimulatorHost, data: Path, case: Case, **settings: Any) -> None:
        self.case = case
        self.host = host
        self.sim = case.simulator("sw1", {"ports": 8, "link_delay": 0, "down": 0.1, **settings})
        self.address = host.start(self.sim)
        self.env = PlainEnv(data, SECRETS)
        self.drivers: list[PlatformSwitch] = []

    def port(self, number: int) -> str:
        return self.case.port(number)

    def driver(self, **options: Any) -> PlatformSwitch:
        given = {
            "username": self.case.username,
            "password": "secret://env/PASSWORD",
            "host_key": "accept-new",
            **options,
        }
        if self.sim.settings.get("secret"):
            given.setdefault("enable", "secret://env/ENABLE")
        target = Target("01JSWITCH", "sw1", "switch", self.case.kind, self.address, options=given)
        self.drivers.append(self.case.driver(target, self.env))
        return self.drivers[-1]

    def connected(self, **options: Any) -> PlatformSwitch:
        driver = self.driver(**options)
        driver.connect(Deadline.after(60))
        return driver

    def shown(self, number: int) -> dict[str, Any]:
        """A port as somebody before the switch sees it."""
        found: dict[str, Any] = self.sim.state()["ports"][self.port(number)]
        return found

    def until(self, ready: Callable[[], bool]) -> None:
        limit = time.monotonic() + 60
        while not ready():
            assert time.monotonic() < limit
            time.sleep(0.01)

    @property
    def text(self) -> str:
        return "\n".join(str(data) for _, data in self.env.transcript)


Make = Callable[..., Stand]


@pytest.fixture
def stand_of(tmp_path: Path) -> Iterator[Callable[..., Stand]]:
    """`stand_of(case, **settings)`."""
    made: list[Stand] = []
    with SimulatorHost() as host:

        def make(case: Case, **settings: Any) -> Stand:
            made.append(Stand(host, tmp_path, case, **settings))
            return made[-1]

        yield make
        for stand in made:
            for driver in stand.drivers:
                driver.close()


@pytest.fixture(params=CASES, ids=lambda case: case.kind)
def case(request: pytest.FixtureRequest) -> Case:
    """Each platform."""
    found: Case = request.param
    return found


@pytest.fixture
def stand(stand_of: Callable[..., Stand], case: Case) -> Stand:
    """A switch of each platform."""
    return stand_of(case)
