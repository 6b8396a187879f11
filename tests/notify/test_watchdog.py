"""`pedell doctor --since`: from outside, whether what should have happened did."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, insert, update

from pedell.drivers.deadline import Deadline
from pedell.schedule.fires import look
from pedell.schedule.model import CatchUp, FireState
from pedell.service.schedules import Wanted
from pedell.store.database import new_id, now
from pedell.store.tables.journal import run
from pedell.store.tables.notices import notice
from pedell.store.tables.schedules import fire, schedule
from pedell.store.tables.ticketing import outbox
from tests.engine.school import ACTOR, School
from tests.house.commands import pedell

HOUR = 3600 * 1_000_000


def bad(school: School, since: int = 24 * 3600) -> dict[str, str]:
    return {check.id: check.text for check in school.service.watch.checks(since) if check.level == "bad"}


@pytest.fixture
def night(school: School) -> int:
    """A schedule whose run of last night went well."""
    school.gadgets(2)
    school.book("look", "  - {do: gadget.status, save_as: s}\n  - {check: s.open}\n")
    made = school.service.schedules.add(Wanted("night", "0 2 * * *", "look", "kind=gadget", {}), ACTOR)
    with school.service.around.store.writing() as connection:
        connection.execute(update(schedule).values(looked=now() - 25 * HOUR))
    [fired] = look(school.service.around.store, made.no, school.service.schedules.prepare, now())
    for number in fired.runs:
        school.work(number)
    return made.no


def serve_is_there(school: School):
    host = school.service.runs.host()
    assert host.start(everything=False)
    return host


def test_all_is_well(school: School, night: int) -> None:
    host = serve_is_there(school)
    try:
        assert bad(school) == {}
        said = {check.id: check.text for check in school.service.watch.checks(24 * 3600)}
        assert said["nights"].startswith("night: the last good run ended")
        assert set(said) == {
            "disk",
            "engine",
            "schedules",
            "nights",
            "runs",
            "in_doubt",
            "tickets",
            "notices",
        }
    finally:
        assert host.stop(Deadline.after(60))


def test_nobody_is_the_engine(school: School, night: int) -> None:
    assert set(bad(school)) == {"engine"}
    with school.service.around.store.writing() as connection:
        connection.execute(update(schedule).values(paused=True))
    assert bad(school) == {}


def test_what_did_not_happen(school: School, night: int, world) -> None:
    school.book("push", "  - {do: gadget.push}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    doubtful = school.submit("push", "name=g0")
    school.work(doubtful)
    host = serve_is_there(school)
    try:
        with school.service.around.store.writing() as connection:
            connection.execute(update(schedule).values(looked=now() - 49 * HOUR))
            failed = {
                "schedule": night,
                "nominal": "x",
                "due": now() - HOUR,
                "at": now(),
                "state": "failed",
                "note": "no such book",
            }
            connection.execute(insert(fire).values(failed))
            connection.execute(update(run).where(run.c.no == doubtful).values(created=now() - 13 * HOUR))
            row = {
                "ticket": 1,
                "kind": "note",
                "body": "b",
                "tries": 1,
                "error": "asleep",
                "next_at": 0,
                "claim": "",
            }
            for n, (state, age) in enumerate(
                (("dead", 3), ("due", 2), ("due", 0), ("sent", 9), ("dead", 25))
            ):
                at = now() - age * HOUR
                connection.execute(
                    insert(outbox).values(**row, id=new_id(), marker=f"m{n}", state=state, created=at)
                )
            connection.execute(
                insert(notice).values(
                    id=new_id(), notifier="mail", marker="m", kind="night", subject="s", text="t", state="due", next_at=0, created=now() - 2 * HOUR
                )
            )  # fmt: skip
        said = bad(school)
        assert set(said) == {"schedules", "runs", "in_doubt", "tickets", "notices"}
        assert "no such book" in said["schedules"]
        assert said["tickets"] == "notes for tickets: late 1, given up 1"
        assert said["notices"] == "notices for people: late 1, given up 0"
        assert said["in_doubt"].startswith("in doubt: 1")
        assert f"run {doubtful} (push) is open since" in said["runs"]
    finally:
        assert host.stop(Deadline.after(60))


def test_nights_that_went_wrong(school: School, night: int) -> None:
    with school.service.around.store.writing() as connection:
        connection.execute(update(run).values(state="failed"))
    assert bad(school)["nights"] == "night: no good run"
    with school.service.around.store.writing() as connection:
        connection.execute(update(run).values(state="done", ended=now() - 30 * HOUR))
    assert "nights" not in bad(school), "it had no run in this time"
    assert "nights" not in bad(school, 3600)


def test_the_command(school: School, night: int) -> None:
    said = json.loads(pedell("doctor", "--since", "24h", "--json", rc=1).stdout)
    assert said["ok"] is False
    assert {check["id"]: check["level"] for check in said["checks"]}["engine"] == "bad"
    host = serve_is_there(school)
    try:
        assert "every schedule fired" in pedell("doctor", "--since", "90m", "--lang", "en").stdout
    finally:
        assert host.stop(Deadline.after(60))


@pytest.mark.parametrize("wrong", ["24", "0h", "h", "1w", "-1d"])
def test_no_span_of_time(data, wrong: str) -> None:
    pedell("doctor", f"--since={wrong}", rc=2)


def test_a_night_that_passed_while_nobody_was_there_is_told_afterwards(school: School, night: int) -> None:
    """In the morning somebody starts Pedell: it notes that the time was missed, and from then on nothing is overdue."""
    with school.service.around.store.writing() as connection:
        connection.execute(update(schedule).values(looked=now() - 50 * HOUR, catch_up=CatchUp.NONE.value))
        connection.execute(delete(fire))
    fired = look(school.service.around.store, night, school.service.schedules.prepare, now())
    assert fired and {one.state for one in fired} == {FireState.SKIPPED}
    host = serve_is_there(school)
    try:
        assert "was missed" in bad(school)["schedules"]
        with school.service.around.store.writing() as connection:
            connection.execute(update(schedule).values(catch_up=CatchUp.LAST.value))
        assert "schedules" not in bad(school), "the last one is caught up"
    finally:
        assert host.stop(Deadline.after(60))
