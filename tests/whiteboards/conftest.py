from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pedell.testing.simhost import SimulatorHost
from pedell_whiteboards.benq.driver import BenqDriver
from pedell_whiteboards.benq.simulator import BenqSimulator
from pedell_whiteboards.epson.driver import EpsonDriver
from pedell_whiteboards.epson.simulator import EpsonSimulator
from pedell_whiteboards.nec.driver import NecDriver
from pedell_whiteboards.nec.simulator import NecSimulator
from pedell_whiteboards.pjlink.driver import PjlinkDriver
from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator
from pedell_whiteboards.sharp.driver import SharpDriver
from pedell_whiteboards.sharp.simulator import SharpSimulator
from pedell_whiteboards.viewsonic.driver import ViewsonicDriver
from pedell_whiteboards.viewsonic.simulator import ViewsonicSimulator
from tests.whiteboards.displays import Display, Lab
from tests.whiteboards.panels import starter

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


@pytest.fixture
def nec(lab: Lab) -> Start:
    """Starts a quick NEC display, which needs its time after switching."""
    return starter(lab, NecDriver, NecSimulator, settle=0.15)


@pytest.fixture
def sharp(lab: Lab) -> Start:
    """Starts a quick Sharp display."""
    return starter(lab, SharpDriver, SharpSimulator)


@pytest.fixture
def benq(lab: Lab) -> Start:
    """Starts a quick BenQ panel."""
    return starter(lab, BenqDriver, BenqSimulator)


@pytest.fixture
def viewsonic(lab: Lab) -> Start:
    """Starts a quick ViewSonic panel."""
    return starter(lab, ViewsonicDriver, ViewsonicSimulator)


@pytest.fixture
def epson(lab: Lab) -> Start:
    """Starts a quick Epson projector."""
    return starter(lab, EpsonDriver, EpsonSimulator, "projector")
