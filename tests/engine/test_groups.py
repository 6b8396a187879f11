"""What a group commits does not depend on how operations were grouped."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import select, text

from pedell.journal import commit as committing
from pedell.journal.commit import commit
from pedell.journal.ops import Cap, Claim, Intent, Outcome, ShardRef, Verdict
from pedell.settings import EngineSettings
from pedell.store.tables.journal import attempt, run, task

numbers = count(1)


class Desk:
    """Writes groups into a run of so many gadgets."""

    def __init__(self, school, devices: int) -> None:
        school.gadgets(devices)
        around = school.service.around
        around.settings = around.settings.model_copy(update={"engine": EngineSettings(shard_size=1000)})
        school.book("go", "  - {do: gadget.press}\n")
        self.store = school.service.around.store
        self.audit = school.service.audit
        self.run = school.submit("go")
        with self.store.reading() as connection:
            run_id = connection.execute(select(run.c.id).where(run.c.no == self.run)).scalar_one()
            self.tasks = connection.execute(
                select(task.c.no, task.c.device).where(task.c.run == self.run).order_by(task.c.no)
            ).all()
        claim = Claim(ShardRef(self.run, run_id, 1, 0), owner="test")
        self.write(claim)
        self.ref = replace(claim.shard, epoch=claim.answer.wait(1))

    def write(self, *ops, sweep: bool = False) -> None:
        with self.store.writing() as connection:
            given = commit(connection, ops, sweep=sweep)
        for answer, value in given:
            answer.give(value)

    def intent(self, device: int, *, hold_until: int = 0, **more) -> Intent:
        row, name = self.tasks[device], f"A{next(numbers):025d}"
        return Intent(
            self.ref,
            attempt={
                "id": name, "task": row.no, "step": name, "device": row.device, "lock_key": f"device:{row.device}",
                "capability": "gadget.press", "effect": "once", "risk": 2, "recovery": "probe", "params": "{}",
                "hold_until": hold_until,
            },
            body={"attempt": name}, task_memo="{}", **more,
        )  # fmt: skip

    def outcome(self, intent: Intent, state: str, *, holds: bool = False) -> Outcome:
        name = intent.attempt["id"]
        return Outcome(
            self.ref, name, self.ref.epoch, state, holds, 0, {"happened": "unknown"}, {"attempt": name}
        )

    def rows(self) -> dict[str, tuple[str, bool]]:
        with self.store.reading() as connection:
            found = connection.execute(select(attempt.c.id, attempt.c.state, attempt.c.holds)).all()
        return {row.id: (row.state, bool(row.holds)) for row in found}

    def kinds(self) -> list[str]:
        with self.store.reading() as connection:
            query = text("SELECT kind FROM event WHERE run = :run AND shard = 1 ORDER BY seq")
            return list(connection.execute(query, {"run": self.run}).scalars())


@pytest.fixture
def desk(school):
    made = Desk(school, 4)
    yield made
    assert made.audit.verify().ok


def verdicts(*intents: Intent) -> list[Verdict]:
    return [one.answer.wait(1).verdict for one in intents]


def test_two_intents_for_one_device_in_one_group(desk):
    first, second, other = desk.intent(0), desk.intent(0), desk.intent(1)
    desk.write(first, second, other)
    assert verdicts(first, second, other) == [Verdict.GRANTED, Verdict.BUSY, Verdict.GRANTED]
    assert set(desk.rows()) == {first.attempt["id"], other.attempt["id"]}
    assert desk.kinds().count("attempt.intent") == 2


@pytest.mark.parametrize("apart", [False, True], ids=["together", "apart"])
def test_what_is_settled_is_not_settled_again(desk, apart):
    first = desk.intent(0)
    desk.write(first)
    ops = [desk.outcome(first, "done"), desk.outcome(first, "in_doubt", holds=True)]
    if apart:
        for op in ops:
            desk.write(op)
    else:
        desk.write(*ops)
    assert desk.rows()[first.attempt["id"]] == ("done", False)
    assert desk.kinds()[-2:] == ["attempt.done", "attempt.late"]


@pytest.mark.parametrize("apart", [False, True], ids=["together", "apart"])
def test_a_device_that_one_gives_back_is_held_by_another_in_the_same_group(desk, apart):
    """The first one's hold has expired, the second one has had the device; now both tell what became of them."""
    late, early = desk.intent(0, hold_until=1), desk.intent(0)
    desk.write(late)
    desk.write(early, sweep=True)
    assert verdicts(late, early) == [Verdict.GRANTED, Verdict.GRANTED]
    ops = [desk.outcome(early, "done"), desk.outcome(late, "in_doubt", holds=True)]
    if apart:
        for op in ops:
            desk.write(op)
    else:
        desk.write(*ops)
    assert desk.rows() == {early.attempt["id"]: ("done", False), late.attempt["id"]: ("in_doubt", True)}


@pytest.mark.parametrize("apart", [False, True], ids=["together", "apart"])
def test_a_cap_counts_only_what_is_granted(desk, apart):
    cap = (Cap("press|everywhere", 1),)
    held = desk.intent(0)
    desk.write(held)
    busy, other, more = desk.intent(0, caps=cap), desk.intent(1, caps=cap), desk.intent(2, caps=cap)
    if apart:
        for op in (busy, other, more):
            desk.write(op)
    else:
        desk.write(busy, other, more)
    assert verdicts(busy, other, more) == [Verdict.BUSY, Verdict.GRANTED, Verdict.CAPPED]


@pytest.mark.parametrize("size", [1, 63, 64, 65, 200])
def test_groups_of_every_size(school, size):
    desk = Desk(school, size)
    intents = [desk.intent(n) for n in range(size)]
    refused = [desk.intent(n) for n in range(0, size, 3)]
    desk.write(*intents, *refused)
    assert set(verdicts(*intents)) == {Verdict.GRANTED}
    assert set(verdicts(*refused)) == {Verdict.BUSY}
    desk.write(*(desk.outcome(one, "done") for one in intents))
    assert set(desk.rows().values()) == {("done", False)} and len(desk.rows()) == size
    assert desk.kinds().count("attempt.intent") == desk.kinds().count("attempt.done") == size
    assert desk.audit.verify().ok


def test_a_cap_that_is_reached_leaves_the_device_to_others(desk):
    full, free = (Cap("press|everywhere", 0),), (Cap("press|site", 1),)
    capped, other, last = desk.intent(0, caps=full), desk.intent(0, caps=free), desk.intent(0, caps=free)
    desk.write(capped, other, last)
    assert verdicts(capped, other, last) == [Verdict.CAPPED, Verdict.GRANTED, Verdict.BUSY]


def test_no_rows_are_none(desk):
    with desk.store.writing() as connection:
        assert committing.statements.EVENTS.run_many(connection, []) == 0
        assert committing.statements.OUTCOMES.run_many(connection, []) == 0
