"""The driver against the simulated boards and projectors, on a pseudo terminal."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass, Happened, Nothing, Target, Waiting
from pedell_whiteboards.model import Power
from pedell_whiteboards.smart.driver import SmartDriver
from tests.whiteboards.displays import outcome

PROJECTOR = {
    "projector": True,
    "inputs": {"vga1": "vga1", "video1": "composite"},
    "can": {"factory_reset": True},
}


def test_what_a_board_tells(smart):
    display = smart(serial="A2CF001, T9, AM50-1", model="SBID-6275S", firmware="1.0.38")
    status = display.status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 55)
    assert (status.muted, status.blank, status.frozen) == (False, False, False)
    assert (status.hours, status.temperature, status.signal) == (None, None, None)
    who = display.identity()
    assert (who.serial, who.model, who.firmware) == ("A2CF001", "SBID-6275S", "1.0.38")


def test_a_board_in_standby_tells_little(smart):
    status = smart(power="standby").status()
    assert (status.power, status.input, status.volume) == (Power.STANDBY, None, None)


def test_inputs_by_plain_name(smart):
    display = smart(generation="mx-v5")
    for name, code in [("usb-c", "usbc1"), ("usb-c2", "usbc2"), ("ops", "ops1"), ("hdmi4", "hdmi4")]:
        display.do("display.select_input", input=name)
        assert display.simulator.state()["input"] == code
        assert display.status().input == name


@pytest.mark.parametrize(
    ("name", "word"),
    [("vga1", "vga"), ("ops", "ops"), ("displayport1", "dp"), ("usb-c", "usbc1"), ("usb-c2", "usbc2"), ("hdmi3", "hdmi3")],
)  # fmt: skip
def test_boards_have_different_words_for_an_input(smart, name, word):
    display = smart(generation="short")
    display.do("display.select_input", input=name)
    assert [effect.detail for effect in display.simulator.effects] == [word]
    assert display.status().input == name


def test_an_input_that_a_board_has_by_no_word(smart):
    display = smart()
    error = display.failure("display.select_input", input="displayport1")
    assert outcome(error) == (ErrorClass.REFUSED, Happened.NO)
    assert "set input=displayport" in error.message
    assert not display.simulator.counts()


def test_an_input_is_not_tried_by_another_word_where_nobody_knows_what_happened(smart):
    display = smart({"answer_time": 0.2}, generation="short")
    display.simulator.misbehave("silent", on="input")
    error = display.failure("display.select_input", input="vga1")
    assert outcome(error) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    sent = [data for way, data in display.transcript if way == ">" and b"input" in data]
    assert sent == [b"set input=vga1\r"]


def test_a_board_of_the_8000_series(smart):
    display = smart(generation="8000", model="SBID-8070i-G4-SMP")
    display.do("display.select_input", input="ops")
    display.do("display.blank")
    status = display.status()
    assert (status.input, status.blank, status.frozen) == ("ops", True, None)
    assert [effect.detail for effect in display.simulator.effects] == ["hdmi3/pc", "on"]
    display.do("display.select_input", input="s-video")
    assert display.status().input == "s-video"


@pytest.mark.parametrize(
    ("model", "generation", "word", "ops"),
    [
        ("SBID-MX065", "mx", "ready", "ops"), ("SBID-MX275-V5", "mx-v5", "standby", "ops1"),
        ("SBID-6275S", "6000s", "standby", "ops1"),
    ],
)  # fmt: skip
def test_what_differs_between_models_is_data(smart, model, generation, word, ops):
    display = smart(model=model, generation=generation)
    display.do("display.select_input", input="ops")
    assert display.simulator.state()["input"] == ops
    display.do("display.power_off")
    assert [effect.detail for effect in display.simulator.effects] == [ops, word]


def test_a_board_that_knows_no_standby_is_put_into_ready(smart):
    display = smart(generation="mx")
    display.do("display.power_off")
    assert [effect.detail for effect in display.simulator.effects] == ["ready"]


def test_a_board_that_wants_blanks_around_the_equals_sign(smart):
    display = smart(spaced=True)
    with display.conversation() as driver:
        display.first("display.mute", driver)
        display.first("display.set_volume", driver, volume=9)
    sent = [data for way, data in display.transcript if way == ">"]
    assert sent.count(b"set mute=on\r") == sent.count(b"set mute = on\r") == 1
    assert b"set volume=9\r" not in sent
    assert display.simulator.counts() == {"mute": 1, "volume": 1}


def test_a_board_that_forgets_its_prompt(smart):
    display = smart({"prompt": False}, prompt=False)
    display.do("display.mute")
    assert display.status().muted is True


def test_an_answer_counts_also_where_the_prompt_does_not_come(smart):
    display = smart({"answer_time": 0.3}, prompt=False)
    display.do("display.mute")
    assert display.simulator.counts() == {"mute": 1}


def test_deep_standby_is_silence_with_a_hint(smart):
    display = smart({"answer_time": 0.1}, deep=True, power="standby")
    error = display.failure("display.status")
    assert outcome(error) == (ErrorClass.TIMEOUT, Happened.NO)
    assert "power saving" in error.hint


def test_a_board_that_tells_two_states_around_a_change(smart):
    display = smart(generation="mx-v5", twice=True)
    display.do("display.restart")
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


def test_a_board_that_updates_its_firmware_is_left_alone(smart):
    display = smart(updating=True)
    assert display.status().power is Power.ON
    assert outcome(display.failure("display.power_off")) == (ErrorClass.BUSY, Happened.NO)
    assert outcome(display.failure("display.restart")) == (ErrorClass.BUSY, Happened.NO)
    assert not display.simulator.counts()


class TestProjector:
    def test_what_it_tells(self, smart):
        display = smart(PROJECTOR, generation="projector", hours=3210)
        status = display.status()
        assert (status.power, status.hours, status.signal) == (Power.ON, 3210, True)
        assert (status.volume, status.muted) == (None, None)
        display.do("display.select_input", input="video1")
        assert display.status().input == "video1"
        info = display.do("display.device_info").result
        assert info.inputs == ("vga1", "video1", "hdmi1", "hdmi2")
        assert info.firmware == "1.0.2"

    def test_off_now_needs_no_second_off(self, smart):
        display = smart(PROJECTOR, generation="projector", cool_down=1.5)
        answer = display.first("display.power_off")
        assert isinstance(answer, Waiting)
        assert display.status().power is Power.COOLING
        display.wait("display.power_off", answer)
        display.do("display.power_on")
        assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
        assert b"off\r" not in [data for way, data in display.transcript if way == ">"]

    def test_lamp_hours_are_told_in_standby(self, smart):
        assert smart(PROJECTOR, generation="projector", power="standby").status().hours == 1200

    def test_picture_off_and_defaults(self, smart):
        display = smart(PROJECTOR, generation="projector")
        display.do("display.blank")
        assert display.simulator.state()["blank"] is True
        assert display.do("display.factory_reset").result == Nothing()
        assert display.simulator.counts()["defaults"] == 1


def test_only_projectors_have_a_reset():
    def supports(model: str) -> frozenset[str]:
        return SmartDriver.supports(Target("1", "b", "whiteboard", "smart", "serial:///dev/x", model=model))

    assert "display.factory_reset" not in supports("SBID-6275S")
    assert "display.factory_reset" in supports("UF70")
    assert "display.set_volume" not in supports("UF70w")


def test_a_board_has_no_network_of_its_own(smart):
    display = smart()
    display.target = Target("1", "b", "whiteboard", "smart", "10.4.2.20")
    error = display.failure("display.status")
    assert outcome(error) == (ErrorClass.PRECONDITION, Happened.NO)
    assert "serial" in error.hint


def test_the_usual_rate_is_that_of_the_maker(smart):
    driver = SmartDriver(Target("1", "b", "whiteboard", "smart", "serial:///dev/ttyUSB0"), smart().env)
    assert driver.url.line.baud == 19200
