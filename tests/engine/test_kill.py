"""SIGKILL in the middle of a run: nothing is done twice that must not be, nothing is lost."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.engine.school import settled

STEPS = """
  - {do: gadget.status, save_as: before}
  - {do: gadget.press}
  - {do: gadget.cycle}
  - {do: gadget.set, with: {value: "v{{ before.presses }}"}}
  - {do: gadget.brew, with: {seconds: 0.2}}
  - {do: gadget.status, save_as: after}
  - {check: "after.presses == 1 and after.open"}
"""
COUNT = 30


def kill_after(school, number: int, seconds: float) -> bool:
    """Start an engine, kill it; True when it was killed in the middle."""
    script = Path(__file__).with_name("engine_process.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(school.data), str(number)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    time.sleep(seconds)
    middle = process.poll() is None
    process.kill()
    process.wait()
    process.stdout.close()
    return middle


@pytest.mark.thorough
def test_killed_again_and_again_and_resumed(school, world):
    names = school.gadgets(COUNT, sites=3)
    school.book("go", STEPS, more="strategy: {at_once: 12}\n")
    number = school.submit("go")
    dice = random.Random(7)
    # One of them keeps the run open, however late the kills come.
    world.ask("fault", names[-1], "press", "hang")
    assert all(kill_after(school, number, dice.uniform(0.02, 0.35)) for _ in range(5))
    world.ask("fault", names[-1], "press", "well")
    detail = school.work(number, until=lambda p: p.done or settled(p))
    happened = world.effects()
    presses = [happened["press", name] for name in names]
    brews = [happened["brew", name] for name in names]
    states = Counter(row.state for row in detail.tasks)
    assert set(states) <= {"done", "in_doubt"}, [row.why for row in detail.tasks if row.state == "failed"]
    # Never twice; and not at all only where it is said to be in doubt.
    assert max(presses) == 1 and max(brews) <= 1
    doubtful = {row.device for row in detail.tasks if row.state == "in_doubt"}
    for name, pressed in zip(names, presses, strict=True):
        assert pressed == 1 or name in doubtful
    for row in detail.tasks:
        if row.state == "done":
            said = world.ask("status", row.device)
            assert "open=1" in said, "a port was left shut"
            assert "value=v0" in said, "the reading before the effect was not kept over the crash"
    verified = school.service.audit.verify()
    assert verified.ok, verified.broken
    assert sum(states.values()) == COUNT
