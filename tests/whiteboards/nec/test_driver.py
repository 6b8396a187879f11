"""The driver against the simulated display over TCP and a pseudo terminal."""

from __future__ import annotations

import time

import pytest

from pedell.drivers.api import Deadline, ErrorClass, Happened, Nothing, Waiting
from pedell_whiteboards.model import DeviceInfo, Fault, Power, Severity
from pedell_whiteboards.nec.driver import NecDriver
from tests.whiteboards.displays import outcome


def until_it_takes_commands(display):
    until = Deadline.after(60)
    while not display.simulator._power.steady and not until.passed():
        time.sleep(0.01)


TRANSPORTS = pytest.mark.parametrize("transport", ["tcp", "pty"])


@TRANSPORTS
def test_what_a_display_tells(nec, transport):
    display = nec(transport=transport, serial="0123AB", mac="00:30:13:aa:00:01", minutes=125 * 60 + 59)
    display.simulator.change(fault=0x80, temperature=65)
    status = display.status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 20)
    assert (status.muted, status.blank, status.frozen, status.controls_locked) == (False,) * 4
    assert (status.signal, status.hours, status.temperature) == (True, 125, 32.5)
    assert status.faults == (Fault(part="fan", severity=Severity.ERROR),)
    assert display.do("display.device_info").result == DeviceInfo(
        manufacturer="NEC", model="CB751Q", serial="0123AB", mac="00:30:13:aa:00:01", firmware="R2.104",
        protocol="NEC External Control",
    )  # fmt: skip
    assert not display.simulator.counts()


def test_in_standby_it_tells_little(nec):
    display = nec(power="standby")
    status = display.status()
    assert (status.power, status.input, status.volume, status.signal) == (Power.STANDBY, None, None, None)
    assert status.hours == 61
    assert display.identity().serial == "SNd1"


@TRANSPORTS
def test_settings_change_and_change_back(nec, transport):
    display = nec({"can": {"touch_lock": True, "touch_unlock": True}}, transport=transport)
    for capability, name, value in [
        ("mute", "muted", True), ("blank", "blank", True), ("freeze", "frozen", True),
        ("lock_controls", "controls_locked", True), ("touch_lock", "touch_locked", True),
        ("unmute", "muted", False), ("unblank", "blank", False), ("unfreeze", "frozen", False),
        ("unlock_controls", "controls_locked", False), ("touch_unlock", "touch_locked", False),
    ]:  # fmt: skip
        done = display.do(f"display.{capability}")
        assert (done.result, done.warnings) == (Nothing(), ())
        assert getattr(display.status(), name) is value, capability
    display.do("display.select_input", input="usb-c")
    display.do("display.set_volume", volume=37)
    assert (display.status().input, display.status().volume) == ("usb-c", 37)
    display.do("display.network_standby", enabled=False)
    assert display.simulator.state()["lan_power"] == 1
    assert display.simulator.state()["key_lock"] == 1


def test_touch_is_only_offered_where_the_model_has_it(nec):
    assert outcome(nec().failure("display.touch_lock")) == (ErrorClass.UNSUPPORTED, Happened.NO)
    display = nec(model="CB751Q")
    display.do("display.touch_lock")
    assert display.simulator.state()["touch"] == 1


def test_older_displays_by_their_profile(nec):
    display = nec(model="M551-AVT", old=True)
    display.simulator.change(temperature=0)
    display.do("display.lock_controls")
    assert (display.simulator.state()["ir_lock"], display.simulator.state()["key_lock"]) == (4, 1)
    assert display.status().controls_locked is True
    display.do("display.factory_reset")
    assert display.simulator.counts()["factory_reset"] == 1
    assert outcome(display.failure("display.reset_picture")) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert outcome(display.failure("display.blank")) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert display.status().hours == 61


def test_without_a_key_lock(nec):
    display = nec(without=["116A"])
    assert display.do("display.lock_controls").warnings
    assert display.status().controls_locked is True


def test_half_a_lock_is_no_nothing(nec):
    display = nec()
    display.simulator.misbehave("refuse", on="key_lock", times=1)
    assert outcome(display.failure("display.lock_controls")) == (ErrorClass.BUSY, Happened.UNKNOWN)


def test_resets(nec):
    display = nec()
    display.do("display.reset_picture")
    display.do("display.factory_reset")
    assert display.simulator.counts() == {"reset_picture": 1, "factory_reset": 1}


def test_settings_are_saved_where_that_is_needed(nec):
    display = nec({"save": True})
    assert display.do("display.mute").warnings == ()
    display.simulator.misbehave("refuse", on="save", times=1)
    assert len(display.do("display.unmute").warnings) == 1
    assert display.simulator.counts() == {"mute": 2, "save": 1}


def test_unknown_inputs(nec):
    display = nec()
    assert outcome(display.failure("display.select_input", input="coffee")) == (
        ErrorClass.UNSUPPORTED,
        Happened.NO,
    )
    assert outcome(display.failure("display.select_input", input="code-ff")) == (
        ErrorClass.UNSUPPORTED,
        Happened.NO,
    )
    display = nec({"inputs": {"camera": "13"}, "input_opcode": "1106"})
    display.do("display.select_input", input="camera")
    assert display.status().input == "camera"


@TRANSPORTS
@pytest.mark.parametrize("quirk", ["noise", "halves", "bare"])
def test_quirks_of_the_line(nec, quirk, transport):
    display = nec(**{quirk: True}, transport=transport)
    display.do("display.blank")
    assert display.status().blank is True
    assert display.identity().serial == "SNd1"


@TRANSPORTS
def test_restart_is_off_wait_on(nec, transport):
    display = nec(transport=transport)
    done = display.do("display.restart")
    assert done.emulated == "off, wait for standby, on"
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
    assert display.parts == display.finished == ["off", "on"]
    assert display.status().power is Power.ON


def test_switching_is_waiting(nec):
    display = nec({"settle": 0.35}, warm_up=1.5, cool_down=1.5)
    answer = display.first("display.power_off")
    assert isinstance(answer, Waiting)
    # It says "off" at once, and "busy" to being switched on again so soon.
    assert outcome(display.failure("display.power_on")) == (ErrorClass.BUSY, Happened.NO)
    display.wait("display.power_off", answer)
    until_it_takes_commands(display)
    assert isinstance(display.first("display.power_on"), Waiting)
    # It says "on" at once, and "busy" to the rest while it starts.
    assert outcome(display.failure("display.blank")) == (ErrorClass.BUSY, Happened.NO)
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


def test_a_display_that_saves_power_is_on_and_is_woken(nec):
    display = nec()
    display.simulator.change(saving=3)
    status = display.status()
    assert (status.power, status.signal, status.input) == (Power.ON, False, None)
    done = display.do("display.power_on")
    assert len(done.warnings) == 1
    assert display.simulator.counts() == {"power_on": 1}
    assert display.do("display.power_on").warnings == ()
    assert display.simulator.counts() == {"power_on": 1}


def test_no_way_back_is_not_gone(nec):
    """A display that would leave the network is not restarted by switching it off."""
    display = nec()
    display.do("display.network_standby", enabled=False)
    assert outcome(display.failure("display.restart")) == (ErrorClass.PRECONDITION, Happened.NO)
    assert display.simulator.counts() == {"lan_power": 1}


def test_another_id_is_silence(nec):
    display = nec({"display": 2, "answer_time": 0.15}, id=3)
    assert outcome(display.failure("display.mute")) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert outcome(display.failure("display.status")) == (ErrorClass.TIMEOUT, Happened.NO)
    assert not display.simulator.counts()
    assert nec({"display": 100}, id=100).status().power is Power.ON


def test_addresses():
    target = {"id": "1", "name": "a", "kind": "whiteboard", "driver": "nec"}
    from pedell.drivers.api import Target

    assert NecDriver.endpoint(Target(address="Tafel", **target)) == "tcp:tafel:7142"
    assert NecDriver.endpoint(Target(address="rfc2217://host:7001", **target)) == "tcp:host:7001"


def test_a_restart_from_standby_whose_answer_is_lost_is_waited_for(nec):
    """Told as a restart that was cut off, it failed though the display came up."""
    display = nec({"answer_time": 0.5}, power="standby")
    display.simulator.misbehave("deaf", on="power_on", times=1)
    display.do("display.restart")
    assert display.simulator.counts() == {"power_on": 1}
    assert display.status().power is Power.ON
