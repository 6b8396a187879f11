"""The driver against the simulated panels."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass, Happened, Nothing, Target
from pedell_whiteboards.model import Power
from pedell_whiteboards.promethean.driver import PrometheanDriver
from tests.whiteboards.displays import outcome


def test_what_a_panel_tells(promethean):
    display = promethean(serial="PR9o1234567", model="AP9-B75", firmware="2.1.0")
    status = display.status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 50)
    assert (status.muted, status.blank, status.frozen) == (False, False, False)
    assert (status.touch_locked, status.controls_locked) == (False, False)
    assert (status.hours, status.temperature) == (None, None)
    who = display.identity()
    assert (who.serial, who.model, who.firmware) == ("PR9o1234567", "AP9-B75", "2.1.0")


@pytest.mark.parametrize("generation", ["ap5", "ap7", "ap9", "vp"])
@pytest.mark.parametrize(
    ("lock", "unlock", "name", "field"),
    [
        ("touch_lock", "touch_unlock", "touch_lock", "touch_locked"),
        ("lock_controls", "unlock_controls", "remote_lock", "controls_locked"),
        ("freeze", "unfreeze", "freeze", "frozen"),
        ("blank", "unblank", "blank", "blank"),
    ],
)
def test_no_generation_is_locked_by_unlocking(promethean, generation, lock, unlock, name, field):
    display = promethean({"generation": generation}, generation=generation)
    for verb, wanted in ((lock, 1), (lock, 1), (unlock, 0), (unlock, 0)):
        display.do(f"display.{verb}")
        assert display.simulator.state()[name] == wanted, verb
        assert getattr(display.status(), field) is bool(wanted), verb


def test_a_wrong_generation_is_noticed(promethean):
    display = promethean({"generation": "ap5"}, generation="ap9")
    error = display.failure("display.touch_lock")
    assert outcome(error) == (ErrorClass.REFUSED, Happened.UNKNOWN)
    assert "touch lock" in error.message


@pytest.mark.parametrize(
    ("model", "generation", "name"),
    [("ActivPanel 5", "ap5", "hdmi4"), ("ActivPanel 7 Titanium", "ap7", "displayport1"), ("VTP-65", "vp", "usb-c"),
     ("ActivPanel 9", "ap9", "usb-c"), ("", "ap9", "android")],
)  # fmt: skip
def test_inputs_of_each_generation(promethean, model, generation, name):
    display = promethean(model=model, generation=generation)
    display.do("display.select_input", input=name)
    assert display.status().input == name


def test_a_panel_that_does_nothing_is_not_believed(promethean):
    display = promethean(stubborn=True)
    for capability, params in [
        ("mute", {}),
        ("set_volume", {"volume": 3}),
        ("select_input", {"input": "ops"}),
    ]:
        error = display.failure(f"display.{capability}", **params)
        assert outcome(error) == (ErrorClass.REFUSED, Happened.UNKNOWN)
    assert not display.simulator.counts()


def test_a_panel_that_closes_the_line_after_each_command(promethean):
    display = promethean({"pause": 0.05}, hangs_up=True)
    with display.conversation() as driver:
        display.first("display.set_volume", driver, volume=12)
        display.first("display.touch_lock", driver)
        status = display.first("display.status", driver).result
    assert (status.volume, status.touch_locked) == (12, True)
    display.do("display.restart")
    assert display.simulator.counts() == {"volume": 1, "touch_lock": 1, "power_off": 1, "power_on": 1}


def test_an_order_is_answered_or_not(promethean):
    for answers in (True, False):
        display = promethean(answers_orders=answers)
        assert bool(display.do("display.reset_picture").warnings) is not answers
        assert display.simulator.counts() == {"picture_reset": 1}


def test_a_sleeping_panel_is_silence(promethean):
    display = promethean({"answer_time": 0.2}, deaf_in_standby=True, power="standby")
    assert outcome(display.failure("display.status")) == (ErrorClass.TIMEOUT, Happened.NO)


@pytest.mark.parametrize("capability", ["reset_picture", "factory_reset"])
def test_what_nothing_proves_is_not_ordered_while_the_panel_is_off(promethean, capability):
    display = promethean(power="standby")
    assert outcome(display.failure(f"display.{capability}")) == (ErrorClass.PRECONDITION, Happened.NO)
    assert not display.simulator.counts()


class TestFactoryReset:
    def test_that_is_answered(self, promethean):
        done = promethean(answers_orders=True).do("display.factory_reset")
        assert done.result == Nothing()
        assert not done.warnings

    @pytest.mark.parametrize("transport", ["tcp", "pty"])
    def test_that_shows_in_the_panel_going_away(self, promethean, transport):
        display = promethean({"settle": 0.2, "answer_time": 0.4}, transport=transport, warm_up=3)
        done = display.do("display.factory_reset")
        assert "went away" in done.warnings[0]
        assert display.simulator.counts() == {"factory_reset": 1}

    def test_that_nothing_shows_is_in_doubt(self, promethean):
        display = promethean({"settle": 0.05}, stubborn=True)
        error = display.failure("display.factory_reset")
        assert outcome(error) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
        assert "look at the panel" in error.hint


def test_the_rate_of_the_line_is_that_of_the_generation(promethean):
    def baud(model: str) -> int:
        target = Target("1", "b", "whiteboard", "promethean", "serial:///dev/ttyUSB0", model=model)
        return PrometheanDriver(target, promethean().env).url.line.baud

    assert (baud("ActivPanel 9"), baud("ActivPanel 5"), baud("ActivPanel V6")) == (115_200, 38_400, 38_400)
    assert baud("ActivPanel 7 Nickel") == 115_200
