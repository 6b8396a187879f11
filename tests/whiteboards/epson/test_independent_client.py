"""epson-projector against our simulator: it speaks the protocol, not our driver's dialect.

Over TCP the client (0.6.0) hands its loop to `asyncio.open_connection`, which takes none since Python 3.10; that one
argument is left out for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import epson_projector.projector_serial
import epson_projector.projector_tcp
import pytest

from pedell_whiteboards.epson.simulator import EpsonSimulator


@pytest.fixture
def spoken(lab, monkeypatch) -> Callable[..., EpsonSimulator]:
    """Runs work with a client connected to a simulated projector."""
    real = asyncio.open_connection

    async def without_loop(*args: Any, **kwargs: Any) -> Any:
        kwargs.pop("loop", None)
        return await real(*args, **kwargs)

    monkeypatch.setattr(epson_projector.projector_tcp.asyncio, "open_connection", without_loop)

    def speak(work: Callable[[Any], Awaitable[None]], **settings: Any) -> EpsonSimulator:
        simulator = EpsonSimulator("p1", {"warm_up": 0.0, "cool_down": 0.0, **settings})
        address = lab.host.start(simulator)

        async def connected() -> None:
            if address.startswith("serial://"):
                path = address.removeprefix("serial://").partition("?")[0]
                client: Any = epson_projector.projector_serial.ProjectorSerial(path)
            else:
                host, _, port = address.rpartition(":")
                client = epson_projector.projector_tcp.ProjectorTcp(host, int(port))
            await client.async_init()
            writer = client._writer
            try:
                await asyncio.wait_for(work(client), 90)
            finally:
                client.close()
                writer.close()
                await asyncio.sleep(0)
                if not address.startswith("serial://"):
                    await writer.wait_closed()

        asyncio.run(connected())
        return simulator

    return speak


@pytest.mark.parametrize("transport", ["tcp", "pty"])
def test_power_and_properties(spoken, transport):
    async def work(client: Any) -> None:
        assert await client.get_property("PWR", 5) == "01"
        assert await client.get_property("SOURCE", 5) == "30"
        assert await client.send_command("SOURCE A0", 5) in ("", ":")
        assert await client.get_property("SOURCE", 5) == "A0"
        assert await client.send_command("MUTE ON", 5) in ("", ":")
        assert await client.get_property("MUTE", 5) == "ON"
        assert await client.send_command("PWR OFF", 5) in ("", ":")
        assert await client.get_property("PWR", 5) == "04"
        # What is not possible is an error, and the line goes on.
        assert await client.get_property("SOURCE", 5) is False
        assert await client.get_property("PWR", 5) == "04"

    simulator = spoken(work, transport=transport)
    assert simulator.counts() == {"SOURCE": 1, "MUTE": 1, "power_off": 1}


def test_the_serial_number(spoken):
    async def work(client: Any) -> None:
        assert await client.get_serial_number() == "X7YJ0100123"

    spoken(work, transport="pty", serial="X7YJ0100123")


def test_a_password_that_it_does_not_know(spoken):
    async def work(client: Any) -> None:
        assert not client._isOpen

    spoken(work, password="1234")
