"""Every misbehaviour on the main capabilities of the panels on the common base: the outcome is the truth, and the next
call in the same conversation works."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.lab.simulator import FaultKind
from tests.whiteboards.displays import CAPABILITIES, Display, outcome
from tests.whiteboards.test_faults import restarts_once

pytestmark = pytest.mark.matrix(4)

NO, UNKNOWN = Happened.NO, Happened.UNKNOWN
SILENT, DEAF, SLOW, REFUSE, GARBLE, CUT, VANISH = (
    FaultKind.SILENT, FaultKind.DEAF, FaultKind.SLOW, FaultKind.REFUSE, FaultKind.GARBLE, FaultKind.CUT, FaultKind.VANISH,
)  # fmt: skip
Expected = tuple[ErrorClass, Happened, int]

# Class, happened to an effect, and whether it took place. A serial line cannot be cut: the rest is just missing.
ANSWERED: dict[FaultKind, Expected] = {
    SILENT: (ErrorClass.TIMEOUT, UNKNOWN, 0), DEAF: (ErrorClass.TIMEOUT, UNKNOWN, 1), SLOW: (ErrorClass.TIMEOUT, UNKNOWN, 1),
    REFUSE: (ErrorClass.REFUSED, NO, 0), GARBLE: (ErrorClass.PROTOCOL, UNKNOWN, 1), CUT: (ErrorClass.PROTOCOL, UNKNOWN, 1),
    VANISH: (ErrorClass.PROTOCOL, UNKNOWN, 0),
}  # fmt: skip
SERIAL: dict[FaultKind, Expected] = {
    **ANSWERED, CUT: (ErrorClass.TIMEOUT, UNKNOWN, 1), VANISH: (ErrorClass.TIMEOUT, UNKNOWN, 0),
}  # fmt: skip
# An ActivPanel answers no order: what was done is done, whatever the line says, what was not shows in what is read.
QUIET: dict[FaultKind, Expected] = dict.fromkeys((SILENT, REFUSE, VANISH), (ErrorClass.REFUSED, UNKNOWN, 0))


@dataclass(frozen=True)
class Wire:
    """A protocol on a line: what the requests of its capabilities are called, and what its faults mean."""

    fixture: str
    status: str
    orders: dict[str, str]
    faults: dict[FaultKind, Expected] = field(default_factory=lambda: ANSWERED)
    settings: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


PTY = {"transport": "pty"}
WIRES = {
    "smart": Wire("smart", "get powerstate", {"display.blank": "blank", "display.restart": "power_off"}, SERIAL),
    "smart-reset": Wire(
        "smart", "get powerstate", {"display.factory_reset": "defaults"}, SERIAL, {"generation": "projector"},
        {"projector": True, "can": {"factory_reset": True}},
    ),
    "promethean": Wire("promethean", "get power", {"display.blank": "blank"}, QUIET),
    "lg": Wire(
        "lg", "get ka", {"display.blank": "screen", "display.factory_reset": "factory_reset", "display.power_off": "power_off"},
        options={"switch_time": 0.3},
    ),
    "lg-pty": Wire("lg", "get ka", {"display.restart": "restart"}, SERIAL, PTY, {"switch_time": 0.3}),
    "sicp": Wire("sicp", "get 19", {"display.blank": "backlight_off", "display.factory_reset": "factory_reset"}),
    "sicp-pty": Wire("sicp", "get 19", {"display.restart": "restart"}, SERIAL, PTY),
    "iiyama-te": Wire("iiyama_te", "get 0", {"display.blank": "backlight"}),
    "iiyama-te-pty": Wire("iiyama_te", "get 0", {"display.restart": "power_off"}, SERIAL, PTY),
}  # fmt: skip
# Silence is tried on the first capability of each wire only, and what a serial line makes silence of not again.
ORDERS = [
    (name, capability, kind)
    for name, wire in WIRES.items()
    for number, capability in enumerate(wire.orders)
    for kind, (expected, _, _) in wire.faults.items()
    if expected is not ErrorClass.TIMEOUT or (number == 0 and (kind is not VANISH or name == "smart"))
]
READS = [
    (name, kind)
    for name, wire in WIRES.items()
    for kind in (SILENT, GARBLE, CUT, VANISH)
    if "-" not in name and (kind in {SILENT, GARBLE} or wire.faults is not SERIAL)
]


@pytest.fixture
def start(request):
    def start(name: str, *, silence: bool) -> Display:
        wire = WIRES[name]
        # Short only where silence is what the test waits for.
        options = {**wire.options, "answer_time": 0.2 if silence else 3.0}
        display: Display = request.getfixturevalue(wire.fixture)(options, **wire.settings)
        return display

    return start


def goes_on(driver: Any, display: Display) -> None:
    """The same conversation is as good as new."""
    display.simulator.well()
    display.first("display.status", driver)
    if display.simulator.state()["power"] == "on":
        display.first("display.unblank", driver)


@pytest.mark.parametrize(("name", "capability", "kind"), ORDERS)
def test_a_fault_on_an_order(start, name, capability, kind):
    wire = WIRES[name]
    expected, happened, took_place = wire.faults[kind]
    display = start(name, silence=expected is ErrorClass.TIMEOUT)
    # A board that refuses is asked in another spelling, a switching that is refused is made another way.
    # Who restarts is waited for; a slow answer to anything else never comes.
    display.simulator.misbehave(
        kind, on=wire.orders[capability], times=4 if kind is REFUSE else 1,
        seconds=1.5 if capability == "display.restart" else 30,
    )  # fmt: skip
    if kind is REFUSE and "power" in wire.orders[capability]:
        expected = ErrorClass.REFUSED if wire.fixture == "smart" else ErrorClass.BUSY
    if capability == "display.restart" and happened is UNKNOWN:
        restarts_once(display, display.first(capability), took_place)
        return
    with display.conversation() as driver:
        if kind is REFUSE and wire.orders[capability] == "restart":
            assert display.first(capability, driver).token["parts"]
            return
        with pytest.raises(DeviceError) as caught:
            display.first(capability, driver)
        assert outcome(caught.value) == (expected, happened)
        assert sum(display.simulator.counts().values()) == took_place
        if kind is not SLOW:
            goes_on(driver, display)


@pytest.mark.parametrize("kind", [DEAF, SLOW, GARBLE, CUT])
def test_an_order_that_is_not_answered_is_read_afterwards(promethean, kind):
    display = promethean({"answer_time": 3.0})
    display.simulator.misbehave(kind, on="blank", times=1, seconds=0.1)
    display.do("display.blank")
    assert display.simulator.state()["blank"] == 1
    assert display.status().blank is True


@pytest.mark.parametrize(("name", "kind"), READS)
def test_a_fault_on_a_question(start, name, kind):
    wire = WIRES[name]
    expected = {**ANSWERED, **wire.faults}[kind][0] if wire.faults is not QUIET else ANSWERED[kind][0]
    display = start(name, silence=expected is ErrorClass.TIMEOUT)
    with display.conversation() as driver:
        # It is asked twice.
        display.simulator.misbehave(kind, on=wire.status, times=2)
        with pytest.raises(DeviceError) as caught:
            display.first("display.status", driver)
        assert outcome(caught.value) == (expected, NO)
        assert not display.simulator.counts()
        goes_on(driver, display)


@pytest.mark.parametrize("name", ["promethean", "lg", "sicp", "iiyama-te"])
@pytest.mark.parametrize("capability", ["display.status", "display.blank", "display.restart"])
def test_no_connection(start, name, capability):
    display = start(name, silence=False)
    display.simulator.misbehave("closed")
    assert outcome(display.failure(capability)) == (ErrorClass.UNREACHABLE, NO)
    display.simulator.well()
    assert CAPABILITIES[capability]
    assert not display.simulator.counts()


@pytest.mark.parametrize("name", ["promethean", "lg", "sicp", "iiyama-te"])
def test_the_device_vanishes_in_a_conversation(start, name):
    display = start(name, silence=False)
    with display.conversation() as driver:
        display.first("display.status", driver)
        display.simulator.misbehave("closed")
        with pytest.raises(DeviceError) as caught:
            display.first("display.blank", driver)
        # Seen before anything was sent, or cut while it was sent: both are told as what they are.
        assert outcome(caught.value) in {
            (ErrorClass.UNREACHABLE, NO), (ErrorClass.UNREACHABLE, UNKNOWN), (ErrorClass.PROTOCOL, UNKNOWN),
        }  # fmt: skip
    assert not display.simulator.counts()


LATE = {
    "lg-pty": ("display.blank", "screen", "display.unblank", "screen"),
    "sicp-pty": ("display.blank", "backlight_off", "display.mute", "mute"),
    "iiyama-te-pty": ("display.blank", "backlight", "display.mute", "mute"),
    "smart": ("display.blank", "blank", "display.unblank", "blank"),
}


@pytest.mark.parametrize("again", [False, True], ids=["same-conversation", "next-conversation"])
@pytest.mark.parametrize("name", LATE)
def test_a_late_yes_is_not_taken_for_the_next_orders(start, name, again):
    """A serial line brings what was not waited for: a yes that names no order must not answer the next one."""
    display = start(name, silence=False)
    display.target = replace(display.target, options={**display.target.options, "answer_time": 20.0})
    first, request, second, refused = LATE[name]
    # The yes is kept back until nobody waits for it any more, so that no pause of the machine makes it one in time.
    display.simulator.misbehave(SLOW, on=request, times=1, seconds=120)
    with display.conversation() as driver:
        display.first("display.status", driver)
        patient = driver.line.pacing
        driver.line.pacing = replace(patient, answer_time=0.2)
        with pytest.raises(DeviceError) as caught:
            display.first(first, driver)
        assert outcome(caught.value) == (ErrorClass.TIMEOUT, UNKNOWN)
        driver.line.pacing = patient
        display.simulator.misbehave(REFUSE, on=refused)
        display.simulator.hurry()
        if not again:
            with pytest.raises(DeviceError) as caught:
                display.first(second, driver)
    if again:
        with pytest.raises(DeviceError) as caught, display.conversation() as driver:
            display.first(second, driver)
    # Refused, or not even sent while the line is still busy with the first: never "done".
    assert outcome(caught.value) in {(ErrorClass.REFUSED, NO), (ErrorClass.TIMEOUT, NO)}
    assert display.simulator.counts() == {request: 1}
