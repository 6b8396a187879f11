"""A real serial server (ser2net) between the drivers of NEC, Sharp, BenQ, ViewSonic and Epson and their simulators."""

from __future__ import annotations

import pytest

from pedell.drivers.api import Target
from pedell_whiteboards.model import Power
from tests.transports.test_stream_serial import old_threads, ser2net
from tests.whiteboards.displays import Display

pytestmark = [pytest.mark.peer("ser2net"), old_threads]

SERIALS = {"nec": "SNd1", "sharp": "SNd1", "benq": "SNd1", "viewsonic": "SNd1", "epson": "Xd10001"}


def behind(display: Display, address: str) -> Display:
    """The same display, reached another way."""
    t = display.target
    other = Display(display.driver, display.simulator, address, {})
    other.target = Target("1", "panel", t.kind, t.driver, address, options=t.options)
    return other


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "accepter", "url"),
    [
        ("nec", "telnet(rfc2217),tcp", "rfc2217://{}?ign_set_control"),
        *((name, "tcp", "tcp://{}") for name in SERIALS),
    ],
)
def test_a_display_behind_a_serial_server(request, tmp_path, name, accepter, url):
    start = request.getfixturevalue(name)
    noise = {} if name in {"sharp", "epson"} else {"noise": True}
    direct = start({"answer_time": 1.0}, transport="pty", **noise)
    path = direct.target.address.removeprefix("serial://").partition("?")[0]
    with ser2net(path, accepter, tmp_path) as place:
        display = behind(direct, url.format(place))
        assert display.identity().serial == SERIALS[name]
        with display.conversation() as driver:
            display.first("display.set_volume", driver, volume=80)
            display.first("display.select_input", driver, input="hdmi2")
            answer = display.first("display.status", driver)
        status = answer.result
        assert (status.power, status.volume, status.input) == (Power.ON, 80, "hdmi2")
        assert display.do("display.restart").emulated
        counts = display.simulator.counts()
        assert (counts["power_off"], counts["power_on"], sum(counts.values())) == (1, 1, 4)
