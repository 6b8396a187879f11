"""What is not a kill: frozen engines, full disks, jumping clocks, locked stores, dead writers, hanging devices."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sqlite3
import subprocess
import time

import pytest

from pedell.drivers.deadline import Deadline
from pedell.service.tickets import LogKind
from tests.crash.campaign import Nest, Round
from tests.crash.judge import happenings
from tests.crash.seam import BEFORE_WRITING, COMMIT, SENT
from tests.engine.school import ACTOR, PATIENCE

pytestmark = pytest.mark.thorough

SLOW = """
  - {do: gadget.press}
  - {do: gadget.cycle}
  - {do: gadget.set, with: {value: a}}
  - {do: gadget.brew, with: {seconds: 0.2}}
  - {do: gadget.status, save_as: after}
  - {check: "after.presses == 1 and after.open"}
"""


@pytest.fixture
def ward(tmp_path, store_bytes):
    """Twelve gadgets and one run on all of them, not yet begun."""
    with slow_round(tmp_path, store_bytes) as made:
        yield made


@contextlib.contextmanager
def slow_round(folder, database):
    with Round(folder, database, gadgets=12) as made:
        made.school.book("slow", SLOW, more="strategy: {at_once: 2}\n")
        made.school.submit("slow")
        yield made


def until(holds, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def standstill(one, seconds=0.8) -> int:
    """Effects so far, once there have been no more for a while."""
    deadline = Deadline.after(60)
    count, since = -1, time.monotonic()
    while not deadline.passed():
        seen = len(happenings(one.world))
        if seen != count:
            count, since = seen, time.monotonic()
        elif time.monotonic() - since > seconds:
            return count
        time.sleep(0.02)
    raise AssertionError("effects went on")


def all_done(one) -> bool:
    return not one.school.service.runs.open_runs()


def test_a_frozen_engine_keeps_its_lock_and_goes_on(ward, nest):
    """SIGSTOP in the middle of a call: nobody takes over, for the lock is held; after SIGCONT it goes on."""
    frozen = nest.start(ward.plan(SENT, 3, signal=signal.SIGSTOP))
    nest.passed()
    other = Nest()
    try:
        other.start(ward.plan())
        before = standstill(ward)
        assert before < 12 * 4
        os.kill(frozen, signal.SIGCONT)
        assert nest.wait().status == 0
        assert other.wait().status == 0
    finally:
        other.close()
    assert all_done(ward) and ward.judge() == []


def test_a_frozen_engine_that_was_overtaken_touches_nothing_any_more(ward):
    """As if the lock had been lost meanwhile: another engine does all the work, the first one wakes up to nothing."""
    first, second = Nest(), Nest()
    try:
        frozen = first.start(ward.plan(BEFORE_WRITING, 3, signal=signal.SIGSTOP, lockless=True))
        first.passed()
        second.start(ward.plan(lockless=True))
        assert second.wait().status == 0 and all_done(ward)
        count = len(happenings(ward.world))
        os.kill(frozen, signal.SIGCONT)
        first.wait()
        assert len(happenings(ward.world)) == count
    finally:
        first.close()
        second.close()
    assert ward.judge(leases=False) == []


def test_a_full_disk_stops_acting_and_the_run_goes_on_when_there_is_room(ward, nest):
    pid = nest.start(ward.plan())
    until(lambda: len(happenings(ward.world)) >= 4)
    log = ward.school.data / "pedell.db-wal"
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    # No file of this process may grow any more, as on a disk without room.
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (log.stat().st_size, most))
    count = standstill(ward)
    assert count < 12 * 5, "it was over before the disk was full"
    assert not all_done(ward)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
    assert nest.wait().status == 0
    assert all_done(ward) and ward.judge() == []


@contextlib.contextmanager
def small_disk(folder):
    """A file system of a few megabytes; skips where nobody may mount one."""
    folder.mkdir(mode=0o700)
    words = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=700", "pedell-tests", str(folder)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_real_disk_without_room(tmp_path, store_bytes, nest):
    with small_disk(tmp_path / "data"), slow_round(tmp_path, store_bytes) as one:
        nest.start(one.plan())
        until(lambda: len(happenings(one.world)) >= 4)
        filler = one.school.data / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)):
                pass
        count = standstill(one)
        assert count < 12 * 5, "it was over before the disk was full"
        assert not all_done(one)
        filler.unlink()
        assert nest.wait().status == 0
        assert all_done(one) and one.judge() == []


def test_a_store_locked_by_somebody_stops_acting_and_the_run_goes_on(ward, nest):
    nest.start(ward.plan(busy_ms=200))
    until(lambda: len(happenings(ward.world)) >= 4)
    somebody = sqlite3.connect(ward.school.data / "pedell.db", isolation_level=None)
    try:
        until(lambda: _begins(somebody))
        count = standstill(ward, 1.5)
        assert count < 12 * 5
        somebody.execute("ROLLBACK")
    finally:
        somebody.close()
    assert nest.wait().status == 0
    assert all_done(ward) and ward.judge() == []


def _begins(connection: sqlite3.Connection) -> bool:
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("BEGIN IMMEDIATE")
        return True
    return False


def test_a_dead_writer_ends_the_engine_at_once_and_the_next_one_goes_on(ward, nest):
    nest.start(ward.plan(COMMIT, 5, signal=0))
    nest.passed()
    began = time.monotonic()
    assert nest.wait(60).status == 0
    assert time.monotonic() - began < 25, "somebody waited for an answer of the writer, which takes 30 s"
    assert not all_done(ward)
    ward.finish(nest)
    assert all_done(ward) and ward.judge() == []


# A day ahead, and a little back as time servers do; a day back and home again, as a dead battery does.
AHEAD = (0.5, 86_400.0), (0.9, 86_398.0), (1.3, 172_800.0), (1.6, 172_795.0)
BOTH_WAYS = (0.4, -86_400.0), (0.8, 0.0), (1.2, 3_600.0), (1.6, -3_600.0), (2.0, 0.0)


@pytest.mark.parametrize(
    ("jumps", "afterwards"), [(AHEAD, 172_796.0), (BOTH_WAYS, 0.0)], ids=["ahead", "both ways"]
)
def test_a_clock_that_jumps_repeats_and_loses_nothing(ward, nest, jumps, afterwards):
    """What was waiting too long by then is looked into."""
    nest.start(ward.plan(jumps=jumps))
    assert nest.wait().status == 0
    ward.settle()
    nest.start(ward.plan(jumps=((0.0, afterwards),)))
    nest.wait()
    ward.finish(nest)
    assert all_done(ward) and ward.judge(clocks=False) == []


def test_a_device_that_hangs_holds_only_its_own_slot(ward):
    ward.world.ask("fault", "g0", "press", "late", "1")
    ward.school.book("press", "  - {do: gadget.press}\n", more="strategy: {at_once: 3}\n")
    school = ward.school
    number = school.submit("press", "site=s0")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        detail = school.wait(number, until=lambda p: p.counts.get("done") == 3)
        states = {row.device: row.state for row in detail.tasks}
        assert states["g0"] == "running", "the others waited for the one that hangs"
        ward.world.ask("go", "g0")
        assert school.wait(number, until=lambda p: p.done).run.counts == {"done": 4}
    finally:
        assert host.stop(Deadline.after(PATIENCE))


def test_cancelling_ends_in_time_completes_and_says_what_was_left(ward):
    """One port is shut and its device hangs; the rest has not begun: the port is opened, the rest is left and told."""
    school = ward.school
    school.book(
        "ports",
        "  - {do: gadget.cycle, timeout: 2s}\n  - {do: gadget.press}\n",
        more="strategy: {at_once: 1}\n",
    )
    ward.world.ask("fault", "g0", "open", "hang", "1")
    number = school.submit("ports", "site=s0")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        until(lambda: ward.world.effects()["shut", "g0"] == 1)
        began = time.monotonic()
        school.service.runs.cancel(number, ACTOR, "enough")
        detail = school.wait(number, until=lambda p: p.done)
        assert time.monotonic() - began < 2 + 20, "a gadget has half a minute where nobody says otherwise"
    finally:
        assert host.stop(Deadline.after(PATIENCE))
    states = {row.device: row.state for row in detail.tasks}
    assert states["g0"] in ("failed", "cancelled") and set(list(states.values())[1:]) <= {
        "failed",
        "cancelled",
    }
    assert sum(state == "cancelled" for state in states.values()) >= 3
    assert "open=1" in ward.world.ask("status", "g0")
    assert ward.world.effects()["press", "g0"] == 0
    tickets = school.service.tickets
    [note] = [
        line.text for line in tickets.log(tickets.ensure(detail.run.ticket)) if line.kind is LogKind.NOTE
    ]
    assert "g0" in note and "3" in note and "cancelled" in note.lower()


def test_two_runs_and_a_command_on_one_device_come_one_after_another(ward, nest):
    school = ward.school
    school.book("long", "  - {do: gadget.brew, with: {seconds: 100}}\n  - {do: gadget.cycle}\n")
    school.book("short", "  - {do: gadget.cycle}\n  - {do: gadget.set, with: {value: b}}\n")
    host = school.service.runs.host()
    assert host.start(everything=True)
    runs = school.service.runs
    try:
        first = school.submit("long", "name=g0")
        until(lambda: ward.world.effects()["brew", "g0"] == 1)
        second = school.submit("short", "name=g0")
        nest.start(ward.plan(command=("run", "short", "--on", "name=g0", "--ticket", "new")))
        until(lambda: len(runs.open_runs()) >= 3)
        third = max(runs.open_runs())
        until(lambda: all(runs.show(n).tasks[0].state in ("running", "blocked") for n in (second, third)))
        idle = 0
        for _ in range(50):
            idle += host.engine.idle()
            time.sleep(0.02)
        # Now and then one asks whether it is ready; on a busy machine that takes a while.
        assert idle > 10, "somebody who waited held a thread"
        assert ward.world.ask("ready", "g0") == "ok"
        assert nest.wait(PATIENCE).status == 0
        for number in (first, second, third):
            assert school.wait(number, until=lambda p: p.done).run.state == "done"
    finally:
        assert host.stop(Deadline.after(PATIENCE))
    assert ward.world.overlaps() == []
    order = [happening.token for happening in happenings(ward.world) if happening.gadget == "g0"]
    with school.service.around.store.reading() as connection:
        from sqlalchemy import select

        from pedell.store.tables.journal import attempt

        owner = dict(connection.execute(select(attempt.c.id, attempt.c.run)).all())
    turns = [owner[token] for token in order if token in owner]
    changes = [number for i, number in enumerate(turns) if not i or turns[i - 1] != number]
    turns = [number for number in turns if number in (first, second, third)]
    assert turns[0] == first and set(turns) == {first, second, third}
    assert len(changes) >= 3, "nobody waited for anybody"
