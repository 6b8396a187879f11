"""Quick panels under test: a driver and its simulator, with times that no test has to wait for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pedell.drivers.api import Driver
from pedell.lab.simulator import Simulator
from tests.whiteboards.displays import Display, Lab

Start = Callable[..., Display]


def starter(
    lab: Lab, driver: type[Driver], simulator: type[Simulator], kind: str = "whiteboard", settle: float = 0.02
) -> Start:
    """Starts one: settings of the simulator as names, `options` of the driver, `model` of the inventory."""

    def start(
        options: dict[str, Any] | None = None,
        host: str = "127.0.0.1",
        model: str = "",
        mac: str = "",
        **settings: Any,
    ) -> Display:
        settings = {"warm_up": 0.1, "cool_down": 0.1, **settings}
        quick = {"settle": settle, "answer_time": 3.0, "pause": 0.0, "wake": "off", **(options or {})}
        return lab.display(driver, simulator("d1", settings), quick, host, kind=kind, model=model, mac=mac)

    return start
