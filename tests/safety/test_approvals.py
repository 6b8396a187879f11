"""A second person, or nothing is destroyed."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from pedell.errors import ConflictError, NotFoundError, RefusedError, UsageError
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.runs import RunRequest
from pedell.store.database import now
from pedell.store.tables.control import approval
from pedell.store.tables.journal import run, task
from tests.engine.school import open_service
from tests.safety.people import ANNA, BERT, CARLA, NIGHT, change, ended, engine, events, waits

ERASE = "  - {do: gadget.set, with: {value: first}}\n  - {do: gadget.erase}\n"


def submitted(school, steps=ERASE, count=2, **more):
    school.gadgets(count)
    school.book("go", steps)
    made = school.service.runs.submit(RunRequest("go", "kind=gadget", "new", ANNA, reason="stolen", **more))
    return made.no, made.approval


def test_goes_as_far_as_it_may_waits_and_goes_on_when_granted(school, world):
    number, asked = submitted(school)
    with engine(school, number):
        detail = school.wait(number, until=waits)
        assert world.effects() == {("set", "g0"): 1, ("set", "g1"): 1}
        assert all(f"approvals show {asked}" in row.why for row in detail.tasks)
        school.service.safety.grant(asked, BERT, "I saw the report")
        # Woken by the decision, not by looking again a minute later.
        detail = school.wait(number, until=ended)
    assert detail.run.state == "done"
    assert world.effects() == {("set", "g0"): 2, ("set", "g1"): 2}


def test_granted_while_no_engine_runs(school, world):
    number, asked = submitted(school)
    school.work(number, until=waits)
    school.service.safety.grant(asked, CARLA)
    assert school.work(number, until=ended).run.state == "done"


def test_refused_ends_what_waits(school, world):
    number, asked = submitted(school)
    with engine(school, number):
        school.wait(number, until=waits)
        school.service.safety.refuse(asked, BERT, "wrong room")
        detail = school.wait(number, until=ended)
    assert {row.state for row in detail.tasks} == {"failed"}
    assert {row.error_class for row in detail.tasks} == {"safety"}
    assert "wrong room" in detail.tasks[0].why
    assert school.service.runs.refused_by_safety(number) == 2
    assert world.effects() == {("set", "g0"): 1, ("set", "g1"): 1}


def test_expired_is_refused_and_cannot_be_granted_any_more(school, world):
    number, asked = submitted(school)
    change(school, update(approval).values(expires=now() + 1))
    assert school.service.safety.approval(asked).document()["state"] == "expired"
    with pytest.raises(RefusedError, match="expired"):
        school.service.safety.grant(asked, BERT)
    detail = school.work(number, until=ended)
    assert {row.error_class for row in detail.tasks} == {"safety"}
    assert school.service.safety.approval(asked).approval.state == "expired"
    assert "approval.expired" in dict(events(school, number))
    with pytest.raises(ConflictError):
        school.service.safety.grant(asked, BERT)


@pytest.mark.parametrize(
    "who",
    [
        ANNA,
        Actor("person", "os:1b", VerifiedBy.OS, uid=1),
        Actor("person", "os:x", VerifiedBy.OS),
        NIGHT,
        Actor("system", "system:intake", VerifiedBy.WEBHOOK),
    ],
    ids=["same", "same uid", "no uid", "schedule", "system"],
)
def test_who_cannot_approve(school, who):
    _number, asked = submitted(school)
    with pytest.raises(RefusedError):
        school.service.safety.grant(asked, who)
    assert school.service.safety.approval(asked).approval.state == "asked"


def test_who_asked_may_refuse_but_needs_a_reason(school):
    _number, asked = submitted(school)
    with pytest.raises(UsageError):
        school.service.safety.refuse(asked, ANNA, " ")
    assert school.service.safety.refuse(asked, ANNA, "found it").state == "refused"


def test_decided_once(school):
    _number, asked = submitted(school)
    school.service.safety.grant(asked, BERT)
    with pytest.raises(ConflictError):
        school.service.safety.refuse(asked, CARLA, "no")
    with pytest.raises(NotFoundError):
        school.service.safety.grant(99, BERT)


@pytest.mark.parametrize(("who", "weak"), [(BERT, True), (CARLA, False)], ids=["os", "token"])
def test_the_journal_says_who_and_how_surely(school, who, weak):
    number, asked = submitted(school)
    school.service.safety.grant(asked, who, "seen")
    told = dict(events(school, number))
    assert told["approval.asked"]["approval"] == asked
    grant = told["approval.granted"]
    assert (grant["actor"], grant["verified_by"], grant["weak"], grant["reason"]) == (
        who.id,
        str(who.verified_by),
        weak,
        "seen",
    )
    assert school.service.safety.approval(asked).approval.weak is weak
    school.service.audit.verify()


def test_what_is_shown_before_one_agrees(school):
    _number, asked = submitted(school)
    shown = school.service.safety.approval(asked).document()
    assert shown["irreversible"] == ["gadget.erase"]
    assert (shown["count"], shown["devices"], shown["sites"], shown["reason"]) == (
        2,
        ["g0", "g1"],
        {"s0": 2},
        "stolen",
    )
    assert [one.approval.no for one in school.service.safety.approvals()] == [asked]
    school.service.safety.grant(asked, BERT)
    assert school.service.safety.approvals() == []
    assert len(school.service.safety.approvals(everything=True)) == 1


def test_an_envelope_that_was_changed_afterwards_is_not_what_was_approved(school, world):
    number, asked = submitted(school)
    school.service.safety.grant(asked, BERT)
    change(school, update(approval).values(envelope="0" * 64))
    detail = school.work(number, until=ended)
    assert {row.error_class for row in detail.tasks} == {"safety"}
    assert ("set", "g0") in world.effects() and world.effects()["set", "g0"] == 1


def test_inputs_that_were_changed_afterwards_stop_everything(school, world):
    number, asked = submitted(school)
    school.service.safety.grant(asked, BERT)
    change(school, update(run).values(inputs='{"x": 1}'))
    detail = school.work(number, until=ended)
    assert "planned" in detail.tasks[0].why and not world.effects()


def test_a_grant_does_not_last_for_ever(school, world):
    number, asked = submitted(school)
    school.service.safety.grant(asked, BERT)
    change(school, update(approval).values(decided=now() - 25 * 3600 * 1_000_000))
    assert "too old" in school.work(number, until=ended).tasks[0].why


def test_waiting_for_approval_as_a_step(school, world):
    steps = "  - {do: gadget.set, with: {value: a}}\n  - {wait: approval}\n  - {do: gadget.press}\n"
    number, asked = submitted(school, steps, count=1)
    assert asked
    with engine(school, number):
        school.wait(number, until=waits)
        assert world.effects() == {("set", "g0"): 1}
        school.service.safety.grant(asked, BERT)
        assert school.wait(number, until=ended).run.state == "done"
    assert world.effects()["press", "g0"] == 1


def test_refused_step_may_be_rescued(school, world):
    steps = """
  - block:
      - {wait: approval}
      - {do: gadget.press}
    rescue:
      - {say: {en: "{{ error.class }}", de: x}}
"""
    number, asked = submitted(school, steps, count=1)
    school.service.safety.refuse(asked, BERT, "not today")
    detail = school.work(number, until=ended)
    assert detail.tasks[0].says[0]["en"] == "safety" and not world.effects()


def test_what_needs_no_second_person_asks_for_none(school):
    _number, asked = submitted(school, "  - {do: gadget.press}\n")
    assert not asked and school.service.safety.approvals(everything=True) == []


def test_another_process_sees_the_decision(school, world):
    """The engine in one process, the person in another."""
    number, asked = submitted(school)
    with engine(school, number):
        school.wait(number, until=waits)
        other = open_service(school.data)
        try:
            other.safety.grant(asked, CARLA)
        finally:
            other.around.close()
        assert school.wait(number, until=ended).run.state == "done"


@pytest.mark.thorough
def test_who_begins_to_wait_while_it_is_granted_is_woken_too(school, world):
    """The row of a task that asked just before the decision may be written just after it."""
    number, asked = submitted(school)
    with engine(school, number):
        school.wait(number, until=waits)
        school.service.safety.grant(asked, BERT)
        change(school, update(task).values(until=now() + 3_600_000_000))
        assert school.wait(number, until=ended).run.state == "done"


def test_of_a_run_that_has_ended_nobody_has_to_decide_any_more(school):
    number, asked = submitted(school)
    school.service.runs.cancel(number, ANNA, "no longer needed")
    school.work(number)
    assert [one.approval.no for one in school.service.safety.approvals()] == []
    (shown,) = school.service.safety.approvals(everything=True)
    assert (shown.approval.no, shown.approval.standing) == (asked, "expired")
