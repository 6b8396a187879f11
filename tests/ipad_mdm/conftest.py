"""A simulated Jamf Pro server on a real socket, and drivers that talk to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pedell.drivers.api import Answer, ControllerTarget, Deadline, Params, Target, Waiting
from pedell.lab.simulator import FaultKind
from pedell.testing.calls import PlainCall, PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_ipad_mdm.jamf_pro import driver as jamf_driver
from pedell_ipad_mdm.jamf_pro.driver import JamfPro
from pedell_ipad_mdm.jamf_pro.simulator import JamfProSimulator

SERIAL = "DMPX00000001"
UDID = "00008020-0000000000000001"
WIFI = '<?xml version="1.0"?><plist><dict><key>Password</key><string>streng-geheim</string></dict></plist>'
SECRETS = {"secret://file/jamf": "lab-secret", "secret://file/wifi": WIFI, "secret://file/wrong": "nicht-so"}
FAST: Mapping[str, Any] = {"reply_after": 0.02, "restart_seconds": 0.1, "erase_seconds": 0.1}
SERVER: Mapping[str, Any] = {
    "client_id": "pedell",
    "client_secret": "secret://file/jamf",
    "wifi_profile": "secret://file/wifi",
    "restart_settle": 0.3,
    "restart_seen_within": 30.0,
}


@dataclass
class School:
    """A server, its address, and the lab it runs in."""

    host: SimulatorHost
    data: Path
    simulator: JamfProSimulator
    address: str
    drivers: list[JamfPro] = field(default_factory=list)
    env: PlainEnv = field(init=False)

    def __post_init__(self) -> None:
        self.env = PlainEnv(self.data, SECRETS)

    def target(self, address: str = SERIAL, *, serial: str = "", options: Mapping[str, Any] | None = None,
               server: Mapping[str, Any] | None = None, url: str = "") -> Target:  # fmt: skip
        controller = ControllerTarget(
            "c1", "jamf", "jamf-pro", url or self.address, {**SERVER, **(server or {})}
        )
        return Target("d1", "ipad-7b-12", "ipad", "jamf-pro", address, serial=serial, options=options or {},
                      controller=controller)  # fmt: skip

    def driver(self, target: Target | None = None, env: PlainEnv | None = None) -> JamfPro:
        """A driver with an open conversation; closed at the end of the test."""
        driver = JamfPro(target or self.target(), env or self.env)
        driver.connect(Deadline.after(30))
        self.drivers.append(driver)
        return driver

    def change(self, **values: Any) -> None:
        async def do() -> None:
            self.simulator.change(**values)

        self.host.run(do())

    def misbehave(self, kind: FaultKind, on: str = "", times: int = 0, seconds: float = 3.0) -> None:
        self.simulator.misbehave(kind, on=on, times=times, seconds=seconds)

    def ipad(self, serial: str = SERIAL) -> dict[str, Any]:
        """What stands on the iPad's screen, so to speak."""
        shown: dict[str, Any] = self.simulator.state()["ipads"][serial]
        return shown

    def sent(self, type_: str) -> int:
        """How often the server took a command of this type."""
        return sum(command["type"] == type_ for command in self.simulator.state()["commands"])

    def count(self, name: str, serial: str = SERIAL) -> int:
        return sum(effect.name == name and effect.detail == serial for effect in list(self.simulator.effects))


def eventually(holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.01)


def finish(school: School, capability: str, answer: Answer, seconds: float = 60.0) -> Answer:
    """Poll as the engine does, each time on a new conversation, but sooner than asked."""
    end = time.monotonic() + seconds
    while isinstance(answer, Waiting):
        assert time.monotonic() < end, f"still waiting: {answer.why}"
        time.sleep(0.05)
        driver = school.driver()
        answer = driver.poll(capability, PlainCall(), answer.token)
        driver.close()
    return answer


def run(school: School, capability: str, params: Params) -> Answer:
    """Call and poll to the end."""
    driver = school.driver()
    answer = driver.call(capability, PlainCall(), params)
    driver.close()
    return finish(school, capability, answer)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated iPads answer sooner than real ones, so the driver may look sooner."""
    monkeypatch.setattr(jamf_driver, "FIRST_LOOK", 0.1)


@pytest.fixture
def host() -> Iterator[SimulatorHost]:
    with SimulatorHost() as running:
        yield running


@pytest.fixture
def make_school(host: SimulatorHost, tmp_path: Path) -> Iterator[Callable[..., School]]:
    made: list[School] = []

    def make(**settings: Any) -> School:
        simulator = JamfProSimulator("jamf", {**FAST, **settings})
        school = School(host, tmp_path, simulator, host.start(simulator))
        made.append(school)
        return school

    yield make
    for school in made:
        for driver in school.drivers:
            driver.close()


@pytest.fixture
def school(make_school: Callable[..., School]) -> School:
    return make_school()
