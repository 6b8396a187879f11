"""Connects to devices and asks who they are: the one thing that the inventory does without the engine.

Each conversation holds the endpoint's lease, so that it cannot meet a repair, and changes nothing. A driver
that outlives its time limit is left behind on its thread; its slot is replaced.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
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
from pedell.inventory.crowd import Crowd

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
        rests: Mapping[str, float] | None = None,
    ) -> None:
        """`rests`: controllers, by id, that have asked to be left alone, and for how many seconds still."""
        self._plugins = plugins
        self._env = env
        self._lease = lease
        self._seconds = seconds
        self._threads = threads
        moment = time.monotonic()
        self._rests = {key: moment + left for key, left in (rests or {}).items()}

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
        yield from Crowd(
            list(lines.values()), self._check, _late, threads=threads, limit=self._seconds + GRACE
        ).run()

    def _check(self, job: _Job) -> Checked:
        subject, driver = job.subject, job.driver
        deadline = Deadline.after(self._seconds)
        try:
            self._left_alone(subject.target)
            with (
                self._lease(job.endpoint, deadline),
                conversation(driver(subject.target, self._env(subject.target)), deadline) as made,
            ):
                identity = made.identity(deadline)
            identity.check(subject.target)
        except Exception as error:
            self._heed(subject.target, error)
            return _failed(subject, error)
        return Checked(
            subject.no, subject.target, Outcome.OK, _remark(identity, subject.target), identity=identity
        )

    def _left_alone(self, target: Target) -> None:
        """Raises DeviceError(BUSY) where the device's controller wants to be left alone."""
        if target.controller is None:
            return
        left = self._rests.get(target.controller.id, 0.0) - time.monotonic()
        if left > 0:
            raise DeviceError(
                ErrorClass.BUSY,
                t(
                    "{name} wants to be left alone for another {seconds} s",
                    name=target.controller.name,
                    seconds=f"{left:.0f}",
                ),
            )

    def _heed(self, target: Target, error: Exception) -> None:
        """What a controller asks for is for all of its devices."""
        if isinstance(error, DeviceError) and error.retry_after and target.controller is not None:
            until = time.monotonic() + error.retry_after
            key = target.controller.id
            self._rests[key] = max(until, self._rests.get(key, 0.0))


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


def _late(job: _Job) -> Checked:
    message = t("the driver did not come back in time")
    return Checked(job.subject.no, job.subject.target, Outcome.UNREACHABLE, message)


def _line(job: _Job) -> str:
    """Whom a job queues up with: the others of its endpoint, and no more lines than its controller bears."""
    limits = job.driver.bears(job.subject.target)
    server = job.subject.target.controller
    if limits is None or server is None:
        return job.endpoint
    return f"controller:{server.id}:{crc32(job.endpoint.encode()) % limits.connections}"
