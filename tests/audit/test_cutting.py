"""In one run, readings go after two months and effects after three years."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from pedell.journal import cutting
from pedell.journal.cutting import SHARDS
from pedell.store.tables.journal import event, ledger, shard, task
from tests.audit.test_export import recompute
from tests.audit.test_purge import DAY, aged
from tests.engine.school import ACTOR, School

BOOK = """
  - {do: gadget.status, save_as: after}
  - {do: gadget.set, with: {value: x}, when: device.name == 'g0'}
  - {check: after.open}
"""


@pytest.fixture
def run(school: School) -> int:
    """One device was acted upon, two were only read, ten weeks ago."""
    school.gadgets(3, sites=2)
    school.book("go", BOOK)
    number = school.run("go").run.no
    aged(school, number, 70)
    return number


def bodies(school: School, number: int) -> dict[str, str]:
    with school.service.around.store.reading() as connection:
        names = {row.device_id: row.device for row in school.service.runs.show(number).tasks}
        rows = connection.execute(select(event).where(event.c.run == number, event.c.kind == "task.done"))
        found = [(row.body, row.cut) for row in rows]
    return {
        names[json.loads(body)["device"]] if body else f"cut {n}": body for n, (body, _) in enumerate(found)
    }


def change(school: School, statement) -> None:
    with school.service.around.store.writing() as connection:
        connection.execute(statement)


def test_what_was_only_read_goes_and_everything_verifies(school: School, run: int) -> None:
    retention = school.service.retention
    digest = school.service.runs.show(run).run.digest
    assert retention.due().readings == 2 and retention.due().runs == 0
    assert retention.purge(ACTOR) == (0, 2)
    left = bodies(school, run)
    assert len(left) == 3 and "g0" in left and "after" in left["g0"], "the effect's device keeps its proof"
    shown = school.service.runs.show(run)
    assert shown.run.digest == digest and shown.run.counts == {"done": 3}
    assert {row.device: bool(row.proofs) for row in shown.tasks} == {"g0": True, "g1": False, "g2": False}
    verified = school.service.audit.verify()
    assert verified.ok, verified.broken
    assert (verified.emptied, verified.lines, verified.purged) == (2, 2, 0)
    assert school.service.audit.verify(run).ok
    assert retention.due().readings == 0 and retention.purge(ACTOR) == (0, 0)
    assert all(one["kind"] for one in school.service.audit.events(run))


def test_lately_nothing_goes(school: School, run: int) -> None:
    aged(school, run, 59)
    assert school.service.retention.purge(ACTOR) == (0, 0)


def test_after_three_years_the_run_goes_with_its_cuts(school: School, run: int) -> None:
    school.service.retention.purge(ACTOR)
    aged(school, run, 1097)
    assert school.service.retention.purge(ACTOR) == (1, 0)
    verified = school.service.audit.verify()
    assert verified.ok, verified.broken
    assert (verified.runs, verified.purged, verified.lines) == (0, 1, 3)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (update(event).where(event.c.body == "").values(body="{}"), "was changed"),
        (update(event).where(event.c.body == "").values(hash="0" * 64), "missing|was changed|ends early"),
        (update(event).where(event.c.body == "").values(cut=1), "no such cut"),
        (update(event).where(event.c.kind == "task.done").values(body="", cut=1), "no such cut"),
        (update(event).where(event.c.kind == "attempt.done").values(body=""), "was changed"),
        (update(ledger).where(ledger.c.cut_of.is_not(None)).values(at=1), "other readings"),
        (update(ledger).where(ledger.c.cut_of.is_not(None)).values(cut_of=None), "has been removed"),
    ],
)
def test_whoever_empties_or_fills_something_else_shows(
    school: School, run: int, statement, words: str
) -> None:
    school.service.retention.purge(ACTOR)
    change(school, statement)
    found = [one.message for one in school.service.audit.verify().broken]
    assert found and any(word in message for message in found for word in words.split("|")), found


def test_one_more_event_that_joins_a_cut_shows(school: School, run: int) -> None:
    school.service.retention.purge(ACTOR)
    with school.service.around.store.writing() as connection:
        at = connection.execute(select(ledger.c.at).where(ledger.c.cut_of.is_not(None))).scalars().first()
        kept = (event.c.kind == "attempt.done", event.c.run == run)
        connection.execute(update(event).where(*kept).values(body="", cut=at))
    assert "the ledger tells of other readings that were cut" in [
        one.message for one in school.service.audit.verify().broken
    ]


def test_an_interrupted_one_goes_on(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.gadgets(SHARDS + 2, sites=SHARDS + 2)
    school.book("go", BOOK)
    number = school.run("go").run.no
    aged(school, number, 70)
    plain, calls = cutting._cut, []

    def once(connection, *portion):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return plain(connection, *portion)

    with monkeypatch.context() as patched:
        patched.setattr(cutting, "_cut", once)
        with pytest.raises(KeyboardInterrupt):
            school.service.retention.purge(ACTOR)
    assert school.service.audit.verify().ok
    assert school.service.retention.purge(ACTOR) == (0, 2)
    verified = school.service.audit.verify()
    assert verified.ok and verified.emptied == SHARDS + 1


def test_the_export_can_be_recomputed(school: School, run: int) -> None:
    school.service.retention.purge(ACTOR)
    recompute(list(school.service.audit.export()))


def test_a_run_that_has_not_ended_keeps_its_readings(school: School) -> None:
    school.gadgets(1)
    school.book("go", BOOK + "  - {wait: 1h}\n")
    number = school.submit("go")
    school.work(number, until=lambda progress: progress.state == "waiting")
    assert DAY and school.service.retention.purge(ACTOR) == (0, 0)
    with school.service.around.store.reading() as connection:
        assert connection.execute(select(task.c.memo).where(task.c.run == number)).scalar_one()
        assert connection.execute(select(shard.c.cut)).scalars().all() == [None, None]
