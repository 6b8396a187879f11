"""The machine itself: paper, toner, a door, jobs that print one after the other, two switches.

It has no clock of its own: whoever asks passes the time, and the jobs advance to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# RFC 8011 section 5.3.7.
PENDING, PROCESSING, CANCELED, ABORTED, COMPLETED = 3, 5, 7, 8, 9
# RFC 8011 section 5.4.11.
IDLE, BUSY, STOPPED = 3, 4, 5
OPEN = (PENDING, PROCESSING)


@dataclass
class Sheet:
    """A job."""

    number: int
    name: str
    owner: str
    pages: int
    made: float
    size: int = 1
    state: int = PENDING
    started: float = 0.0
    printed: int = 0
    cancelling: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """job-state-reasons (RFC 8011 section 5.3.8)."""
        if self.cancelling and self.state == PROCESSING:
            return ("processing-to-stop-point",)
        said = {
            PROCESSING: "job-printing",
            CANCELED: "job-canceled-by-user",
            ABORTED: "aborted-by-system",
            COMPLETED: "job-completed-successfully",
        }
        return (said.get(self.state, "none"),)


@dataclass
class Machine:
    """A printer, or a print server's queue with the printer behind it.

    A queue drops a cancelled job at once. A printer that cannot print now (no paper, jam, open door) keeps it
    until somebody has mended that, as real ones do.
    """

    queue: bool = False
    paper: int = 250
    toner: int = 80
    door_open: bool = False
    jam: bool = False
    stuck: bool = False
    """The queue cannot reach its printer: jobs stay in processing, and no reason says so."""
    numb: bool = False
    """The switches say yes and do not move, as with some firmware."""
    paused: bool = False
    accepting: bool = True
    seconds_per_page: float = 0.05
    jobs: list[Sheet] = field(default_factory=list)
    next_number: int = 1

    @property
    def blocked(self) -> bool:
        """Whether nothing comes out."""
        return self.paper <= 0 or self.door_open or self.jam or self.toner <= 0

    @property
    def active(self) -> Sheet | None:
        """The job that prints."""
        return next((job for job in self.jobs if job.state == PROCESSING), None)

    @property
    def open_jobs(self) -> list[Sheet]:
        """Jobs that are not over."""
        return [job for job in self.jobs if job.state in OPEN]

    def add(
        self, now: float, *, name: str = "untitled", owner: str = "teacher", pages: int = 1, size: int = 1
    ) -> Sheet:
        """Somebody prints."""
        job = Sheet(self.next_number, name, owner, pages, now, size)
        self.next_number += 1
        self.jobs.append(job)
        return job

    def advance(self, now: float) -> None:
        """Print what has been printed by now."""
        while True:
            job = self.active
            if job is None:
                waiting = next((j for j in self.jobs if j.state == PENDING), None)
                if waiting is None or self.paused:
                    return
                waiting.state, waiting.started, job = PROCESSING, now, waiting
            if job.cancelling and (self.queue or not self.blocked):
                job.state = CANCELED
                continue
            if self.paused or self.stuck or self.blocked:
                job.started = now - job.printed * self.seconds_per_page
                return
            due = min(
                job.pages,
                int((now - job.started) / self.seconds_per_page) if self.seconds_per_page else job.pages,
            )
            fed = min(due - job.printed, self.paper)
            job.printed += max(0, fed)
            self.paper -= max(0, fed)
            if job.printed < job.pages:
                return
            job.state = COMPLETED

    def cancel(self, job: Sheet, now: float) -> None:
        """Take a cancel; whether it comes to pass is another matter."""
        if job.state == PENDING:
            job.state = CANCELED
        job.cancelling = True
        self.advance(now)

    def throw(self, *, paused: bool | None = None, accepting: bool | None = None) -> bool:
        """Throw one of the two switches; tells whether it moved."""
        if not self.numb and paused is not None:
            self.paused = paused
        if not self.numb and accepting is not None:
            self.accepting = accepting
        return not self.numb

    def purge(self) -> None:
        """Forget all jobs; the one that prints stays in the history, as CUPS does it."""
        active = self.active
        if active is not None:
            active.state = CANCELED
        self.jobs = [active] if active is not None else []

    @property
    def state(self) -> int:
        """printer-state."""
        if self.paused or (not self.queue and (self.door_open or self.jam)):
            return STOPPED
        return BUSY if self.active is not None else IDLE

    @property
    def reasons(self) -> tuple[str, ...]:
        """printer-state-reasons, with the suffixes that ippeveprinter 2.4.2 gives for an empty tray."""
        found = ["paused"] if self.paused else []
        if self.queue and self.active is not None and self.blocked:
            found.append("cups-waiting-for-job-completed")
        if self.paper <= 0:
            found += (
                ["media-empty-warning", "media-needed-warning"] if self.active else ["media-empty-report"]
            )
        if self.jam:
            found.append("media-jam-error")
        if self.door_open:
            found.append("door-open-error")
        if self.toner <= 10:
            found.append("toner-empty-error" if self.toner <= 0 else "toner-low-warning")
        return tuple(found) or ("none",)

    def shown(self) -> dict[str, Any]:
        """What somebody sees who stands before it, or looks into the server's web page."""
        return {
            "state": {IDLE: "idle", BUSY: "printing", STOPPED: "stopped"}[self.state],
            "paused": self.paused,
            "accepting": self.accepting,
            "paper": self.paper,
            "toner": self.toner,
            "door_open": self.door_open,
            "jam": self.jam,
            "stuck": self.stuck,
            "jobs": [job.number for job in self.open_jobs],
            "finished": {str(job.number): job.state for job in self.jobs if job.state not in OPEN},
        }
