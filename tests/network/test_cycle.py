"""Off, wait, on: whatever happens in between, the on is certain, and what is said of it is true."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.testing.calls import PlainCall
from pedell_network import cycle


class Lamp:
    """Something that is on or off, and fails as told: each entry is an error for one attempt, or None."""

    def __init__(self, off=(), on=()):
        self.lit, self.hung_up = True, 0
        self.plans = {"off": list(off), "on": list(on)}
        self.log: list[str] = []

    def act(self, word, lit):
        def do(deadline):
            self.log.append(word)
            trouble = self.plans[word].pop(0) if self.plans[word] else None
            if trouble is None or trouble.happened is not Happened.NO:
                self.lit = lit
            if trouble is not None:
                raise trouble

        return cycle.Part(word, do)

    def hang_up(self):
        self.hung_up += 1

    def run(self, call, pause=0.5):
        off, on = self.act("off", False), self.act("on", True)
        cycle.off_and_on(call, "the lamp", off, on, pause=pause, hang_up=self.hang_up)


def trouble(kind, happened=Happened.NO):
    return DeviceError(ErrorClass(kind), f"trouble: {kind}", happened=happened)


def test_all_well():
    lamp, call = Lamp(), PlainCall(30)
    lamp.run(call)
    assert (lamp.log, call.parts, call.finished) == (["off", "on"], ["off", "on"], ["off", "on"])


def test_refused_off_leaves_it_alone():
    lamp = Lamp(off=[trouble("refused")])
    with pytest.raises(DeviceError) as caught:
        lamp.run(PlainCall(30))
    assert (lamp.log, caught.value.happened) == (["off"], Happened.NO)


@pytest.mark.parametrize("happened", [Happened.UNKNOWN, Happened.YES])
def test_an_off_that_may_have_happened_is_undone_and_told(happened):
    lamp = Lamp(off=[trouble("timeout", happened)])
    with pytest.raises(DeviceError, match="is on again") as caught:
        lamp.run(PlainCall(30))
    assert (lamp.lit, lamp.log, caught.value.happened) == (True, ["off", "on"], happened)


@pytest.mark.parametrize("kind", ["unreachable", "timeout", "protocol", "busy"])
def test_the_way_back_is_tried_again_on_a_new_connection(kind):
    lamp = Lamp(on=[trouble(kind), trouble(kind, Happened.UNKNOWN)])
    lamp.run(PlainCall(30))
    assert (lamp.lit, lamp.log, lamp.hung_up) == (True, ["off", "on", "on", "on"], 2)


@pytest.mark.parametrize("kind", ["auth", "refused"])
def test_a_way_back_that_is_refused_leaves_it_in_doubt(kind):
    lamp = Lamp(on=[trouble(kind)])
    with pytest.raises(DeviceError, match="may still be off") as caught:
        lamp.run(PlainCall(30))
    assert caught.value.happened is Happened.UNKNOWN


def test_cancelled_in_the_pause_it_comes_back():
    lamp, call = Lamp(), PlainCall(30)
    sleep = call.sleep

    def cancelled(seconds):
        call.cancelled.set()
        sleep(seconds)

    call.sleep = cancelled  # type: ignore[method-assign]
    with pytest.raises(DeviceError, match="is on again") as caught:
        lamp.run(call)
    assert (lamp.lit, caught.value.happened) == (True, Happened.YES)


def test_even_an_interrupt_brings_it_back():
    lamp, call = Lamp(), PlainCall(30)

    def interrupted(seconds):
        raise KeyboardInterrupt

    call.sleep = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        lamp.run(call)
    assert lamp.lit


def test_too_little_time_touches_nothing():
    lamp = Lamp()
    with pytest.raises(DeviceError, match="too little time") as caught:
        lamp.run(PlainCall(5))
    assert (lamp.log, caught.value.happened) == ([], Happened.NO)


def test_the_way_back_ends(monkeypatch):
    monkeypatch.setattr(cycle, "RESERVE", 0.1)
    monkeypatch.setattr(cycle, "OFF", 0.1)
    monkeypatch.setattr(cycle, "GRACE", 0.5)
    lamp = Lamp(on=[trouble("unreachable")] * 50)
    call = PlainCall(1)
    with pytest.raises(DeviceError, match="may still be off"):
        lamp.run(call, pause=0.1)
    assert 1 < lamp.log.count("on") < 10
