"""The alarm in a real process: overdue times at once, new schedules within a moment, trouble told once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Self

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.schedule import rows
from pedell.schedule.alarm import Alarm
from pedell.schedule.fires import Prepare
from pedell.store.database import Store, now
from tests.schedule.test_fires import MINUTE, always, make, states, store

__all__ = ["store"]


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def started(store: Store, schedule: int) -> int:
    """How many runs the schedule has had."""
    with store.reading() as connection:
        return sum(one.run is not None for one in rows.fires(connection, schedule, 1000))


class Ran:
    def __init__(self, store: Store, prepare: Prepare = always) -> None:  # type: ignore[assignment]
        self.runs: list[int] = []
        self.told: list[str] = []
        self.alarm = Alarm(store, prepare, self.runs.append, self.told.append, reread=0.1)

    def __enter__(self) -> Self:
        self.alarm.start()
        return self

    def __exit__(self, *about: object) -> None:
        self.alarm.stop(Deadline.after(60))


def test_overdue_and_new_schedules(store: Store) -> None:
    make(store, "* * * * *", at=now() - 3 * MINUTE)
    with Ran(store) as ran:
        wait_for(lambda: len(ran.runs) >= 1)
        before = len(ran.runs)
        make(store, "* * * * *", at=now() - MINUTE - 1, name="later")
        # A minute may begin in the middle of the test: the first one has another run then.
        wait_for(lambda: len(ran.runs) > before and bool(started(store, 2)))
    assert states(store).count("started") >= 2
    assert ran.told == []


def test_paused_ones_stay_quiet_until_resumed(store: Store) -> None:
    made = make(store, "* * * * *", at=now() - 3 * MINUTE)
    with store.writing() as connection:
        rows.change(connection, made.no, paused=True)
    woken = threading.Event()

    def prepare(schedule: object, due: object) -> object:
        woken.set()
        return always(schedule, due)  # type: ignore[arg-type]

    with Ran(store, prepare) as ran:  # type: ignore[arg-type]
        make(store, "* * * * *", at=now() - 3 * MINUTE, name="other")
        wait_for(lambda: bool(ran.runs))
        assert started(store, made.no) == 0
        with store.writing() as connection:
            rows.change(connection, made.no, paused=False)
        wait_for(lambda: started(store, made.no) > 0)


def test_trouble_is_told_once_and_the_time_stays_due(store: Store) -> None:
    broken = threading.Event()
    broken.set()
    tried: list[int] = []

    def prepare(schedule: object, due: object) -> object:
        tried.append(1)
        if broken.is_set():
            raise StoreError("locked by somebody")
        return always(schedule, due)  # type: ignore[arg-type]

    make(store, "* * * * *", at=now() - 3 * MINUTE)
    with Ran(store, prepare) as ran:  # type: ignore[arg-type]
        wait_for(lambda: len(ran.told) >= 1)
        assert ran.told == ["schedule 1: locked by somebody"]
        broken.clear()
        wait_for(lambda: len(ran.runs) >= 1)
        assert len(ran.told) == 1


def test_stops_twice_and_without_start(store: Store) -> None:
    alarm = Alarm(store, always, print, print)  # type: ignore[arg-type]
    alarm.stop(Deadline.after(60))
    alarm.start()
    alarm.stop(Deadline.after(60))
    alarm.stop(Deadline.after(60))
    assert [thread for thread in threading.enumerate() if "APScheduler" in thread.name] == []


def test_two_alarms_on_one_store(store: Store) -> None:
    for number in range(5):
        make(store, "* * * * *", at=now() - 2 * MINUTE, name=f"s{number}")
    first, second = Ran(store), Ran(store)
    with first, second:
        wait_for(lambda: len(first.runs) + len(second.runs) >= 5)
    # A minute may begin in the middle of the test: no time has two runs all the same.
    with store.reading() as connection:
        fires = rows.fires(connection, None, 1000)
    started = [(one.schedule, one.nominal) for one in fires if one.run is not None]
    assert len(started) == len(set(started)) == len(first.runs) + len(second.runs)
