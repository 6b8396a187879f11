"""Clearing a queue, and knowing that it is clear.

A success code for a cancel is no proof: a printer that waits for paper keeps the job, as
`processing-to-stop-point`, until somebody feeds it. So the jobs that were there are looked for again until
they are gone; jobs that come in meanwhile are somebody's new work and are left alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pedell.drivers.api import Call, Deadline, DeviceError, ErrorClass, Happened, Waiting
from pedell_printers.contract import Cleared, JobOutcome, JobState
from pedell_printers.ipp import reading
from pedell_printers.ipp.conversation import Conversation, IppError
from pedell_printers.ipp.patience import accepted, settle
from pedell_printers.ipp.words import Operation, Status
from pedell_printers.reasons import Fault

MOST_JOBS = 1000
"""So many jobs are cleared in one call."""
_GONE = frozenset({Status.NOT_POSSIBLE, Status.NOT_FOUND, Status.GONE})
"""Answers to a cancel that say the job is over already."""


@dataclass(frozen=True)
class Begun:
    """A cancel that was accepted, as it travels through the token of a Waiting.

    Attributes:
        how: the operation.
        before: how many jobs there were.
        left: the jobs that were still there.
        since: UTC epoch seconds.
        patience: seconds after which jobs that are still there are a failure.
    """

    how: str
    before: int
    left: tuple[int, ...]
    since: float
    patience: float

    @classmethod
    def read(cls, token: Mapping[str, Any]) -> Begun:
        """The token that `waiting` made."""
        numbers = (float(token["since"]), float(token["patience"]))
        return cls(
            str(token["how"]), int(token["before"]), tuple(int(job) for job in token["left"]), *numbers
        )

    def waiting(self, printer: Conversation, deadline: Deadline) -> Waiting:
        """Not yet; raises DeviceError when patience is over."""
        with accepted(self.how):
            fault = reading.status(printer.printer(reading.STATUS_ATTRIBUTES, deadline)).fault
        why = f"{len(self.left)} of {self.before} jobs still there"
        if fault is not Fault.NONE:
            why = f"{why}; the printer has a fault ({fault})"
        if time.time() - self.since > self.patience:
            text = f"{self.how} was accepted, but not finished: {why}"
            raise DeviceError(ErrorClass.DEVICE_FAULT, text, happened=Happened.YES)
        # The engine waits a little longer than we do, so that the failure that says why comes first.
        return Waiting(asdict(self), why, poll_after=5.0, deadline=self.patience + 60.0, delivered=True)


def clear(printer: Conversation, offered: frozenset[int], call: Call, patience: float) -> Cleared | Waiting:
    """Cancel what is there, in the best way that the printer offers."""
    before = _jobs(printer, call.deadline)
    if not before:
        return Cleared(cancelled=0, arrived=0, how="nothing to cancel")
    how = _cancel(printer, offered, before, call)
    begun = Begun(how, len(before), before, time.time(), patience)
    return settle(how, lambda: look(printer, begun, call.deadline), call)


def look(printer: Conversation, begun: Begun, deadline: Deadline) -> Cleared | Waiting:
    """Read the queue again."""
    with accepted(begun.how):
        now = frozenset(_jobs(printer, deadline))
    left = tuple(job for job in begun.left if job in now)
    if not left:
        return Cleared(cancelled=begun.before, arrived=len(now), how=begun.how)
    return replace(begun, left=left).waiting(printer, deadline)


def cancel_one(printer: Conversation, job: int, call: Call, patience: float) -> JobOutcome | Waiting:
    """Cancel one job that is not over yet, then look."""
    how = Operation.CANCEL_JOB.title
    with call.effect(how):
        _cancel_job(printer, job, call.deadline)
    begun = Begun(how, 1, (job,), time.time(), patience)
    return settle(how, lambda: look_at_one(printer, begun, call.deadline), call)


def look_at_one(printer: Conversation, begun: Begun, deadline: Deadline) -> JobOutcome | Waiting:
    """Read the one job again; a printer that keeps no history has forgotten it."""
    try:
        outcome = outcome_of(printer, begun.left[0], deadline)
    except IppError as error:
        if error.status in _GONE:
            return JobOutcome(job=begun.left[0], state=JobState.CANCELLED)
        raise
    return outcome if outcome.state.final else begun.waiting(printer, deadline)


def outcome_of(printer: Conversation, job: int, deadline: Deadline) -> JobOutcome:
    """The state of one job."""
    found = reading.job(printer.job(job, reading.JOB_ATTRIBUTES, deadline))
    return JobOutcome(job=job, state=found.state)


def _jobs(printer: Conversation, deadline: Deadline) -> tuple[int, ...]:
    views = printer.jobs(("job-id", "job-state"), deadline, limit=MOST_JOBS)
    jobs = (reading.job(view) for view in views)
    return tuple(job.id for job in jobs if job.id > 0 and not job.state.final)


def _cancel(printer: Conversation, offered: frozenset[int], jobs: tuple[int, ...], call: Call) -> str:
    """Try the ways in order and give the name of the one that the printer took."""
    ways: Iterable[tuple[Operation, Callable[[], None]]] = (
        (Operation.CANCEL_JOBS, lambda: _whole(printer, Operation.CANCEL_JOBS, call.deadline)),
        (Operation.PURGE_JOBS, lambda: _whole(printer, Operation.PURGE_JOBS, call.deadline)),
        (Operation.CANCEL_JOB, lambda: _each(printer, jobs, call.deadline)),
        (Operation.CANCEL_MY_JOBS, lambda: _whole(printer, Operation.CANCEL_MY_JOBS, call.deadline)),
    )
    for operation, cancel in ways:
        # A printer that does not tell what it offers has at least what the standard demands.
        if operation not in offered and (offered or operation is not Operation.CANCEL_JOB):
            continue
        try:
            with call.effect(operation.title):
                cancel()
        except IppError as error:
            if error.error_class is not ErrorClass.UNSUPPORTED:
                raise
            continue
        return operation.title
    raise DeviceError(ErrorClass.UNSUPPORTED, "the printer offers no way to cancel jobs")


def _whole(printer: Conversation, operation: Operation, deadline: Deadline) -> None:
    try:
        printer.ask(operation, deadline=deadline, effect=True)
    except IppError as error:
        if error.status not in _GONE:  # everything may have finished meanwhile
            raise


def _each(printer: Conversation, jobs: tuple[int, ...], deadline: Deadline) -> None:
    for done, number in enumerate(jobs):
        try:
            _cancel_job(printer, number, deadline)
        except DeviceError as error:
            if not done or error.happened is not Happened.NO:
                raise
            text = f"{done} of {len(jobs)} jobs were cancelled, then: {error.message}"
            raise DeviceError(error.error_class, text, happened=Happened.YES, hint=error.hint) from error


def _cancel_job(printer: Conversation, number: int, deadline: Deadline) -> None:
    try:
        printer.ask(Operation.CANCEL_JOB, job=number, deadline=deadline, effect=True)
    except IppError as error:
        if error.status not in _GONE:
            raise
