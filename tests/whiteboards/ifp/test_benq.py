"""The BenQ driver against the simulated panel over TCP and a pseudo terminal."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass, Happened, Nothing, Target, Waiting
from pedell_whiteboards.benq.driver import BenqDriver
from pedell_whiteboards.model import DeviceInfo, Power
from tests.whiteboards.displays import outcome

TRANSPORTS = pytest.mark.parametrize("transport", ["tcp", "pty"])
ANDROID = {"model": "RP6504", "android": True}


@TRANSPORTS
@pytest.mark.parametrize("wrong_length", [False, True])
def test_what_a_panel_tells(benq, transport, wrong_length):
    display = benq(transport=transport, serial="EIP3F0005202E", wrong_length=wrong_length)
    status = display.status()
    assert (status.power, status.input, status.volume, status.muted) == (Power.ON, "hdmi1", 20, False)
    assert (status.signal, status.hours, status.temperature) == (True, 21356, 41.0)
    assert (status.blank, status.frozen, status.controls_locked) == (None,) * 3
    assert display.do("display.device_info").result == DeviceInfo(
        manufacturer="BenQ",
        model="RP6504",
        serial="EIP3F0005202E",
        firmware="1.0.5",
        protocol="BenQ RS232 & LAN",
    )
    assert not display.simulator.counts()


def test_in_standby_it_tells_its_power(benq):
    assert benq(power="standby").status().power is Power.STANDBY


@TRANSPORTS
def test_settings_change_and_change_back(benq, transport):
    display = benq(transport=transport)
    for capability, value in [("mute", True), ("unmute", False)]:
        assert display.do(f"display.{capability}").result == Nothing()
        assert display.status().muted is value
    display.do("display.select_input", input="hdmi2")
    display.do("display.set_volume", volume=5)
    assert (display.status().input, display.status().volume) == ("hdmi2", 5)
    assert display.simulator.counts() == {"mute": 2, "input": 1, "volume": 1}
    display = benq({"inputs": {"whiteboard": "101"}}, transport=transport)
    display.do("display.select_input", input="whiteboard")
    assert display.status().input == "whiteboard"


class TestType03:
    """RM6503 and its like: BenQ's guide of 2022."""

    @pytest.fixture
    def display(self, benq):
        return benq({"gone_when_off": False}, model="RM6503", android=True, reboot=True)

    def test_keys_and_remote_control_are_locked_by_000(self, display):
        display.do("display.lock_controls")
        assert (display.simulator.state()["remote"], display.simulator.state()["keys"]) == (0, 0)
        assert display.status().controls_locked is True
        display.simulator.change(remote=1)
        assert display.status().controls_locked is True, "one half is enough"
        display.do("display.unlock_controls")
        assert display.status().controls_locked is False

    def test_one_that_has_no_lock_for_its_keys(self, benq):
        display = benq({"can": {"lock_controls": True}}, without=["45", "73"])
        assert "only for the remote control" in display.do("display.lock_controls").warnings[0]
        assert display.status().controls_locked is True

    def test_its_inputs_and_its_restart(self, display):
        display.do("display.select_input", input="hdmi1")
        assert (display.simulator.state()["input"], display.status().input) == ("002", "hdmi1")
        display.do("display.reset_picture")
        assert not display.do("display.restart").emulated
        assert display.simulator.counts() == {"input": 1, "picture_reset": 1, "reboot": 1}

    def test_others_are_not_asked(self):
        target = Target("1", "panel", "whiteboard", "benq", "10.0.0.1", "RP6504")
        assert not {"display.lock_controls", "display.reset_picture"} & BenqDriver.supports(target)


class TestAndroid:
    """000 switches the backlight off there, and 002 is standby."""

    def test_the_backlight_is_not_the_power(self, benq):
        display = benq({"answer_time": 0.3}, **ANDROID)
        display.do("display.blank")
        assert (display.status().power, display.status().blank) == (Power.ON, True)
        display.do("display.unblank")
        assert display.status().blank is False
        display.do("display.power_off")
        assert display.status().power is Power.STANDBY
        assert display.simulator.counts() == {"backlight_off": 1, "power_on": 1, "power_off": 1}

    def test_a_panel_that_is_off_stays_off(self, benq):
        display = benq(power="standby", **ANDROID)
        assert outcome(display.failure("display.unblank")) == (ErrorClass.PRECONDITION, Happened.NO)
        assert not display.simulator.counts()

    def test_restart_is_off_wait_on(self, benq):
        display = benq({"answer_time": 0.3}, **ANDROID)
        assert display.do("display.restart").emulated
        assert display.simulator.counts() == {"power_off": 1, "power_on": 1}

    def test_others_have_none(self, benq):
        assert outcome(benq(model="RP552H").failure("display.blank")) == (ErrorClass.UNSUPPORTED, Happened.NO)


@TRANSPORTS
def test_a_restart_of_its_own(benq, transport):
    display = benq({"answer_time": 0.3}, transport=transport, model="ST4301K", reboot=True)
    done = display.do("display.restart")
    assert (done.result, done.emulated) == (Nothing(), "")
    assert display.simulator.counts() == {"reboot": 1}
    assert display.status().power is Power.ON


def test_a_model_that_refuses_the_restart(benq):
    display = benq({"answer_time": 0.3}, model="ST4301K")
    assert display.do("display.restart").emulated == "off, wait for standby, on"
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


def test_a_panel_that_starts_is_silent_and_waited_for(benq):
    display = benq({"answer_time": 0.1}, power="standby", warm_up=0.5)
    answer = display.first("display.power_on")
    assert isinstance(answer, Waiting)
    display.wait("display.power_on", answer)
    assert display.simulator.counts() == {"power_on": 1}


def test_a_panel_that_cannot_be_asked_is_not_guessed(benq):
    display = benq(without=["6c"])
    assert outcome(display.failure("display.power_off")) == (ErrorClass.REFUSED, Happened.NO)
    assert not display.simulator.counts()


@TRANSPORTS
@pytest.mark.parametrize("quirk", ["noise", "halves"])
def test_quirks_of_the_line(benq, quirk, transport):
    display = benq(**{quirk: True}, transport=transport)
    display.do("display.mute")
    assert display.status().muted is True
    assert display.identity().serial == "SNd1"


def test_addresses():
    target = {"id": "1", "name": "a", "kind": "whiteboard", "driver": "benq"}
    assert BenqDriver.endpoint(Target(address="Tafel", **target)) == "tcp:tafel:4660"
