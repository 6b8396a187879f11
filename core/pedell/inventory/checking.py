"""Connects to devices and asks who they are: the one thing that the inventory does without the engine.

Each conversation holds the endpoint's lease, so that it cannot meet a repair, and changes nothing. A driver
that outlives its time limit is left behind on its thread; its slot is replaced.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum

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


class Checker:
    """Checks many devices at once; what shares an endpoint goes one after another."""

    def __init__(
        self, plugins: Plugins, env: Callable[[Target], Env], lease: Lease, *, seconds: float, threads: int
    ) -> None:
        self._plugins = plugins
        self._env = env
        self._lease = lease
        self._seconds = seconds
        self._threads = threads

    def run(self, subjects: Sequence[Subject]) -> Iterator[Checked]:
        """Answers in the order in which the devices do; one for each subject."""
        groups: dict[str, list[tuple[Subject, type[Driver]]]] = {}
        for subject in subjects:
            try:
                driver = self._plugins.driver(subject.target.driver)
                groups.setdefault(driver.endpoint(subject.target), []).append((subject, driver))
            except Exception as error:
                yield _failed(subject, error)
        yield from _Crowd(
            groups, self._check, min(self._threads, max(1, len(groups))), self._seconds + GRACE
        ).run()

    def _check(self, endpoint: str, subject: Subject, driver: type[Driver]) -> Checked:
        deadline = Deadline.after(self._seconds)
        try:
            with (
                self._lease(endpoint, deadline),
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


Group = list[tuple[Subject, type[Driver]]]


class _Crowd:
    """Threads that work through groups; one that overstays is replaced and its answer no longer awaited."""

    def __init__(
        self,
        groups: Mapping[str, Group],
        check: Callable[[str, Subject, type[Driver]], Checked],
        threads: int,
        limit: float,
    ) -> None:
        self._todo: queue.SimpleQueue[tuple[str, Subject, type[Driver], Group]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[int, Checked]] = queue.SimpleQueue()
        self._check = check
        self._limit = limit
        self._left = sum(len(group) for group in groups.values())
        self._running: dict[int, tuple[Deadline, Subject, str, Group]] = {}
        self._lock = threading.Lock()
        self._tickets = 0
        self._threads: list[threading.Thread] = []
        for endpoint, group in groups.items():
            self._queue(endpoint, group)
        for _ in range(threads):
            self._hire()

    def _queue(self, endpoint: str, group: Group) -> None:
        if group:
            (subject, driver), *rest = group
            self._todo.put((endpoint, subject, driver, rest))

    def _hire(self) -> None:
        # Daemons: a driver that hangs must not keep the process alive.
        thread = threading.Thread(target=self._work, name="check", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while True:
            try:
                endpoint, subject, driver, rest = self._todo.get_nowait()
            except queue.Empty:
                return
            with self._lock:
                self._tickets += 1
                ticket = self._tickets
                self._running[ticket] = (Deadline.after(self._limit), subject, endpoint, rest)
            answer = self._check(endpoint, subject, driver)
            with self._lock:
                overdue = self._running.pop(ticket, None) is None
            if overdue:
                return
            self._queue(endpoint, rest)
            self._answers.put((ticket, answer))

    def run(self) -> Iterator[Checked]:
        while self._left:
            try:
                _, answer = self._answers.get(timeout=0.1)
            except queue.Empty:
                yield from self._leave_behind()
                continue
            self._left -= 1
            yield answer
        for thread in self._threads:
            thread.join(0.2)

    def _leave_behind(self) -> Iterator[Checked]:
        with self._lock:
            late = [ticket for ticket, (deadline, *_) in self._running.items() if deadline.passed()]
            taken = [self._running.pop(ticket) for ticket in late]
        for _, subject, _, rest in taken:
            self._left -= 1 + len(rest)
            message = t("the driver did not come back in time")
            yield Checked(subject.no, subject.target, Outcome.UNREACHABLE, message)
            for other, _ in rest:
                yield Checked(other.no, other.target, Outcome.UNREACHABLE, message)
            self._hire()
