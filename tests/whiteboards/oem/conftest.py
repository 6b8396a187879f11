from __future__ import annotations

from typing import Any

import pytest

from pedell_whiteboards.a9.driver import A9Driver
from pedell_whiteboards.a9.simulator import A9Simulator
from pedell_whiteboards.aabbcc.driver import AabbccDriver
from pedell_whiteboards.aabbcc.simulator import AabbccSimulator
from pedell_whiteboards.i3.driver import I3Driver
from pedell_whiteboards.i3.simulator import I3Simulator
from pedell_whiteboards.newline.driver import NewlineDriver
from pedell_whiteboards.newline.simulator import NewlineSimulator
from tests.whiteboards.displays import Display, Lab
from tests.whiteboards.panels import Start, starter


@pytest.fixture
def aabbcc(lab: Lab) -> Start:
    """Starts a quick panel that speaks AA BB CC."""
    start = starter(lab, AabbccDriver, AabbccSimulator)
    return lambda options=None, **settings: start({"listen": 0.02, **(options or {})}, **settings)


@pytest.fixture
def a9(lab: Lab) -> Start:
    """Starts a quick panel that speaks A9."""
    return starter(lab, A9Driver, A9Simulator)


@pytest.fixture
def newline(lab: Lab) -> Start:
    """Starts a quick Newline panel, which stays on the network while it is off unless `leaves` says otherwise."""
    start = starter(lab, NewlineDriver, NewlineSimulator)

    def staying(options: dict[str, Any] | None = None, *, leaves: bool = False, **settings: Any) -> Display:
        return start({"gone_when_off": leaves, **(options or {})}, leaves=leaves, **settings)

    return staying


@pytest.fixture
def i3(lab: Lab) -> Start:
    """Starts a quick i3 panel."""
    return starter(lab, I3Driver, I3Simulator, settle=0.15)
