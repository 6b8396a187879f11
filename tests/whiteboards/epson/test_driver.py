"""The driver against the simulated projector over TCP and a pseudo terminal."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Nothing, Target, Waiting
from pedell_whiteboards.epson.driver import EpsonDriver
from pedell_whiteboards.model import DeviceInfo, Fault, Power, Severity
from tests.whiteboards.displays import outcome

TRANSPORTS = pytest.mark.parametrize("transport", ["tcp", "pty"])
PASSWORD = {"password": "secret://lab/pin"}
GIVEN = {"password": "0042"}


@TRANSPORTS
def test_what_a_projector_tells(epson, transport):
    display = epson(transport=transport, lamps=[1633, 1700], serial="X7YJ0100123")
    display.simulator.change(ERR="08")
    status = display.status()
    assert (status.power, status.input, status.volume, status.signal) == (Power.ON, "hdmi1", 50, True)
    assert (status.muted, status.blank, status.frozen) == (False,) * 3
    assert (status.hours, status.lamp_hours) == (1700, (1633, 1700))
    assert status.faults == (Fault(part="filter", severity=Severity.WARNING),)
    assert (status.temperature, status.controls_locked) == (None, None)
    assert display.do("display.device_info").result == DeviceInfo(
        manufacturer="Epson", serial="X7YJ0100123", protocol="Epson ESC/VP21",
        inputs=("hdmi1", "hdmi2", "vga1", "network"),
    )  # fmt: skip
    assert not display.simulator.counts()


def test_in_standby_it_tells_little(epson):
    display = epson(power="standby")
    status = display.status()
    assert (status.power, status.input, status.blank, status.hours) == (Power.STANDBY, None, None, 1234)
    assert display.do("display.device_info").result.inputs == ()


def test_a_laser_tells_its_hours(epson):
    assert epson(lamps=[]).status().hours == 2000


def test_an_abnormal_standby_is_a_fault(epson):
    display = epson(power="standby")
    display.simulator.change(abnormal=True)
    status = display.status()
    assert (status.power, status.off_reason) == (Power.STANDBY, "fault")
    assert status.faults == (Fault(part="other", severity=Severity.ERROR),)


def test_one_that_stays_off_because_of_a_fault_is_not_waited_for(epson):
    display = epson(power="standby")
    display.simulator.change(abnormal=True)
    with pytest.raises(DeviceError) as caught:
        display.do("display.power_on")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.DEVICE_FAULT, Happened.UNKNOWN)
    assert "because of a fault" in caught.value.message
    assert display.simulator.counts() == {"power_on": 1}


@TRANSPORTS
def test_settings_change_and_change_back(epson, transport):
    display = epson(transport=transport)
    for capability, name, value in [
        ("blank", "blank", True), ("freeze", "frozen", True), ("unblank", "blank", False), ("unfreeze", "frozen", False),
    ]:  # fmt: skip
        assert display.do(f"display.{capability}").result == Nothing()
        assert getattr(display.status(), name) is value, capability
    display.do("display.select_input", input="hdmi2")
    display.do("display.set_volume", volume=80)
    assert (display.status().input, display.status().volume) == ("hdmi2", 80)
    display.do("display.factory_reset")
    assert display.simulator.counts() == {"MUTE": 2, "FREEZE": 2, "SOURCE": 1, "VOL": 1, "INITALL": 1}
    assert outcome(display.failure("display.mute")) == (ErrorClass.UNSUPPORTED, Happened.NO)


def test_inputs_by_own_names_and_unknown_ones(epson):
    display = epson({"inputs": {"ops": "53"}})
    display.do("display.select_input", input="ops")
    assert display.status().input == "ops"
    assert outcome(display.failure("display.select_input", input="hdmi3")) == (
        ErrorClass.REFUSED,
        Happened.NO,
    )
    assert outcome(display.failure("display.select_input", input="coffee")) == (
        ErrorClass.UNSUPPORTED,
        Happened.NO,
    )


@TRANSPORTS
@pytest.mark.parametrize("quirk", ["unsolicited", "echo", "halves"])
def test_quirks_of_the_line(epson, quirk, transport):
    display = epson(**{quirk: True}, transport=transport)
    display.do("display.blank")
    assert display.status().blank is True
    assert display.do("display.restart").emulated


@TRANSPORTS
def test_restart_is_off_wait_on(epson, transport):
    display = epson(transport=transport)
    done = display.do("display.restart")
    assert done.emulated == "off, wait for standby, on"
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
    assert display.parts == display.finished == ["off", "on"]
    assert display.status().power is Power.ON


@TRANSPORTS
def test_warming_up_and_cooling_down_are_waiting(epson, transport):
    display = epson(transport=transport, warm_up=0.3, cool_down=1.5)
    answer = display.first("display.power_off")
    assert isinstance(answer, Waiting)
    assert display.status().power is Power.COOLING
    on = display.first("display.power_on")
    assert isinstance(on, Waiting)
    assert not on.delivered
    assert display.simulator.counts() == {"power_off": 1}
    display.wait("display.power_on", on)
    assert display.status().power is Power.ON
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


@TRANSPORTS
def test_a_prompt_that_comes_when_it_is_warm(epson, transport):
    """It is not waited for, and not taken for the answer to something else."""
    display = epson({"answer_time": 0.15}, transport=transport, power="standby", warm_up=0.5, slow_colon=True)
    with display.conversation() as driver:
        answer = display.first("display.power_on", driver)
        assert isinstance(answer, Waiting)
    display.target = Target(
        "1",
        "panel",
        "projector",
        "epson",
        display.target.address,
        options={**display.target.options, "answer_time": 2},
    )
    display.wait("display.power_on", answer)
    display.do("display.blank")
    assert display.status().blank is True
    assert display.simulator.counts() == {"power_on": 1, "MUTE": 1}


def test_not_now_while_warming_up(epson):
    display = epson(power="standby", warm_up=5)
    display.first("display.power_on")
    assert outcome(display.failure("display.blank")) == (ErrorClass.REFUSED, Happened.NO)


class TestHello:
    @pytest.mark.parametrize("digest", [False, True])
    def test_with_a_password(self, epson, digest):
        display = epson({**PASSWORD, "digest": digest}, digest=digest, **GIVEN)
        display.do("display.blank")
        assert display.status().blank is True
        said = b"".join(data for _, data in display.transcript if isinstance(data, bytes))
        assert b"0042" not in said

    def test_a_password_that_is_not_asked_for(self, epson):
        display = epson(PASSWORD)
        assert display.status().power is Power.ON

    def test_a_wrong_password(self, epson):
        display = epson(PASSWORD, password="other")
        assert outcome(display.failure("display.blank")) == (ErrorClass.AUTH, Happened.NO)
        assert not display.simulator.counts()

    def test_a_digest_that_is_not_taken(self, epson):
        display = epson({**PASSWORD, "digest": True}, **GIVEN)
        assert outcome(display.failure("display.blank")) == (ErrorClass.AUTH, Happened.NO)

    def test_no_password(self, epson):
        error = epson(**GIVEN).failure("display.blank")
        assert outcome(error) == (ErrorClass.AUTH, Happened.NO)
        assert "password" in error.hint

    def test_busy(self, epson):
        assert outcome(epson(busy=True).failure("display.status")) == (ErrorClass.BUSY, Happened.NO)


def test_a_serial_server_wants_no_hello(epson):
    """`tcp://` is a serial line behind a server; nothing but the command goes out."""
    display = epson({"answer_time": 0.3})
    address = f"tcp://{display.target.address}"
    display.target = Target("1", "panel", "projector", "epson", address, options=display.target.options)
    assert outcome(display.failure("display.status"))[1] is Happened.NO
    assert next(data for way, data in display.transcript if way == ">") == b"PWR?\r"


def test_addresses():
    target = {"id": "1", "name": "a", "kind": "projector", "driver": "epson"}
    assert EpsonDriver.endpoint(Target(address="Beamer", **target)) == "tcp:beamer:3629"
