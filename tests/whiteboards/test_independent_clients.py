"""Other people's clients against our simulators: the simulators speak the protocol, not the drivers' dialect."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import sys
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, TypeVar

import aiopjlink
import pytest
from samsung_mdc import MDC
from samsung_mdc.exceptions import MDCTLSAuthFailed, NAKError

from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator
from pedell_whiteboards.sicp.simulator import SicpSimulator

R = TypeVar("R")
# pyamasicp imports these, and needs them only beside Home Assistant and to wake over the network.
for absent in ("homeassistant", "getmac"):
    sys.modules.setdefault(absent, ModuleType(absent))


def run(work: Callable[[], Awaitable[R]]) -> R:
    async def limited() -> R:
        return await asyncio.wait_for(work(), 90)

    return asyncio.run(limited())


async def until(link: aiopjlink.PJLink, state: aiopjlink.Power.State) -> None:
    for _ in range(500):
        if await link.power.get() is state:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"never {state}")


class TestAiopjlink:
    @staticmethod
    def with_link(lab: Any, work: Callable[[aiopjlink.PJLink], Awaitable[R]], **settings: Any) -> R:
        simulator = PjlinkSimulator("p1", {"warm_up": 0.05, "cool_down": 0.05, **settings})
        host, _, port = lab.host.start(simulator).rpartition(":")

        async def connected() -> R:
            password = settings.get("password")
            async with aiopjlink.PJLink(host, int(port), password, timeout=20) as link:
                result = await work(link)
                link._writer.close()
                await link._writer.wait_closed()
                return result

        return run(connected)

    @pytest.mark.parametrize("password", [None, "JBMIAProjectorLink"])
    def test_power(self, lab, password):
        async def work(link: aiopjlink.PJLink) -> list[aiopjlink.Power.State]:
            seen = [await link.power.get()]
            await link.power.turn_off()
            await until(link, aiopjlink.Power.State.OFF)
            await link.power.turn_on()
            seen.append(await link.power.get())
            await until(link, aiopjlink.Power.State.ON)
            return seen

        state = aiopjlink.Power.State
        settings = {"password": password} if password else {}
        settings["warm_up"] = 1.0  # it is still at it when it is asked
        assert self.with_link(lab, work, **settings) == [state.ON, state.WARMING]

    def test_everything_it_can_read(self, lab):
        async def work(link: aiopjlink.PJLink) -> None:
            mode = aiopjlink.Sources.Mode
            assert await link.sources.available() == [
                (mode.RGB, "1"),
                (mode.DIGITAL, "1"),
                (mode.NETWORK, "A"),
            ]
            assert await link.sources.get() == (mode.DIGITAL, "1")
            await link.sources.set(mode.RGB, 1)
            assert await link.sources.get() == (mode.RGB, "1")
            assert await link.sources.get_source_name(mode.RGB, 1) == "Input 11"
            assert [hours for hours, _ in await link.lamps.status()] == [8253, 13442]
            assert await link.filter.hours() == 100
            assert await link.info.serial_number() == "PJp1"
            assert await link.info.product_name() == "SIM-P1"
            await link.mute.video(True)
            assert await link.mute.status() == (True, False)
            await link.freeze.set(True)
            assert await link.freeze.get() is True
            faults = await link.errors.query()
            assert faults[aiopjlink.Errors.Category.FILTER] is aiopjlink.Errors.Level.ERROR
            with pytest.raises(aiopjlink.PJLinkERR2):
                await link.sources.set(mode.DIGITAL, 9)

        self.with_link(lab, work, inputs=["11", "31", "5A"], lamps=[8253, 13442], errors="101020")

    def test_a_wrong_password(self, lab):
        async def work(link: aiopjlink.PJLink) -> None:
            raise AssertionError("logged in")

        simulator = PjlinkSimulator("p1", {"password": "right"})
        host, _, port = lab.host.start(simulator).rpartition(":")

        async def connect() -> None:
            link = aiopjlink.PJLink(host, int(port), "wrong", timeout=20)
            try:
                async with link:
                    raise AssertionError("logged in")
            except aiopjlink.PJLinkPassword:
                link._writer.close()
                await link._writer.wait_closed()

        run(connect)


class TestPythonSamsungMdc:
    @staticmethod
    def with_display(lab: Any, work: Callable[[MDC], Awaitable[R]], **settings: Any) -> R:
        address = lab.host.start(SamsungMdcSimulator("m1", {"boot": 0.05, **settings}))
        serial = settings.get("transport") == "pty"
        target = address.removeprefix("serial://").partition("?")[0]

        async def connected() -> R:
            extra = {"pin": settings["client_pin"]} if "client_pin" in settings else {}
            display = MDC(target, mode="serial" if serial else "tcp", timeout=20, **extra)
            try:
                return await work(display)
            finally:
                if display.writer is not None:
                    display.writer.close()
                    if not serial:
                        with contextlib.suppress(OSError):  # a display that restarts has gone
                            await display.writer.wait_closed()
                    await asyncio.sleep(0)

        return run(connected)

    @pytest.mark.parametrize(
        "settings",
        [{}, {"transport": "pty"}, {"pin": "0042", "client_pin": "0042"}],
        ids=["tcp", "pty", "tls"],
    )
    def test_reads_and_settings(self, lab, settings):
        async def work(display: MDC) -> None:
            power, volume, mute, shown, *_ = await display.status(1)
            assert (power.name, volume, mute.name, shown.name) == ("ON", 30, "OFF", "HDMI1")
            assert await display.serial_number(1) == ("SNm1",)
            assert await display.model_name(1) == ("WA75C",)
            assert (await display.panel_on_time(1))[0] == 32768
            assert 42 in tuple(await display.error_status(1))
            await display.volume(1, (12,))
            assert await display.volume(1) == (12,)
            await display.input_source(1, ("HDMI2",))
            assert (await display.input_source(1))[0].name == "HDMI2"
            await display.mute(1, ("ON",))
            assert (await display.mute(1))[0].name == "ON"
            await display.safety_lock(1, ("ON",))
            assert (await display.safety_lock(1))[0].name == "ON"
            await display.network_standby(1, ("OFF",))
            assert (await display.network_standby(1))[0].name == "OFF"
            assert (await display.power(1, ("REBOOT",)))[0].name == "REBOOT"

        self.with_display(lab, work, **settings)

    def test_no_is_no(self, lab):
        async def work(display: MDC) -> None:
            with pytest.raises(NAKError):
                await display.power(1, ("REBOOT",))

        self.with_display(lab, work, reboot=False)

    def test_a_wrong_pin(self, lab):
        async def work(display: MDC) -> None:
            with pytest.raises(MDCTLSAuthFailed):
                await display.status(1)

        self.with_display(lab, work, pin="0042", client_pin="1111")


class TestPyamasicp:
    @staticmethod
    def commands(lab: Any, **settings: Any) -> Any:
        """Its commands on a display with iiyama's frame; it opens a connection for each."""
        client = importlib.import_module("pyamasicp.client")
        client.sleep = lambda _: None  # it waits 0.6 seconds after each
        commands = importlib.import_module("pyamasicp.commands")
        simulator = SicpSimulator("i1", {"envelope": "iiyama", "warm_up": 0, "cool_down": 0, **settings})
        host, _, port = lab.host.start(simulator).rpartition(":")
        link = client.Client(host, int(port), timeout=20, mac="00:11:22:33:44:55")
        return commands.Commands(link), simulator

    def test_power_input_and_volume(self, lab):
        display, simulator = self.commands(lab)
        assert display.get_power_state() is True
        display.set_input_source(6)
        assert display.get_input_source()[0] == 6
        display.set_volume(5, 33)
        assert 33 in display.get_volume()
        display.set_power_state(False)
        assert display.get_power_state() is False
        display.set_power_state(True)
        assert display.get_power_state() is True
        assert simulator.counts() == {"input": 1, "volume": 1, "power_off": 1, "power_on": 1}

    def test_no_is_no(self, lab):
        display, simulator = self.commands(lab, power="standby")
        display.set_input_source(6)
        assert not simulator.counts()
