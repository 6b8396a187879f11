"""Ctrl-C and SIGTERM on `pedell run`: it says at once that it ends and what it waits for; a second one harms nothing."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.school import PATIENCE

SCRIPT = Path(__file__).with_name("command_process.py")
SLOW = "  - {do: gadget.press, timeout: 40s}\n"
LOOK = "  - {do: gadget.status, timeout: 40s}\n"


class Terminal:
    """A `pedell` on a terminal of its own, or with pipes."""

    def __init__(self, school, *words: str, tty: bool) -> None:
        arguments = [sys.executable, str(SCRIPT), str(school.data), *words]
        self.text = ""
        self._tty = tty
        environment = {
            **os.environ,
            "PEDELL_LANG": "en",
            "LC_ALL": "C.UTF-8",
            "PEDELL_DATA": str(school.data),
        }
        if tty:
            self.pid, self._out = pty.fork()
            if not self.pid:
                os.execve(sys.executable, arguments, environment)
        else:
            process = subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
            )
            self.pid, self._process = process.pid, process
            self._out = process.stdout.fileno()

    def press(self) -> None:
        """Ctrl-C, as the terminal makes it."""
        os.write(self._out, b"\x03")

    def until(self, words: str, seconds: float = PATIENCE) -> float:
        """Read until it says so; returns the seconds that took."""
        began = time.monotonic()
        while words not in self.text:
            assert time.monotonic() < began + seconds, f"not said: {words!r} in {self.text!r}"
            self._read(0.1)
        return time.monotonic() - began

    def _read(self, seconds: float) -> bool:
        if not select.select([self._out], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._out, 65536)
        except OSError:  # the terminal's other end is closed
            return False
        self.text += data.decode("utf-8", "replace")
        return bool(data)

    def ended(self, seconds: float = PATIENCE) -> int:
        """Its exit code."""
        end = time.monotonic() + seconds
        while self._read(0.1):
            assert time.monotonic() < end, f"it did not end: {self.text!r}"
        if not self._tty:
            return self._process.wait(PATIENCE)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        with contextlib.suppress(OSError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._tty:
            with contextlib.suppress(OSError):
                os.close(self._out)
        else:
            self._process.stdout.close()


@pytest.fixture
def terminal(school):
    made = []

    def start(*words: str, tty: bool = True) -> Terminal:
        made.append(Terminal(school, *words, tty=tty))
        return made[-1]

    yield start
    for one in made:
        one.close()


def until(holds, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "how",
    [
        "key",
        pytest.param("int", marks=pytest.mark.thorough),
        pytest.param("term", marks=pytest.mark.thorough),
    ],
)
def test_it_says_that_it_ends_and_what_it_waits_for(school, world, terminal, how):
    school.gadgets(2)
    world.ask("fault", "g0", "press", "late", "1")
    school.book("go", SLOW + "  - {do: gadget.set, with: {value: after}}\n")
    pedell = terminal("run", "go", "--on", "name=g0", "--ticket", "new", tty=how == "key")
    until(lambda: world.lines() and world.lines()[-1][1] == "asked")
    if how == "key":
        pedell.press()
    else:
        os.kill(pedell.pid, signal.SIGINT if how == "int" else signal.SIGTERM)
    said = pedell.until("stopping cleanly; calls in flight are finished")
    assert said < 20, "it was said when the call of 40 s was over"
    pedell.until("waits for g0 (gadget.press)")
    world.ask("go", "g0")
    assert pedell.ended() == 130
    detail = school.service.runs.show(1)
    assert (detail.run.state, detail.tasks[0].state) == ("cancelled", "cancelled")
    assert world.effects() == {("press", "g0"): 1}, "what had begun was finished, and nothing else begun"
    assert school.service.audit.verify().ok


@pytest.mark.parametrize(
    "steps", [pytest.param(SLOW, id="effect"), pytest.param(LOOK, id="read", marks=pytest.mark.thorough)]
)
def test_a_second_one_leaves_at_once_and_the_next_engine_goes_on(school, world, terminal, steps):
    school.gadgets(1)
    verb = "press" if steps is SLOW else "status"
    world.ask("fault", "g0", verb, "late", "1")
    school.book("go", steps)
    pedell = terminal("run", "go", "--on", "name=g0", "--ticket", "new", tty=False)
    until(lambda: world.lines() and world.lines()[-1][1] == "asked")
    os.kill(pedell.pid, signal.SIGINT)
    pedell.until("stopping cleanly")
    began = time.monotonic()
    os.kill(pedell.pid, signal.SIGINT)
    pedell.until("leaving at once; 'pedell runs resume 1' finds out")
    assert pedell.ended() == 130
    assert time.monotonic() - began < 30, "a call that hangs for 40 s was waited for"
    world.ask("go", "g0")
    detail = school.work(1)
    assert detail.run.ended
    happened = world.effects()
    assert happened in ({}, {("press", "g0"): 1}), "never twice"
    assert school.service.audit.verify().ok
