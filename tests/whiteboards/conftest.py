from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pedell.testing.simhost import SimulatorHost
from pedell_whiteboards.pjlink.driver import PjlinkDriver
from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator
from tests.whiteboards.displays import Display, Lab

Start = Callable[..., Display]


@pytest.fixture
def lab() -> Iterator[Lab]:
    """Displays that stop with the test."""
    with SimulatorHost() as host:
        yield Lab(host)


@pytest.fixture
def projector(lab: Lab) -> Start:
    """Starts a quick projector: settings of the simulator as names, `options` of the driver."""

    def start(options: dict[str, Any] | None = None, host: str = "127.0.0.1", **settings: Any) -> Display:
        settings = {"warm_up": 0.1, "cool_down": 0.1, **settings}
        quick = {"settle": 0.02, "answer_time": 3.0, **(options or {})}
        return lab.display(PjlinkDriver, PjlinkSimulator("p1", settings), quick, host)

    return start


@pytest.fixture
def samsung(lab: Lab) -> Start:
    """Starts a quick Samsung display."""

    def start(options: dict[str, Any] | None = None, host: str = "127.0.0.1", **settings: Any) -> Display:
        settings = {"boot": 0.15, **settings}
        quick = {"settle": 0.1, "answer_time": 3.0, "pause": 0.0, **(options or {})}
        return lab.display(
            SamsungMdcDriver, SamsungMdcSimulator("m1", settings), quick, host, kind="whiteboard"
        )

    return start
