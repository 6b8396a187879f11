"""The driver against the simulated display, over TCP, TLS and a pseudo terminal."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from pedell.drivers.api import Deadline, ErrorClass, Happened, Nothing, Target, Waiting
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
from tests.whiteboards.displays import outcome

LINES = pytest.mark.parametrize("line", ["tcp", "pty"])


@LINES
def test_what_a_display_tells(samsung, line):
    display = samsung(transport=line, serial="0TX5HCNN", model="WA75C", halves=True, noise=True)
    status = display.status()
    assert (status.power, status.input, status.volume, status.muted) == (Power.ON, "hdmi1", 30, False)
    assert (status.blank, status.frozen, status.signal) == (False, None, True)
    assert (status.hours, status.temperature, status.faults) == (5461, 42.0, ())
    assert display.identity().serial == "0TX5HCNN"
    info = display.do("display.device_info").result
    assert (info.manufacturer, info.model, info.protocol) == ("Samsung", "WA75C", "Samsung MDC")


def test_faults_of_the_display(samsung):
    display = samsung()
    display.simulator.change(fan_error=1, no_signal=1, input="22")
    status = display.status()
    assert status.faults == (Fault(part="fan", severity=Severity.ERROR),)
    assert (status.signal, status.input) == (False, "hdmi1")


def test_a_model_that_tells_little(samsung):
    display = samsung({"answer_time": 0.4})
    for request in ("get 0d", "get 83", "get f9"):
        display.simulator.misbehave("refuse", on=request)
    display.simulator.misbehave("silent", on="get 0b")
    status = display.status()
    assert (status.volume, status.blank, status.temperature, status.hours) == (30, None, None, None)
    display.simulator.well()
    display.simulator.misbehave("silent", on="get 83")
    assert display.status().hours is None


@LINES
def test_settings_change_and_change_back(samsung, line):
    display = samsung(transport=line)
    for capability, name, value in [
        ("blank", "blank", True), ("mute", "muted", True), ("unblank", "blank", False), ("unmute", "muted", False),
    ]:  # fmt: skip
        assert display.do(f"display.{capability}").result == Nothing()
        assert getattr(display.status(), name) is value, capability
    display.do("display.set_volume", volume=100)
    display.do("display.select_input", input="whiteboard")
    display.do("display.lock_controls")
    assert display.simulator.state()["lock"] == 1
    display.do("display.unlock_controls")
    display.do("display.network_standby", enabled=False)
    status, state = display.status(), display.simulator.state()
    assert (status.volume, status.input) == (100, "whiteboard")
    assert (state["lock"], state["network_standby"]) == (0, 0)
    display.do("display.select_input", input="code-29")
    assert display.status().input == "code-29"


def test_resets(samsung):
    display = samsung()
    display.do("display.reset_picture")
    display.do("display.factory_reset")
    assert [(e.name, e.detail) for e in display.simulator.effects] == [("reset", "00"), ("reset", "03")]


@LINES
def test_a_restart_of_its_own(samsung, line):
    display = samsung(transport=line)
    done = display.do("display.restart")
    assert done.emulated == ""
    assert display.simulator.counts() == {"reboot": 1}
    assert display.parts == []
    assert display.status().power is Power.ON


@LINES
def test_an_old_model_is_switched_off_and_on(samsung, line):
    display = samsung(transport=line, reboot=False)
    done = display.do("display.restart")
    assert done.emulated == "off, wait for standby, on"
    assert display.parts == display.finished == ["off", "on"]
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
    assert display.status().power is Power.ON


def test_a_display_is_not_switched_off_where_it_could_not_be_switched_on_again(samsung):
    display = samsung(reboot=False, network_standby=False)
    error = display.failure("display.restart")
    assert outcome(error) == (ErrorClass.PRECONDITION, Happened.NO)
    assert "network_standby" in error.hint
    assert display.status().power is Power.ON


def test_restart_of_a_display_that_is_off_switches_it_on(samsung):
    display = samsung(power="standby")
    display.do("display.restart")
    assert display.simulator.counts() == {"power_on": 1}


@LINES
def test_off_and_on(samsung, line):
    display = samsung(transport=line)
    display.do("display.power_off")
    assert display.status().power is Power.STANDBY
    display.do("display.power_off")
    answer = display.first("display.power_on")
    assert isinstance(answer, Waiting)
    display.wait("display.power_on", answer)
    display.do("display.power_on")
    assert display.status().power is Power.ON
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


def test_off_for_good(samsung):
    display = samsung(network_standby=False)
    done = display.do("display.power_off")
    assert "by hand" in done.warnings[0]
    until = Deadline.after(60)
    while display.simulator._listening is not None and not until.passed():
        time.sleep(0.01)
    assert outcome(display.failure("display.power_on")) == (ErrorClass.UNREACHABLE, Happened.NO)
    display.simulator.change(power="on")
    display.wait("display.power_on", Waiting({"left": ["on"]}, ""))
    assert display.simulator.counts() == {"power_off": 1}


def test_the_serial_line_is_asked_again_sooner(samsung):
    slow = {"settle": 15}
    assert samsung(slow, power="standby").first("display.power_on").poll_after == 15
    assert samsung(slow, power="standby", transport="pty").first("display.power_on").poll_after == 3
    assert samsung(slow, transport="pty").first("display.restart").poll_after == 15


def test_no_while_starting(samsung):
    display = samsung(transport="pty", boot=5)
    display.first("display.restart")
    assert outcome(display.failure("display.status")) == (ErrorClass.BUSY, Happened.NO)
    assert outcome(display.failure("display.blank")) == (ErrorClass.REFUSED, Happened.NO)


def test_another_id_is_silence(samsung):
    display = samsung({"display": 7, "answer_time": 0.2})
    assert outcome(display.failure("display.blank")) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert outcome(display.failure("display.status")) == (ErrorClass.TIMEOUT, Happened.NO)
    assert not display.simulator.counts()


def test_all_displays_of_a_line_are_one_endpoint():
    def key(address: str, display: int) -> str:
        target = Target("1", "a", "whiteboard", "samsung-mdc", address, options={"display": display})
        return SamsungMdcDriver.endpoint(target)

    assert key("serial:///dev/ttyNone1?baud=9600", 1) == key("serial:///dev/ttyNone1", 2)
    assert key("10.0.0.5", 1) == key("tcp://10.0.0.5:1515", 2) != key("10.0.0.6", 1)


class TestSecured:
    @staticmethod
    def options(**more: object) -> dict[str, object]:
        return {"pin": "secret://lab/pin", **more}

    @pytest.fixture
    def display(self, samsung):
        display = samsung(pin="0042")
        display.target = Target(
            "1", "panel", "whiteboard", "samsung-mdc", display.target.address,
            options={**display.target.options, **self.options(fingerprint=display.simulator.fingerprint)},
        )  # fmt: skip
        return display

    def test_with_pin_and_pinned_certificate(self, display):
        display.do("display.blank")
        assert display.status().blank is True
        assert b"0042" not in [data for _, data in display.transcript]

    @pytest.mark.parametrize("old_tls", [False, True])
    def test_an_early_model_speaks_old_tls_where_it_is_allowed(self, samsung, old_tls):
        display = samsung(pin="0042", old_tls=True)
        more = self.options(fingerprint=display.simulator.fingerprint, old_tls=old_tls)
        display.target = replace(display.target, options={**display.target.options, **more})
        if old_tls:
            display.do("display.blank")
            assert display.status().blank is True
        else:
            assert outcome(display.failure("display.blank")) == (ErrorClass.PROTOCOL, Happened.NO)

    def test_restart_reconnects(self, display):
        display.do("display.restart")
        assert display.status().power is Power.ON

    def test_a_wrong_pin_is_tried_once(self, display):
        display.simulator.settings["pin"] = "9999"
        assert outcome(display.failure("display.blank")) == (ErrorClass.AUTH, Happened.NO)
        assert display.simulator._wrong_pins == 1

    def test_a_locked_display(self, display):
        display.simulator._wrong_pins = 99
        display.simulator.misbehave("login")
        error = display.failure("display.blank")
        assert (outcome(error), "locked" in error.message) == ((ErrorClass.AUTH, Happened.NO), True)

    def test_an_unknown_certificate_is_named(self, samsung):
        display = samsung(self.options(), pin="0042")
        error = display.failure("display.blank")
        assert outcome(error) == (ErrorClass.AUTH, Happened.NO)
        assert display.simulator.fingerprint in error.message
        # Not "was the device replaced?": there was no other before.
        assert "not known yet" in error.message
        assert "'fingerprint'" in error.hint

    def test_a_secured_display_without_a_pin(self, samsung):
        error = samsung(pin="0042").failure("display.blank")
        assert outcome(error) == (ErrorClass.AUTH, Happened.NO)
        assert "pin" in error.hint

    def test_a_pin_for_a_display_that_is_not_secured(self, samsung):
        display = samsung(self.options(answer_time=0.2))
        assert outcome(display.failure("display.blank")) == (ErrorClass.TIMEOUT, Happened.NO)
        display = samsung(self.options(), transport="pty")
        assert outcome(display.failure("display.blank")) == (ErrorClass.PRECONDITION, Happened.NO)
