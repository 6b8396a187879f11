"""`--wait`: how long a command follows a run whose devices only wait."""

from __future__ import annotations

import time

import pytest

from pedell.cli.following import Follower
from pedell.cli.output import Output
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
