"""Small parts that both drivers share."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import Call, DeviceError, ErrorClass, Happened, Target, Waiting
from pedell.testing.calls import PlainCall
from pedell_whiteboards.address import endpoint, stream_url
from pedell_whiteboards.inputs import InputTable, check_inputs
from pedell_whiteboards.model import Power
from pedell_whiteboards.switching import LOST, MOST, OFF_AND_ON, TURN_OFF, TURN_ON, Pace, Way, go
from pedell_whiteboards.text import clean

PACE = Pace(on=1, off=2, limit=10)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.5", "10.0.0.5:4352"),
        (" beamer.school ", "beamer.school:4352"),
        ("10.0.0.5:99", "10.0.0.5:99"),
        ("fe80::1", "[fe80::1]:4352"),
        ("[fe80::1]", "[fe80::1]:4352"),
        ("[fe80::1]:99", "[fe80::1]:99"),
        ("tcp://10.0.0.5:7", "10.0.0.5:7"),
        ("serial:///dev/ttyNone0", "/dev/ttyNone0"),
    ],
)
def test_addresses(address, place):
    assert stream_url(address, 4352).place == place


@pytest.mark.parametrize("address", ["", "a b", "10.0.0.5:x", "http://10.0.0.5", "host/path"])
def test_a_bad_address_has_a_key_and_an_error(address):
    with pytest.raises(DeviceError) as caught:
        stream_url(address, 1)
    assert caught.value.error_class is ErrorClass.PRECONDITION
    assert endpoint("d", Target("1", "n", "k", "d", address), 1) == f"d:{address}"


def test_inputs():
    table = InputTable({"hdmi1": "31", "vga1": "11"}, {"ops": "31"}, "[0-9a-f]{2}")
    assert (table.code("ops"), table.code("hdmi1"), table.code("code-52")) == ("31", "31", "52")
    assert (table.name("31"), table.name("11"), table.name("52")) == ("ops", "vga1", "code-52")
    for name in ("coffee", "code-xyz", "52"):
        with pytest.raises(DeviceError) as caught:
            table.code(name)
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert check_inputs({"usb-c": "2F"}, "[0-9a-f]{2}") == {"usb-c": "2f"}
    for bad in ({"USB": "2f"}, {"usb": "zz"}):
        with pytest.raises(ValueError, match="is not a"):
            check_inputs(bad, "[0-9a-f]{2}")


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_texts_of_devices_become_harmless(data):
    text = clean(data)
    assert len(text) <= 128
    assert text.isprintable()


@dataclass
class Panel:
    """A display that follows a script of power states."""

    states: list[Power]
    sent: list[bool] = field(default_factory=list)
    lose: list[DeviceError] = field(default_factory=list)

    def power(self, call: Call) -> Power:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def switch(self, call: Call, *, on: bool) -> None:
        self.sent.append(on)
        if self.lose:
            raise self.lose.pop()


def walk(panel: Panel, way: Way, *, patient: bool = False) -> list[str]:
    """All waits on the way, by what is left."""
    seen: list[str] = []
    answer = go(PlainCall(), panel, way, PACE, patient=patient)
    while isinstance(answer, Waiting):
        seen.append("+".join(answer.token["left"]))
        assert len(seen) < 30
        answer = go(PlainCall(), panel, Way.from_token(answer.token), PACE, patient=True)
    return seen


ON, STANDBY, WARMING, COOLING = Power.ON, Power.STANDBY, Power.WARMING, Power.COOLING


@pytest.mark.parametrize(
    ("way", "states", "sent"),
    [
        (TURN_ON, [ON], []),
        (TURN_ON, [STANDBY, WARMING, ON], [True]),
        (TURN_ON, [COOLING, COOLING, STANDBY, WARMING, ON], [True]),
        (TURN_ON, [WARMING, ON], []),
        (TURN_OFF, [STANDBY], []),
        (TURN_OFF, [WARMING, ON, COOLING, STANDBY], [False]),
        (OFF_AND_ON, [ON, COOLING, STANDBY, WARMING, ON], [False, True]),
        (OFF_AND_ON, [ON, ON, ON, STANDBY, STANDBY, ON], [False, True]),
        (OFF_AND_ON, [COOLING, STANDBY, ON], [True]),
        (OFF_AND_ON, [WARMING, ON, STANDBY, ON], [False, True]),
    ],
)
def test_ways(way, states, sent):
    panel = Panel(list(states))
    walk(panel, way)
    assert panel.sent == sent


def lost(error: ErrorClass, happened: Happened) -> DeviceError:
    return DeviceError(error, "lost", happened=happened)


def test_a_lost_command_is_sent_again_only_where_it_did_not_arrive():
    panel = Panel([ON, STANDBY, STANDBY, ON])
    answer = go(PlainCall(), panel, OFF_AND_ON, PACE)
    panel.lose.append(lost(ErrorClass.TIMEOUT, Happened.UNKNOWN))
    assert isinstance(answer, Waiting)
    walk(panel, Way.from_token(answer.token), patient=True)
    assert panel.sent == [False, True, True]
    panel = Panel([STANDBY, WARMING, WARMING, ON], lose=[lost(ErrorClass.PROTOCOL, Happened.UNKNOWN)])
    answer = go(PlainCall(), panel, TURN_ON, PACE, patient=True)
    assert isinstance(answer, Waiting)
    walk(panel, Way.from_token(answer.token), patient=True)
    assert panel.sent == [True]


@pytest.mark.parametrize("loses", [0, 100])
def test_a_display_that_never_moves_is_not_told_for_ever(loses):
    # As a lamp that does not light: struck again every half minute it would suffer.
    panel = Panel([STANDBY], lose=[lost(ErrorClass.TIMEOUT, Happened.UNKNOWN) for _ in range(loses)])
    answer: Waiting | None = TURN_ON.waiting(PACE)
    for _ in range(100):
        assert answer is not None
        answer = go(PlainCall(), panel, Way.from_token(answer.token), PACE, patient=True)
    assert panel.sent == [True] * MOST


def test_a_display_that_never_moves_is_told_again():
    # As after a crash between the command to switch on and the note that it was sent: the display is on already.
    panel = Panel([ON] * (LOST + 1) + [COOLING, STANDBY, WARMING, ON])
    walk(panel, Way(("off", "on"), sent=True, begun=True, parts=True), patient=True)
    assert panel.sent == [False, True]


@pytest.mark.parametrize(
    ("way", "error", "happened"),
    [
        (TURN_ON, ErrorClass.TIMEOUT, Happened.UNKNOWN),
        (OFF_AND_ON, ErrorClass.BUSY, Happened.NO),
        (OFF_AND_ON, ErrorClass.AUTH, Happened.UNKNOWN),
    ],
)
def test_a_first_call_raises_what_went_wrong(way, error, happened):
    panel = Panel([STANDBY if way is TURN_ON else ON], lose=[lost(error, happened)])
    with pytest.raises(DeviceError) as caught:
        go(PlainCall(), panel, way, PACE)
    assert (caught.value.error_class, caught.value.happened) == (error, happened)


@pytest.mark.parametrize("kind", [ErrorClass.PROTOCOL, ErrorClass.TIMEOUT, ErrorClass.DEVICE_FAULT])
@pytest.mark.parametrize(
    ("states", "sent"),
    [([ON, COOLING, STANDBY, WARMING, ON], [False, True]), ([ON, ON, STANDBY, ON], [False, False, True])],
)
def test_a_restart_whose_first_command_may_be_lost_looks_before_it_says_it_again(states, sent, kind):
    panel = Panel(list(states), lose=[lost(kind, Happened.UNKNOWN)])
    call = PlainCall()
    answer = go(call, panel, OFF_AND_ON, PACE)
    assert isinstance(answer, Waiting)
    assert answer.delivered
    assert (call.parts, call.finished) == (["off"], [])
    walk(panel, Way.from_token(answer.token), patient=True)
    assert panel.sent == sent


def test_half_a_restart_is_never_nothing():
    panel = Panel([STANDBY], lose=[lost(ErrorClass.DEVICE_FAULT, Happened.NO)])
    way = Way(("on",), begun=True, parts=True)
    with pytest.raises(DeviceError) as caught:
        go(PlainCall(), panel, way, PACE, patient=True)
    assert caught.value.happened is Happened.UNKNOWN


def test_a_stopped_engine_stops_the_way():
    call = PlainCall()
    call.cancelled.set()
    panel = Panel([STANDBY])
    with pytest.raises(DeviceError) as caught:
        go(call, panel, OFF_AND_ON, PACE, patient=True)
    assert caught.value.error_class is ErrorClass.REFUSED
    assert panel.sent == []
