"""What must not be lost, doubled or left hanging when things happen at an awkward moment."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, insert, select, update

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Waiting
from pedell.engine import loading
from pedell.engine.actions import TaskActions
from pedell.engine.active import ActiveRun, SiteQueue
from pedell.engine.batches import Batches
from pedell.engine.context import TaskItem
from pedell.engine.engine import Engine
from pedell.engine.signals import Fenced
from pedell.engine.work import NOTES, _bounded
from pedell.errors import StoreError
from pedell.journal import writer
from pedell.journal.ops import Claim, ShardRef
from pedell.journal.writer import Journal
from pedell.store.database import new_id, now
from pedell.store.tables.control import command
from pedell.store.tables.journal import attempt, event, playbook_text, run, task
from tests.engine.gadget import GadgetDriver
from tests.engine.school import ACTOR, PATIENCE


def item(no: int, *, placed: bool) -> TaskItem:
    shard = ShardRef(1, "r", 1, 1)
    return TaskItem(no, no, "d", "d", "s", shard, {}, (), placed=placed)


def poll(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = Deadline.after(seconds)
    while not holds():
        assert not deadline.passed(), "it did not come"
        time.sleep(0.02)


def once(monkeypatch, owner, name: str, when: Callable[..., bool] = lambda *given: True) -> list[int]:
    """The store is away the first time that this is called; returns how often it was."""
    real, missed = getattr(owner, name), []

    def away(*given, **more):
        if not missed and when(*given):
            missed.append(1)
            raise StoreError("the store is away")
        return real(*given, **more)

    monkeypatch.setattr(owner, name, away)
    return missed


def test_who_holds_a_place_is_never_behind_those_who_need_one():
    site = SiteQueue("s")
    site.put_first(item(1, placed=False))
    site.put_first(item(2, placed=True))
    site.put_first(item(3, placed=False))
    site.put_first(item(4, placed=True))
    assert [one.no for one in site.ready] == [4, 2, 3, 1]


def test_a_run_that_had_stopped_stays_stopped_after_a_restart(school):
    school.gadgets(3)
    school.book("go", "  - {do: gadget.press}\n", more="strategy: {stop: {failures: 2}}\n")
    number = school.submit("go")
    with school.service.around.store.reading() as connection:
        facts = loading.run_facts(connection, number)
    control = ShardRef(number, facts.id, 0, 1)
    assert not ActiveRun(facts, control, {1: {"failed": 1, "ready": 2}}, {}, Batches()).rushing()
    assert ActiveRun(facts, control, {1: {"failed": 2, "ready": 1}}, {}, Batches()).rushing()


def test_a_store_that_stays_away_ends_no_task(school, world, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    first = once(monkeypatch, Journal, "intent")
    second = once(monkeypatch, loading, "attempts", lambda connection, numbers: bool(numbers))
    detail = school.run("go")
    assert first and second
    assert detail.run.state == "done" and detail.run.counts == {"done": 1}
    assert world.effects() == {("press", "g0"): 1}


@pytest.mark.thorough
def test_a_task_whose_end_is_not_durable_yet_is_not_taken_up_again(school, world, monkeypatch):
    school.gadgets(3)
    school.book("go", "  - {do: gadget.brew, with: {seconds: 0.1}}\n  - {do: gadget.push}\n")
    waits = Waiting({"brewing": True}, "the gadget brews", poll_after=1.1, deadline=30)
    asked: list[str] = []

    def ask(self, capability, call, token):
        asked.append(self.name)
        # One takes longer: the run must not be closed while the others end.
        return waits if self.name == "g0" and asked.count("g0") < 4 else self.status(call, None)

    monkeypatch.setattr(GadgetDriver, "poll", ask)
    real = GadgetDriver.brew

    def brew(self, call, params):
        real(self, call, params)
        return waits

    brew.__dict__.update(real.__dict__)
    monkeypatch.setattr(GadgetDriver, "brew", brew)
    commit = writer.commit

    def slow(connection, ops, *, sweep):
        time.sleep(0.3)
        return commit(connection, ops, sweep=sweep)

    monkeypatch.setattr(writer, "commit", slow)
    detail = school.run("go")
    assert detail.run.state == "done"
    with school.service.around.store.reading() as connection:
        kinds = connection.execute(select(event.c.kind).where(event.c.run == detail.run.no)).scalars().all()
    assert kinds.count("task.done") == 3
    assert not [kind for kind in kinds if kind in ("attempt.late", "task.in_doubt")]


def test_a_cancel_reaches_a_task_that_is_about_to_wait_for_long(school, world, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.brew, with: {seconds: 60}}\n")
    number = school.submit("go")

    def brew(self, call, params):
        school.service.runs.cancel(number, ACTOR, "enough")
        assert call._cancelled.wait(PATIENCE)
        return Waiting({"brewing": True}, "the gadget brews", poll_after=3600, deadline=7200)

    brew.__dict__.update(GadgetDriver.brew.__dict__)
    monkeypatch.setattr(GadgetDriver, "brew", brew)
    school.work(number, until=lambda p: p.done)


def test_a_hold_that_expires_lets_others_go_on_although_nothing_else_is_written(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    first = school.run("go").run.no
    with school.service.around.store.writing() as connection:
        connection.execute(
            update(attempt).where(attempt.c.run == first).values(holds=True, hold_until=now() + 2_000_000)
        )
    assert school.work(school.submit("go"), until=lambda p: p.done).run.state == "done"


def test_a_bug_between_intent_and_outcome_leaves_the_attempt_in_doubt(school, world, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.push}\n")
    real = GadgetDriver.push

    def push(self, call, params):
        real(self, call, params)

    push.__dict__.update(real.__dict__)
    monkeypatch.setattr(GadgetDriver, "push", push)
    detail = school.run("go")
    assert detail.run.counts == {"in_doubt": 1}
    assert len(school.service.runs.doubts(detail.run.no)) == 1
    assert world.effects() == {("press", "g0"): 1}


def test_notes_that_are_too_long_stay_readable():
    told = {"says": [{"en": "x" * 500}] * 1000, "visits": [], "notes": ["y"]}
    text = _bounded(told)
    assert len(text) <= NOTES
    assert json.loads(text)["notes"] == ["y"] and json.loads(text)["says"]
    assert json.loads(_bounded({"says": ["x" * 100_000]})) == {"says": []}


def test_a_call_that_has_just_ended_is_not_given_up():
    actions = TaskActions(SimpleNamespace(memo={}), None, None, None)
    actions.hard_deadline = time.monotonic() - 1
    actions.check_owned()
    assert not actions.abandon()
    actions.hard_deadline = time.monotonic() - 1
    assert actions.abandon()
    with pytest.raises(Fenced):
        actions.check_owned()


def test_a_further_try_that_hangs_fails_its_step():
    actions = TaskActions(SimpleNamespace(memo={"2~": {"n": 1}}), None, None, None)
    actions.order = SimpleNamespace(key="2~1")
    actions.give_up()
    assert actions.item.memo["2"]["f"][0] == "timeout"


@pytest.fixture
def serving(school):
    """An engine for all runs."""
    host = school.service.runs.host()
    yield host
    assert host.stop(Deadline.after(PATIENCE))


def test_a_run_that_met_a_store_away_is_taken_up_later(school, world, serving, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.submit("go")
    missed = once(monkeypatch, Engine, "adopt")
    assert serving.start(everything=True)
    assert school.wait(number).run.state == "done" and missed


def test_a_command_for_an_unreadable_run_keeps_no_other_waiting(school, world, serving):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.submit("go")
    with school.service.around.store.writing() as connection:
        connection.execute(delete(playbook_text))
        given = {
            "kind": "resume",
            "run": number,
            "body": "{}",
            "actor_kind": "person",
            "actor": "x",
            "verified_by": "os",
        }
        made = [connection.execute(insert(command).values(id=new_id(), at=now(), **given)) for _ in range(2)]
    assert serving.start(everything=True)
    for one in made:
        poll(lambda one=one: school.service.runs.answer(one.inserted_primary_key[0]))
        assert "missing" in school.service.runs.answer(one.inserted_primary_key[0])


def test_what_a_check_could_not_do_is_tried_again_as_a_check(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.status}\n  - {do: gadget.press}\n")
    world.ask("fault", "g0", "status", "no")
    first = school.run("go", check_only=True)
    assert first.run.counts == {"failed": 1}
    again = school.service.runs.retry_failed(first.run.no, ACTOR, "once more").no
    with school.service.around.store.reading() as connection:
        assert connection.execute(select(run.c.check_only).where(run.c.no == again)).scalar_one()


def test_what_no_store_takes_does_not_end_the_engine(school, world, monkeypatch):
    school.gadgets(2)
    school.book("go", "  - {do: gadget.push}\n")

    def push(self, call, params):
        self.env.record("<", "half \ud800")
        call.note("half \ud800")
        raise DeviceError(ErrorClass.REFUSED, "the device says half \ud800")

    push.__dict__.update(GadgetDriver.push.__dict__)
    monkeypatch.setattr(GadgetDriver, "push", push)
    number = school.run("go").run.no
    with school.service.around.store.reading() as connection:
        states = connection.execute(
            select(attempt.c.state, attempt.c.message).where(attempt.c.run == number)
        ).all()
    assert [tuple(row) for row in states] == [("failed", "the device says half ?")] * 2
    monkeypatch.setattr(GadgetDriver, "status", push)
    school.book("look", "  - {do: gadget.status}\n")
    assert school.run("look").run.counts == {"failed": 2}


def test_a_secret_in_a_message_is_masked_also_where_it_is_tried_again(school, world, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.status, optional: true}\n  - {do: gadget.push}\n")
    monkeypatch.setenv("GADGET", "hunter22")
    assert school.service.around.secrets.secret("secret://env/GADGET") == "hunter22"

    def status(self, call, params):
        raise DeviceError(ErrorClass.REFUSED, "login hunter22 refused")

    status.__dict__.update(GadgetDriver.status.__dict__)
    monkeypatch.setattr(GadgetDriver, "status", status)
    monkeypatch.setattr(GadgetDriver, "push", status)
    number = school.submit("go")
    school.work(number)
    with school.service.around.store.reading() as connection:
        for table in (task, event, attempt):
            rows = connection.execute(select(table).where(table.c.run == number)).all()
            assert rows and not [row for row in rows if "hunter22" in str(tuple(row))]


def test_a_run_that_another_engine_has_taken_is_not_told_of(school, world, monkeypatch):
    """The last device has ended, and before the run is closed another engine takes it: the note is that one's to write."""
    from pedell.engine.ends import RunEnds
    from pedell.store.tables.ticketing import outbox

    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.submit("go")
    closed, plain = threading.Event(), RunEnds.close

    def overtaken(self, active):
        if not closed.is_set():
            self._tools.journal.claim(Claim(active.control, owner="another"))
        try:
            return plain(self, active)
        finally:
            closed.set()

    monkeypatch.setattr(RunEnds, "close", overtaken)
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        assert closed.wait(PATIENCE)
    finally:
        assert host.stop(Deadline.after(PATIENCE))

    def notes() -> int:
        with school.service.around.store.reading() as connection:
            return len(connection.execute(select(outbox.c.marker)).all())

    assert school.service.runs.show(number).run.ended is None
    assert notes() == 0
    assert school.work(number).run.state == "done"
    assert notes() == 1
