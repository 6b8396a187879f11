"""The harness must be able to fail: scenarios that break a promise once a protection has been taken away."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.crash.campaign import Nest, Round
from tests.crash.judge import happenings
from tests.crash.seam import BEFORE_WRITING, SENT

NO_INDEX = "no unique index on the device lock"


@dataclass(frozen=True)
class Control:
    """What is done, with how many gadgets, and the sentence that the judge must say without the protection."""

    play: Callable[[Round], None]
    gadgets: int
    expected: str


def _killed_in_the_call(one: Round) -> None:
    one.submit()
    nest = Nest()
    try:
        for passage in (3, 2, 4):
            nest.start(one.plan(SENT, passage))
            nest.wait()
        one.finish(nest, rounds=4)
    finally:
        nest.close()


def _frozen_and_overtaken(one: Round) -> None:
    """The lock is lost while an engine is frozen; another takes the shard; the first one wakes up."""
    one.school.book("press", "  - {do: gadget.press}\n  - {do: gadget.set, with: {value: a}}\n")
    one.school.submit("press")
    first, second = Nest(), Nest()
    try:
        sleeper = first.start(one.plan(BEFORE_WRITING, signal=signal.SIGSTOP, lockless=True))
        first.passed()
        heir = second.start(one.plan(BEFORE_WRITING, signal=signal.SIGSTOP, lockless=True))
        second.passed()
        os.kill(sleeper, signal.SIGCONT)
        until = time.monotonic() + 30
        while one.weak and not happenings(one.world) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(1.0)  # what it does with its old epoch is to be judged
        if first.pid:
            first.kill()
        os.kill(heir, signal.SIGCONT)
        second.wait()
        one.finish(second, rounds=2)
    finally:
        first.close()
        second.close()


def _in_doubt_and_wanted_by_another(one: Round) -> None:
    if one.weak == NO_INDEX:
        with one.school.service.around.store.writing() as connection:
            connection.exec_driver_sql("DROP INDEX uq_attempt_lock")
    one.school.book("push", "  - {do: gadget.push}\n")
    one.school.submit("push")
    nest = Nest()
    try:
        nest.start(one.plan(SENT))
        nest.wait()
        one.school.submit("other")
        one.finish(nest, rounds=4)
    finally:
        nest.close()


CONTROLS = {
    "no intent before the call": Control(_killed_in_the_call, 6, r"is lost$|happened 2 times$"),
    "no fence": Control(_frozen_and_overtaken, 1, r"an owner of epoch 1 acted in epoch 2$"),
    NO_INDEX: Control(_in_doubt_and_wanted_by_another, 1, r"of two tasks at the same time$"),
    "no hold for what is in doubt": Control(
        _in_doubt_and_wanted_by_another, 1, r"of two tasks at the same time$"
    ),
}


def run_control(name: str, folder: Path, database: bytes, *, weak: bool = True) -> list[str]:
    """What the judge says: of the protection's absence only, or all of it where nothing was taken away."""
    control = CONTROLS[name]
    with Round(folder, database, gadgets=control.gadgets, weak=name if weak else "") as one:
        control.play(one)
        found = one.judge(leases=control.play is not _frozen_and_overtaken)
    return [line for line in found if re.search(control.expected, line)] if weak else found
