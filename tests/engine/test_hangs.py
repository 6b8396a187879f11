"""A driver that does not come back from closing holds up neither its device nor the engine."""

from __future__ import annotations

import threading
import time

import pytest

from pedell.drivers.api import Deadline, NoParams
from pedell.journal.ops import PartMark
from pedell.journal.writer import Journal
from tests.engine.gadget import GadgetDriver
from tests.engine.school import PATIENCE

PRESS = "  - {do: gadget.press}\n"
PAUSE = "  - {do: gadget.status}\n  - {wait: 1s}\n"
BREW = "  - {do: gadget.brew, with: {seconds: 1.3}}\n"


def until(holds, what, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.fixture
def stuck(monkeypatch):
    """Closing the first conversation with g0 takes until the test ends; the line itself is closed at once."""
    over, begun = threading.Event(), threading.Event()
    plain = GadgetDriver.close

    def close(self):
        plain(self)
        if getattr(self, "name", "") == "g0" and not begun.is_set():
            begun.set()
            over.wait(60)

    monkeypatch.setattr(GadgetDriver, "close", close)
    monkeypatch.setattr("pedell.engine.hands.CLOSE_SECONDS", 0.2)
    monkeypatch.setattr("pedell.engine.engine.OVERDUE_SECONDS", 0.2)
    yield begun
    over.set()


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(PRESS, id="at its end"),
        pytest.param(PAUSE + PRESS, id="in a pause", marks=pytest.mark.thorough),
        pytest.param(BREW + PRESS, id="in a wait", marks=pytest.mark.thorough),
    ],
)
def test_the_run_goes_on_and_calls_nothing_twice(school, world, stuck, steps, monkeypatch):
    monkeypatch.setattr("pedell.engine.work.SHORT", 0.1)
    school.gadgets(2)
    school.book("go", steps)
    number = school.submit("go")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        detail = school.wait(number, until=lambda p: p.done)
        # Another one, which only took its time, has come back soon.
        until(lambda: host.engine.abandoned == 1, "the thread that hangs is counted")
        # The device is free for others.
        again = school.submit("go", "name=g0")
        host.adopt(again)
        assert school.wait(again, until=lambda p: p.done).run.state == "done"
    finally:
        began = time.monotonic()
        host.stop(Deadline.after(30))
    assert time.monotonic() - began < 30, "closing takes 60 s"
    assert stuck.is_set()
    assert detail.run.counts == {"done": 2}
    assert world.effects()["press", "g0"] == 2
    assert world.effects()["press", "g1"] == 1
    assert world.overlaps() == []
    assert school.service.audit.verify().ok


def test_the_engine_ends_although_a_conversation_that_is_kept_open_does_not_close(school, world, stuck):
    school.gadgets(1)
    school.book(
        "go", "  - {do: gadget.status, save_as: now, until: now.presses == 1, within: 1h, every: 3s}\n"
    )
    number = school.submit("go")
    host = school.service.runs.host()
    assert host.start(everything=False)
    host.adopt(number)
    until(
        lambda: any(line[1] == "hello" for line in world.lines()) and host.engine.idle(), "nothing was open"
    )
    began = time.monotonic()
    assert host.stop(Deadline.after(30))
    assert stuck.is_set(), "nothing was open"
    assert time.monotonic() - began < 30, "closing takes 60 s"


@pytest.mark.thorough
def test_a_line_that_hangs_while_the_next_device_is_turned_to(school, world, stuck, monkeypatch):
    from tests.engine.test_shared_lines import Named, pair

    monkeypatch.setattr(GadgetDriver, "options", Named)
    monkeypatch.setattr(GadgetDriver, "endpoint", classmethod(lambda cls, target: "line"))
    school.gadgets(2)
    pair(school)
    school.book("both", "  - {do: gadget.press}\n  - {do: gadget.press, on: {link: line}}\n")
    number = school.submit("both", "name=g0")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        detail = school.wait(number, until=lambda p: p.done)
    finally:
        host.stop(Deadline.after(30))
    assert stuck.is_set()
    assert detail.run.state == "done", detail.document()
    assert world.effects() == {("press", "g0"): 1, ("press", "g1"): 1}


def test_a_call_that_was_given_up_while_its_part_was_written_does_nothing_more(school, world, monkeypatch):
    """The store is away for so long that the call is given up; when it answers, somebody else has opened the port."""
    monkeypatch.setattr("pedell.engine.engine.OVERDUE_SECONDS", 0.1)
    given_up, plain = threading.Event(), Journal.intent
    held, late = threading.Event(), threading.Event()

    def intent(self, op, seconds=30.0):
        answer = plain(self, op, seconds)
        if isinstance(op, PartMark) and op.name == "shut" and not held.is_set():
            held.set()
            for actions in list(host.engine._actions.values()):
                actions.hard_deadline = 0.0  # its time is over
            assert given_up.wait(60)
            late.set()
        return answer

    def cycle(self, call, params):
        with call.effect("shut"):
            again = GadgetDriver(
                self.target, self.env
            )  # a connection for each request, and no heed of the deadline
            again.connect(Deadline.after(30))
            again.ask(Deadline.after(30), "shut", call.token)
            again.close()
        with call.effect("open"):
            self.ask(Deadline.after(30), "open", call.token)
        return self.status(call, NoParams())

    cycle.__dict__.update(GadgetDriver.cycle.__dict__)
    monkeypatch.setattr(GadgetDriver, "cycle", cycle)
    monkeypatch.setattr(Journal, "intent", intent)
    school.gadgets(1)
    school.book("go", "  - {do: gadget.cycle}\n")
    number = school.submit("go")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        school.wait(number, until=lambda p: p.done or world.effects()["open", "g0"])
        given_up.set()
        school.wait(number, until=lambda p: p.done)
        assert late.wait(30)
        until(lambda: not host.engine.abandoned, "the thread did not come back")
    finally:
        given_up.set()
        host.stop(Deadline.after(30))
    assert world.effects()["shut", "g0"] <= 1, "a call that had been given up acted all the same"
    assert "open=1" in world.ask("status", "g0")
    assert school.service.audit.verify().ok
