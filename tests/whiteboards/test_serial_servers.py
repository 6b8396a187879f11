"""A real serial server (ser2net) between the driver and a display on a pseudo terminal."""

from __future__ import annotations

import pytest

from pedell.drivers.api import Deadline, Target
from pedell_whiteboards.model import Power
from tests.transports.test_stream_serial import old_threads, ser2net
from tests.whiteboards.displays import Display

pytestmark = [pytest.mark.peer("ser2net"), old_threads]


def behind(display: Display, address: str) -> Display:
    """The same display, reached another way."""
    target = Target("1", "panel", "whiteboard", "samsung-mdc", address, options=display.target.options)
    other = Display(display.driver, display.simulator, address, {})
    other.target = target
    return other


@pytest.mark.parametrize(
    ("accepter", "url"),
    [("telnet(rfc2217),tcp", "rfc2217://{}?ign_set_control&baud=9600"), ("tcp", "tcp://{}")],
    ids=["rfc2217", "tcp"],
)
def test_a_display_behind_a_serial_server(samsung, tmp_path, accepter, url):
    direct = samsung({"answer_time": 1.0}, transport="pty", noise=True)
    path = direct.target.address.removeprefix("serial://").partition("?")[0]
    with ser2net(path, accepter, tmp_path) as place:
        display = behind(direct, url.format(place))
        assert display.identity().serial == "SNm1"
        with display.conversation() as driver:
            display.first("display.set_volume", driver, volume=7)
            display.first("display.select_input", driver, input="hdmi2")
            status = display.first("display.status", driver).result
        assert (status.power, status.volume, status.input) == (Power.ON, 7, "hdmi2")
        display.do("display.restart")
        assert display.simulator.counts() == {"volume": 1, "input": 1, "reboot": 1}


@pytest.mark.parametrize("brand", ["smart", "lg"])
def test_other_brands_behind_a_serial_server(request, tmp_path, brand):
    direct = request.getfixturevalue(brand)({"answer_time": 1.0}, transport="pty")
    path = direct.target.address.removeprefix("serial://").partition("?")[0]
    with ser2net(path, "telnet(rfc2217),tcp", tmp_path) as place:
        display = Display(
            direct.driver, direct.simulator, f"rfc2217://{place}?ign_set_control", dict(direct.target.options)
        )
        with display.conversation() as driver:
            assert driver.identity(Deadline.after(5)).serial == "SNd1"
            display.first("display.select_input", driver, input="hdmi2")
            status = display.first("display.status", driver).result
    assert (status.power, status.input) == (Power.ON, "hdmi2")
    assert display.simulator.counts() == {"input": 1}
