"""Rolling batches: the next one begins when the last has ended, also over a restart of the engine."""

from __future__ import annotations

import json
import threading
import time

import pytest
from sqlalchemy import select, update

from pedell.drivers.api import Waiting
from pedell.engine import loading
from pedell.engine.active import ActiveRun
from pedell.engine.batches import Batches, read
from pedell.errors import PlaybookError
from pedell.journal.ops import ShardRef
from pedell.playbooks.batches import sizes, split
from pedell.playbooks.load import load_text
from pedell.store.database import now
from pedell.store.tables.journal import event, task
from tests.engine.gadget import LONG, GadgetDriver
from tests.engine.school import HEAD

PRESS = "  - {do: gadget.press}\n"


def begun(school, number):
    with school.service.around.store.reading() as connection:
        query = select(event.c.body).where(event.c.run == number, event.c.kind == "run.batch")
        return [
            json.loads(body)["batch"] for body in connection.execute(query.order_by(event.c.seq)).scalars()
        ]


def order(world, verb="press"):
    return [line[2] for line in world.lines() if line[1] == verb]


@pytest.mark.parametrize(
    ("batches", "count", "wanted"),
    [
        ([], 5, []),
        ([2], 5, [2, 2, 1]),
        ([1, "10%", 100], 150, [1, 15, 100, 34]),
        (["1%"], 50, [1] * 50),
        (["33.4%"], 10, [3, 3, 3, 1]),
        ([1, "100%"], 3, [1, 2]),
        ([10], 3, [3]),
        ([3], 0, []),
    ],
)
def test_sizes(batches, count, wanted):
    assert sizes(batches, count) == wanted


def test_devices_are_taken_from_all_places_in_turn():
    devices = ["a1", "a2", "a3", "b1", "c1", "c2"]
    assert split([3, 2], devices, lambda name: name[0]) == [["a1", "b1", "c1"], ["a2", "c2"], ["a3"]]
    assert split([], devices, lambda name: name[0]) == [devices]


@pytest.mark.parametrize(
    ("written", "read_as"), [("3", [3]), ("10%", ["10%"]), ("[1, 12.50 %, 100]", [1, "12.5%", 100])]
)
def test_batches_are_a_number_a_share_or_a_list(written, read_as):
    text = HEAD.format(id="go", targets="kind: [gadget]", more=f"strategy: {{batches: {written}}}\n") + PRESS
    assert load_text(text, "go").playbook.strategy.batches == read_as


@pytest.mark.parametrize("written", ["0", "0%", "101%", "ten", "[1, -1]", "true", "[true]", "1.5", "[[1]]"])
def test_what_is_no_batch_is_refused(written):
    text = HEAD.format(id="go", targets="kind: [gadget]", more=f"strategy: {{batches: {written}}}\n") + PRESS
    with pytest.raises(PlaybookError):
        load_text(text, "go")


def test_each_batch_waits_for_the_one_before(school, world):
    school.gadgets(7, sites=2)
    world.ask("fault", "g1", "press", "no")
    school.book("go", PRESS, more="strategy: {batches: [1, 2, 3]}\n")
    plan = school.service.runs.plan("go", "kind=gadget")
    wanted = [{device.name for device in members} for members in plan.batches]
    assert [len(members) for members in wanted] == [1, 2, 3, 1]
    detail = school.run("go")
    assert [row.counts for row in detail.batches] == [
        {"done": 1}, {"done": 1, "failed": 1}, {"done": 3}, {"done": 1},
    ]  # fmt: skip
    reached = order(world)
    known = {row.device: row.batch for row in detail.tasks}
    assert [known[name] for name in reached] == sorted(known[name] for name in reached)
    assert [{name for name, batch in known.items() if batch == n} for n in (1, 2, 3, 4)] == wanted
    assert begun(school, detail.run.no) == [1, 2, 3, 4]
    assert detail.batches[0].begun < detail.batches[3].begun
    assert school.service.audit.verify().ok


def test_a_share_of_failures_in_one_batch_stops_the_rest(school, world):
    school.gadgets(10)
    world.ask("fault", "g1", "press", "no")
    school.book("go", PRESS, more="strategy: {batches: [1, 2, 10], stop: {percent: 50}}\n")
    detail = school.run("go")
    first, second, third = (row.counts for row in detail.batches)
    assert (first, third) == ({"done": 1}, {"skipped": 7})
    # The other device of the batch may not have begun when the first one failed: then it is left out too.
    assert second in ({"done": 1, "failed": 1}, {"failed": 1, "skipped": 1})
    assert detail.batches[2].begun is None
    assert {row.why for row in detail.tasks if row.state == "skipped"} == {
        "left out: 1 of 2 devices of batch 2 failed"
    }
    assert detail.document()["batches"][2] == {
        "batch": 3, "state": "skipped", "begun": None, "devices": 7, "counts": {"skipped": 7},
    }  # fmt: skip


def test_an_engine_that_comes_later_goes_on_with_the_same_batch(school, world, monkeypatch):
    brewed = threading.Event()

    def poll(self, capability, call, token):
        if brewed.is_set():
            return self.status(call, None)
        return Waiting(token, "the gadget brews", poll_after=0.2, deadline=LONG)

    monkeypatch.setattr(GadgetDriver, "poll", poll)
    school.gadgets(6)
    steps = f"  - {{do: gadget.press}}\n  - {{do: gadget.brew, with: {{seconds: {LONG}}}}}\n"
    school.book("go", steps, more="strategy: {batches: 3}\n")
    number = school.submit("go")
    school.work(number, until=lambda progress: len(order(world)) == 3)
    assert begun(school, number) == [1]
    with school.service.around.store.reading() as connection:
        assert read(connection, number, 1.0).current == 1
    brewed.set()
    assert school.work(number, until=lambda progress: progress.done).run.state == "done"
    assert begun(school, number) == [1, 2]
    assert sorted(order(world)) == [f"g{n}" for n in range(6)]


def test_a_device_that_waits_holds_the_next_batch_up_to_the_limit(school, world):
    school.gadgets(2)
    school.book(
        "go",
        "  - {do: gadget.press}\n  - {wait: 1h, when: device.name == 'g0'}\n",
        more="strategy: {batches: 1, batch_wait: 1s}\n",
    )
    number = school.submit("go")
    began = time.time()
    detail = school.work(number, until=lambda progress: progress.counts.get("done") == 1)
    assert order(world) == ["g0", "g1"]
    # From the beginning of the first batch, which may have pressed a little later.
    second = next(float(line[0]) for line in world.lines() if line[1:3] == ["press", "g1"])
    assert second - began >= 0.99, "the second batch did not wait for the first"
    assert {row.device: row.state for row in detail.tasks} == {"g0": "waiting", "g1": "done"}
    assert [row.state for row in detail.batches] == ["running", "done"]


def test_a_device_in_doubt_does_not_hold_the_next_batch(school, world):
    school.gadgets(2)
    world.ask("fault", "g0", "press", "drop", "1")
    school.book("go", "  - {do: gadget.push}\n", more="strategy: {batches: 1}\n")
    detail = school.work(school.submit("go"), until=lambda progress: progress.counts.get("done") == 1)
    assert {row.device: row.state for row in detail.tasks} == {"g0": "in_doubt", "g1": "done"}


def test_a_cancel_reaches_batches_that_have_not_begun(school, world):
    from tests.engine.school import ACTOR

    school.gadgets(4)
    school.book("go", PRESS, more="strategy: {batches: 1}\n")
    number = school.submit("go")
    school.service.runs.cancel(number, ACTOR, "no")
    detail = school.work(number)
    assert detail.run.counts == {"cancelled": 4} and not world.effects()


def test_batches_by_themselves():
    made = Batches({1: 1, 2: 2}, {1: {"ready": 2}, 2: {"ready": 1}}, wait=10.0)
    assert not made.has_begun(1)
    assert made.begin_next(100.0, busy=False) == 1 and made.has_begun(1) and not made.has_begun(2)
    for state, change in (("ready", -1), ("done", 1)):
        made.add(1, state, change)
    assert made.begin_next(105.0, busy=False) == 0
    for state, change in (("ready", -1), ("waiting", 1)):
        made.add(1, state, change)
    assert made.begin_next(109.0, busy=False) == 0, "it is waited for"
    assert made.begin_next(111.0, busy=True) == 0, "somebody is at work"
    assert made.begin_next(111.0, busy=False) == 2
    assert made.begin_next(500.0, busy=False) == 0, "there is no other"


def test_the_canary_counts_what_an_engine_before_has_begun(school):
    school.gadgets(3)
    school.book("go", PRESS, more="strategy: {canary: 1}\n")
    number = school.submit("go")
    with school.service.around.store.reading() as connection:
        facts = loading.run_facts(connection, number)
    active = ActiveRun(facts, ShardRef(number, facts.id, 0, 1), {1: {"failed": 1, "ready": 2}}, {}, Batches())
    assert active.begun == 1
    assert active.begin_batch(time.time()) is None


@pytest.mark.parametrize("became", ["done", "failed"])
def test_the_engine_before_ends_a_device_while_the_next_one_takes_over(school, world, became, monkeypatch):
    """Its epoch holds until the shard is claimed, which is after the run was read: the end must be counted."""
    school.gadgets(3)
    school.book("go", PRESS, more="strategy: {batches: 2}\n")
    number = school.submit("go")
    loads = loading.states
    asked = []

    def states(connection, run):
        found = loads(connection, run)
        if not asked:
            ended = {"state": became, "started": now(), "ended": now()}
            one = select(task.c.no).where(task.c.run == number).order_by(task.c.no).limit(1)
            with school.service.around.store.writing() as other:
                other.execute(update(task).where(task.c.no == one.scalar_subquery()).values(**ended))
        asked.append(run)
        return found

    monkeypatch.setattr(loading, "states", states)
    detail = school.work(number, 20)
    assert detail.run.counts == ({"done": 3} if became == "done" else {"done": 2, "failed": 1})
    assert (detail.run.state, len(world.effects())) == (became, 2)
    assert begun(school, number) == [1, 2]


@pytest.mark.parametrize(
    ("language", "plan", "shown"),
    [
        ("en", "in 3 batches, one after the other: 1, 2, 1", "batch 2 of 3:"),
        ("de", "in 3 Schüben nacheinander: 1, 2, 1", "Schub 2 von 3:"),
    ],
)
def test_people_see_them(school, capsys, language, plan, shown):
    from pedell.cli import finished, plans
    from pedell.cli.output import Output
    from pedell.i18n import set_language

    school.gadgets(4)
    school.book("go", PRESS, more="strategy: {batches: [1, 2]}\n")
    made = school.service.runs.plan("go", "kind=gadget")
    detail = school.run("go")
    set_language(language)
    try:
        plans.show(Output(json=False), made, limit=None)
        finished.show(Output(json=False), detail, "Europe/Berlin")
    finally:
        set_language("en")
    said = capsys.readouterr().out
    assert plan in said and shown in said
    document = plans.document(made)
    assert document["batches"] == [1, 2, 1]
    assert [one["batch"] for one in document["devices"]] == [1, 2, 2, 3]


def test_a_plan_without_batches_tells_of_none(school):
    from pedell.cli import plans

    school.gadgets(2)
    school.book("go", PRESS)
    document = plans.document(school.service.runs.plan("go", "kind=gadget"))
    assert document["batches"] == [] and {one["batch"] for one in document["devices"]} == {0}
    assert school.run("go").document()["batches"] == []
