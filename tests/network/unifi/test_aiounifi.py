"""aiounifi, which knows nothing of this project, speaks with the simulator: its shapes are not only ours."""

from __future__ import annotations

import aiohttp
import pytest
from aiounifi.controller import Controller
from aiounifi.errors import AiounifiException
from aiounifi.models.configuration import Configuration
from aiounifi.models.device import (
    DeviceListRequest,
    DevicePowerCyclePortRequest,
    DeviceRestartRequest,
    DeviceSetPoePortModeRequest,
)

from tests.network.unifi.conftest import POINT, SWITCH


async def conversation(port: int, password: str, then) -> object:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as web:
        config = Configuration(
            web, "127.0.0.1", username="pedell", password=password, port=port, ssl_context=False
        )
        controller = Controller(config)
        await controller.connectivity.check_unifi_os()
        await controller.login()
        return await then(controller)


def port_of(made) -> int:
    return int(made.address.rsplit(":", 1)[1])


@pytest.mark.parametrize("kind", ["unifi-os", "classic"])
def test_aiounifi_reads_and_changes(bench, kind):
    made = bench(kind=kind, tls=True)
    others = list(made.sim.state()["overrides"])

    async def then(controller: Controller) -> None:
        assert controller.connectivity.is_unifi_os is (kind == "unifi-os")
        await controller.devices.update()
        switch = controller.devices[SWITCH]
        assert (switch.name, switch.model, switch.state) == ("sw-b2", "USL24P", 1)
        assert switch.port_table[1]["poe_power"] == "8.20"
        assert await controller.request(DeviceListRequest.create())
        await controller.request(DevicePowerCyclePortRequest.create(SWITCH, 2))
        await controller.request(DeviceRestartRequest.create(POINT))
        await controller.request(DeviceSetPoePortModeRequest.create(switch, 2, "off"))
        with pytest.raises(AiounifiException):
            await controller.request(DevicePowerCyclePortRequest.create("00:00:00:00:00:00", 2))

    made.host.run(conversation(port_of(made), "schule-lab", then))
    assert made.sim.counts() == {"power-cycle": 1, "restart": 1, "overrides": 1}
    assert made.written()[: len(others)] == others
    assert {"port_idx": 2, "poe_mode": "off"}.items() <= made.written()[-1].items()


def test_aiounifi_is_refused_with_a_wrong_password(bench):
    made = bench(tls=True)

    async def then(_controller: Controller) -> None:
        raise AssertionError

    with pytest.raises(AiounifiException):
        made.host.run(conversation(port_of(made), "falsch", then))


def test_a_pinned_certificate_is_enough(bench):
    made = bench(tls=True)
    login = {"username": "pedell", "password": "secret://env/UNIFI"}
    made.connected(server={**login, "fingerprint": made.sim.state()["fingerprint"]})
