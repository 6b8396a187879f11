"""Displays that close the line after each answer: what was ordered is done once, and the next command is no error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from pedell.hooks.plugins import Plugins
from pedell.lab.simulator import Simulator
from pedell_whiteboards import plugin
from pedell_whiteboards.model import Status
from tests.whiteboards.displays import Lab

PLUGINS = Plugins((), {"whiteboards": plugin})
SETTINGS = {"boot": 0.2, "warm_up": 0.2, "cool_down": 0.2, "leaves": False, "password": "JBMIAProjectorLink"}
OPTIONS: Mapping[str, Any] = {
    "settle": 0.2, "answer_time": 3.0, "pause": 0.05, "gone_when_off": False, "listen": 0.05, "password": "secret://lab/password",
}  # fmt: skip
# Those that say something before the first command, and one that does not.
DRIVERS = {
    name: PLUGINS.drivers[name]
    for name in ("pjlink", "samsung-mdc", "sicp", "epson", "smart", "promethean", "lg")
}
RESTARTS = {"power_off", "reboot", "restart"}


def closing(simulator: Simulator) -> Simulator:
    reply = simulator.reply

    async def and_hang_up(line: Any, *words: Any, **more: Any) -> bool:
        if await reply(line, *words, **more):
            await line.hang_up()
        return False

    simulator.reply = and_hang_up
    return simulator


@pytest.mark.matrix(3)
@pytest.mark.parametrize("name", DRIVERS)
def test_one_that_closes_after_each_answer(lab: Lab, name: str):
    driver = DRIVERS[name]
    settings = {key: value for key, value in SETTINGS.items() if key != "password" or name == "pjlink"}
    options = {key: value for key, value in OPTIONS.items() if key in driver.options.model_fields}
    if name != "pjlink":
        options.pop("password", None)
    simulator = closing(PLUGINS.simulators[name](name, settings))
    display = lab.display(driver, simulator, options, kind="whiteboard")
    with display.conversation() as talk:
        status = display.first("display.status", talk)
        assert getattr(status, "result", status).power == "on"
        if "display.blank" in driver.supports(display.target):
            display.first("display.blank", talk)
            display.first("display.unblank", talk)
    display.do("display.restart")
    assert isinstance(display.status(), Status)
    assert sum(n for effect, n in simulator.counts().items() if effect in RESTARTS) == 1
    # The login stands before other commands than the first one now, and still in no transcript.
    assert not [
        said
        for _, said in display.transcript
        if isinstance(said, bytes) and re.search(rb"[0-9a-f]{32}", said)
    ]


def test_a_projector_without_a_pause(lab: Lab):
    """Nothing is waited for between two commands, so that it is not seen that the line is closed; but it is learnt."""
    driver = DRIVERS["pjlink"]
    simulator = closing(PLUGINS.simulators["pjlink"]("p", {"warm_up": 0.1, "cool_down": 0.1}))
    display = lab.display(driver, simulator, {"settle": 0.05, "pause": 0.0}, kind="projector")
    with display.conversation() as talk:
        for word in ("mute", "unmute", "blank", "unblank"):
            display.first(f"display.{word}", talk)
    display.do("display.restart")
    assert simulator.counts() == {"mute": 4, "power_off": 1, "power_on": 1}
