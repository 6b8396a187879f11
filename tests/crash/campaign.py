"""Crash after crash: rounds of runs over a world of gadgets, an engine that dies where it is told to, and a judge."""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from pedell.engine.settle import Decision
from pedell.errors import ConflictError
from tests.crash.engine_child import Plan
from tests.crash.judge import Memory, happenings, judge
from tests.crash.seam import ANYWHERE, CLOSE, PHASES, RECOVERY, STATEMENTS
from tests.engine.school import ACTOR, School
from tests.engine.world import WorldProcess
from tests.safety.people import BERT

GADGETS = 16
KILLS = 14
"""In one round, before everything is brought to its end."""
PATIENCE = 90.0
MIXED = """
  - {do: gadget.status, save_as: before}
  - {do: gadget.press, timeout: 2s, retry: {times: 2, backoff: 0s, on: [timeout, protocol]}}
  - {do: gadget.cycle, retry: {times: 2, backoff: 0s, on: [timeout, protocol]}}
  - {do: gadget.set, with: {value: "v{{ before.presses }}"}, retry: {times: 2, backoff: 0s, on: [timeout, protocol]}}
  - {do: gadget.brew, with: {seconds: 0.15}}
  - {do: gadget.push}
  - {do: gadget.status, save_as: after}
  - {check: "after.open and after.presses >= before.presses + 2"}
"""
OTHER = """
  - {do: gadget.set, with: {value: other}}
  - {do: gadget.cycle}
  - {do: gadget.status, save_as: between}
  - {do: gadget.press}
  - {do: gadget.status, save_as: after}
  - {check: "after.open"}
"""

WIPE = """
  - {do: gadget.set, with: {value: before}}
  - {do: gadget.erase}
"""


@dataclass(frozen=True)
class Ended:
    """How an engine ended: in which phase its trap sprang (empty: none did), and its status as of waitpid."""

    phase: str
    status: int

    @property
    def killed(self) -> bool:
        return os.WIFSIGNALED(self.status)


class Nest:
    """Hatches engines in a process of its own, one at a time. A process that is well is used again."""

    spare: ClassVar[list[subprocess.Popen[bytes]]] = []
    """To be emptied with `clear` by whoever began to use nests."""

    def __init__(self) -> None:
        self.process = Nest.spare.pop() if Nest.spare else self._begin()
        self.pid = 0
        self.phase = ""
        self._kept = b""

    def start(self, plan: Plan) -> int:
        """Start an engine; returns its process number."""
        assert self.process.stdin is not None and not self.pid
        self.phase = ""
        self.process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
        self.pid = int(self._line(PATIENCE, "started"))
        return self.pid

    def passed(self, seconds: float = PATIENCE) -> str:
        """Wait until its trap springs; returns the phase."""
        self.phase = self._line(seconds, "passed")
        return self.phase

    def wait(self, seconds: float = PATIENCE) -> Ended:
        """Wait for its end."""
        status = int(self._line(seconds, "ended"))
        self.pid = 0
        return Ended(self.phase, status)

    def kill(self) -> Ended:
        """Kill it from outside."""
        with contextlib.suppress(ProcessLookupError):  # it may just have ended by itself
            os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def close(self) -> None:
        if self.pid:
            self.kill()
        Nest.spare.append(self.process)

    @staticmethod
    def _begin() -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("engine_child.py")
        return subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )

    @staticmethod
    def clear() -> None:
        """End all processes that are spare."""
        while Nest.spare:
            process = Nest.spare.pop()
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            process.wait(60)
            process.stdout.close()

    def _line(self, seconds: float, wanted: str) -> str:
        """The next line of that kind; the phase of a trap that sprang is kept on the way."""
        assert self.process.stdout is not None
        end = time.monotonic() + seconds
        while True:
            while b"\n" in self._kept:
                line, _, self._kept = self._kept.partition(b"\n")
                kind, _, rest = line.decode().partition(" ")
                if kind == wanted:
                    return rest
                if kind == "passed":
                    self.phase = rest
                elif kind == "ended":
                    self.pid = 0
                    raise AssertionError(f"the engine ended with {rest} instead of: {wanted}")
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                if self.pid:
                    os.kill(self.pid, signal.SIGUSR1)  # it tells on standard error where it hangs
                    time.sleep(0.5)
                raise TimeoutError(f"no {wanted!r} from the engine within {seconds:g} s")
            got = self.process.stdout.read(65536)
            if not got:
                raise AssertionError("the nest has died")
            self._kept += got


@dataclass
class Report:
    """What a campaign did and found."""

    kills: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    seconds: float = 0.0
    effects: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    settled: int = 0
    runs: int = 0
    tasks: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    events: int = 0
    broken: list[str] = field(default_factory=list)
    controls: dict[str, list[str]] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        counts = {
            name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()
        }
        return {
            **counts,
            "kills": {phase: self.kills[phase] for phase in PHASES},
            "killed": self.kills.total(),
        }

    def text(self) -> str:
        lines = [f"{self.kills.total()} kills in {self.rounds} rounds, {self.seconds:.0f} s", ""]
        lines += [f"  {self.kills[phase]:4}  {phase}" for phase in PHASES]
        lines += [
            "",
            f"runs {self.runs}; tasks: {_counts(self.tasks)}",
            f"attempts: {_counts(self.attempts)}",
            f"effects in the world: {_counts(self.effects)}",
            f"settled by a person: {self.settled}; conversations beside the engine: {self.reads}; events checked: {self.events}",
            "",
            f"broken promises: {len(self.broken)}",
            *(f"  {line}" for line in self.broken[:100]),
        ]
        for name, found in self.controls.items():
            lines += [
                "",
                f"with {name}: {'caught' if found else 'NOT CAUGHT'} ({len(found)} sentences)",
                *(f"  {line}" for line in found[:3]),
            ]
        return "\n".join(lines) + "\n"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))


class Round:
    """One store, one world, two runs on overlapping devices, and somebody who reads."""

    def __init__(
        self, folder: Path, database: bytes | str, *, gadgets: int = GADGETS, weak: str = ""
    ) -> None:
        """`database` is an empty store: the bytes of a SQLite file, or the URL of one on a server."""
        self.folder = folder
        data = folder / "data"
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if isinstance(database, bytes):
            (data / "pedell.db").write_bytes(database)
        self.weak = weak
        self.memory = Memory()
        self.settled = 0
        self.broken: list[str] = []
        self._open = ExitStack()
        self.world = WorldProcess(folder)
        self._open.callback(self.world.close)
        self.school = School(data, self.world.port, database if isinstance(database, str) else "")
        self._open.callback(self.school.close)
        self.names = self.school.gadgets(gadgets, sites=3)
        self.school.book("mixed", MIXED, more="strategy: {at_once: 12}\n")
        self.school.book("other", OTHER)
        self.school.book("wipe", WIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._open.close()

    def submit(self) -> None:
        """Ask for runs; the others want two thirds of the first one's devices, and one of them a second person's consent."""
        self.school.submit("mixed")
        self.school.submit("other", "site=s0")
        self.school.submit("other", "site=s1")
        if len(self.names) > 2:
            self.school.submit("wipe", "site=s2", reason="stolen")
            (asked,) = self.school.service.safety.approvals()
            self.school.service.safety.grant(asked.approval.no, BERT, "I have seen the report")

    def trouble(self, dice: random.Random) -> None:
        """A few devices answer badly, each in its own way."""
        for verb, kind in (
            ("press", "drop"),
            ("press", "cut"),
            ("open", "cut"),
            ("shut", "drop"),
            ("set", "no"),
            ("brew", "drop"),
            ("press", "hang"),
        ):
            self.world.ask("fault", dice.choice(self.names), verb, kind, "1")

    def plan(self, phase: str = "", passage: int = 1, **more) -> Plan:
        """An engine on this store."""
        return Plan(str(self.school.data), phase, passage, weak=self.weak, **more)

    def look(self) -> None:
        """After a crash: nothing that was written has changed."""
        self.broken += self.memory.compare(self.school)
        self.broken += [str(one) for one in self.school.service.audit.verify().broken]

    def settle(self) -> int:
        """A person looks at each device in doubt and says what they saw; returns how many there were."""
        seen = {one.token for one in happenings(self.world)}
        doubts = self.school.service.runs.doubts()
        for doubt in doubts:
            decision = Decision.DONE if doubt.id in seen else Decision.AGAIN
            try:
                self.school.service.runs.settle(doubt.id, decision, ACTOR, "I looked at it")
            except ConflictError:
                continue
            self.settled += 1
        return len(doubts)

    def finish(self, nest: Nest, *, rounds: int = 8) -> None:
        """Without further crashes: engines and a person alternate until everything has ended."""
        for _ in range(rounds):
            nest.start(self.plan())
            ended = nest.wait()
            if ended.status:
                self.broken.append(f"an engine ended by itself with status {ended.status}")
            if not self.school.service.runs.open_runs():
                return
            self.settle()

    def judge(self, *, clocks: bool = True, leases: bool = True) -> list[str]:
        """All that is broken; see `judge`."""
        return [*self.broken, *judge(self.school, self.world, self.memory, clocks=clocks, leases=leases)]


class Campaign:
    """Kills until every phase has had its share; `database` makes an empty store for each round."""

    def __init__(self, folder: Path, database: Callable[[], bytes | str], *, kills: int, seed: int) -> None:
        self.folder = folder
        self.database = database
        self.wanted = kills
        self.share = -(-kills // len(PHASES))
        self.dice = random.Random(seed)
        self.report = Report()

    def run(self, progress=lambda line: None) -> Report:
        """Round after round; stops when the count is reached, or when rounds no longer bring any kill."""
        began = time.monotonic()
        barren = 0
        nest, reader = Nest(), Nest()
        try:
            while any(self._missing(phase) for phase in PHASES) and barren < 5:
                before = self.report.kills.total()
                with Round(self.folder / f"round{self.report.rounds}", self.database()) as one:
                    self._round(one, nest, reader)
                self.report.rounds += 1
                barren = barren + 1 if self.report.kills.total() == before else 0
                self.report.seconds = time.monotonic() - began
                progress(
                    f"round {self.report.rounds}: {self.report.kills.total()} kills, {len(self.report.broken)} broken, {self.report.seconds:.0f} s"
                )
        finally:
            nest.close()
            reader.close()
        return self.report

    def _missing(self, phase: str) -> bool:
        return self.report.kills[phase] < self.share

    def _round(self, one: Round, nest: Nest, reader: Nest) -> None:
        one.submit()
        one.trouble(self.dice)
        reader.start(one.plan(reader=True))
        try:
            spent: set[str] = {CLOSE}
            for _ in range(KILLS):
                choice = [phase for phase in PHASES if self._missing(phase) and phase not in spent]
                if not choice:
                    break
                phase = min(choice, key=lambda name: (self.report.kills[name], self.dice.random()))
                if not self._crash(one, nest, phase, self._passage(phase)):
                    spent.add(phase)
            for _ in range(12):
                if not self._missing(CLOSE) or not self._crash(one, nest, CLOSE, self.dice.randint(1, 3)):
                    one.settle()
                    if not self._missing(CLOSE) or not one.school.service.runs.open_runs():
                        break
            one.finish(nest)
        finally:
            reader.kill()
        self._count(one)

    def _passage(self, phase: str) -> int:
        return self.dice.randint(1, {STATEMENTS: 30, RECOVERY: 4}.get(phase, 6))

    def _crash(self, one: Round, nest: Nest, phase: str, passage: int) -> bool:
        """One engine, one death; False where it came to rest before."""
        nest.start(one.plan("" if phase == ANYWHERE else phase, passage))
        if phase == ANYWHERE:
            time.sleep(self.dice.uniform(0.05, 0.5))
            ended = nest.kill()
            killed = ended.killed
        else:
            ended = nest.wait()
            killed = ended.killed and ended.phase == phase
        if killed:
            self.report.kills[phase] += 1
            one.look()
        elif ended.status:
            one.broken.append(f"an engine ended by itself with status {ended.status} before: {phase}")
        return killed

    def _count(self, one: Round) -> None:
        found = one.judge()
        self.report.broken += [f"round {self.report.rounds}: {line}" for line in found]
        self.report.settled += one.settled
        self.report.effects.update(happening.verb for happening in happenings(one.world))
        self.report.reads += sum(line[1] == "hello" for line in one.world.lines())
        self.report.events += len(one.memory.seen)
        tally(self.report, one.school)


def tally(report: Report, school: School) -> None:
    """Add this store's runs, tasks and attempts to the report."""
    from sqlalchemy import select

    from pedell.store.tables.journal import attempt, run, task

    with school.service.around.store.reading() as connection:
        report.runs += len(connection.execute(select(run.c.no)).all())
        report.tasks.update(connection.execute(select(task.c.state)).scalars())
        for row in connection.execute(select(attempt.c.effect, attempt.c.state, attempt.c.error_class)):
            report.attempts[
                f"{row.effect} {row.error_class if row.error_class == 'superseded' else row.state}"
            ] += 1


def empty_store(folder: Path) -> bytes:
    """A prepared store without anything in it."""
    from pedell.store.database import Store

    path = folder / "empty.db"
    store = Store(f"sqlite:///{path}")
    store.prepare()
    store.close()
    return path.read_bytes()
