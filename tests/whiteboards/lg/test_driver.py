"""The driver against the simulated display."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass, Happened, Waiting
from pedell_whiteboards.model import Fault, Power, Severity
from tests.whiteboards.displays import outcome


def sent(display) -> list[bytes]:
    return [data for way, data in display.transcript if way == ">"]


def test_what_a_display_tells(lg):
    display = lg(serial="912KCVW0A123", model="86TR3DK", hours=19712, temperature=47, lamp=0, signal=0)
    status = display.status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 30)
    assert (status.muted, status.blank, status.controls_locked) == (False, False, False)
    assert (status.hours, status.temperature, status.signal) == (19712, 47.0, False)
    assert status.faults == (Fault(part="lamp", severity=Severity.ERROR),)
    info = display.do("display.device_info").result
    assert (info.serial, info.model, info.firmware) == ("912KCVW0A123", "86TR3DK", "03.10.20")
    assert display.identity().serial == "912KCVW0A123"


@pytest.mark.parametrize(
    ("code", "word"), [(0, None), (1, "no-signal"), (2, "remote"), (6, "mains"), (9, "idle")]
)
def test_why_it_is_off(lg, code, word):
    status = lg(power="standby", off_reason=code).status()
    assert (status.power, status.off_reason, status.volume) == (Power.STANDBY, word, None)


def test_mute_is_00_on_the_wire(lg):
    display = lg()
    display.do("display.mute")
    assert display.simulator.state()["sound"] == 0
    assert b"ke 01 00\r" in sent(display)
    display.do("display.unmute")
    assert display.simulator.state()["sound"] == 1
    assert b"ke 01 01\r" in sent(display)


def test_video_mute_is_picture_off(lg):
    display = lg()
    display.simulator.change(screen=0x10)
    assert display.status().blank is True
    display.do("display.unblank")
    assert display.status().blank is False


def test_how_the_set_id_is_written(lg):
    display = lg({"display": 31, "digits": 3}, id=31, digits=3)
    display.do("display.set_volume", volume=30)
    assert b"kf 01F 1E\r" in sent(display)
    far = lg({"display": 1000}, id=1000)
    far.do("display.mute")
    assert b"ke 3E8 00\r" in sent(far)


def test_an_old_monitor_has_one_digit(lg):
    display = lg(model="M4210C", old=True)
    display.do("display.select_input", input="vga1")
    assert display.status().input == "vga1"
    assert b"kb 01 7\r" in sent(display)
    display.do("display.restart")
    assert not [data for data in sent(display) if data.endswith(b" 2\r") and data.startswith(b"ka")]


def test_the_codes_of_a_model(lg):
    display = lg(model="55LS75A-5B")
    display.do("display.select_input", input="ops")
    assert display.simulator.state()["input"] == "91"
    assert outcome(display.failure("display.select_input", input="usb-c")) == (
        ErrorClass.UNSUPPORTED,
        Happened.NO,
    )


def test_a_display_that_is_silent_about_its_model(lg):
    display = lg({"answer_time": 0.3}, says_nothing=["fv"])
    assert display.do("display.device_info").result.model == ""
    quiet = lg({"asks_model": False}, says_nothing=["fv"])
    assert quiet.do("display.device_info").result.serial == "SNd1"
    assert not [data for data in sent(quiet) if data.startswith(b"fv")]


def test_the_answer_to_switching_on_may_take_its_time(lg):
    display = lg({"answer_time": 0.2, "switch_time": 3.0}, power="standby")
    display.simulator.misbehave("slow", on="power_on", times=1, seconds=0.4)
    assert isinstance(display.first("display.power_on"), Waiting)
    assert display.simulator.counts() == {"power_on": 1}


class TestNetwork:
    def test_one_that_would_leave_the_network_is_not_restarted_by_off_and_on(self, lg):
        display = lg({"gone_when_off": True}, restart=False, leaves=True)
        error = display.failure("display.restart")
        assert outcome(error) == (ErrorClass.PRECONDITION, Happened.NO)
        assert not display.simulator.counts()

    def test_without_wake_on_lan_it_leaves_the_network(self, lg):
        display = lg(leaves=True)
        display.do("display.network_standby", enabled=False)
        assert display.simulator.state()["wake_on_lan"] == 0
        done = display.do("display.power_off")
        assert "not reachable" in done.warnings[0]
        assert display.simulator.state()["power"] in {"cooling", "standby"}

    def test_network_standby(self, lg):
        display = lg()
        display.simulator.change(wake_on_lan=0)
        display.do("display.network_standby")
        assert display.simulator.state()["wake_on_lan"] == 1


def test_resets(lg):
    display = lg()
    display.do("display.reset_picture")
    display.do("display.factory_reset")
    assert display.simulator.counts() == {"picture_reset": 1, "factory_reset": 1}
    assert sent(display)[-1] == b"fk 01 02\r"
