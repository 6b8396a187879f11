"""Fires: once each, caught up by rule, with the run in the same transaction."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from pedell.errors import StoreError, UsageError
from pedell.schedule import rows
from pedell.schedule.fires import BACK, CATCH_UP, LATE, RECORDED, Prepare, look, run_now
from pedell.schedule.model import CatchUp, FireState, Schedule
from pedell.schedule.rule import SECOND, Due
from pedell.store.database import Store, new_id
from pedell.store.tables.journal import run
from pedell.store.tables.schedules import fire
from pedell.store.tables.ticketing import ticket

MINUTE = 60 * SECOND
NOON = int(datetime.fromisoformat("2026-06-01T12:00+02:00").timestamp()) * SECOND


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


def write_run(connection: Connection) -> int:
    """As small a run as the tables take."""
    where = connection.execute(
        insert(ticket)
        .values(id=new_id(), system="local", key=new_id(), title="t", state="new", created=0, changed=0)
        .returning(ticket.c.no)
    ).scalar_one()
    return connection.execute(
        insert(run)
        .values(
            id=new_id(), ticket=where, playbook="p", playbook_hash="h", request_key=new_id(), state="open", actor_kind="schedule",
            actor="a", verified_by="schedule", created=0, expires=0,
        )
        .returning(run.c.no)
    ).scalar_one()  # fmt: skip


def always(schedule: Schedule, due: Due) -> object:
    del schedule, due
    return lambda connection: [write_run(connection)]


def make(
    store: Store,
    cron: str = "0 * * * *",
    catch_up: CatchUp = CatchUp.LAST,
    at: int = NOON,
    name: str = "night",
) -> Schedule:
    values = {
        "name": name, "cron": cron, "timezone": "Europe/Berlin", "playbook": "p", "selector": "s", "inputs": "{}", "catch_up": catch_up.value,
        "actor": "os:0",
    }  # fmt: skip
    with store.writing() as connection:
        return rows.add(connection, values, at)


def runs(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(run)).scalar_one()


def states(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(select(fire.c.state).order_by(fire.c.due)).scalars())


def test_fires_once_however_often_one_looks(store: Store) -> None:
    made = make(store)
    assert look(store, made.no, always, NOON) == []
    assert look(store, made.no, always, NOON + 59 * MINUTE) == []
    [fired] = look(store, made.no, always, NOON + 60 * MINUTE)
    assert (fired.state, fired.due.nominal, fired.runs) == (FireState.STARTED, "2026-06-01T11:00Z", (1,))
    for later in (60, 61, 119):
        assert look(store, made.no, always, NOON + later * MINUTE) == []
    assert len(look(store, made.no, always, NOON + 120 * MINUTE)) == 1
    assert runs(store) == 2
    with store.reading() as connection:
        newest, oldest = rows.fires(connection, made.no, 10)
    assert (oldest.run, newest.run) == (1, 2)
    assert newest.due == NOON + 120 * MINUTE


@pytest.mark.parametrize(
    ("catch_up", "wanted"),
    [
        (CatchUp.NONE, ["skipped"] * 24),
        (CatchUp.LAST, ["skipped"] * 23 + ["started"]),
        (CatchUp.ALL, ["skipped"] * (24 - CATCH_UP) + ["started"] * CATCH_UP),
    ],
)
def test_downtime(store: Store, catch_up: CatchUp, wanted: list[str]) -> None:
    made = make(store, catch_up=catch_up)
    at = NOON + 24 * 60 * MINUTE + LATE + MINUTE
    fired = look(store, made.no, always, at)
    assert [str(one.state) for one in fired] == wanted
    assert states(store) == wanted
    assert all(one.note for one in fired if one.state is FireState.SKIPPED)
    assert look(store, made.no, always, at) == []


def test_without_catching_up_what_is_on_time_runs(store: Store) -> None:
    made = make(store, catch_up=CatchUp.NONE)
    fired = look(store, made.no, always, NOON + 180 * MINUTE + LATE)
    assert [str(one.state) for one in fired] == ["skipped", "skipped", "started"]


@pytest.mark.thorough
def test_long_downtime_is_bounded(store: Store) -> None:
    made = make(store, cron="* * * * *", catch_up=CatchUp.ALL)
    fired = look(store, made.no, always, NOON + 3 * BACK)
    assert len(fired) == RECORDED
    assert sum(one.state is FireState.STARTED for one in fired) == CATCH_UP
    assert look(store, made.no, always, NOON + 3 * BACK) == []


def test_one_time_may_make_several_runs_at_once_or_none(store: Store) -> None:
    made = make(store)
    [fired] = look(store, made.no, lambda *_: lambda c: [write_run(c), write_run(c)], NOON + 60 * MINUTE)
    assert fired.runs == (1, 2)

    def second_fails(connection: Connection) -> list[int]:
        write_run(connection)
        raise UsageError("no")

    look(store, made.no, lambda *_: second_fails, NOON + 120 * MINUTE)
    assert runs(store) == 2
    with store.reading() as connection:
        failed, done = rows.fires(connection, made.no, 10)
    assert (failed.state, failed.run, done.run) == (FireState.FAILED, None, 1)
    assert done.note == "2 runs, one for each site: 1, 2"


def test_what_lies_too_far_back_is_given_up(store: Store) -> None:
    made = make(store, cron="0 0 1 7 *")
    at = NOON + 6 * BACK
    assert look(store, made.no, always, at) == []
    with store.reading() as connection:
        found = rows.by_no(connection, made.no)
    assert found is not None
    assert found.looked == at - BACK


def test_over_the_autumn_night(store: Store) -> None:
    """Looked at every ten minutes, a rule for 02:30 starts one run, an hourly one starts 25."""
    start = int(datetime.fromisoformat("2026-10-25T00:00+02:00").timestamp()) * SECOND
    daily, hourly = make(store, "30 2 * * *", at=start), make(store, "0 * * * *", at=start, name="hourly")
    for step in range(0, 25 * 60 + 1, 10):
        for one in (daily, hourly):
            look(store, one.no, always, start + step * MINUTE)
    with store.reading() as connection:
        assert [one.nominal for one in rows.fires(connection, daily.no, 99)] == ["2026-10-25T02:30"]
        assert len(rows.fires(connection, hourly.no, 99)) == 25
    assert runs(store) == 26


def test_paused_and_removed(store: Store) -> None:
    made = make(store)
    with store.writing() as connection:
        rows.change(connection, made.no, paused=True)
    assert look(store, made.no, always, NOON + 120 * MINUTE) == []
    with store.writing() as connection:
        rows.change(connection, made.no, paused=False, removed=NOON)
    assert look(store, made.no, always, NOON + 120 * MINUTE) == []
    assert states(store) == []


def test_paused_while_it_is_planned(store: Store) -> None:
    made = make(store)

    def prepare(schedule: Schedule, due: Due) -> object:
        with store.writing() as connection:
            rows.change(connection, schedule.no, paused=True)
        return always(schedule, due)

    assert look(store, made.no, prepare, NOON + 60 * MINUTE) == []
    assert (states(store), runs(store)) == ([], 0)


@pytest.mark.parametrize("error", [UsageError("no device matches", hint="look"), RuntimeError("a bug")])
@pytest.mark.parametrize("late", [False, True], ids=["planning", "writing"])
def test_what_cannot_run_is_recorded_and_leaves_nothing(store: Store, error: Exception, late: bool) -> None:
    made = make(store)

    def prepare(schedule: Schedule, due: Due) -> object:
        def start(connection: Connection) -> list[int]:
            write_run(connection)
            raise error

        if not late:
            raise error
        return start

    [fired] = look(store, made.no, prepare, NOON + 60 * MINUTE)
    assert fired.state is FireState.FAILED
    assert (
        "no device matches (look)" if isinstance(error, UsageError) else "RuntimeError: a bug"
    ) == fired.note
    assert runs(store) == 0
    assert states(store) == ["failed"]
    assert [str(one.state) for one in look(store, made.no, always, NOON + 120 * MINUTE)] == ["started"]


def test_a_store_that_fails_keeps_the_time_due(store: Store) -> None:
    made = make(store)

    def prepare(schedule: Schedule, due: Due) -> object:
        raise StoreError("locked")

    with pytest.raises(StoreError):
        look(store, made.no, prepare, NOON + 60 * MINUTE)
    assert states(store) == []
    assert len(look(store, made.no, always, NOON + 61 * MINUTE)) == 1


def test_run_now_is_a_fire_of_its_own(store: Store) -> None:
    made = make(store)
    fired = run_now(store, made, always, NOON + 30 * MINUTE)
    assert fired.runs == (1,)
    assert len(look(store, made.no, always, NOON + 60 * MINUTE)) == 1
    assert states(store) == ["started", "started"]


RACER = """
import sys, time
sys.path.insert(0, {root!r})
from pedell.store.database import Store
from pedell.schedule.fires import look
from tests.schedule.test_fires import always
store = Store({url!r})
store.prepare()
print("ready", flush=True)
sys.stdin.readline()
made = [fired.runs for number in range(1, 21) for fired in look(store, number, always, {at})]
print(len(made), flush=True)
store.close()
"""


@pytest.mark.thorough
def test_two_processes_fire_each_time_once(store: Store, database: str) -> None:
    for number in range(20):
        make(store, name=f"s{number}")
    root = str(Path(__file__).parents[2])
    source = textwrap.dedent(RACER.format(root=root, url=database, at=NOON + 60 * MINUTE))
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
        )
        for _ in range(3)
    ]
    try:
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        counts = [int(racer.communicate(timeout=120)[0]) for racer in racers]
    finally:
        for racer in racers:
            racer.kill()
            racer.wait()
            for stream in (racer.stdin, racer.stdout):
                if stream is not None:
                    stream.close()
    assert sum(counts) == 20
    assert runs(store) == 20
    assert states(store) == ["started"] * 20


_: Prepare = always  # type: ignore[assignment]
