from __future__ import annotations

import subprocess
import sys

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.engine.leases import Leases


@pytest.fixture
def leases(tmp_path):
    made = Leases(tmp_path)
    yield made
    made.close()


def test_one_at_a_time_and_the_next_is_called(leases):
    called = []
    assert leases.acquire("a")
    assert not leases.acquire("a", lambda: called.append(1))
    assert leases.acquire("b")
    leases.release("a")
    assert called == [1]
    assert leases.acquire("a")


def test_another_process_sees_it_and_frees_it_when_killed(leases, tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom pedell.engine.leases import Leases\n"
        f"l = Leases(Path({str(tmp_path)!r}))\nprint(l.acquire('a'), l.acquire('mine'), flush=True)\nsys.stdin.read()\n"
    )
    assert leases.acquire("mine")
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None and other.stdin is not None
    assert other.stdout.readline() == "True False\n"
    assert not leases.acquire("a")
    other.kill()
    other.wait()
    other.stdin.close()
    other.stdout.close()
    assert leases.acquire("a")


def test_waiting_for_a_lease_ends_with_the_deadline(leases):
    leases.acquire("a")
    with pytest.raises(DeviceError) as busy, leases.lease("a", Deadline.after(0.2)):
        pass
    assert busy.value.error_class is ErrorClass.BUSY
    leases.release("a")
    with leases.lease("a", Deadline.after(0.2)):
        assert leases.held_here("a")
    assert not leases.held_here("a")


def test_slots_have_a_limit(leases):
    called = []
    assert leases.take_slot("mdm", 2, lambda: None)
    assert leases.take_slot("mdm", 2, lambda: None)
    assert not leases.take_slot("mdm", 2, lambda: called.append(1))
    leases.free_slot("mdm")
    assert called == [1]
    assert leases.take_slot("mdm", 2, lambda: None)


def test_who_asks_again_waits_once_and_not_any_more_once_served(leases):
    called = []

    def first():
        called.append("first")

    def second():
        called.append("second")

    assert leases.acquire("a")
    for _ in range(3):
        assert not leases.acquire("a", first)
    assert not leases.acquire("a", second)
    leases.release("a")
    assert called == ["first"] and leases.acquire("a", first)
    leases.release("a")
    assert called == ["first", "second"]
