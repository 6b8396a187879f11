"""The driver against the simulated display over a pseudo terminal and TCP."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass, Happened, Nothing, Target, Waiting
from pedell_whiteboards.model import DeviceInfo, Fault, Power, Severity
from pedell_whiteboards.sharp.driver import SharpDriver
from tests.whiteboards.displays import Display, outcome

TRANSPORTS = pytest.mark.parametrize("transport", ["tcp", "pty"])
BIG_PAD = {"model": "4T-B80CJ1U", "av": True}


def as_serial_server(display: Display) -> Display:
    """The same line, as if a serial server stood before it: no login."""
    t = display.target
    display.target = Target(
        "1", "panel", t.kind, t.driver, f"tcp://{t.address}", options=t.options, model=t.model
    )
    return display


@TRANSPORTS
def test_what_a_display_tells(sharp, transport):
    display = sharp(transport=transport, serial="6C0123")
    display.simulator.change(DSTA=3, STCA=8)
    status = display.status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 20)
    assert (status.muted, status.controls_locked, status.temperature) == (False, False, 41.0)
    assert (status.signal, status.off_reason, status.hours, status.frozen) == (None,) * 4
    assert status.faults == (Fault(part="temperature", severity=Severity.ERROR),)
    assert display.do("display.device_info").result == DeviceInfo(
        manufacturer="Sharp", model="PN-L862B", serial="6C0123", protocol="Sharp S-format"
    )
    assert not display.simulator.counts()


def test_in_standby_it_tells_why(sharp):
    display = sharp(transport="pty", power="standby")
    display.simulator.change(STCA=6)
    status = display.status()
    assert (status.power, status.input, status.off_reason) == (Power.STANDBY, None, "heat")
    assert status.temperature == 41.0


@TRANSPORTS
def test_settings_change_and_change_back(sharp, transport):
    display = sharp(transport=transport)
    for capability, name, value in [
        ("mute", "muted", True), ("lock_controls", "controls_locked", True),
        ("unmute", "muted", False), ("unlock_controls", "controls_locked", False),
    ]:  # fmt: skip
        assert display.do(f"display.{capability}").result == Nothing()
        assert getattr(display.status(), name) is value, capability
    display.do("display.select_input", input="usb-c")
    display.do("display.set_volume", volume=37)
    assert (display.status().input, display.status().volume) == ("usb-c", 37)
    display.do("display.unmute")
    assert display.simulator.counts() == {"MUTE": 2, "ALTG": 1, "ALCK": 2, "INPS": 1, "VOLM": 1}
    assert outcome(display.failure("display.network_standby", enabled=True)) == (
        ErrorClass.UNSUPPORTED,
        Happened.NO,
    )


def test_volume_in_the_displays_own_numbers(sharp):
    display = sharp(transport="pty", model="PN-E603", loudest=31)
    display.do("display.set_volume", volume=100)
    assert display.simulator.state()["VOLM"] == 31
    assert display.status().volume == 100


@pytest.mark.parametrize("ending", ["cr", "lf", "crlf"])
@pytest.mark.parametrize("quirk", ["waits", "chain", "named", "echo", "halves"])
def test_quirks_of_the_line(sharp, quirk, ending):
    display = sharp(transport="pty", ending=ending, **{quirk: True})
    display.do("display.select_input", input="ops")
    assert display.status().input == "ops"
    assert display.identity().serial == ("SNd1 001" if quirk == "chain" else "SNd1")


def test_commands_end_as_the_option_says(sharp):
    display = sharp({"ending": "crlf", "padding": "zeros"}, transport="pty")
    display.do("display.mute")
    assert (">", b"MUTE0001\r\n") in display.transcript


class TestBigPad:
    """MUTE 0 changes over there: it must not be sent to a display that is not muted."""

    def test_mute(self, sharp):
        display = sharp(transport="pty", **BIG_PAD)
        display.do("display.unmute")
        assert display.status().muted is False
        assert not display.simulator.counts()
        display.do("display.mute")
        display.do("display.mute")
        assert display.status().muted is True
        display.do("display.unmute")
        assert display.status().muted is False
        assert [sent for way, sent in display.transcript if way == ">" and sent.startswith(b"MUTE2")] == [
            b"MUTE2\r"
        ]

    def test_even_with_the_wrong_option(self, sharp):
        display = sharp({"unmute": 0}, transport="pty", **BIG_PAD)
        display.do("display.mute")
        display.do("display.unmute")
        assert display.status().muted is False

    def test_inputs_are_counted(self, sharp):
        display = sharp({"inputs": {"ops": "5"}}, transport="pty", **BIG_PAD)
        display.do("display.select_input", input="ops")
        assert display.status().input == "ops"
        display.do("display.select_input", input="hdmi2")
        assert display.status().input == "hdmi2"

    def test_it_stays_reachable(self, sharp):
        display = as_serial_server(sharp(login=False, **BIG_PAD))
        display.do("display.network_standby", enabled=True)
        assert display.simulator.state()["RSPW"] == 2
        display.do("display.power_off")
        assert display.simulator.counts() == {"RSPW": 2, "power_off": 1}
        assert display.simulator.state()["RSPW"] == 1

    def test_model(self, sharp):
        assert sharp(transport="pty", **BIG_PAD).identity().model == "PN-L862B"


@TRANSPORTS
def test_restart_is_off_wait_on(sharp, transport):
    display = sharp(transport=transport, waits=True)
    done = display.do("display.restart")
    assert done.emulated == "off, wait for standby, on"
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
    assert display.parts == display.finished == ["off", "on"]


def test_switching_is_waiting(sharp):
    display = sharp({"settle": 0.3}, transport="pty", warm_up=0.3, cool_down=0.3)
    answer = display.first("display.power_off")
    assert isinstance(answer, Waiting)
    display.wait("display.power_off", answer)
    assert display.status().power is Power.STANDBY


def test_a_display_that_waits_for_a_signal_is_on_and_is_woken(sharp):
    display = sharp(transport="pty")
    display.simulator.change(waiting=1)
    assert (display.status().power, display.status().signal) == (Power.ON, False)
    assert len(display.do("display.power_on").warnings) == 1
    assert display.simulator.counts() == {"power_on": 1}


def test_a_reset_takes_its_time(sharp):
    display = sharp({"answer_time": 0.2}, transport="pty", waits=True, reset=0.5)
    display.do("display.factory_reset")
    assert display.simulator.counts() == {"RSET": 1}


OPTIONS = {"user": "school", "password": "secret://lab/password"}
SETTINGS = {"user": "school", "password": "JBMIAProjectorLink"}


class TestLogin:
    def test_with_user_and_password(self, sharp):
        display = sharp(OPTIONS, **SETTINGS)
        display.do("display.mute")
        assert display.status().muted is True
        said = b"".join(data for _, data in display.transcript if isinstance(data, bytes))
        assert b"JBMIAProjectorLink" not in said

    def test_without(self, sharp):
        assert sharp().status().power is Power.ON

    @pytest.mark.parametrize("options", [{}, {"user": "school"}])
    def test_a_wrong_one(self, sharp, options):
        display = sharp(options, **SETTINGS)
        assert outcome(display.failure("display.mute")) == (ErrorClass.AUTH, Happened.NO)
        assert not display.simulator.counts()

    def test_a_serial_server_has_none(self, sharp):
        assert as_serial_server(sharp(login=False)).status().power is Power.ON


def test_addresses():
    target = {"id": "1", "name": "a", "kind": "whiteboard", "driver": "sharp"}
    assert SharpDriver.endpoint(Target(address="Tafel", **target)) == "tcp:tafel:10008"
