"""The driver against the simulated Philips and iiyama displays."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_whiteboards.model import Power
from tests.whiteboards.displays import outcome


def sent(display) -> list[str]:
    return [data.hex(" ") for way, data in display.transcript if way == ">"]


def test_what_a_display_tells(sicp):
    display = sicp(signal=0)
    status = display.status()
    assert (status.power, status.input, status.volume) == (Power.ON, "hdmi1", 22)
    assert (status.muted, status.blank, status.signal) == (False, False, False)
    assert (status.controls_locked, status.touch_locked) == (False, False)
    assert (status.hours, status.temperature) == (19712, 31.0)
    info = display.do("display.device_info").result
    assert (info.serial, info.model, info.firmware) == ("HA1A0917123456", "65BDL3052T", "FB03.10")


def test_ag_neovo_speaks_iiyamas_frame(sicp):
    display = sicp(model="AG Neovo QX-55", envelope="iiyama", neovo=True, later=False)
    status = display.status()
    assert (status.power, status.input, status.hours) == (Power.ON, "hdmi1", 19712)
    display.do("display.select_input", input="hdmi2")
    assert display.status().input == "hdmi2"
    assert sent(display)[0] == "a6 01 00 00 00 03 01 19 bc"


def test_an_old_platform_tells_less(sicp):
    done = sicp(later=False, temperatures=[33]).do("display.status")
    assert (done.result.blank, done.result.touch_locked, done.result.signal) == (None, None, None)
    assert done.result.temperature == 33.0
    assert not done.warnings


@pytest.mark.parametrize("capability", ["blank", "unblank", "touch_lock"])
def test_what_an_old_platform_cannot(sicp, capability):
    display = sicp(later=False)
    assert outcome(display.failure(f"display.{capability}")) == (ErrorClass.REFUSED, Happened.NO)


@pytest.mark.parametrize("envelope", ["group", "plain"])
def test_the_group_byte_is_found_out(sicp, envelope):
    display = sicp(envelope=envelope)
    with display.conversation() as driver:
        display.first("display.mute", driver)
    assert sent(display)[-1] == {"group": "06 01 00 47 01 41", "plain": "05 01 47 01 42"}[envelope]
    fixed = sicp({"envelope": envelope}, envelope=envelope)
    fixed.do("display.mute")
    assert len(sent(fixed)) == 1


def test_a_display_that_is_away_at_first_is_asked_when_it_is_back(sicp):
    display = sicp(envelope="plain")
    display.simulator.misbehave("closed")
    with display.conversation() as driver:
        with pytest.raises(DeviceError) as caught:
            display.first("display.status", driver)
        assert outcome(caught.value) == (ErrorClass.UNREACHABLE, Happened.NO)
        display.simulator.well()
        display.first("display.mute", driver)
    assert display.simulator.state()["mute"] == 1


def test_answers_may_carry_another_group(sicp):
    display = sicp(answer_group=1)
    display.do("display.mute")
    assert display.status().muted is True


def test_volume_leaves_audio_out_alone(sicp):
    display = sicp()
    display.do("display.set_volume", volume=64)
    assert (display.simulator.state()["volume"], display.simulator.state()["audio_out"]) == (64, 10)
    single = sicp(audio_out=False)
    single.do("display.set_volume", volume=64)
    assert single.simulator.effects[-1].detail == "40"


def test_inputs_are_the_examples_of_the_document(sicp):
    display = sicp()
    for name, wire in [
        ("hdmi1", "09 01 00 ac 0d 09 01 00 a1"), ("hdmi2", "09 01 00 ac 06 09 01 00 aa"),
        ("ops", "09 01 00 ac 0b 09 01 00 a7"), ("displayport1", "09 01 00 ac 0a 09 01 00 a6"),
    ]:  # fmt: skip
        display.do("display.select_input", input=name)
        assert sent(display)[-1] == wire
    page = sicp({"inputs": {"page2": "1002"}})
    page.do("display.select_input", input="page2")
    assert page.simulator.effects[-1].detail == "10020100"


@pytest.mark.parametrize(
    ("settings", "enabled", "state"),
    [({}, True, ("apm", 3)), ({}, False, ("apm", 2)), ({"apm": False}, True, ("eco", 1)), ({"apm": False}, False, ("eco", 0))],
)  # fmt: skip
def test_network_standby_is_what_the_platform_knows(sicp, settings, enabled, state):
    display = sicp(**settings)
    display.simulator.change(eco=1 - int(enabled))
    display.do("display.network_standby", enabled=enabled)
    assert display.simulator.state()[state[0]] == state[1]


def test_a_display_without_network_in_standby_says_so_when_it_is_switched_off(sicp):
    display = sicp()
    display.simulator.change(apm=2)
    assert "not reachable" in display.do("display.power_off").warnings[0]


def test_locks_are_both_or_a_warning(sicp):
    display = sicp()
    display.do("display.lock_controls")
    assert (display.simulator.state()["keys"], display.simulator.state()["remote"]) == (2, 2)
    display.simulator.misbehave("refuse", on="keys")
    assert "keys" in display.do("display.unlock_controls").warnings[0]
    display.simulator.misbehave("refuse", on="remote")
    assert outcome(display.failure("display.lock_controls")) == (ErrorClass.REFUSED, Happened.NO)


def test_touch_lock_is_the_touch_feature_off(sicp):
    display = sicp()
    display.do("display.touch_lock")
    assert sent(display)[-1] == "06 01 00 1e 00 19"
    assert display.status().touch_locked is True


def test_factory_reset(sicp):
    display = sicp()
    display.do("display.factory_reset")
    assert sent(display)[-1] == "05 01 00 56 52"
    assert display.simulator.counts() == {"factory_reset": 1}


class TestIiyama:
    def test_by_its_model(self, sicp):
        display = sicp({"pause": 0.0}, model="LE8640UHS-B1", envelope="iiyama")
        display.do("display.select_input", input="hdmi2")
        assert sent(display)[-1] == "a6 01 00 00 00 07 01 ac 06 00 00 00 0b"
        status = display.status()
        assert (status.power, status.input, status.volume) == (Power.ON, "hdmi2", 22)
        assert display.identity().manufacturer == "iiyama"

    def test_it_is_not_restarted_where_nobody_could_wake_it(self, sicp):
        display = sicp({"pause": 0.0}, model="LH4242S", envelope="iiyama")
        assert outcome(display.failure("display.restart")) == (ErrorClass.PRECONDITION, Happened.NO)

    @pytest.mark.parametrize("transport", ["tcp", "pty"])
    def test_noise(self, sicp, transport):
        display = sicp(
            {"envelope": "iiyama"}, envelope="iiyama", transport=transport, noise=True, halves=True
        )
        display.do("display.set_volume", volume=7)
        assert display.status().volume == 7
