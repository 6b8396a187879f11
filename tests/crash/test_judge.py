"""The judge must be able to condemn: each of its sentences about what was altered by hand, where nothing crashed."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text

from pedell.drivers.deadline import Deadline
from pedell.engine.leases import Leases
from tests.crash.campaign import Round
from tests.safety.people import BERT

COPY = (
    "INSERT INTO event (run, shard, seq, at, kind, body, hash) "
    "SELECT run, shard, seq + 1000, at, kind, body, hash FROM event WHERE kind = '{}'"
)
CASES = {
    "order": ("UPDATE attempt SET step = '3' WHERE step = '1' AND run = 1", "press of step 2 came after set of step 3"),
    "two ends": (COPY.format("attempt.done"), "has ended 2 times"),
    "a task's two ends": (COPY.format("task.done"), "has ended 2 times"),
    "no end": ("DELETE FROM event WHERE kind = 'attempt.done'", "no event tells of its end"),
    "nobody agreed": ("DELETE FROM event WHERE kind = 'approval.granted'", "was agreed to 0 times"),
    "agreed twice": (COPY.format("approval.granted"), "was agreed to 2 times"),
    "agreed later": ("UPDATE event SET at = at + 3600000000 WHERE kind = 'approval.granted'", "began before it was agreed to"),
    "agreed alone": ("UPDATE approval SET decided_by = asked_by", "whoever asked has granted it"),
    "not counted": ("DELETE FROM cap_count", "has counted 0, and there were 1"),
    "counted twice": ("UPDATE cap_count SET count = 2", "has counted 2, and there were 1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def done(tmp_path_factory, store_bytes):
    """Effects of every risk on one gadget, with consent; nothing is wrong."""
    with Round(tmp_path_factory.mktemp("judge"), store_bytes, gadgets=1) as made:
        made.school.book("go", "  - {do: gadget.set, with: {value: x}}\n  - {do: gadget.press}\n")
        made.school.run("go")
        number = made.school.submit("wipe", reason="stolen")
        made.school.service.safety.grant(1, BERT, "yes")
        made.school.work(number)
        assert made.judge() == []
        yield made


@pytest.mark.parametrize("case", CASES)
def test_what_was_altered_is_a_broken_promise(done, case):
    statement, words = CASES[case]
    store = done.school.service.around.store
    with sqlite3.connect(done.school.data / "pedell.db") as copy, sqlite3.connect(":memory:") as kept:
        copy.backup(kept)
        try:
            with store.writing() as connection:
                connection.execute(text(statement))
            assert any(words in line for line in done.judge())
        finally:
            kept.backup(copy)
    done.memory.seen.clear()
    assert done.judge() == []


def test_a_lease_that_was_left_behind_is_one(done):
    leases = Leases(done.school.data)
    with leases.lease(f"gadget:{done.school.port}/g0", Deadline.after(1)):
        assert any("was left behind" in line for line in done.judge())
    leases.close()
    assert done.judge() == []
