"""lg-rs232-tv, the client behind Home Assistant, against the simulator; it needs Python 3.12."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pedell_whiteboards.lg.simulator import LgSimulator

lg_rs232_tv = pytest.importorskip("lg_rs232_tv", reason="lg-rs232-tv needs Python 3.12")


@pytest.mark.parametrize(
    "settings",
    [{"id": 27}, {"lower": True}, {"feed": True}, {"transport": "pty"}],
    ids=["id-27", "small-letters", "line-feeds", "pty"],
)
def test_everything_both_know(lab, settings):
    simulator = LgSimulator("l1", {"warm_up": 0, "cool_down": 0, **settings})
    address = lab.host.start(simulator)
    serial = address.startswith("serial://")
    place = address.removeprefix("serial://").partition("?")[0] if serial else f"socket://{address}"
    source, screen, power = lg_rs232_tv.InputSource, lg_rs232_tv.ScreenMute, lg_rs232_tv.PowerState

    async def work() -> None:
        tv: Any = lg_rs232_tv.LGTV(place, set_id=settings.get("id", 1))
        await tv.connect()
        try:
            await tv.set_volume(41)
            assert await tv.query_volume() == 41
            await tv.mute_on()
            assert await tv.query_mute() is True
            assert await tv.query_input_source() is source.HDMI1
            await tv.select_input_source(source.HDMI4)
            assert await tv.query_input_source() is source.HDMI4
            await tv.set_screen_mute(screen.SCREEN_ON)
            assert await tv.query_screen_mute() is screen.SCREEN_ON
            await tv.remote_lock_on()
            assert await tv.query_remote_lock() is True
            with pytest.raises(lg_rs232_tv.CommandRejected):
                await tv.query_contrast()
            await tv.power_off()
            assert await tv.query_power() is power.OFF
            await tv.power_on()
            assert await tv.query_power() is power.ON
        finally:
            await tv.disconnect()

    asyncio.run(asyncio.wait_for(work(), 20))
    assert simulator.counts() == {
        "volume": 1, "sound": 1, "input": 1, "screen": 1, "controls": 1, "power_off": 1, "power_on": 1,
    }  # fmt: skip
