"""Every wait has a bound, a cancel ends it, and what it says holds no secret."""

from __future__ import annotations

import math
import threading
import time

import pytest
from sqlalchemy import select

from pedell.drivers.api import ControllerLimits, DeviceError, Done, ErrorClass, Waiting
from pedell.engine import polls as rounds
from pedell.engine.batches import Batches
from pedell.engine.pool import Pool
from pedell.security.secrets import Secrets
from pedell.store.tables.journal import event, task
from tests.engine.gadget import GadgetDriver, Status
from tests.engine.school import ACTOR
from tests.engine.test_controllers import behind_a_controller

PRESS = "  - {do: gadget.press}\n"
BREW = "  - {do: gadget.brew, with: {seconds: 60}}\n"


def answering(monkeypatch, name, method, capability):
    method.__pedell_capability__ = capability
    monkeypatch.setattr(GadgetDriver, name, method)


@pytest.mark.parametrize("wait", [1e300, math.inf, math.nan, -5.0])
def test_a_retry_after_of_any_size_stops_neither_the_journal_nor_others(school, monkeypatch, wait):
    """It comes from a device: a driver may hand on whatever stood in an answer."""
    behind_a_controller(school, 1)
    school.book("go", PRESS)
    school.book("other", "  - {do: gadget.status}\n")
    asked = []
    plain = GadgetDriver.press

    def busy(self, call, params):
        asked.append(1)
        if len(asked) == 1:
            raise DeviceError(ErrorClass.BUSY, "come later", retry_after=wait)
        return plain(self, call, params)

    answering(monkeypatch, "press", busy, "gadget.press")
    number = school.submit("go")
    detail = school.work(number, until=lambda p: p.counts.get("waiting") or p.done)
    if wait == 1e300:
        assert detail.tasks[0].state == "waiting"
        with school.service.around.store.reading() as connection:
            until = connection.execute(select(task.c.until)).scalar_one()
        assert 0 < until / 1_000_000 - time.time() <= 3600.5
    else:
        assert detail.tasks[0].state in ("done", "failed")
    assert school.service.audit.verify().ok


def test_a_poll_after_of_any_size_is_bounded(school, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.status}\n")

    def waits(self, call, params):
        return Waiting({"x": 1}, "later", poll_after=1e300, deadline=1e300)

    answering(monkeypatch, "status", waits, "gadget.status")
    detail = school.work(school.submit("go"), until=lambda p: p.counts.get("waiting") or p.done)
    assert detail.tasks[0].state == "waiting"


def test_a_cancel_does_not_wait_until_the_controller_has_rested(school, world, monkeypatch):
    behind_a_controller(school, 1)
    school.book("go", BREW)
    polled = threading.Event()

    def poll(self, capability, call, token):
        polled.set()
        raise DeviceError(ErrorClass.BUSY, "come later", retry_after=900.0)

    monkeypatch.setattr(GadgetDriver, "poll", poll)
    number = school.submit("go")
    school.work(number, until=lambda p: polled.is_set() and p.counts.get("waiting"))
    school.service.runs.cancel(number, ACTOR, "")
    detail = school.work(number, until=lambda p: p.done or p.counts.get("in_doubt"))
    assert detail.tasks[0].state == "in_doubt", "it was accepted, and may still be carried out"
    assert world.effects() == {("brew", "g0"): 1}


def test_what_a_device_says_of_its_wait_holds_no_secret_and_no_half_letter(school, monkeypatch):
    school.gadgets(1)
    school.book("go", BREW)
    monkeypatch.setattr(Secrets, "values", ("hunter22",))

    def brew(self, call, params):
        return Waiting({"x": 1}, "asks hunter22 \ud800", poll_after=50, deadline=500)

    answering(monkeypatch, "brew", brew, "gadget.brew")
    detail = school.work(school.submit("go"), until=lambda p: p.counts.get("waiting") or p.done)
    assert detail.tasks[0].state == "waiting"
    assert "asks" in detail.tasks[0].why
    with school.service.around.store.reading() as connection:
        bodies = connection.execute(select(event.c.body)).scalars().all()
    assert not any("hunter22" in body for body in [*bodies, detail.tasks[0].why])


def test_half_letters_in_warnings_end_nothing(school, monkeypatch):
    school.gadgets(1)
    school.book("go", PRESS)

    def press(self, call, params):
        status = Status(value="x", open=True, presses=0, ready=True)
        return Done(status, emulated="off \ud800 on", warnings=("was \udfff",))

    answering(monkeypatch, "press", press, "gadget.press")
    assert school.run("go").run.state == "done"


def test_a_controller_with_no_connections_is_refused():
    for limits in (
        {"connections": 0},
        {"connections": -1},
        {"connections": 1, "requests_per_second": math.nan},
    ):
        with pytest.raises(ValueError, match="more than 0"):
            ControllerLimits(**limits)


def test_a_full_round_goes_on(monkeypatch):
    monkeypatch.setattr(rounds, "GATHER_SECONDS", 0.0)
    monkeypatch.setattr(rounds, "MOST", 3)
    made, key = rounds.Polls(), ("d", "c", "x")

    def join(name):
        return made.join(key, rounds.Joined(name, lambda deadline: None, lambda: None))

    assert join("a") == 0.0
    assert [join(name) for name in "bcd"] == [rounds.FOLLOW_SECONDS] * 3
    assert join("a") == 0.0, "it is still the leader's"
    assert [one.attempt for one in made.take(key, "a")] == ["a", "b", "c"]
    assert join("d") == 0.0, "who found no place is in the next one"


def test_a_thread_outlives_a_mistake_in_what_gives_it_work():
    asked = []

    def more(free):
        asked.append(free)
        raise RuntimeError("a bug")

    pool = Pool(1, more)
    done = threading.Event()
    pool.submit(lambda: None)
    end = time.monotonic() + 30
    while pool.busy and time.monotonic() < end:
        time.sleep(0.01)
    assert asked and pool.busy == 0
    pool.submit(done.set)
    assert done.wait(30)
    assert pool.stop(30)


def test_a_batch_that_waits_for_ever_lets_the_next_begin_when_its_time_is_over():
    batches = Batches({1: 1, 2: 2}, {1: {"ready": 1}, 2: {"ready": 1}}, wait=10.0)
    assert batches.begin_next(100.0, busy=False) == 1
    batches.add(1, "ready", -1)
    batches.add(1, "waiting", 1)
    assert batches.begin_next(109.0, busy=False) == 0
    assert batches.begin_next(111.0, busy=True) == 0
    assert batches.begin_next(111.0, busy=False) == 2


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        DeviceError(ErrorClass.BUSY, "come later"),
        DeviceError(ErrorClass.UNREACHABLE, "away"),
        DeviceError(ErrorClass.AUTH, "who are you"),
    ],
    ids=["bug", "busy", "unreachable", "auth"],
)
def test_a_poll_that_fails_does_not_say_that_nothing_happened(school, world, monkeypatch, error):
    """What happens once was accepted: tried again, it would happen twice."""
    school.gadgets(1)
    school.book("go", "  - {do: gadget.brew, with: {seconds: 60}, retry: {times: 2, backoff: 0}}\n")
    plain = GadgetDriver.brew

    def brew(self, call, params):
        accepted = plain(self, call, params)
        return Waiting(accepted.token, accepted.why, poll_after=0.1, deadline=0.1)

    def poll(self, capability, call, token):
        raise error

    answering(monkeypatch, "brew", brew, "gadget.brew")
    monkeypatch.setattr(GadgetDriver, "poll", poll)
    detail = school.work(school.submit("go"), until=lambda p: p.done or p.counts.get("in_doubt"))
    assert world.effects() == {("brew", "g0"): 1}
    assert detail.tasks[0].state == "in_doubt"


def test_a_hold_that_is_put_on_while_a_device_is_connected_keeps_the_effect(school, world, monkeypatch):
    school.gadgets(1)
    school.book("go", PRESS)
    plain = GadgetDriver.connect

    def slow(self, deadline):
        if not held:
            held.append(
                school.service.safety.hold("name=g0", "2099-01-01 00:00", ACTOR, "somebody works on it")
            )
            time.sleep(1.2)  # longer than what was seen of the holds counts
        plain(self, deadline)

    held = []
    monkeypatch.setattr(GadgetDriver, "connect", slow)
    detail = school.work(
        school.submit("go"), until=lambda p: p.counts.get("waiting") or p.counts.get("blocked") or p.done
    )
    assert held
    assert detail.tasks[0].state != "done"
    assert "somebody works on it" in detail.tasks[0].why
    assert not world.effects()
