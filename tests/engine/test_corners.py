"""Small things that once went wrong."""

from __future__ import annotations

import json
import threading
import time

import pytest
from sqlalchemy import func, select, update

from pedell.drivers.api import DeviceError, Done, ErrorClass, Happened, Waiting
from pedell.engine import loading
from pedell.engine.ends import RunEnds
from pedell.engine.hands import masked
from pedell.engine.settle import Decision
from pedell.errors import RefusedError, StoreError
from pedell.i18n import said
from pedell.journal.writer import Journal
from pedell.store.tables.journal import attempt, event, task
from pedell.store.tables.ticketing import ticket
from tests.engine.gadget import GadgetDriver, Status
from tests.engine.school import ACTOR

PRESS = "  - {do: gadget.press}\n"


def answering(monkeypatch, name, method, capability):
    method.__pedell_capability__ = capability
    monkeypatch.setattr(GadgetDriver, name, method)


# What was begun in parts -----------------------------------------------------------------------------


def test_a_composite_action_whose_second_half_is_refused_is_finished(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.cycle}\n")
    world.ask("fault", "g0", "open", "no", "1")
    detail = school.run("go")
    assert detail.tasks[0].state == "failed"
    assert "open=1" in world.ask("status", "g0"), "the port must not stay shut"
    assert world.effects() == {("shut", "g0"): 1, ("open", "g0"): 1}


def test_one_that_is_finished_only_later_is_not_begun_again(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.cycle}\n")
    world.ask("fault", "g0", "open", "no", "2")
    detail = school.run("go")
    assert detail.tasks[0].state == "failed"
    assert world.effects() == {("shut", "g0"): 1, ("open", "g0"): 1}


def test_one_that_runs_out_of_time_between_its_halves_is_finished(school, world, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.cycle}\n")

    def late(self, call, params):
        with call.effect("shut"):
            self.ask(call.deadline, "shut", call.token)
        raise DeviceError(ErrorClass.TIMEOUT, "out of time", happened=Happened.NO)

    answering(monkeypatch, "cycle", late, "gadget.cycle")
    school.run("go")
    assert "open=1" in world.ask("status", "g0")


def test_one_whose_first_half_was_refused_needs_no_finish(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.cycle}\n")
    world.ask("fault", "g0", "shut", "no", "1")
    assert school.run("go").tasks[0].state == "failed"
    assert not world.effects()


def test_what_a_poll_began_and_no_answer_tells_of_is_in_doubt(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.brew, with: {seconds: 60}}\n")
    number = school.submit("go")
    school.work(number, until=lambda progress: progress.counts.get("waiting") or progress.active)
    store = school.service.around.store
    with store.reading() as connection:
        row = connection.execute(select(attempt.c.task, attempt.c.state)).one()
        assert loading.attempts(connection, [row.task])[row.task]["1"].state == row.state == "waiting"
    with store.writing() as connection:
        # As the engine leaves it that dies between the mark of a part and the next answer.
        connection.execute(update(attempt).values(parts=json.dumps({"stir": "begun"})))
    with store.reading() as connection:
        assert loading.attempts(connection, [row.task])[row.task]["1"].state == "in_doubt"
    before = world.effects()["brew", "g0"]
    school.work(number, until=lambda progress: progress.counts.get("in_doubt"))
    assert world.effects()["brew", "g0"] == before == 1


def test_parts_of_a_poll_are_kept_beside_those_of_the_call(school, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.brew}\n")

    def brew(self, call, params):
        with call.effect("grind"):
            pass
        return Waiting({"step": 1}, "grinds", poll_after=0.1)

    def poll(self, capability, call, token):
        with call.effect("stir"):
            pass
        return Status(value="x", open=True, presses=0, ready=True)

    answering(monkeypatch, "brew", brew, "gadget.brew")
    monkeypatch.setattr(GadgetDriver, "poll", poll)
    assert school.run("go").run.state == "done"
    with school.service.around.store.reading() as connection:
        parts = connection.execute(select(attempt.c.parts)).scalar_one()
    assert json.loads(parts) == {"grind": "ended", "stir": "ended"}


# Waiting for nobody ------------------------------------------------------------------------------------


def test_a_driver_that_hangs_and_does_not_close_keeps_nobody_from_the_device(school, world, monkeypatch):
    monkeypatch.setattr("pedell.engine.engine.OVERDUE_SECONDS", 0.1)
    monkeypatch.setattr("pedell.engine.hands.CONNECT_SECONDS", 0.3)
    monkeypatch.setattr("pedell.engine.hands.CLOSE_SECONDS", 0.2)
    school.gadgets(1)
    ends = threading.Event()
    plain = GadgetDriver.close
    hung = []

    def stuck(self, call, params):
        hung.append(self)
        ends.wait(100)
        return self.status(call, None)

    def close(self):
        if self in hung:
            ends.wait(100)
        plain(self)

    answering(monkeypatch, "stuck", stuck, "gadget.stuck")
    monkeypatch.setattr(GadgetDriver, "close", close)
    school.book("go", "  - {do: gadget.stuck, optional: true}\n  - {do: gadget.press}\n")
    number = school.submit("go")
    try:
        detail = school.work(number, until=lambda progress: progress.done)
        assert detail.run.state == "done" and world.effects()["press", "g0"] == 1
    finally:
        ends.set()


def test_that_a_run_rests_is_told_when_the_store_is_back(school, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {wait: 1h}\n")
    plain = RunEnds.rest
    told = []

    def rest(self, active):
        told.append(1)
        if len(told) == 1:
            monkeypatch.setattr(self, "_store", Away())
            try:
                return plain(self, active)
            finally:
                monkeypatch.undo()
                monkeypatch.setattr(RunEnds, "rest", rest)
        return plain(self, active)

    monkeypatch.setattr(RunEnds, "rest", rest)
    school.work(school.submit("go"), until=lambda progress: progress.state == "waiting")
    assert len(told) >= 2


class Away:
    """A store that does not answer."""

    def writing(self):
        raise StoreError("away")


def test_a_decision_whose_writing_takes_long_is_taken_up_all_the_same(school, world, monkeypatch):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.push}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    number = school.run("go").run.no
    plain = Journal.flush
    flushed = []

    def flush(self, op, seconds=60.0):
        if threading.current_thread().name == "engine-ears" and not flushed:
            flushed.append(1)
            raise StoreError("the journal did not answer in time")
        plain(self, op, seconds)

    monkeypatch.setattr(Journal, "flush", flush)
    doubt = school.service.runs.doubts(number)[0]
    command = school.service.runs.settle(doubt.id, Decision.DONE, ACTOR, "I saw it")
    detail = school.work(number, until=lambda progress: progress.done)
    assert detail.run.state == "done" and flushed
    kinds = [one["kind"] for one in school.service.audit.events(number)]
    assert kinds.count("attempt.settled") == 1
    assert school.service.runs.answer(command) in ("ok", None)


# What is said ------------------------------------------------------------------------------------------


def test_no_ticket_is_opened_for_what_is_refused_for_want_of_a_reason(school):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.erase}\n")
    with pytest.raises(RefusedError):
        school.submit("go")
    with school.service.around.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(ticket)).scalar() == 0


def test_secrets_reach_neither_results_nor_proofs_nor_events(school, world, monkeypatch):
    monkeypatch.setenv("GADGET_PASSWORD", "hunter2-geheim")
    school.gadgets(1)
    school.book(
        "go",
        """
  - {do: gadget.status, save_as: before}
  - {do: gadget.press, save_as: pressed}
  - {do: gadget.status, save_as: after}
  - {check: "after.value == before.value"}
  - {say: {en: "{{ after.value }}", de: "{{ after.value }}"}}
""",
    )

    def status(self, call, params):
        value = self.env.secret("secret://env/GADGET_PASSWORD")
        call.note(f"the password is {value}")
        return Done(Status(value=f"<{value}>", open=True, presses=0, ready=True), warnings=(f"see {value}",))

    def press(self, call, params):
        self.ask(call.deadline, "press", call.token)
        return status(self, call, params)

    answering(monkeypatch, "status", status, "gadget.status")
    answering(monkeypatch, "press", press, "gadget.press")
    detail = school.run("go")
    assert detail.run.state == "done"
    with school.service.around.store.reading() as connection:
        kept = [list(row) for table in (task, attempt, event) for row in connection.execute(select(table))]
    assert "hunter2" not in repr(kept)
    assert "••••" in repr(kept)


def test_masking_goes_through_lists_and_records():
    value = {"a": ["x-secret", {"secret": 1}], "b": 2, "c": None}
    assert masked(value, lambda text: text.replace("secret", "•")) == {
        "a": ["x-•", {"•": 1}],
        "b": 2,
        "c": None,
    }


def test_reasons_are_read_in_german(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.push}\n")
    school.book("other", "  - {do: gadget.set, with: {value: b}}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    first = school.submit("go")
    doubt = school.work(first, until=lambda progress: progress.state == "in_doubt")
    assert "der Ausgang ist unbekannt" in said(doubt.tasks[0].why, "de")
    held = school.work(school.submit("other"), until=lambda progress: progress.counts.get("blocked") == 1)
    assert said(held.tasks[0].why, "de") == f"g0 wird von Lauf {first} gehalten"


def test_a_step_that_was_found_done_says_that_it_has_no_result(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press, save_as: pressed}\n  - {check: pressed.presses == 1}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    row = school.run("go").tasks[0]
    assert (row.state, row.error_class) == ("failed", "precondition")
    assert "pressed is none" in row.why and "found done after an interruption" in row.why


def test_a_step_may_stand_very_deep(school, world):
    school.gadgets(1)
    steps, indent = "", "  "
    for _ in range(12):
        steps += f"{indent}- for_each: '[1]'\n{indent}  block:\n"
        indent += "      "
    school.book("go", steps + f"{indent}- {{do: gadget.press}}\n")
    assert school.run("go").run.state == "done"
    with school.service.around.store.reading() as connection:
        step = connection.execute(select(attempt.c.step)).scalar_one()
    assert len(step) > 50


def test_an_account_number_may_be_large(school):
    from pedell.model.actor import Actor, VerifiedBy

    big = Actor("person", "os:4294967294", VerifiedBy.OS, name="nobody", uid=4_294_967_294)
    school.service.safety.stop(big, "test")
    assert school.service.safety.stopped().on
    assert time.time() > 0
