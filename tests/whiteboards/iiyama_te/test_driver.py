"""The driver against the simulated panel."""

from __future__ import annotations

import socket

import pytest

from pedell.drivers.api import ErrorClass, Happened
from pedell_whiteboards.iiyama_te.driver import IiyamaTeDriver
from pedell_whiteboards.iiyama_te.simulator import IiyamaTeSimulator
from pedell_whiteboards.model import Power
from tests.ports import free
from tests.whiteboards.displays import outcome

MAC = "00:11:22:33:44:55"


def sent(display) -> list[bytes]:
    return [data for way, data in display.transcript if way == ">"]


def test_what_a_panel_tells(iiyama_te):
    status = iiyama_te().status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 50)
    assert (status.muted, status.blank, status.controls_locked) == (False, False, False)
    assert (status.frozen, status.hours) == (None, None)


def test_picture_off_is_no_toggle(iiyama_te):
    display = iiyama_te()
    for _ in range(2):
        display.do("display.blank")
        assert display.status().blank is True
    assert display.status().power is Power.ON
    display.do("display.unblank")
    assert display.status().blank is False
    assert sent(display)[0] == b":01S0000\r"
    assert not [data for data in sent(display) if b"SA" in data]
    assert "display.freeze" not in display.driver.supports(display.target)


def test_inputs_of_the_maker(iiyama_te):
    display = iiyama_te()
    for name, value in [("hdmi3", 21), ("ops", 103), ("android", 101), ("usb-c", 104), ("displayport1", 7)]:
        display.do("display.select_input", input=name)
        assert display.simulator.state()["input"] == value
        assert display.status().input == name


class TestNetwork:
    def test_switched_off_it_is_gone_and_that_is_said(self, iiyama_te):
        display = iiyama_te()
        done = display.do("display.power_off")
        assert "not reachable" in done.warnings[0]
        assert display.simulator.counts() == {"power_off": 1}
        # It may still be going away when it is asked.
        kind, happened = outcome(display.failure("display.status"))
        assert kind in {ErrorClass.UNREACHABLE, ErrorClass.PROTOCOL}
        assert happened is Happened.NO

    def test_it_is_not_restarted_where_nobody_could_wake_it(self, iiyama_te):
        display = iiyama_te()
        assert outcome(display.failure("display.restart")) == (ErrorClass.PRECONDITION, Happened.NO)
        assert not display.simulator.counts()

    def test_where_its_mac_is_known_it_is_woken(self, lab):
        port = free("0.0.0.0", socket.SOCK_DGRAM)
        panel = IiyamaTeSimulator("d1", {"mac": MAC, "wake_port": port, "warm_up": 0, "cool_down": 0})
        options = {"wake": f"127.255.255.255:{port}", "answer_time": 0.5, "connect_time": 0.5, "settle": 0.1}
        display = lab.display(IiyamaTeDriver, panel, options, mac=MAC)
        assert display.do("display.restart").emulated
        assert display.status().power is Power.ON
        assert display.simulator.counts()["power_off"] == 1
        assert display.simulator.counts()["woken"] >= 1

    def test_behind_a_serial_server_it_is_switched_like_on_a_line(self, iiyama_te):
        display = iiyama_te({"gone_when_off": False}, leaves=False)
        assert display.do("display.restart").emulated
        assert display.status().power is Power.ON


def test_on_a_line_it_can_be_switched_on(iiyama_te):
    display = iiyama_te(transport="pty", power="standby")
    assert display.status().power is Power.STANDBY
    display.do("display.power_on")
    assert sent(display)[-2] == b":01S0003\r"
    assert display.status().power is Power.ON


def test_one_that_does_not_answer_when_it_is_switched_on(iiyama_te):
    display = iiyama_te({"answer_time": 0.3}, transport="pty", power="standby", quiet_on=True)
    display.do("display.power_on")
    assert display.simulator.counts() == {"power_on": 1}
    assert display.status().power is Power.ON


def test_touching_is_locked_only_where_that_is_known(iiyama_te):
    display = iiyama_te(model="MAXHUB V6 CF86FA")
    for capability, locked in [("display.touch_lock", True), ("display.touch_unlock", False)]:
        display.do(capability)
        assert display.status().touch_locked is locked
    assert b":01SD000\r" in sent(display)
    other = iiyama_te(model="TE6504")
    assert other.status().touch_locked is None
    assert "display.touch_lock" not in other.driver.supports(other.target)


@pytest.mark.parametrize("id_", [1, 12])
def test_the_id_is_decimal(iiyama_te, id_):
    display = iiyama_te({"display": id_}, id=id_)
    display.do("display.mute")
    assert sent(display) == [f":{id_:02d}S9001\r".encode()]
