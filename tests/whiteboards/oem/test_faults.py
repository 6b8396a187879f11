"""Every misbehaviour on these panels: the outcome is the truth, and the next call in the same conversation works."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.lab.simulator import FaultKind
from tests.whiteboards.displays import outcome
from tests.whiteboards.test_faults import FAULTS, NO

pytestmark = pytest.mark.matrix(4)

# Fixture, an order and what it is called, the question after the power, settings.
PANELS = {
    "a9": ("display.blank", "backlight", "get 11", {}),
    "newline": ("display.select_input", "input", "get power", {}),
    "i3": ("display.blank", "hibernate", "get power", {}),
}
PARAMS = {"display.select_input": {"input": "hdmi1"}}
UNCLEAR = {FaultKind.GARBLE: ErrorClass.TIMEOUT}
"""A frame that answers nothing that was asked is passed over, and silence follows."""


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", PANELS)
def test_a_fault_on_an_order(request, name, kind):
    capability, called, _, settings = PANELS[name]
    expected, happened, took_place = FAULTS[kind]
    expected = UNCLEAR.get(
        kind, expected or (ErrorClass.REFUSED if kind is FaultKind.REFUSE else ErrorClass.PROTOCOL)
    )
    quick = 0.2 if expected is ErrorClass.TIMEOUT else 3.0
    display = request.getfixturevalue(name)({"answer_time": quick}, **settings)
    with display.conversation() as driver:
        display.simulator.misbehave(kind, on=called, times=1, seconds=30)
        with pytest.raises(DeviceError) as caught:
            display.first(capability, driver, **PARAMS.get(capability, {}))
        assert outcome(caught.value) == (expected, happened)
        if kind is not FaultKind.SLOW:
            assert sum(display.simulator.counts().values()) == took_place
            display.simulator.well()
            display.first(capability, driver, **PARAMS.get(capability, {}))


@pytest.mark.parametrize("kind", [FaultKind.SILENT, FaultKind.VANISH, FaultKind.CUT])
@pytest.mark.parametrize("name", [*PANELS, "aabbcc"])
def test_a_fault_on_a_question(request, name, kind):
    called = PANELS[name][2] if name in PANELS else "get power"
    display = request.getfixturevalue(name)({"answer_time": 0.2})
    with display.conversation() as driver:
        display.simulator.misbehave(kind, on=called, times=2)
        with pytest.raises(DeviceError) as caught:
            display.first("display.status", driver)
        assert caught.value.happened is NO
        display.simulator.well()
        display.first("display.status", driver)


@pytest.mark.parametrize("kind", [FaultKind.DEAF, FaultKind.GARBLE, FaultKind.CUT])
def test_an_aabbcc_order_is_read_afterwards(aabbcc, kind):
    display = aabbcc(orders="answer")
    display.simulator.misbehave(kind, on="volume", times=1)
    display.do("display.set_volume", volume=9)
    assert display.simulator.counts() == {"volume": 1}


@pytest.mark.parametrize("kind", [FaultKind.SILENT, FaultKind.VANISH])
def test_an_aabbcc_order_that_got_lost_is_unknown(aabbcc, kind):
    display = aabbcc()
    display.simulator.misbehave(kind, on="volume", times=1)
    error = display.failure("display.set_volume", volume=9)
    assert outcome(error) == (ErrorClass.REFUSED, Happened.UNKNOWN)
    assert not display.simulator.counts()
