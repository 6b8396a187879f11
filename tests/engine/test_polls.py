"""Tasks that wait for the same controller are asked about together; each has its own outcome."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Waiting
from pedell.engine.polls import Joined, Outcome, Polls, outcomes, together
from tests.engine.gadget import GadgetDriver, Status
from tests.engine.school import PATIENCE
from tests.engine.test_controllers import behind_a_controller

BREW = "  - {do: gadget.brew, with: {seconds: 0.8}}\n"
DONE = Status(value="x", open=True, presses=0, ready=True)


class Rounds:
    """Stands in for what a controller's driver would say; counts."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.alone = 0
        self.ready_at = time.time() + 1.0

    def poll_many(self, driver, capability, polls):
        self.sizes.append(len(polls))
        return [self.one(poll) for poll in polls]

    def one(self, poll):
        return DONE if time.time() >= self.ready_at else Waiting(poll.token, "brews", poll_after=0.3)


@pytest.fixture
def rounds(monkeypatch):
    made = Rounds()
    plain = GadgetDriver.poll

    def poll(self, capability, call, token):
        made.alone += 1
        return plain(self, capability, call, token)

    monkeypatch.setattr(GadgetDriver, "polls_together", 30)
    monkeypatch.setattr(
        GadgetDriver, "poll_many", lambda self, capability, polls: made.poll_many(self, capability, polls)
    )
    monkeypatch.setattr(GadgetDriver, "poll", poll)
    return made


def test_they_are_asked_about_together(school, world, rounds):
    behind_a_controller(school, 20, connections=5)
    school.book("go", BREW, more="strategy: {at_once: 50, per_site: 50}\n")

    def one(poll):
        # However long it takes until so many wait.
        return DONE if max(rounds.sizes) >= 8 else Waiting(poll.token, "brews", poll_after=0.3)

    rounds.one = one
    detail = school.run("go")
    assert detail.run.counts == {"done": 20}
    # On a slow machine some come due by themselves.
    assert sum(rounds.sizes) + rounds.alone >= 20 and max(rounds.sizes) >= 8
    assert world.effects() == {("brew", f"g{n}"): 1 for n in range(20)}
    assert school.service.audit.verify().ok


def test_one_devices_error_fails_that_one_only(school, world, rounds):
    behind_a_controller(school, 3)

    def one(poll):
        if poll.target.name == "g1":
            return DeviceError(ErrorClass.REFUSED, "not this one")
        return DONE

    rounds.one = one
    school.book("go", BREW)
    detail = school.run("go")
    assert {row.device: row.state for row in detail.tasks} == {"g0": "done", "g1": "failed", "g2": "done"}


@pytest.mark.parametrize("answers", [[], None, ["done", "done"], [None, None], [DONE]])
def test_what_is_no_outcome_is_asked_about_alone(school, rounds, answers):
    behind_a_controller(school, 2)
    rounds.poll_many = lambda driver, capability, polls: answers
    school.book("go", BREW)
    assert school.run("go").run.counts == {"done": 2}
    assert rounds.alone >= 2


@pytest.mark.parametrize(
    "error", [KeyError("x"), DeviceError(ErrorClass.UNREACHABLE, "away", happened=Happened.NO)]
)
def test_a_round_that_fails_fails_nobody(school, world, rounds, monkeypatch, error):
    monkeypatch.setattr("pedell.engine.effects.ASK_AGAIN", 0.2)
    behind_a_controller(school, 2)
    calls = []

    def once(driver, capability, polls):
        calls.append(len(polls))
        if len(calls) == 1:
            raise error
        return [DONE for _ in polls]

    rounds.poll_many = once
    school.book("go", BREW)
    assert school.run("go").run.counts == {"done": 2}
    assert world.effects() == {("brew", "g0"): 1, ("brew", "g1"): 1}


def test_a_poll_of_many_may_have_no_effect(school, rounds):
    behind_a_controller(school, 2)

    def acting(driver, capability, polls):
        with polls[1].call.effect("press"):
            pass

    rounds.poll_many = acting
    school.book("go", BREW)
    detail = school.run("go")
    assert detail.run.counts == {"done": 2}, "each was asked about alone"
    kinds = {event["kind"] for event in school.service.audit.events(detail.run.no)}
    assert "part.begins" not in kinds


def test_without_a_controller_each_is_asked_about_alone(school, rounds):
    school.gadgets(2)
    school.book("go", BREW)
    assert school.run("go").run.counts == {"done": 2}
    assert rounds.sizes == []


class Login:
    """A controller whose password was changed, or not: each conversation logs in, which its own log counts."""

    def __init__(self, world, monkeypatch) -> None:
        self.world, self.wrong = world, False
        self.refused: list[float] = []
        plain = GadgetDriver.connect

        def connect(driver, deadline):
            plain(driver, deadline)
            if self.wrong:
                self.refused.append(time.monotonic())
                driver.close()
                raise DeviceError(ErrorClass.AUTH, "wrong password")

        monkeypatch.setattr(GadgetDriver, "connect", connect)

    def tries(self) -> int:
        return sum(line[1] == "hello" for line in self.world.lines())


@pytest.fixture
def login(world, monkeypatch):
    return Login(world, monkeypatch)


def all_wait(progress):
    return progress.counts.get("waiting", 0) + progress.counts.get("running", 0) == progress.total


@pytest.mark.thorough
def test_a_refused_login_is_tried_by_one_for_all(school, world, rounds, login, monkeypatch):
    """Six that wait for a controller whose password is wrong now: they must not lock its account."""
    monkeypatch.setattr("pedell.engine.polls.LOGIN_SECONDS", 1.1)
    monkeypatch.setattr("pedell.engine.polls.LOGIN_LONGEST", 1.1)
    behind_a_controller(school, 6, connections=6)
    rounds.ready_at = time.time() + 600
    school.book("go", BREW.replace("0.8", "100"), more="strategy: {at_once: 50, per_site: 50}\n")
    number = school.submit("go")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        school.wait(number, until=lambda p: len(world.effects()) == 6 and len(rounds.sizes) > 1)
        login.wrong = True
        school.wait(number, until=lambda p: len(login.refused) >= 2)
        tries = list(login.refused)
        assert all(b - a >= 1.1 for a, b in pairwise(tries)), "another try came at once"
        whys = {row.why for row in school.service.runs.show(number).tasks}
        assert whys == {"the login was refused: wrong password"}
        login.wrong, rounds.ready_at = False, 0.0
        detail = school.wait(number, until=lambda p: p.done)
    finally:
        assert host.stop(Deadline.after(PATIENCE))
    assert detail.run.counts == {"done": 6}
    assert world.effects() == {("brew", f"g{n}"): 1 for n in range(6)}
    assert school.service.audit.verify().ok


def test_who_waited_in_vain_for_a_login_is_in_doubt_and_does_not_try_again(
    school, world, rounds, login, monkeypatch
):
    """The end of the wait is no reason for a probe by each, which would log in as well."""
    behind_a_controller(school, 5, connections=5)
    rounds.ready_at = time.time() + 600
    monkeypatch.setattr("tests.engine.gadget.LONG", 2.5)
    school.book("go", BREW.replace("0.8", "2.5"), more="strategy: {at_once: 50, per_site: 50}\n")
    number = school.submit("go")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        school.wait(number, until=lambda p: len(world.effects()) == 5 and all_wait(p))
        login.wrong, before = True, login.tries()
        detail = school.wait(number, until=lambda p: p.counts.get("in_doubt") == 5)
    finally:
        assert host.stop(Deadline.after(PATIENCE))
    assert login.tries() - before <= 2, "one for all, and one that may have been under way"
    assert {row.why for row in detail.tasks} == {
        "the login was refused: wrong password; it may still be carried out"
    }
    assert world.effects() == {("brew", f"g{n}"): 1 for n in range(5)}


@pytest.mark.thorough
def test_a_round_in_several_parts_tries_one_login(school, rounds, monkeypatch):
    monkeypatch.setattr(GadgetDriver, "polls_together", 2)
    monkeypatch.setattr("pedell.engine.polls.LOGIN_SECONDS", 0.6)
    behind_a_controller(school, 6, connections=6)
    asked: list[float] = []

    def refused(driver, capability, polls):
        asked.append(time.monotonic())
        if len(asked) < 2:
            raise DeviceError(ErrorClass.AUTH, "wrong password")
        return [DONE for _ in polls]

    rounds.poll_many = refused
    school.book("go", BREW.replace("0.8", "100"), more="strategy: {at_once: 50, per_site: 50}\n")
    assert school.run("go").run.counts == {"done": 6}
    assert asked[1] - asked[0] >= 0.6


def test_logins_are_tried_less_and_less_often(monkeypatch):
    polls, hub, error = Polls(), ("driver", "hub"), DeviceError(ErrorClass.AUTH, "no")
    monkeypatch.setattr("pedell.engine.polls.LOGIN_LONGEST", 200.0)
    clock = [1000.0]
    monkeypatch.setattr("pedell.engine.polls.time.monotonic", lambda: clock[0])
    assert polls.login_wait(hub) is None
    for wanted in (60.0, 120.0, 200.0, 200.0):
        polls.login_refused(hub, error)
        polls.login_refused(hub, error)  # two that tried at the same moment count once
        assert polls.login_wait(hub) == (wanted, error)
        assert polls.login_wait(("driver", "other")) is None
        clock[0] += wanted
        assert polls.login_wait(hub) is None
    polls.login_accepted(hub)
    polls.login_refused(hub, error)
    assert polls.login_wait(hub) == (60.0, error)
    clock[0] += 1000
    polls.login_refused(hub, error)
    assert polls.login_wait(hub) == (60.0, error), "what was long ago does not count"


def test_one_devices_refusal_is_no_login_of_all(school, world, rounds):
    """The controller let us in, and says no for one of them: the others have their outcomes."""
    behind_a_controller(school, 3)
    no = DeviceError(ErrorClass.AUTH, "this one is not yours", happened=Happened.UNKNOWN)
    rounds.one = lambda poll: no if poll.target.name == "g1" else DONE
    school.book("go", BREW)
    detail = school.run("go")
    assert {row.device: row.state for row in detail.tasks} == {"g0": "done", "g1": "in_doubt", "g2": "done"}


def joined(name, woken):
    return Joined(name, lambda deadline: None, lambda: woken.append(name))


def test_rounds_by_themselves(monkeypatch):
    monkeypatch.setattr("pedell.engine.polls.GATHER_SECONDS", 0.05)
    polls, woken, key = Polls(), [], ("d", "c", "x")
    first = polls.join(key, joined("a", woken))
    assert 0 < first < 0.06
    assert polls.join(key, joined("b", woken)) == 5.0
    assert polls.take(key, "b") == [], "only its leader takes a round"
    assert polls.join(("d", "other", "x"), joined("c", woken)) < 0.06, "another controller, another round"
    time.sleep(0.06)
    assert polls.join(key, joined("a", woken)) == 0.0
    everybody = polls.take(key, "a")
    assert [one.attempt for one in everybody] == ["a", "b"]
    polls.deliver(everybody[1], Outcome(DONE, ("a note",)))
    assert woken == ["b"]
    assert polls.collect("b") == Outcome(DONE, ("a note",)) and polls.collect("b") is None
    assert polls.join(key, joined("b", woken)) < 0.06, "the round is over; this is the next"


def test_a_round_whose_leader_is_gone_is_led_by_another(monkeypatch):
    monkeypatch.setattr("pedell.engine.polls.STALE_SECONDS", -1.0)
    polls, key = Polls(), ("d", "c", "x")
    polls.join(key, joined("gone", []))
    assert polls.join(key, joined("next", [])) < 0.31


def test_answers_are_matched_only_when_there_is_one_for_each():
    assert outcomes([], []) == []
    assert outcomes(["x"], [1, 2]) == [Outcome(None)]  # type: ignore[list-item]


@pytest.mark.parametrize("after", [1.0, 5.0, 60.0, 300.0])
def test_round_times_come_no_sooner_and_little_later(after):
    times = [together(1000.3 + n + after, after) - (1000.3 + n) for n in range(50)]
    assert all(after <= wait <= 1.25 * after for wait in times)
    assert len({together(1000.3 + n / 50 + after, after) for n in range(50)}) <= 1 + 4 / after + 1
