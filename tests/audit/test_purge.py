"""Old runs go, their lines in the ledger stay, and everything still verifies."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update

from pedell.errors import ConflictError, NotFoundError
from pedell.journal import purge as purging
from pedell.journal.purge import SHARDS
from pedell.store.database import new_id, now
from pedell.store.tables.control import actor, command
from pedell.store.tables.journal import attempt, event, ledger, run, shard, task
from tests.engine.school import ACTOR, School

DAY = 86_400 * 1_000_000
LOOK = "  - {do: gadget.status, save_as: s}\n  - {check: s.open}\n"
ACT = "  - {do: gadget.set, with: {value: x}}\n"


def aged(school: School, number: int, days: float) -> None:
    """Let it have ended so long ago; neither digest nor chain holds that time."""
    with school.service.around.store.writing() as connection:
        connection.execute(update(run).where(run.c.no == number).values(ended=now() - int(days * DAY)))


def left(school: School) -> dict[str, int]:
    with school.service.around.store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (run, shard, task, attempt, event)
        }


@pytest.fixture
def three(school: School) -> tuple[int, int, int]:
    """A run that only read, one that acted, one that only read lately."""
    school.gadgets(3)
    school.book("look", LOOK)
    school.book("act", ACT)
    numbers = school.run("look").run.no, school.run("act").run.no, school.run("look").run.no
    aged(school, numbers[0], 61)
    aged(school, numbers[1], 61)
    return numbers


def test_reads_go_first_and_effects_later(school: School, three: tuple[int, int, int]) -> None:
    retention, audit = school.service.retention, school.service.audit
    found = retention.due()
    assert (found.reads, found.effects, found.attempts, found.tasks) == (1, 0, 0, 3)
    assert found.events > 0
    assert left(school)["run"] == 3, "looking removes nothing"
    assert retention.purge(ACTOR)[0] == 1
    verified = audit.verify()
    assert verified.ok, verified.broken
    assert (verified.runs, verified.purged, verified.lines) == (2, 1, 4)
    assert audit.verify(three[1]).ok
    aged(school, three[1], 1097)
    assert retention.due().attempts == 3
    assert retention.purge(ACTOR)[0] == 1
    assert left(school)["attempt"] == 0
    with pytest.raises(NotFoundError):
        school.service.runs.number(str(three[1]))
    assert retention.purge(ACTOR)[0] == 0
    verified = audit.verify()
    assert verified.ok and verified.purged == 2 and verified.runs == 1
    # The chain goes on behind the purge's own lines.
    school.run("act")
    assert school.service.audit.verify().ok
    with school.service.around.store.reading() as connection:
        said = connection.execute(
            select(command.c.actor, command.c.answer).where(command.c.kind == "purge")
        ).all()
    assert [tuple(row) for row in said] == [(ACTOR.id, f"{n} runs, readings of 0 devices") for n in (1, 1, 0)]


def test_a_mark_set_by_hand_does_not_fit(school: School, three: tuple[int, int, int]) -> None:
    with school.service.around.store.writing() as connection:
        gone = connection.execute(select(run.c.id).where(run.c.no == three[2])).scalar_one()
        connection.execute(update(ledger).where(ledger.c.run == gone).values(purged=now()))
    verified = school.service.audit.verify()
    assert [broken.message for broken in verified.broken] == [
        "lines are marked as purged, and the ledger tells of no such purge"
    ]


@pytest.mark.parametrize("trick", ["more", "fewer"])
def test_a_line_that_joins_or_leaves_a_purge_shows(
    school: School, three: tuple[int, int, int], trick: str
) -> None:
    school.service.retention.purge(ACTOR)
    with school.service.around.store.writing() as connection:
        at = connection.execute(select(func.max(ledger.c.purged))).scalar_one()
        if trick == "more":
            other = connection.execute(select(run.c.id).where(run.c.no == three[2])).scalar_one()
            connection.execute(update(ledger).where(ledger.c.run == other).values(purged=at))
        else:
            connection.execute(update(ledger).where(ledger.c.seq == 1).values(purged=None))
    assert not school.service.audit.verify().ok


def test_a_purge_that_was_interrupted_is_finished(
    school: School, three: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(purging, "_remove", lambda store, number: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            school.service.retention.purge(ACTOR)
    assert left(school)["run"] == 3
    assert school.service.audit.verify().ok, "what is marked may be half gone"
    assert school.service.retention.purge(ACTOR)[0] == 1
    assert left(school)["run"] == 2
    assert school.service.audit.verify().ok


def test_a_run_of_many_shards_goes_in_portions_while_others_write(school: School) -> None:
    school.gadgets(SHARDS * 2 + 1, sites=SHARDS * 2 + 1)
    school.book("look", LOOK)
    school.book("act", ACT)
    number = school.run("look").run.no
    aged(school, number, 61)
    done = threading.Thread(target=school.service.retention.purge, args=(ACTOR,))
    done.start()
    try:
        detail = school.run("act", "name=g1")
    finally:
        done.join(30)
    assert detail.run.state == "done"
    assert left(school)["task"] == 1
    verified = school.service.audit.verify()
    assert verified.ok and verified.purged == 1


def test_open_runs_stay(school: School) -> None:
    school.gadgets(1)
    school.book("look", LOOK)
    number = school.submit("look")
    with school.service.around.store.writing() as connection:
        connection.execute(update(run).where(run.c.no == number).values(created=1))
    assert school.service.retention.due().runs == school.service.retention.purge(ACTOR)[0] == 0


def test_a_retry_and_its_proposal_outlive_what_they_name(school: School) -> None:
    school.gadgets(1)
    school.book("no", '  - {check: "false"}\n')
    first = school.run("no")
    second = school.service.runs.retry_failed(first.run.no, ACTOR, "again").no
    school.work(second)
    aged(school, first.run.no, 61)
    assert school.service.retention.purge(ACTOR)[0] == 1
    assert school.service.runs.show(second).run.retry_of is None


def test_a_name_is_forgotten_and_stays_so(school: School, three: tuple[int, int, int]) -> None:
    retention = school.service.retention
    assert retention.forget("tester") == ACTOR.id
    school.run("look")
    with school.service.around.store.writing() as connection:
        assert connection.execute(select(actor.c.name).where(actor.c.id == ACTOR.id)).scalar_one() == ""
        connection.execute(
            actor.insert(), [{"id": new_id(), "kind": "person", "name": "Twin", "uid": None} for _ in "ab"]
        )
    with pytest.raises(NotFoundError):
        retention.forget("tester")
    with pytest.raises(ConflictError):
        retention.forget("Twin")
    assert school.service.audit.verify().ok
