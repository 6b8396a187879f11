"""The journal shows what was changed, and stands still when the store does."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.journal import chain
from pedell.journal.commit import commit
from pedell.journal.ops import Barrier, Note, Outcome, ShardRef
from pedell.journal.writer import Journal
from pedell.store.database import Store


@pytest.fixture
def closed(school):
    """Two closed runs."""
    school.gadgets(3)
    school.book("go", "  - {do: gadget.press}\n")
    first, second = school.run("go").run.no, school.run("go").run.no
    assert school.service.audit.verify().ok
    return school, first, second


def change(school, *statements: str) -> None:
    with school.service.around.store.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE event SET body = replace(body, 'gadget.press', 'gadget.other') WHERE run = 1 AND shard = 1 AND seq = 2",
            "was changed",
        ),
        ("UPDATE event SET at = at + 1 WHERE run = 1 AND shard = 1 AND seq = 3", "was changed"),
        (
            "UPDATE event SET kind = 'attempt.failed' WHERE run = 1 AND shard = 1 AND kind = 'attempt.done'",
            "was changed",
        ),
        ("DELETE FROM event WHERE run = 1 AND shard = 1 AND seq = 2", "is missing"),
        (
            "DELETE FROM event WHERE run = 1 AND shard = 1 AND seq = (SELECT max(seq) FROM event WHERE run = 1 AND shard = 1)",
            "ends early",
        ),
        ("UPDATE shard SET head = 'x' WHERE run = 1 AND no = 1", "ends early"),
        ("UPDATE run SET state = 'failed' WHERE no = 1", "the run says failed"),
        ("UPDATE run SET digest = 'x' WHERE no = 1", "digest"),
        ("UPDATE ledger SET digest = 'x' WHERE seq = 1", "ledger was changed"),
        ("DELETE FROM ledger WHERE seq = 1", "line of the ledger is missing"),
        ("DELETE FROM ledger WHERE seq = 2", "not in the ledger"),
    ],
)
def test_every_change_shows(closed, statement, says):
    school, _, _ = closed
    change(school, statement)
    broken = school.service.audit.verify().broken
    assert any(says in found.message for found in broken), broken


def test_a_run_that_was_removed_shows(closed):
    school, first, _ = closed
    tables = ("event", "attempt", "task", "shard")
    change(
        school,
        *(f"DELETE FROM {table} WHERE run = {first}" for table in tables),
        f"DELETE FROM run WHERE no = {first}",
    )
    assert any("has been removed" in found.message for found in school.service.audit.verify().broken)


def test_the_first_changed_event_is_named(closed):
    school, first, _ = closed
    change(school, f"UPDATE event SET body = '{{}}' WHERE run = {first} AND shard = 1 AND seq = 4")
    found = school.service.audit.verify().broken[0]
    assert (found.run, found.shard, found.seq) == (first, 1, 4)


def test_the_formula_of_the_chain_does_not_change():
    # These values stand in installed journals: a change of the formula would call all of them forged.
    assert (
        chain.genesis("01ARZ3NDEKTSV4RRFFQ69G5FAV", 1)
        == "9e7941ffcae7f686beef7612ad735885ededeed0730fea421508b65f55d92c39"
    )
    head = chain.link("0" * 64, "RUN", 1, 1, 1_700_000_000_000_000, "attempt.intent", '{"a":1}')
    assert head == "4182ed4061b9754471b3c3ce91857d9505a28d82eec99999dbc610207ec4d8ca"
    assert (
        chain.digest("RUN", "done", [(1, 2, "b"), (0, 3, "a")])
        == "ff64932c397185ac11d86db1bb859768bb0c67b75bd1d5570eb9aea95714e7f5"
    )
    assert (
        chain.ledger_link("0" * 64, 1, "RUN", "d")
        == "15842159b0cc3d069e1b56df903015e1991ecd7d36b5dd7fbf93bc44b8bcc974"
    )
    assert chain.text_of({"b": 1, "a": "ä"}) == '{"a":"ä","b":1}'


def _adopt(host, number: int) -> None:
    deadline = Deadline.after(60)
    while not deadline.passed():
        try:
            host.adopt(number)
        except StoreError:
            time.sleep(0.05)
        else:
            return


def test_a_locked_store_stops_acting_and_goes_on_afterwards(school, world, monkeypatch):
    """Somebody holds the write lock: nothing is done meanwhile; nothing is lost."""
    from pedell.store import database

    monkeypatch.setattr(database, "BUSY_MS", 200)
    school.close()
    again = type(school)(school.data, school.port, school.database)
    again.gadgets(2)
    again.book("go", "  - {do: gadget.press}\n")
    number = again.submit("go")
    host = again.service.runs.host()
    assert host.start(everything=False)
    blocker = Store(school.database)
    try:
        with blocker.writing():
            adopting = threading.Thread(target=lambda: _adopt(host, number))
            adopting.start()
            deadline = Deadline.after(1.0)
            while not deadline.passed():
                assert not world.effects()
                time.sleep(0.05)
        adopting.join(60)
        detail = again.wait(number, until=lambda p: p.done)
        assert detail.run.state == "done"
        assert world.effects() == {("press", "g0"): 1, ("press", "g1"): 1}
    finally:
        blocker.close()
        host.stop(Deadline.after(60))
        again.close()


def test_a_dead_writer_fails_everybody_at_once(school):
    journal = Journal(school.service.around.store)
    journal.start()
    nowhere = ShardRef(99, "nowhere", 1, 1)
    # What breaks an invariant is a bug: the writer must not go on as if nothing had happened.
    journal.put(
        Outcome(
            nowhere, attempt=object(), epoch=1, state="done", holds=False, hold_until=0, values={}, body={}
        )
    )  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        journal.flush(Barrier(nowhere), 60)
    with pytest.raises(StoreError):
        journal.put(Note(nowhere, "x", {}))
    assert journal.dead is not None
    assert journal.stop(Deadline.after(60))


def test_the_last_of_two_outcomes_in_one_group_counts(closed):
    school, number, _ = closed
    change(school, f"UPDATE attempt SET state = 'open' WHERE run = {number}")
    with school.service.around.store.reading() as connection:
        rows = connection.execute(text(f"SELECT id, shard, epoch FROM attempt WHERE run = {number}")).all()
        run_id = connection.execute(text(f"SELECT id FROM run WHERE no = {number}")).scalar_one()

    def outcomes(state: str) -> list[Outcome]:
        refs = [(row, ShardRef(number, run_id, row.shard, row.epoch)) for row in rows]
        return [
            Outcome(ref, row.id, row.epoch, state, False, 0, {"happened": state}, {}) for row, ref in refs
        ]

    with school.service.around.store.writing() as connection:
        commit(connection, [*outcomes("in_doubt"), *outcomes("waiting"), *outcomes("failed")], sweep=False)
    with school.service.around.store.reading() as connection:
        found = connection.execute(text(f"SELECT state, happened FROM attempt WHERE run = {number}")).all()
    assert [tuple(row) for row in found] == [("failed", "failed")] * len(rows) and rows
