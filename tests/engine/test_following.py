"""`--wait`: how long a command follows a run whose devices only wait."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from pedell.cli.following import Follower
from pedell.cli.output import Output
from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.store.tables.journal import attempt
from tests.engine.school import ACTOR


def follow(school, number, patience):
    out = Output(json=True)
    started = time.monotonic()
    progress = Follower(school.service.runs, out, number, ACTOR, patience).follow()
    return progress, time.monotonic() - started


@pytest.mark.parametrize("poll_after", [0.2, 1.5], ids=["every moment", "every other second"])
def test_it_ends_although_the_device_is_asked_all_the_while(school, world, monkeypatch, poll_after):
    from pedell.drivers.api import Waiting
    from tests.engine.gadget import GadgetDriver

    def poll(self, capability, call, token):
        return Waiting(token, "the gadget brews", poll_after=poll_after, deadline=60)

    monkeypatch.setattr(GadgetDriver, "poll", poll)
    school.gadgets(2)
    school.book("go", "  - {do: gadget.brew}\n")
    progress, seconds = follow(school, school.submit("go"), 2.0)
    assert not progress.done and progress.polled + progress.counts.get("waiting", 0) == 2
    assert 2.0 <= seconds < 40.0
    assert world.effects() == {("brew", "g0"): 1, ("brew", "g1"): 1}


def test_it_stays_while_somebody_is_at_work(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.brew, with: {seconds: 1.0}}\n  - {do: gadget.press}\n")
    progress, _ = follow(school, school.submit("go"), 60.0)
    assert progress.done


def test_another_run_that_stopped_in_the_middle_is_named(school, world, capsys):
    school.gadgets(2)
    school.book("brew", "  - {do: gadget.brew, with: {seconds: 600}}\n")
    school.book("go", "  - {do: gadget.press}\n")
    stopped = school.submit("brew", "name=g0")
    school.work(stopped, until=lambda progress: progress.resting)
    other = school.submit("go", "name=g1")
    assert not school.service.runs.interrupted(other), "what waits was not stopped in the middle"
    with school.service.around.store.writing() as connection:
        connection.execute(update(attempt).where(attempt.c.run == stopped).values(state="open"))
    assert list(school.service.runs.interrupted(other)) == [stopped]
    assert not school.service.runs.interrupted(stopped)
    Follower(school.service.runs, Output(json=False), other, ACTOR, 5.0).follow()
    told = f"run {stopped} stopped in the middle of an effect: 'pedell runs resume {stopped}'"
    assert told in capsys.readouterr().out


@pytest.mark.thorough
def test_that_a_run_rests_again_is_no_news(school, monkeypatch):
    from pedell.drivers.api import Waiting
    from pedell.hooks.plugins import Plugins
    from tests.engine.gadget import GadgetDriver

    polls, told = [], []

    def poll(self, capability, call, token):
        polls.append(1)
        return Waiting(token, "the gadget brews", poll_after=1.1, deadline=60)

    monkeypatch.setattr(GadgetDriver, "poll", poll)
    monkeypatch.setattr(Plugins, "run_finished", lambda self, info: told.append(info.state))
    school.gadgets(1)
    school.book("go", "  - {do: gadget.brew}\n")
    school.work(school.submit("go"), until=lambda progress: len(polls) >= 4)
    assert told == ["waiting"]


@pytest.mark.parametrize("interrupted", [False, True])
def test_it_does_not_stay_for_an_engine_that_does_nothing(school, world, capfd, interrupted):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.submit("go")
    frozen = school.service.runs.host()
    assert frozen.start(everything=False), (
        "an engine that takes nothing up, as one that was stopped by SIGSTOP"
    )
    try:
        follower = Follower(school.service.runs, Output(json=True), number, ACTOR, 0.3)
        follower._interrupts.count = int(interrupted)
        started = time.monotonic()
        progress = follower.follow()
    finally:
        assert frozen.stop(Deadline.after(15))
    assert progress.counts == {"ready": 1} and time.monotonic() - started < 20
    assert "does nothing about it now" in capfd.readouterr().err
    assert not world.effects()


def test_when_the_store_goes_it_is_said_how_to_go_on(school, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.submit("go")

    def gone(*words):
        raise StoreError("the connection to the store was lost", hint="see 'pedell doctor'")

    monkeypatch.setattr(school.service.runs, "progress", gone)
    with pytest.raises(StoreError) as raised:
        follow(school, number, 1.0)
    assert f"pedell runs resume {number}" in raised.value.hint
