"""Every misbehaviour on NEC, Sharp, BenQ, ViewSonic and Epson: the outcome is the truth, and the next call works."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Waiting
from pedell.lab.simulator import FaultKind
from pedell_whiteboards.model import Power
from tests.whiteboards.displays import CAPABILITIES, Display, outcome
from tests.whiteboards.test_faults import FAULTS, NO, PARAMS, UNKNOWN

pytestmark = pytest.mark.matrix(4)


@dataclass(frozen=True)
class Panel:
    """A protocol on a line: what the requests of its capabilities are called, and what its faults mean.

    `broken` is what an answer without sense to an order means, `proof` an order that works afterwards.
    """

    fixture: str
    refusal: ErrorClass
    requests: dict[str, str]
    proof: tuple[str, str]
    settings: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    broken: ErrorClass = ErrorClass.PROTOCOL

    @property
    def cut(self) -> ErrorClass:
        return ErrorClass.TIMEOUT if self.settings.get("transport") == "pty" else ErrorClass.PROTOCOL


SERIAL = {"transport": "pty"}
PANELS = {
    "nec": Panel(
        "nec", ErrorClass.BUSY,
        {"display.status": "get power", "display.blank": "screen_mute", "display.power_off": "power_off",
         "display.factory_reset": "factory_reset"},
        ("display.blank", "screen_mute"),
    ),
    "nec-serial": Panel(
        "nec", ErrorClass.BUSY, {"display.status": "get power", "display.set_volume": "volume"},
        ("display.blank", "screen_mute"), SERIAL,
    ),
    "sharp": Panel(
        "sharp", ErrorClass.REFUSED,
        {"display.status": "get POWR", "display.mute": "MUTE"},
        ("display.mute", "MUTE"), {"waits": True}, broken=ErrorClass.TIMEOUT,
    ),
    "sharp-serial": Panel(
        "sharp", ErrorClass.REFUSED, {"display.status": "get POWR", "display.set_volume": "VOLM"},
        ("display.mute", "MUTE"), SERIAL, broken=ErrorClass.TIMEOUT,
    ),
    "viewsonic": Panel(
        "viewsonic", ErrorClass.REFUSED,
        {"display.status": "get 6c", "display.blank": "backlight", "display.factory_reset": "factory_reset"},
        ("display.blank", "backlight"),
    ),
    "viewsonic-serial": Panel(
        "viewsonic", ErrorClass.REFUSED, {"display.status": "get 6c", "display.set_volume": "volume"},
        ("display.blank", "backlight"), SERIAL,
    ),
    "benq": Panel(
        "benq", ErrorClass.REFUSED, {"display.status": "get 6c", "display.select_input": "input"},
        ("display.mute", "mute"),
    ),
    "epson": Panel(
        "epson", ErrorClass.REFUSED,
        {"display.status": "get PWR", "display.blank": "MUTE", "display.factory_reset": "INITALL"},
        ("display.blank", "MUTE"), broken=ErrorClass.TIMEOUT,
    ),
    "epson-serial": Panel(
        "epson", ErrorClass.REFUSED, {"display.status": "get PWR", "display.select_input": "SOURCE"},
        ("display.blank", "MUTE"), SERIAL, broken=ErrorClass.TIMEOUT,
    ),
}  # fmt: skip
CASES = [(name, capability) for name, panel in PANELS.items() for capability in panel.requests]
BUSY = {"nec", "nec-serial", "epson", "epson-serial"}
"""What says no to being asked for its power is busy with starting."""


def begin(request: pytest.FixtureRequest, name: str, answer_time: float = 3.0) -> Display:
    panel = PANELS[name]
    display: Display = request.getfixturevalue(panel.fixture)(
        {**panel.options, "answer_time": answer_time}, **panel.settings
    )
    return display


def meaning(name: str, kind: FaultKind, *, read: bool) -> ErrorClass:
    panel = PANELS[name]
    if kind is FaultKind.REFUSE:
        return ErrorClass.BUSY if read and name in BUSY else panel.refusal
    if kind is FaultKind.GARBLE and not read:
        return panel.broken
    return FAULTS[kind][0] or panel.cut


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize(("name", "capability"), CASES)
def test_a_fault_on_the_request(request, name, capability, kind):
    panel = PANELS[name]
    _, happened, took_place = FAULTS[kind]
    read = CAPABILITIES[capability].effect == "read"
    expected = meaning(name, kind, read=read)
    # Short only where silence is what the test waits for.
    display = begin(request, name, 0.2 if expected is ErrorClass.TIMEOUT else 3.0)
    proof, counted = panel.proof
    with display.conversation() as driver:
        # A question is asked twice.
        display.simulator.misbehave(kind, on=panel.requests[capability], times=2 if read else 1, seconds=30)
        with pytest.raises(DeviceError) as caught:
            display.first(capability, driver, **PARAMS.get(capability, {}))
        if read and kind is FaultKind.SLOW and caught.value.error_class is ErrorClass.PROTOCOL:
            expected = ErrorClass.PROTOCOL  # it is still busy with the first line when it is asked again
        assert outcome(caught.value) == (expected, NO if read else happened)
        until = Deadline.after(30)
        while not read and sum(display.simulator.counts().values()) < took_place and not until.passed():
            time.sleep(0.01)  # a busy machine: the display comes after the driver's patience
        assert sum(display.simulator.counts().values()) == (0 if read else took_place)
        display.simulator.well()
        # The same conversation goes on, but for one that is still busy.
        if kind is FaultKind.SLOW or (took_place and capability == "display.power_off"):
            return
        before = display.simulator.counts()[counted]
        display.first("display.status", driver)
        display.first(proof, driver)
    assert display.simulator.counts()[counted] == before + 1


@pytest.mark.parametrize("name", ["epson", "epson-serial"])
@pytest.mark.parametrize("kind", [FaultKind.SILENT, FaultKind.DEAF, FaultKind.SLOW, FaultKind.GARBLE])
def test_silence_to_an_epsons_switching_is_no_failure(request, name, kind):
    """Its prompt comes when it is done: what came of it shows the next reading, and nothing is sent twice meanwhile."""
    display = begin(request, name, 0.2)
    display.simulator.misbehave(kind, on="power_off", times=1, seconds=0.4)
    answer = display.first("display.power_off")
    assert isinstance(answer, Waiting)
    assert answer.token["sent"]
    assert display.simulator.counts()["power_off"] == (0 if kind is FaultKind.SILENT else 1)
    display.wait("display.power_off", answer)
    assert display.status().power is Power.STANDBY
    assert display.simulator.counts() == {"power_off": 1}


@pytest.mark.parametrize(
    ("kind", "happened"), [(FaultKind.REFUSE, NO), (FaultKind.CUT, UNKNOWN), (FaultKind.VANISH, UNKNOWN)]
)
def test_what_an_epson_says_to_switching_counts(request, kind, happened):
    display = begin(request, "epson")
    display.simulator.misbehave(kind, on="power_off", times=1)
    error = display.failure("display.power_off")
    assert outcome(error) == (ErrorClass.BUSY if kind is FaultKind.REFUSE else ErrorClass.PROTOCOL, happened)


@pytest.mark.parametrize("name", PANELS)
def test_a_little_slowness_does_no_harm(request, name):
    display = begin(request, name)
    display.simulator.misbehave("slow", seconds=0.02)
    proof, counted = PANELS[name].proof
    display.do(proof)
    assert display.simulator.counts() == {counted: 1}
    assert display.status().power is Power.ON


@pytest.mark.parametrize("name", ["nec", "sharp", "viewsonic", "benq", "epson"])
def test_no_connection(request, name):
    display = begin(request, name)
    display.simulator.misbehave("closed")
    for capability in ("display.status", PANELS[name].proof[0], "display.restart", "display.power_on"):
        assert outcome(display.failure(capability)) == (ErrorClass.UNREACHABLE, NO)
    assert not display.simulator.counts()


@pytest.mark.parametrize("name", ["sharp", "epson"])
def test_a_login_that_is_refused(request, name):
    display = begin(request, name)
    display.simulator.misbehave("login", times=1)
    assert outcome(display.failure(PANELS[name].proof[0])) == (ErrorClass.AUTH, NO)
    assert display.status().power is Power.ON
    assert not display.simulator.counts()


@pytest.mark.parametrize("name", ["sharp-serial", "viewsonic-serial", "epson-serial"])
def test_a_late_answer_is_not_taken_for_the_next_ones(request, name):
    """Answers to orders do not say to which: "yes" to the first comes when the second, which is refused, was sent."""
    display = begin(request, name, 0.3)
    proof, counted = PANELS[name].proof
    other = next(capability for capability in PANELS[name].requests if capability != "display.status")
    display.simulator.misbehave("slow", on=counted, times=1, seconds=0.6)
    display.simulator.misbehave("refuse", on=PANELS[name].requests[other])
    with display.conversation() as driver:
        with pytest.raises(DeviceError) as caught:
            display.first(proof, driver)
        assert outcome(caught.value) == (ErrorClass.TIMEOUT, UNKNOWN)
        with pytest.raises(DeviceError) as caught:
            display.first(other, driver, **PARAMS[other])
        assert outcome(caught.value) == (ErrorClass.REFUSED, NO)
    assert display.simulator.counts() == {counted: 1}


def test_a_late_no_is_not_taken_for_the_next_orders(request):
    """NEC's null message names no request: it must not say that nothing happened while something did."""
    display = begin(request, "nec-serial", 0.3)
    display.simulator.change(power="standby")
    display.simulator.misbehave("slow", on="screen_mute", times=1, seconds=0.6)
    with display.conversation() as driver:
        with pytest.raises(DeviceError) as caught:
            display.first("display.blank", driver)
        assert outcome(caught.value) == (ErrorClass.TIMEOUT, UNKNOWN)
        display.first("display.network_standby", driver, enabled=False)
    assert display.simulator.counts() == {"lan_power": 1}


@pytest.mark.parametrize("name", ["sharp-serial", "viewsonic-serial", "epson-serial"])
def test_a_late_answer_is_not_taken_by_the_next_conversation(request, name):
    """A serial line outlives its conversations: what one did not wait for comes in the next."""
    display = begin(request, name, 0.3)
    proof, counted = PANELS[name].proof
    other = next(capability for capability in PANELS[name].requests if capability != "display.status")
    display.simulator.misbehave("slow", on=counted, times=1, seconds=0.6)
    display.simulator.misbehave("refuse", on=PANELS[name].requests[other])
    assert outcome(display.failure(proof)) == (ErrorClass.TIMEOUT, UNKNOWN)
    assert outcome(display.failure(other, **PARAMS[other])) == (ErrorClass.REFUSED, NO)
    assert display.simulator.counts() == {counted: 1}


def test_a_late_no_to_a_question_is_not_taken_for_an_orders(request):
    """The question was asked twice: the second no comes when the order has been sent, which is obeyed."""
    display = begin(request, "sharp-serial", 0.3)
    display.target.options["pause"] = 0.3
    display.simulator.misbehave("slow", on="get AAAA", seconds=0.45)
    with display.conversation() as driver:
        display.first("display.mute", driver)
        with pytest.raises(DeviceError):
            driver.line.query("AAAA", Deadline.after(10))
        display.first("display.set_volume", driver, volume=40)
    assert display.simulator.counts() == {"MUTE": 1, "VOLM": 1}


def test_a_late_value_is_not_taken_for_the_next_questions(request):
    """Sharp's values name no question: a late volume of 1 is not "on", nor is a late "on" the volume."""
    display = begin(request, "sharp-serial", 0.3)
    display.do("display.set_volume", volume=31)
    display.simulator.misbehave("slow", on="get VOLM", times=1, seconds=0.5)
    with display.conversation() as driver:
        with pytest.raises(DeviceError) as caught:
            driver.line.query("VOLM", Deadline.after(10), again=False)
        assert outcome(caught.value) == (ErrorClass.TIMEOUT, NO)
        assert driver.line.query("MUTE", Deadline.after(10), again=False) != "31"
