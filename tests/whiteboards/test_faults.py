"""Every misbehaviour on every main capability: the outcome is the truth, and the next call works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pedell.drivers.api import Answer, Deadline, DeviceError, Done, Driver, ErrorClass, Happened, Waiting
from pedell.lab.simulator import FaultKind
from pedell_whiteboards.model import Power
from pedell_whiteboards.samsung_mdc.codec import Command
from pedell_whiteboards.samsung_mdc.conversation import Conversation
from tests.whiteboards.displays import CAPABILITIES, Display, outcome

pytestmark = pytest.mark.matrix(4)

NO, UNKNOWN = Happened.NO, Happened.UNKNOWN


@dataclass(frozen=True)
class Wire:
    """A protocol on a line: settings, and what the requests of its capabilities are called."""

    fixture: str
    refusal: ErrorClass
    requests: dict[str, str]
    cut: ErrorClass = ErrorClass.PROTOCOL
    settings: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def silent(self, kind: FaultKind) -> bool:
        """Whether the fault is silence on this line."""
        cut = kind in {FaultKind.CUT, FaultKind.VANISH} and self.cut is ErrorClass.TIMEOUT
        return cut or kind in {FaultKind.SILENT, FaultKind.DEAF, FaultKind.SLOW}


PJLINK = {
    "display.status": "get POWR", "display.blank": "mute", "display.select_input": "input",
    "display.power_off": "power_off", "display.restart": "power_off",
}  # fmt: skip
MDC = {
    "display.status": "get 00", "display.blank": "panel", "display.select_input": "input",
    "display.set_volume": "volume", "display.power_off": "power_off", "display.restart": "reboot",
    "display.factory_reset": "reset",
}  # fmt: skip
WIRES = {
    "pjlink": Wire(
        "projector", ErrorClass.BUSY, PJLINK,
        settings={"password": "JBMIAProjectorLink"}, options={"password": "secret://lab/password"},
    ),
    "mdc-tcp": Wire("samsung", ErrorClass.REFUSED, MDC),
    "mdc-pty": Wire("samsung", ErrorClass.REFUSED, MDC, ErrorClass.TIMEOUT, {"transport": "pty"}),
}  # fmt: skip
PARAMS = {"display.select_input": {"input": "hdmi2"}, "display.set_volume": {"volume": 5}}
CASES = [
    (wire, capability, kind)
    for wire, w in WIRES.items()
    for capability in w.requests
    for kind in FaultKind
    # What a line makes of silence is one path for all plain orders: one of them waits for it, and switching.
    if kind not in {FaultKind.CLOSED, FaultKind.LOGIN}
    and not (w.silent(kind) and capability in {"display.select_input", "display.set_volume"})
]

# What a fault on the request means: class (None: by the wire), happened to an effect, whether it took place.
FAULTS: dict[FaultKind, tuple[ErrorClass | None, Happened, int]] = {
    FaultKind.SILENT: (ErrorClass.TIMEOUT, UNKNOWN, 0),
    FaultKind.DEAF: (ErrorClass.TIMEOUT, UNKNOWN, 1),
    FaultKind.SLOW: (ErrorClass.TIMEOUT, UNKNOWN, 1),
    FaultKind.REFUSE: (None, NO, 0),
    FaultKind.GARBLE: (ErrorClass.PROTOCOL, UNKNOWN, 1),
    FaultKind.CUT: (None, UNKNOWN, 1),
    FaultKind.VANISH: (None, UNKNOWN, 0),
}


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Callable[..., Display]:
    def start(name: str, answer_time: float = 3.0) -> Display:
        wire = WIRES[name]
        begin = request.getfixturevalue(wire.fixture)
        display: Display = begin({**wire.options, "answer_time": answer_time}, **wire.settings)
        return display

    return start


def restarts_once(display: Display, answer: Answer, took_place: int) -> None:
    """What became of the command shows in what is read: another restart would be one too many."""
    assert isinstance(answer, Waiting)
    assert answer.token["begun"]
    assert sum(display.simulator.counts().values()) <= took_place  # a slow one may not have got that far
    display.simulator.well()
    display.wait("display.restart", answer)
    counts = display.simulator.counts()
    lost = counts["reboot"] + counts["restart"]
    # One that may have been lost is made up for by off and on, which are read.
    assert (counts["power_off"], counts["power_on"]) == (1, 1)
    assert lost <= 1
    assert display.simulator.state()["power"] in {"on", "warming"}


@pytest.mark.parametrize(("wire", "capability", "kind"), CASES)
def test_a_fault_on_the_request(start, wire, capability, kind):
    w = WIRES[wire]
    request, params = w.requests[capability], PARAMS.get(capability, {})
    expected, happened, took_place = FAULTS[kind]
    if expected is None:
        expected = w.refusal if kind is FaultKind.REFUSE else w.cut
    # Short only where silence is what the test waits for.
    display = start(wire, 0.2 if expected is ErrorClass.TIMEOUT else 3.0)
    if capability == "display.restart" and happened is UNKNOWN:
        display.simulator.misbehave(kind, on=request, times=1, seconds=1.5)
        restarts_once(display, display.first(capability), took_place)
        return
    read = CAPABILITIES[capability].effect == "read"
    with display.conversation() as driver:
        # A question is asked twice on lines of the common base.
        display.simulator.misbehave(kind, on=request, times=2 if read else 1, seconds=30)
        if kind is FaultKind.REFUSE and (wire, capability) in {
            ("mdc-tcp", "display.restart"), ("mdc-pty", "display.restart"),
            ("mdc-tcp", "display.status"), ("mdc-pty", "display.status"),
        }:  # fmt: skip
            # A model that does not know the restart, or the status block: done another way.
            answer = display.first(capability, driver)
            assert not isinstance(answer, Waiting) or answer.token["parts"]
            return
        if (wire, request, kind) == ("pjlink", "get POWR", FaultKind.REFUSE):
            # Epson and NEC in standby; it is told that this is a guess.
            answer = display.first(capability, driver)
            assert isinstance(answer, Done)
            assert (answer.result.power, len(answer.warnings)) == (Power.STANDBY, 1)
            return
        with pytest.raises(DeviceError) as caught:
            display.first(capability, driver, **params)
        if read and kind is FaultKind.SLOW and caught.value.error_class is ErrorClass.PROTOCOL:
            expected = ErrorClass.PROTOCOL  # it is still busy with the first line when it is asked again
        assert outcome(caught.value) == (expected, NO if read else happened)
        assert sum(display.simulator.counts().values()) == (0 if read else took_place)
        display.simulator.well()
        # The same conversation goes on.
        if kind is FaultKind.SLOW or (took_place and request in {"power_off", "reboot"}):
            return
        display.first("display.status", driver)
        display.first("display.blank", driver)
    assert display.simulator.counts()["mute" if wire == "pjlink" else "panel"] >= 1


@pytest.mark.parametrize("wire", WIRES)
def test_a_little_slowness_does_no_harm(start, wire):
    display = start(wire)
    display.simulator.misbehave("slow", seconds=0.05)
    display.do("display.blank")
    assert display.status().blank is True


@pytest.mark.parametrize("wire", ["pjlink", "mdc-tcp"])
@pytest.mark.parametrize("capability", ["display.status", "display.blank", "display.restart"])
def test_no_connection(start, wire, capability):
    display = start(wire)
    display.simulator.misbehave("closed")
    assert outcome(display.failure(capability)) == (ErrorClass.UNREACHABLE, NO)
    display.simulator.well()
    until = 200
    while until and outcome_or_none(display) is not None:
        until -= 1
    assert display.status().power is Power.ON
    assert not display.simulator.counts()


def outcome_or_none(display: Display) -> str | None:
    try:
        display.status()
    except DeviceError as error:
        return str(error)
    return None


@pytest.mark.parametrize("capability", ["display.status", "display.blank", "display.restart"])
def test_a_login_that_is_refused(start, capability):
    display = start("pjlink")
    display.simulator.misbehave("login", times=1)
    assert outcome(display.failure(capability)) == (ErrorClass.AUTH, NO)
    assert display.status().power is Power.ON
    assert not display.simulator.counts()


@pytest.mark.parametrize("wire", ["pjlink", "mdc-tcp"])
def test_the_device_vanishes_in_a_conversation(start, wire):
    display = start(wire)
    with display.conversation() as driver:
        display.first("display.status", driver)
        display.simulator.misbehave("closed")
        with pytest.raises(DeviceError) as caught:
            display.first("display.blank", driver)
        # Seen before anything was sent, or cut while it was sent: both are told as what they are.
        assert outcome(caught.value) in {(ErrorClass.UNREACHABLE, NO), (ErrorClass.PROTOCOL, UNKNOWN)}
    assert not display.simulator.counts()


@pytest.mark.parametrize("value", [90, 200], ids=["late-yes", "late-no"])
@pytest.mark.parametrize("again", [False, True], ids=["same-conversation", "next-conversation"])
def test_a_late_answer_is_not_taken_for_the_next_orders(start, value, again):
    """A yes that comes late must not say "done" of what was refused, a no not "nothing happened" of what was done."""
    display = start("mdc-pty", 0.3)
    display.simulator.misbehave("slow", on="volume", times=1, seconds=0.5)
    following = 200 if value == 90 else 20

    def order(driver: Driver, volume: int) -> None:
        line = driver.line  # type: ignore[attr-defined]
        assert isinstance(line, Conversation)
        line.set(Command.VOLUME, bytes([volume]), Deadline.after(10))

    def is_told_as_it_is(driver: Driver) -> None:
        if following == 20:
            order(driver, following)
            return
        with pytest.raises(DeviceError) as caught:
            order(driver, following)
        assert outcome(caught.value) == (ErrorClass.REFUSED, NO)

    with display.conversation() as driver:
        with pytest.raises(DeviceError) as caught:
            order(driver, value)
        assert outcome(caught.value) == (ErrorClass.TIMEOUT, UNKNOWN)
        if not again:
            is_told_as_it_is(driver)
    if again:
        with display.conversation() as driver:
            is_told_as_it_is(driver)
    assert display.simulator.counts() == {"volume": 1}
