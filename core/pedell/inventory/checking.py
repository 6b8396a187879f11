"""Connects to devices and asks who they are: the one thing that the inventory does without the engine.

Each conversation holds the endpoint's lease, so that it cannot meet a repair, and changes nothing. A driver
that outlives its time limit is left behind on its thread; its slot is replaced.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from pedell.drivers.api import (
    Deadline,
    DeviceError,
    Driver,
    ErrorClass,
    Identity,
    IdentityError,
    Target,
    conversation,
)
from pedell.drivers.driver import Env
from pedell.errors import PedellError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t

GRACE = 5.0
"""Seconds that a driver may outlive its limit before it is left behind."""
Lease = Callable[[str, Deadline], AbstractContextManager[None]]


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    DIFFERS = "differs"
    """Another device answers than the inventory says."""
    REFUSED = "refused"
    """It answers and says no: password, rights, busy, host key."""
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    """It answers what cannot be understood, or something is missing on our side."""


@dataclass(frozen=True)
class Checked:
    """What became of one check: of one device through one of its drivers."""

    no: int
    target: Target
    outcome: Outcome
    message: str = ""
    hint: str = ""
    identity: Identity | None = None


@dataclass(frozen=True)
class Subject:
    """One device and one of its drivers."""

    no: int
    target: Target


_OUTCOMES: Mapping[ErrorClass, Outcome] = {
    ErrorClass.UNREACHABLE: Outcome.UNREACHABLE,
    ErrorClass.TIMEOUT: Outcome.UNREACHABLE,
    ErrorClass.REFUSED: Outcome.REFUSED,
    ErrorClass.AUTH: Outcome.REFUSED,
    ErrorClass.BUSY: Outcome.REFUSED,
    ErrorClass.PRECONDITION: Outcome.REFUSED,
    ErrorClass.PROTOCOL: Outcome.FAILED,
    ErrorClass.UNSUPPORTED: Outcome.FAILED,
    ErrorClass.DEVICE_FAULT: Outcome.FAILED,
}


@dataclass(frozen=True)
class _Job:
    subject: Subject
    driver: type[Driver]
    endpoint: str


class Checker:
    """Checks many devices at once; what shares an endpoint goes one after another."""

    def __init__(
        self,
        plugins: Plugins,
        env: Callable[[Target], Env],
        lease: Lease,
        *,
        seconds: float,
        threads: int,
    ) -> None:
        self._plugins = plugins
        self._env = env
        self._lease = lease
        self._seconds = seconds
        self._threads = threads

    def run(self, subjects: Sequence[Subject]) -> Iterator[Checked]:
        """Answers in the order in which the devices do; one for each subject."""
        lines: dict[str, list[_Job]] = {}
        for subject in subjects:
            try:
                driver = self._plugins.driver(subject.target.driver)
                job = _Job(subject, driver, driver.endpoint(subject.target))
                lines.setdefault(_line(job), []).append(job)
            except Exception as error:
                yield _failed(subject, error)
        threads = min(self._threads, max(1, len(lines)))
        yield from _Crowd(list(lines.values()), self._check, threads, self._seconds + GRACE).run()

    def _check(self, job: _Job) -> Checked:
        subject, driver = job.subject, job.driver
        deadline = Deadline.after(self._seconds)
        try:
            with (
                self._lease(job.endpoint, deadline),
                conversation(driver(subject.target, self._env(subject.target)), deadline) as made,
            ):
                identity = made.identity(deadline)
            identity.check(subject.target)
        except Exception as error:
            return _failed(subject, error)
        return Checked(
            subject.no, subject.target, Outcome.OK, _remark(identity, subject.target), identity=identity
        )


def _remark(identity: Identity, target: Target) -> str:
    """What a device said that the inventory does not know yet."""
    if identity.serial and not target.serial:
        return t("serial number {serial} is not in the inventory yet", serial=identity.serial[:100])
    if not (identity.serial or identity.mac):
        return t("it tells no serial number and no MAC address, so it could be another device")
    return ""


def _failed(subject: Subject, error: Exception) -> Checked:
    if isinstance(error, IdentityError):
        outcome = Outcome.DIFFERS
    elif isinstance(error, DeviceError):
        outcome = _OUTCOMES[error.error_class]
    else:
        outcome = Outcome.FAILED
    if isinstance(error, PedellError):
        return Checked(subject.no, subject.target, outcome, error.message, error.hint)
    message = t("a bug in driver {driver}: {error}", driver=subject.target.driver, error=type(error).__name__)
    return Checked(subject.no, subject.target, outcome, message)


def _line(job: _Job) -> str:
    """Whom a job queues up with: the others of its endpoint, and no more lines than its controller bears."""
    limits = job.driver.bears(job.subject.target)
    server = job.subject.target.controller
    if limits is None or server is None:
        return job.endpoint
    return f"controller:{server.id}:{crc32(job.endpoint.encode()) % limits.connections}"


class _Crowd:
    """Threads that work through lines of jobs; one that overstays is replaced and its line given up."""

    def __init__(
        self, lines: Sequence[list[_Job]], check: Callable[[_Job], Checked], threads: int, limit: float
    ) -> None:
        self._todo: queue.SimpleQueue[list[_Job]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Checked] = queue.SimpleQueue()
        self._check = check
        self._limit = limit
        self._left = sum(len(line) for line in lines)
        self._running: dict[int, tuple[Deadline, list[_Job]]] = {}
        self._lock = threading.Lock()
        self._started = 0
        self._threads: list[threading.Thread] = []
        for line in lines:
            self._todo.put(line)
        for _ in range(threads):
            self._hire()

    def _hire(self) -> None:
        # Daemons: a driver that hangs must not keep the process alive.
        thread = threading.Thread(target=self._work, name="check", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        with suppress(queue.Empty):
            while True:
                line = self._todo.get_nowait()
                for position, job in enumerate(line):
                    with self._lock:
                        self._started += 1
                        turn = self._started
                        self._running[turn] = (Deadline.after(self._limit), line[position:])
                    answer = self._check(job)
                    with self._lock:
                        if self._running.pop(turn, None) is None:
                            return
                    self._answers.put(answer)

    def run(self) -> Iterator[Checked]:
        """Answers as they come."""
        while self._left:
            try:
                answer = self._answers.get(timeout=0.1)
            except queue.Empty:
                yield from self._give_up()
                continue
            self._left -= 1
            yield answer
        for thread in self._threads:
            thread.join(0.2)

    def _give_up(self) -> Iterator[Checked]:
        """Answer for jobs whose driver is stuck, and for those behind them: they would meet the same endpoint."""
        with self._lock:
            late = [turn for turn, (deadline, _) in self._running.items() if deadline.passed()]
            stuck = [self._running.pop(turn)[1] for turn in late]
        for line in stuck:
            self._left -= len(line)
            for job in line:
                message = t("the driver did not come back in time")
                yield Checked(job.subject.no, job.subject.target, Outcome.UNREACHABLE, message)
            self._hire()
