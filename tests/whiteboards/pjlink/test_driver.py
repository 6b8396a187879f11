"""The driver against the simulated projector over TCP."""

from __future__ import annotations

import time

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Nothing, Waiting
from pedell_whiteboards.model import DeviceInfo, Fault, Power, Severity
from pedell_whiteboards.pjlink.driver import PjlinkDriver
from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
from tests.whiteboards.displays import Display, outcome
from tests.whiteboards.scripted import Script, hear, say

WITH_PASSWORD = {"password": "secret://lab/password"}
PASSWORD = "JBMIAProjectorLink"


def test_what_a_projector_tells(projector):
    display = projector(
        lamps=[8253, 13442], errors="101020", serial="XA3C2400119", model="P5", manufacturer="ACME"
    )
    status = display.status()
    assert status.power is Power.ON
    assert (status.input, status.blank, status.muted, status.frozen) == ("hdmi1", False, False, False)
    assert (status.hours, status.filter_hours, status.signal) == (13442, 100, True)
    assert Fault(part="filter", severity=Severity.ERROR) in status.faults
    assert (status.volume, status.temperature) == (None, None)
    info = display.do("display.device_info").result
    assert info == DeviceInfo(
        manufacturer="ACME", model="P5", name="p1", serial="XA3C2400119", firmware="1.00",
        protocol="PJLink class 2", inputs=("vga1", "video1", "hdmi1", "hdmi2", "usb1", "network1"),
    )  # fmt: skip
    assert display.identity().serial == "XA3C2400119"


def test_in_standby_little_is_told(projector):
    status = projector(power="standby").status()
    assert (status.power, status.input, status.blank) == (Power.STANDBY, None, None)
    assert status.hours == 1200


def test_class_1_laser_projector(projector):
    display = projector(**{"class": 1}, lamps=[])
    status = display.status()
    assert (status.frozen, status.hours, status.signal) == (None, None, None)
    assert display.identity().serial == ""
    assert outcome(display.failure("display.freeze")) == (ErrorClass.UNSUPPORTED, Happened.NO)
    display.do("display.select_input", input="vga1")
    assert display.status().input == "vga1"


def test_settings_change_and_change_back(projector):
    display = projector()
    for capability, name, value in [
        ("blank", "blank", True), ("mute", "muted", True), ("freeze", "frozen", True),
        ("unblank", "blank", False), ("unmute", "muted", False), ("unfreeze", "frozen", False),
    ]:  # fmt: skip
        assert display.do(f"display.{capability}").result == Nothing()
        assert getattr(display.status(), name) is value, capability
    display.do("display.select_input", input="hdmi2")
    assert display.status().input == "hdmi2"
    assert display.simulator.counts() == {"mute": 4, "freeze": 2, "input": 1}


def test_inputs_by_own_names_and_codes(projector):
    display = projector({"inputs": {"ops": "41"}})
    display.do("display.select_input", input="ops")
    assert display.status().input == "ops"
    error = display.failure("display.select_input", input="coffee")
    assert (outcome(error), "ops" in error.hint) == ((ErrorClass.UNSUPPORTED, Happened.NO), True)
    error = display.failure("display.select_input", input="hdmi9")
    assert outcome(error) == (ErrorClass.REFUSED, Happened.NO)


@pytest.mark.parametrize("quirk", ["unsolicited", "padding", "halves"])
def test_quirks_of_the_line(projector, quirk):
    display = projector(**{quirk: True})
    display.do("display.blank")
    assert display.status().blank is True
    assert display.do("display.restart").emulated


def test_restart_is_off_wait_on(projector):
    display = projector()
    done = display.do("display.restart")
    assert done.emulated == "off, wait for standby, on"
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
    assert display.parts == display.finished == ["off", "on"]
    assert display.status().power is Power.ON


def test_restart_of_a_projector_that_is_off_just_switches_it_on(projector):
    display = projector(power="standby")
    display.do("display.restart")
    assert display.simulator.counts() == {"power_on": 1}


def test_a_restart_cut_off_in_the_middle_is_completed_by_switching_on(projector):
    display = projector()
    answer = display.first("display.restart")
    assert isinstance(answer, Waiting)
    assert display.parts == ["off"]
    display.do("display.power_on")
    assert display.status().power is Power.ON
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


def test_warming_up_and_cooling_down_are_waiting(projector):
    display = projector(warm_up=0.3, cool_down=1.5)
    answer = display.first("display.power_off")
    assert isinstance(answer, Waiting)
    assert display.status().power is Power.COOLING
    # Switched on while it cools down: nothing is sent before it can be taken.
    on = display.first("display.power_on")
    assert isinstance(on, Waiting)
    assert not on.delivered
    assert display.simulator.counts() == {"power_off": 1}
    display.wait("display.power_on", on)
    assert display.status().power is Power.ON
    assert outcome(display.failure("display.select_input", input="hdmi9"))[0] is ErrorClass.REFUSED
    assert display.do("display.power_on").result == Nothing()
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


@pytest.mark.parametrize("untold", ["ERR3", "OK"])
def test_one_that_does_not_tell_its_power_unless_it_is_on(projector, untold):
    # home-assistant/core issues 16606 and 26719 (Epson, NEC: ERR3 in standby), change 20510 (OK after switching).
    display = projector(power="standby", untold=untold)
    answer = display.do("display.status")
    assert answer.result.power is Power.STANDBY
    assert answer.warnings == ("panel does not tell its power now; it is taken to be in standby",)
    off = display.do("display.power_off")
    assert (off.result, len(off.warnings)) == (Nothing(), 1)
    assert display.simulator.counts() == {}
    on = display.do("display.power_on")
    assert (on.warnings, display.status().power) == ((), Power.ON)
    restarted = display.do("display.restart")
    assert restarted.warnings == ()
    assert len(display.do("display.power_off").warnings) == 1
    assert display.simulator.counts() == {"power_on": 2, "power_off": 2}
    assert display.simulator.state()["power"] in {"standby", "cooling"}


def test_a_failure_told_on_an_order_does_not_tell_how_far_it_came():
    # ERR4 is "projector failure" (specification 2.2): the lamp may have been lit, or not.
    greeting = [say(b"PJLINK 0\r"), hear(b"%1CLSS ?\r"), say(b"%1CLSS=1\r")]
    script = Script(
        [*greeting, hear(b"%1AVMT 11\r"), say(b"%1AVMT=ERR4\r"), hear(b"%1AVMT ?\r"), say(b"%1AVMT=ERR4\r")]
    )
    with script.running() as address:
        display = Display(PjlinkDriver, PjlinkSimulator("none"), address, {"answer_time": 30.0})
        with display.conversation() as driver:
            with pytest.raises(DeviceError) as ordered:
                display.first("display.blank", driver)
            with pytest.raises(DeviceError) as asked:
                driver._talk.get("AVMT", "?", Deadline.after(5))
    assert outcome(ordered.value) == (ErrorClass.DEVICE_FAULT, Happened.UNKNOWN)
    assert outcome(asked.value) == (ErrorClass.DEVICE_FAULT, Happened.NO)


def test_a_refused_login_instead_of_a_greeting():
    with Script([say(b"PJLINK ERRA\r")]).running() as address:
        display = Display(PjlinkDriver, PjlinkSimulator("none"), address, {"answer_time": 30.0})
        assert outcome(display.failure("display.status")) == (ErrorClass.AUTH, Happened.NO)


def test_not_now_while_warming_up(projector):
    display = projector(power="standby", warm_up=5)
    display.first("display.power_on")
    assert outcome(display.failure("display.blank")) == (ErrorClass.BUSY, Happened.NO)


def test_a_lost_command_is_sent_again_by_the_next_poll(projector):
    display = projector()
    answer = display.first("display.restart")
    display.simulator.misbehave("vanish", on="power_on", times=1)
    display.wait("display.restart", answer)
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


def test_a_silent_projector_is_waited_for_and_not_switched_twice(projector):
    display = projector({"answer_time": 0.4})
    answer = display.first("display.restart")
    display.simulator.misbehave("deaf", on="power_on", times=1)
    display.simulator.misbehave("silent", on="get POWR", times=1)
    display.wait("display.restart", answer)
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


class TestLogin:
    @pytest.mark.parametrize("extra", [{}, {"sha256": True}])
    def test_with_a_password(self, projector, extra):
        display = projector({**WITH_PASSWORD, **extra}, password=PASSWORD, **extra)
        display.do("display.blank")
        with display.conversation() as driver:
            display.first("display.status", driver)
            display.first("display.unblank", driver)
        digest = [data for way, data in display.transcript if way == ">" and b"(login)" in data]
        assert digest == [b"(login)%1CLSS ?\r"] * 2

    def test_an_old_projector_takes_md5(self, projector):
        display = projector({**WITH_PASSWORD, "sha256": True}, password=PASSWORD)
        assert display.status().power is Power.ON

    def test_a_password_that_is_not_asked_for(self, projector):
        assert projector(WITH_PASSWORD).status().power is Power.ON

    @pytest.mark.parametrize("sha256", [False, True])
    def test_a_wrong_password(self, projector, sha256):
        display = projector({**WITH_PASSWORD, "sha256": sha256}, password="other", sha256=sha256)
        assert outcome(display.failure("display.blank")) == (ErrorClass.AUTH, Happened.NO)
        assert not display.simulator.counts()

    def test_no_password(self, projector):
        error = projector(password=PASSWORD).failure("display.blank")
        assert outcome(error) == (ErrorClass.AUTH, Happened.NO)
        assert "password" in error.hint


class TestConnection:
    def test_one_at_a_time(self, projector):
        display = projector()
        with display.conversation():
            error = display.failure("display.status")
        assert outcome(error) == (ErrorClass.UNREACHABLE, Happened.NO)
        assert "another" in error.hint
        display.status()

    def test_a_line_closed_by_the_projector_is_opened_anew(self, projector):
        display = projector(idle=0.05)
        with display.conversation() as driver:
            display.first("display.blank", driver)
            # The projector closes after so long a silence; that is seen before the next command is sent.
            until = Deadline.after(60)
            while display.simulator._open and not until.passed():
                time.sleep(0.01)
            display.first("display.unblank", driver)
        assert display.simulator.counts() == {"mute": 2}

    def test_ipv6(self, projector):
        assert projector(host="::1").status().power is Power.ON

    def test_a_bad_address_and_bad_options(self, lab, projector):
        display = projector()
        display.target = type(display.target)("1", "panel", "projector", "pjlink", "tcp://")
        assert outcome(display.failure("display.status")) == (ErrorClass.PRECONDITION, Happened.NO)
        assert PjlinkDriver.endpoint(display.target) == "pjlink:tcp://"
        display = projector(
            {"password": "hunter2", "answer_time": -1, "inputs": {"HDMI": "31"}, "nonsense": 1}
        )
        error = display.failure("display.status")
        assert outcome(error) == (ErrorClass.PRECONDITION, Happened.NO)
        assert "hunter2" not in error.message
        for name in ("password", "answer_time", "inputs", "nonsense"):
            assert name in error.message

    def test_one_key_per_projector(self, projector):
        target = projector().target
        assert PjlinkDriver.endpoint(target) == f"tcp:{target.address}"
        assert (
            PjlinkDriver.endpoint(type(target)("1", "a", "projector", "pjlink", "Beamer"))
            == "tcp:beamer:4352"
        )

    def test_a_token_nobody_made(self, projector):
        display = projector()
        with display.conversation() as driver, pytest.raises(DeviceError):
            driver.poll("display.restart", None, {"left": ["dance"]})
