"""The maker's own Python client (nec-pd-sdk) against our simulator: it speaks the protocol, not our driver's dialect."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell_whiteboards.nec import codec
from pedell_whiteboards.nec.simulator import NecSimulator

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from nec_pd_sdk import nec_pd_sdk
    from nec_pd_sdk.protocol import PDNullMessageReplyError, write_command

TRANSPORTS = pytest.mark.parametrize("transport", ["tcp", "pty"])


@pytest.fixture
def client(lab) -> Any:
    """Connects the client to a simulated display."""
    opened: list[Any] = []

    def connect(**settings: Any) -> tuple[Any, NecSimulator]:
        simulator = NecSimulator("d1", {"warm_up": 0.0, "cool_down": 0.0, **settings})
        address = lab.host.start(simulator)
        if address.startswith("serial://"):
            display = nec_pd_sdk.NECPD.from_com_port(address.removeprefix("serial://").partition("?")[0])
        else:
            host, _, port = address.rpartition(":")
            display = nec_pd_sdk.NECPD.from_ip_address(host, int(port))
        display.f.settimeout(30)
        display.helper_set_destination_monitor_id(int(settings.get("id", 1)))
        opened.append(display)
        return display, simulator

    yield connect
    for display in opened:
        display.close()


Connect = Callable[..., tuple[Any, NecSimulator]]


@TRANSPORTS
def test_everything_it_can_read(client: Connect, transport):
    display, simulator = client(
        transport=transport,
        id=26,
        serial="0123AB",
        mac="00:30:13:aa:00:01",
        minutes=70000 * 60,
        firmware="R2.104",
    )
    simulator.change(temperature=65, fault=0x80, no_signal=1)
    assert display.command_power_status_read() == 1
    assert display.command_model_name_read() == "CB751Q"
    assert display.command_serial_number_read() == "0123AB"
    assert display.command_firmware_version_read(0) == "R2.104"
    # The client writes the address without leading zeros.
    assert display.command_lan_mac_address_read() == ("0-30-13-aa-0-1", 4)
    assert display.command_self_diagnosis_status_read() == [0x80, 0xB0]
    assert "Cooling fan-1" in display.helper_self_diagnosis_status_text()
    assert display.helper_get_power_on_hours() == 70000
    assert display.helper_get_temperature_sensor_values() == [32.5, 32.5, 32.5]
    shown = display.command_get_parameter(0x0060)
    assert (shown.result, shown.current_value) == (0, 0x11)
    assert display.command_get_parameter(0x0FFF).result == 1


@TRANSPORTS
def test_settings(client: Connect, transport):
    display, simulator = client(transport=transport)
    for code, value, state in [
        (0x0060, 0x12, "input"), (0x0062, 37, "volume"), (0x008D, 1, "mute"), (0x10B6, 1, "screen_mute"),
        (0x0276, 1, "still"), (0x10D4, 2, "ir_lock"), (0x116A, 2, "key_lock"), (0x10D3, 1, "lan_power"),
        (0x10C4, 1, "touch"), (0x02CB, 2, "reset_picture"),
    ]:  # fmt: skip
        answer = display.command_set_parameter(code, value)
        assert (answer.result, answer.current_value) == (0, value)
        assert simulator.counts()[state] == 1
    display.command_save_current_settings()
    assert simulator.counts()["save"] == 1


@TRANSPORTS
def test_switching(client: Connect, transport):
    display, simulator = client(transport=transport)
    assert display.command_power_status_set(4) == 4
    assert display.command_power_status_read() == 4
    assert display.command_power_status_set(1) == 1
    assert display.command_power_status_read() == 1
    assert simulator.counts() == {"power_off": 1, "power_on": 1}


def test_what_is_not_possible_is_a_null_message(client: Connect, monkeypatch):
    monkeypatch.setattr(nec_pd_sdk.time, "sleep", lambda seconds: None)
    display, _ = client(power="standby")
    with pytest.raises((PDNullMessageReplyError, nec_pd_sdk.PDCommandNotSupportedError)):
        display.command_get_parameter(0x0062)


class Sent:
    """Where the client puts its bytes."""

    data = b""

    def sendall(self, data: bytes) -> None:
        """As a socket."""
        self.data += data


@given(st.integers(1, 100), st.sampled_from("ACE"), st.text("0123456789ABCDEF", min_size=2, max_size=60))
def test_requests_are_the_clients_to_the_byte(display, kind, message):
    sent = Sent()
    write_command(sent, message.encode(), 0x40 + display, ord(kind))
    assert codec.encode(display, kind, message) == sent.data
