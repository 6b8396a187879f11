"""Deadlines watched by one thread: done at their moment, called off for certain, in nobody else's way."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref

import pytest

from pedell.drivers.api import Deadline
from pedell.transports import alarms

LONG = 30.0
"""Seconds for what comes at once on an idle machine."""


def watchers() -> int:
    return sum(thread.name == alarms.NAME for thread in threading.enumerate())


def test_each_is_done_at_its_moment_the_earliest_first_whatever_came_first():
    done: list[str] = []
    last = threading.Event()
    begun = time.monotonic()
    late = alarms.at(Deadline.after(0.3), lambda: (done.append("late"), last.set()))
    early = alarms.at(Deadline.after(0.1), lambda: done.append("early"))
    passed = alarms.at(Deadline(0.0), lambda: done.append("passed"))
    assert last.wait(LONG)
    assert time.monotonic() - begun >= 0.3
    for alarm in (passed, early, late):
        alarm.call_off(LONG)
    assert sorted(done) == ["early", "late", "passed"]


def test_what_is_called_off_is_not_done_and_nothing_is_kept_of_it():
    class Line:
        pass

    line = Line()
    gone = weakref.ref(line)
    done: list[object] = []
    alarm = alarms.at(Deadline.after(0.1), lambda kept=line: done.append(kept))
    alarm.call_off(LONG)
    alarm.call_off(LONG)
    del line
    gc.collect()
    assert gone() is None
    after = threading.Event()
    alarms.at(Deadline.after(0.2), after.set)
    assert after.wait(LONG)
    assert done == []


def test_calling_off_what_has_begun_waits_for_its_end():
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(LONG)
        ended.set()

    alarm = alarms.at(Deadline.after(0), slow)
    assert begun.wait(LONG)
    alarm.call_off(0.01)
    assert not ended.is_set()
    go_on.set()
    alarm.call_off(LONG)
    assert ended.is_set()


def test_one_that_hangs_is_in_nobodys_way():
    hanging, other = threading.Event(), threading.Event()
    stuck = alarms.at(Deadline.after(0), lambda: hanging.wait(LONG))
    alarms.at(Deadline.after(0.01), other.set)
    assert other.wait(LONG)
    hanging.set()
    stuck.call_off(LONG)


def test_one_thread_watches_all():
    many = [alarms.at(Deadline.after(LONG), lambda: None) for _ in range(100)]
    assert watchers() == 1
    for alarm in many:
        alarm.call_off(LONG)


def test_a_deadline_without_an_end_is_no_trouble():
    done = threading.Event()
    never = alarms.at(Deadline(float("inf")), lambda: None)
    alarms.at(Deadline.after(0), done.set)
    assert done.wait(LONG)
    never.call_off(LONG)


def test_those_that_were_called_off_do_not_pile_up():
    queue = alarms._alarms
    kept = [alarms.at(Deadline.after(LONG), lambda: None) for _ in range(10)]
    for _ in range(1000):
        alarms.at(Deadline.after(LONG), lambda: None).call_off(LONG)
    assert len(queue._queue) <= 2 * (queue._waiting + 1) + alarms.CALLED_OFF
    for alarm in kept:
        alarm.call_off(LONG)


def test_where_the_system_gives_no_more_threads_it_is_done_all_the_same(monkeypatch):
    done = threading.Event()
    alarms.at(Deadline.after(LONG), lambda: None).call_off(LONG)
    start = threading.Thread.start

    def refused(thread: threading.Thread) -> None:
        if thread.name == "pedell-alarm":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refused)
    alarms.at(Deadline.after(0), done.set)
    assert done.wait(LONG)


FORKING = """
import os, threading
from pedell.drivers.api import Deadline
from pedell.transports import alarms
alarms.at(Deadline.after(30), lambda: None)
if os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
done = threading.Event()
alarms.at(Deadline.after(0), done.set)
os._exit(0 if done.wait(30) else 7)
"""


@pytest.mark.thorough
def test_a_forked_child_has_alarms_of_its_own():
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", FORKING], timeout=120, check=False)
    assert ended.returncode == 0
