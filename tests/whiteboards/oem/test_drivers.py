"""The drivers against the simulated panels, over TCP and a pseudo terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Target
from pedell.testing.calls import PlainEnv
from pedell_whiteboards.a9.driver import A9Driver
from pedell_whiteboards.aabbcc.driver import AabbccDriver
from pedell_whiteboards.model import Power
from pedell_whiteboards.newline.driver import NewlineDriver
from tests.whiteboards.displays import outcome


def able(driver, model="", **options):
    target = Target("1", "p", "whiteboard", driver.id, "tcp://127.0.0.1:1", model=model, options=options)
    return {name.partition(".")[2] for name in driver.supports(target)}


TWO_LINES = pytest.mark.parametrize("transport", ["tcp", "pty"])


@TWO_LINES
@pytest.mark.parametrize("orders", ["nothing", "echo", "answer"])
def test_aabbcc(aabbcc, transport, orders):
    display = aabbcc(transport=transport, orders=orders, noise=True)
    assert display.identity().serial == ""
    display.do("display.set_volume", volume=12)
    display.do("display.select_input", input="ops")
    display.do("display.mute")
    status = display.status()
    assert (status.power, status.input, status.volume, status.muted) == (Power.ON, "ops", 12, True)
    display.do("display.unmute")
    assert display.status().muted is False
    assert display.do("display.restart").emulated
    assert display.simulator.counts() == {"volume": 1, "input": 1, "mute": 2, "power_off": 1, "power_on": 1}


def test_aabbcc_that_does_nothing_is_not_believed(aabbcc):
    display = aabbcc(stubborn=True)
    for capability, params in [
        ("mute", {}),
        ("set_volume", {"volume": 3}),
        ("select_input", {"input": "hdmi2"}),
    ]:
        assert outcome(display.failure(f"display.{capability}", **params)) == (
            ErrorClass.REFUSED,
            Happened.UNKNOWN,
        )


def test_aabbcc_by_model(aabbcc):
    assert "touch_lock" not in able(AabbccDriver)
    assert "touch_lock" in able(AabbccDriver, "Prowise Touchscreen Ten")
    assert not able(AabbccDriver) & {"blank", "freeze", "lock_controls", "factory_reset"}
    display = aabbcc(model="Prowise Touchscreen Ten")
    display.do("display.select_input", input="usb-c")
    assert display.status().input == "usb-c"


def test_aabbcc_locks_of_a_prowise(aabbcc):
    display = aabbcc(model="Prowise Touchscreen Ten")
    for capability, locked in [("lock", True), ("unlock", False)]:
        assert not display.do(f"display.touch_{capability}").warnings
        assert not display.do(f"display.{capability}_controls").warnings
        status = display.status()
        assert (status.touch_locked, status.controls_locked) == (locked, locked)
    assert display.simulator.counts() == {"touch": 2, "keys": 2, "remote": 2}


def test_aabbcc_locks_that_are_not_told_are_said_not_to_be(aabbcc):
    display = aabbcc({"answer_time": 0.3}, model="Prowise Touchscreen Ten", tells_locks=False)
    assert "does not tell whether it is locked" in display.do("display.touch_lock").warnings[0]
    assert display.simulator.state()["touch"] == 0
    assert aabbcc(model="Prowise Entryline", stubborn=True).failure("display.touch_lock").happened is (
        Happened.UNKNOWN
    )


def test_aabbcc_silent_in_standby_is_told(aabbcc):
    display = aabbcc({"answer_time": 0.1}, deaf_in_standby=True, power="standby")
    assert outcome(display.failure("display.status")) == (ErrorClass.TIMEOUT, Happened.NO)


@TWO_LINES
@pytest.mark.parametrize("unmute", [2, 0])
def test_a9(a9, transport, unmute):
    display = a9(
        {"inputs": {"hdmi1": "09", "ops": "0b"}}, transport=transport, unmute=unmute, noise=True, echo=True
    )
    assert display.status().input == "hdmi1"
    display.do("display.set_volume", volume=40)
    display.do("display.select_input", input="ops")
    display.do("display.mute")
    display.do("display.blank")
    status = display.status()
    assert (status.input, status.volume, status.muted, status.blank) == ("ops", 40, True, True)
    assert (status.frozen, status.controls_locked) == (None, None)
    display.do("display.unmute")
    display.do("display.unblank")
    assert display.simulator.state()["mute"] == unmute
    assert display.status().muted is False
    assert display.do("display.restart").emulated


@pytest.mark.parametrize(
    ("model", "name", "code"),
    [("CTOUCH Canvas 75", "hdmi3", 8), ("CTOUCH Canvas 75", "ops", 0x0C), ("EasyPitch 65", "hdmi3", 7)],
)
def test_a9_inputs_that_are_known(a9, model, name, code):
    display = a9(model=model)
    display.do("display.select_input", input=name)
    assert display.simulator.state()["input"] == code
    assert display.status().input == name


def test_newline_x_names_its_sockets_otherwise(newline):
    display = newline(model="X6")
    for name in ("hdmi3", "hdmi2", "hdmi1", "hdmi-front", "ops"):
        display.do("display.select_input", input=name)
        assert display.status().input == name
    assert newline().status().input == "hdmi1"


def test_a9_offers_no_guess(a9):
    assert not able(A9Driver) & {"freeze", "lock_controls", "unlock_controls", "factory_reset"}
    display = a9({"can": {"freeze": True, "unfreeze": True}})
    display.do("display.freeze")
    assert display.status().frozen is True
    # What was read without a name can be selected again.
    assert display.status().input == "code-09"
    display.do("display.select_input", input="code-0a")
    assert display.simulator.state()["input"] == 10


@pytest.mark.parametrize("code", ["aa", "b0", "ff"])
def test_a9_an_input_whose_code_would_be_a_question_is_refused(a9, code):
    """Also as what was read: it is no mistake of the program."""
    error = a9().failure("display.select_input", input=f"code-{code}")
    assert outcome(error) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert a9({"inputs": {"hdmi1": code}}).failure("display.mute").error_class is ErrorClass.PRECONDITION


def test_a9_what_a_model_does_not_know(a9):
    display = a9(unknown=[0x12])
    assert outcome(display.failure("display.blank")) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert display.status().blank is None


def test_a9_another_id_is_silence_and_reserved_ids_are_refused(a9):
    assert outcome(a9({"display": 2, "answer_time": 0.1}).failure("display.mute")) == (
        ErrorClass.TIMEOUT,
        Happened.UNKNOWN,
    )
    error = a9({"display": 0xA9}).failure("display.mute")
    assert error.error_class is ErrorClass.PRECONDITION
    assert "169 cannot be a display's id" in error.message


@TWO_LINES
def test_newline(newline, transport):
    display = newline(transport=transport, noise=True, echo=True)
    display.do("display.select_input", input="ops")
    assert display.simulator.state()["input"] == "ops"
    assert display.do("display.restart").emulated
    assert display.status().power is Power.ON
    assert display.simulator.counts() == {"input": 1, "power_off": 1, "power_on": 1}


@pytest.mark.parametrize("older", [False, True], ids=["newer", "older"])
def test_newline_tells_input_and_sound(newline, older):
    display = newline({"generation": "older" if older else "newer"}, older=older)
    display.do("display.set_volume", volume=7)
    display.do("display.select_input", input="hdmi2")
    status = display.status()
    assert (status.input, status.volume, status.muted) == ("hdmi2", 7, False)
    display.simulator.change(muted=True)
    status = display.status()
    # Zero is what it tells while the sound is off: not the volume to go back to.
    assert (status.volume, status.muted) == (None, True)


@pytest.mark.parametrize("generation", ["newer", "older"])
def test_newline_presses_the_key_for_the_sound_only_where_it_helps(newline, generation):
    display = newline({"generation": generation}, older=generation == "older")
    for verb, muted in (("mute", True), ("mute", True), ("unmute", False), ("unmute", False)):
        display.do(f"display.{verb}")
        assert display.simulator.state()["muted"] is muted
    assert display.simulator.counts() == {"mute": 2}


def test_newline_a_key_that_was_pressed_and_not_answered(newline):
    """Pressed again after that it would change over: whoever repeats the order reads first."""
    display = newline({"answer_time": 0.2})
    display.simulator.misbehave("deaf", on="mute", times=1)
    assert outcome(display.failure("display.mute")) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    display.do("display.mute")
    assert display.simulator.state()["muted"] is True
    assert display.simulator.counts() == {"mute": 1}


def test_newline_one_that_does_not_tell_whether_it_is_muted(newline):
    """It is older than its options say. The key is not pressed, since nobody knows which way it would go."""
    display = newline({"answer_time": 0.1}, older=True)
    assert outcome(display.failure("display.mute")) == (ErrorClass.TIMEOUT, Happened.NO)
    assert display.simulator.counts() == {}
    assert display.status().power is Power.ON


def test_newline_what_only_some_take_is_offered_where_it_is_named(newline):
    verbs = ("blank", "unblank", "freeze", "unfreeze", "lock_controls", "unlock_controls")
    display = newline({"can": dict.fromkeys(verbs, True), "own_restart": True})
    assert not {f"display.{verb}" for verb in verbs} & NewlineDriver.supports(
        replace(display.target, options={})
    )
    for verb, name, state in zip(
        verbs, ("backlight", "backlight", "freeze", "freeze", "lock", "lock"),
        (False, True, True, False, True, False), strict=True,
    ):  # fmt: skip
        display.do(f"display.{verb}")
        assert display.simulator.state()[name] is state, verb
    assert not display.do("display.restart").emulated
    assert display.simulator.counts() == {"backlight": 2, "freeze": 2, "lock": 2, "reboot": 1}


def test_newline_one_that_tells_only_whether_it_is_lit(newline):
    assert newline({"asks": "screen"}).status().power is Power.ON
    assert newline({"asks": "screen"}, power="standby").status().power is Power.STANDBY


@pytest.mark.parametrize(
    ("model", "ops"), [("TT-8414B", "38"), ("TT-6514B", "0c"), ("TruTouch 550", "0c"), ("TT-7519RS", "38")]
)
def test_newline_models(model, ops):
    target = Target("1", "panel", "whiteboard", "newline", "serial:///dev/null", model)
    assert NewlineDriver(target, PlainEnv(Path("/nonexistent"), {})).inputs.code("ops") == ops


def test_newline_over_its_own_port_can_only_be_woken(newline):
    display = newline(leaves=True)
    done = display.do("display.power_off")
    assert "switch it on by hand" in done.warnings[0]
    display.wait_until_gone()
    assert outcome(display.failure("display.status")) == (ErrorClass.UNREACHABLE, Happened.NO)


def test_newline_refuses_what_it_does_not_know(newline):
    display = newline({"inputs": {"vga9": "77"}})
    assert outcome(display.failure("display.select_input", input="vga9")) == (ErrorClass.REFUSED, Happened.NO)


def test_i3_over_a_serial_line(i3):
    display = i3(transport="pty", noise=True, echo=True)
    display.do("display.blank")
    assert (display.status().power, display.status().blank) == (Power.ON, True)
    display.do("display.unblank")
    assert display.status().blank is False
    assert not display.do("display.restart").emulated
    display.do("display.power_off")
    assert display.status().power is Power.STANDBY
    display.do("display.power_on")
    display.do("display.factory_reset")
    assert display.simulator.counts() == {
        "hibernate": 1, "wake": 1, "reboot": 1, "power_off": 1, "power_on": 1, "factory_reset": 1,
    }  # fmt: skip


def test_i3_over_the_network_is_gone_while_it_is_off(i3):
    display = i3()
    assert not display.do("display.restart").emulated
    done = display.do("display.power_off")
    assert "switch it on by hand" in done.warnings[0]
    display.wait_until_gone()
    with pytest.raises(DeviceError) as caught:
        display.status()
    assert caught.value.error_class is ErrorClass.UNREACHABLE
    display.simulator.change(power="on")
    assert display.status().power is Power.ON
