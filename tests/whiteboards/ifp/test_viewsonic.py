"""The ViewSonic driver against the simulated panel over TCP and a pseudo terminal."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass, Happened, Nothing, Target, Waiting
from pedell_whiteboards.model import DeviceInfo, Power
from pedell_whiteboards.viewsonic.driver import ViewsonicDriver
from tests.whiteboards.displays import outcome

TRANSPORTS = pytest.mark.parametrize("transport", ["tcp", "pty"])


@TRANSPORTS
def test_what_a_panel_tells(viewsonic, transport):
    display = viewsonic(
        transport=transport, model="IFP6550-3", newer=True, serial="W3A123", display_name="B204"
    )
    status = display.status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 20)
    assert (status.muted, status.blank, status.frozen, status.controls_locked, status.touch_locked) == (
        False,
    ) * 5
    assert (status.signal, status.hours, status.temperature) == (True, 123456, 41.0)
    assert display.do("display.device_info").result == DeviceInfo(
        manufacturer="ViewSonic", name="B204", serial="W3A123", mac="00:11:22:aa:bb:cc", firmware="1.02",
        protocol="ViewSonic LFD",
    )  # fmt: skip
    assert not display.simulator.counts()


@pytest.mark.parametrize("version", ["3.1", "3.0"])
def test_older_ways_to_tell_a_text(viewsonic, version):
    display = viewsonic({"answer_time": 0.5}, version=version, display_name="NMP-302")
    info = display.do("display.device_info").result
    assert (info.name, info.mac, info.serial) == ("NMP-302", "00:11:22:aa:bb:cc", "")
    assert display.status().hours == (123456 if version == "3.1" else None)


def test_in_standby_it_tells_its_power(viewsonic):
    assert viewsonic(power="standby").status().power is Power.STANDBY


@TRANSPORTS
@pytest.mark.parametrize("extras", ["2a", "3d"])
def test_settings_change_and_change_back(viewsonic, transport, extras):
    display = viewsonic({"extras": extras}, transport=transport, model="IFP7550-3", newer=True)
    for capability, name, value in [
        ("mute", "muted", True), ("blank", "blank", True), ("freeze", "frozen", True),
        ("lock_controls", "controls_locked", True), ("touch_lock", "touch_locked", True),
        ("unmute", "muted", False), ("unblank", "blank", False), ("unfreeze", "frozen", False),
        ("unlock_controls", "controls_locked", False), ("touch_unlock", "touch_locked", False),
    ]:  # fmt: skip
        assert display.do(f"display.{capability}").result == Nothing()
        assert getattr(display.status(), name) is value, capability
    display.do("display.select_input", input="whiteboard")
    display.do("display.set_volume", volume=100)
    assert (display.status().input, display.status().volume) == ("whiteboard", 100)
    assert display.simulator.state()["input"] == "00A"
    display.do("display.factory_reset")
    assert display.simulator.counts() == {
        "mute": 2, "backlight": 2, "freeze": 2, "remote": 2, "buttons": 2, "touch": 2, "input": 1, "volume": 1,
        "factory_reset": 1,
    }  # fmt: skip


def test_below_zero(viewsonic):
    display = viewsonic()
    display.simulator.change(temperature=-5, signal=0)
    assert (display.status().temperature, display.status().signal) == (-5.0, False)


def test_touch_is_only_offered_on_viewboards(viewsonic):
    assert outcome(viewsonic().failure("display.touch_lock")) == (ErrorClass.UNSUPPORTED, Happened.NO)
    old = viewsonic(model="IFP7550")
    assert outcome(old.failure("display.touch_lock")) == (ErrorClass.REFUSED, Happened.NO)
    assert old.status().touch_locked is None


def test_older_panels_by_their_profile(viewsonic):
    display = viewsonic(model="IFP6550-5")
    display.do("display.select_input", input="hdmi1")
    assert display.simulator.state()["input"] == "001"
    assert outcome(display.failure("display.freeze")) == (ErrorClass.UNSUPPORTED, Happened.NO)


def test_without_a_button_lock(viewsonic):
    assert viewsonic(without=["38"]).do("display.lock_controls").warnings


def test_half_a_lock_is_no_nothing(viewsonic):
    display = viewsonic({"answer_time": 0.3})
    display.simulator.misbehave("silent", on="buttons", times=1)
    assert outcome(display.failure("display.lock_controls")) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert display.simulator.counts() == {"remote": 1}


@TRANSPORTS
@pytest.mark.parametrize("quirk", ["noise", "halves", "short_yes"])
def test_quirks_of_the_line(viewsonic, quirk, transport):
    display = viewsonic(**{quirk: True}, transport=transport)
    display.do("display.blank")
    assert display.status().blank is True
    assert display.identity().serial == "SNd1"


@TRANSPORTS
def test_restart_is_off_wait_on(viewsonic, transport):
    display = viewsonic({"answer_time": 0.3}, transport=transport)
    done = display.do("display.restart")
    assert done.emulated == "off, wait for standby, on"
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
    assert display.parts == display.finished == ["off", "on"]


def test_a_panel_that_starts_is_silent_and_waited_for(viewsonic):
    display = viewsonic({"answer_time": 0.1}, power="standby", warm_up=0.5)
    answer = display.first("display.power_on")
    assert isinstance(answer, Waiting)
    assert outcome(display.failure("display.status")) == (ErrorClass.TIMEOUT, Happened.NO)
    display.wait("display.power_on", answer)
    assert display.status().power is Power.ON
    assert display.simulator.counts() == {"power_on": 1}


def test_another_id_is_silence(viewsonic):
    display = viewsonic({"display": 2, "answer_time": 0.15}, id=3)
    assert outcome(display.failure("display.mute")) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert outcome(display.failure("display.device_info")) == (ErrorClass.TIMEOUT, Happened.NO)
    assert not display.simulator.counts()


def test_the_id_of_everybody_cannot_be_used(viewsonic):
    assert outcome(viewsonic({"display": 99}).failure("display.mute")) == (
        ErrorClass.PRECONDITION,
        Happened.NO,
    )


def test_addresses():
    target = {"id": "1", "name": "a", "kind": "whiteboard", "driver": "viewsonic"}
    assert ViewsonicDriver.endpoint(Target(address="Tafel", **target)) == "tcp:tafel:5000"
