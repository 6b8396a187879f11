"""What a printer or a print queue can do, in words that know no protocol.

Names of jobs and of the people who sent them are left out of all results: they say more about a person than
a repair needs, and results stay in the journal for years.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pedell.drivers.api import (
    PROBE,
    Capability,
    Contract,
    Effect,
    Params,
    Result,
    Risk,
    Text,
)
from pedell_printers.reasons import Fault, Reason


class PrinterState(StrEnum):
    """What the printer or queue does now."""

    IDLE = "idle"
    PROCESSING = "processing"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    PENDING = "pending"
    HELD = "held"
    PROCESSING = "processing"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    ABORTED = "aborted"
    COMPLETED = "completed"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self in {JobState.CANCELLED, JobState.ABORTED, JobState.COMPLETED}


class Supply(Result):
    """Toner, ink, drum, waste box."""

    name: str
    kind: str = Field(description="The device's own keyword, such as toner or wasteToner.")
    level: int | None = Field(description="Percent that are left; none where the device cannot tell.")
    low: bool = Field(description="Whether it is at or below the level that the device calls low.")


class Status(Result):
    """How a printer or queue is."""

    state: PrinterState
    paused: bool = Field(description="Stopped by command (or by the queue's error policy), not by a fault.")
    accepting: bool | None = Field(description="Whether new jobs are taken; another switch than paused.")
    queued_jobs: int | None = Field(description="Jobs that wait or print.")
    fault: Fault = Field(
        description="What needs hands at the printer, the worst first; none where nothing does."
    )
    reasons: tuple[Reason, ...] = Field(description="All reasons that the device gives, unknown ones too.")
    message: str = Field(description="The device's own words.")
    supplies: tuple[Supply, ...]
    uptime: int | None = Field(description="Seconds since it was switched on; a drop proves a restart.")


class Job(Result):
    """One job that waits or prints."""

    id: int
    state: JobState
    reasons: tuple[str, ...]
    age: int | None = Field(description="Seconds since it was sent.")
    size: int | None = Field(description="Kilobytes.")


class Jobs(Result):
    """The jobs that are not finished, as the device orders them."""

    jobs: tuple[Job, ...]
    more: bool = Field(description="Whether there are more than were asked for.")


class JobsParams(Params):
    """How many jobs to list."""

    limit: int = Field(default=100, ge=1, le=1000, description="At most so many.")


class Cleared(Result):
    """What clearing did."""

    cancelled: int = Field(description="Jobs that were there and are gone.")
    arrived: int = Field(description="Jobs that came in meanwhile and were left alone.")
    how: str = Field(description="Which operation did it.")


class JobParams(Params):
    """One job."""

    job: int = Field(ge=1, le=2**31 - 1, description="The job's number.")


class JobOutcome(Result):
    """A job and the state that it ended in."""

    job: int
    state: JobState


class Switches(Result):
    """The two switches of a queue, as read after the change."""

    state: PrinterState
    paused: bool
    accepting: bool | None


class IdentifyParams(Params):
    """How the printer shall make itself known."""

    how: Literal["any", "sound", "flash", "display"] = Field(
        default="any", description="any: as the printer likes."
    )


class Identified(Result):
    """How the printer made itself known."""

    how: str


class Info(Result):
    """What it is."""

    name: str
    model: str
    serial: str
    firmware: str
    location: str
    formats: tuple[str, ...] = Field(description="Document formats that are taken.")
    operations: tuple[str, ...] = Field(
        description="Operations that are offered, by their names in the protocol."
    )


CONTRACT = Contract(
    family="printer",
    title=Text("Printers", "Drucker"),
    kinds={"printer": Text("Printer", "Drucker"), "print_queue": Text("Print queue", "Druckwarteschlange")},
    capabilities=(
        Capability(
            "printer.status",
            Text(
                "State, faults, supplies and number of jobs",
                "Zustand, Störungen, Verbrauchsmaterial, Zahl der Aufträge",
            ),
            result=Status,
        ),
        Capability(
            "printer.jobs",
            Text("List the jobs that wait or print", "Wartende und laufende Aufträge auflisten"),
            params=JobsParams,
            result=Jobs,
        ),
        Capability(
            "printer.device_info",
            Text("Model, serial number, firmware, formats", "Modell, Seriennummer, Firmware, Formate"),
            result=Info,
        ),
        Capability(
            "printer.clear_queue",
            Text(
                "Cancel all jobs and make sure that they are gone",
                "Alle Aufträge abbrechen und prüfen, dass sie weg sind",
            ),
            effect=Effect.REPEATABLE,
            risk=Risk.DISRUPTIVE,
            timeout=60.0,
            result=Cleared,
        ),
        Capability(
            "printer.cancel_job",
            Text("Cancel one job", "Einen Auftrag abbrechen"),
            effect=Effect.REPEATABLE,
            risk=Risk.DISRUPTIVE,
            params=JobParams,
            result=JobOutcome,
        ),
        Capability(
            "printer.pause",
            Text("Stop printing, keep taking jobs", "Drucken anhalten, Aufträge weiter annehmen"),
            effect=Effect.REPEATABLE,
            risk=Risk.DISRUPTIVE,
            result=Switches,
        ),
        Capability(
            "printer.resume",
            Text("Print again after a pause", "Nach einer Pause weiterdrucken"),
            effect=Effect.REPEATABLE,
            result=Switches,
        ),
        Capability(
            "printer.accept_jobs",
            Text("Take new jobs again", "Wieder neue Aufträge annehmen"),
            effect=Effect.REPEATABLE,
            result=Switches,
        ),
        Capability(
            "printer.reject_jobs",
            Text("Take no new jobs", "Keine neuen Aufträge annehmen"),
            effect=Effect.REPEATABLE,
            risk=Risk.DISRUPTIVE,
            result=Switches,
        ),
        Capability(
            "printer.identify",
            Text(
                "Let the printer beep, flash or show a text",
                "Den Drucker piepen, blinken oder einen Text zeigen lassen",
            ),
            effect=Effect.REPEATABLE,
            params=IdentifyParams,
            result=Identified,
        ),
        Capability(
            "printer.test_page",
            Text("Print one test page", "Eine Testseite drucken"),
            effect=Effect.ONCE,
            recovery=PROBE,
            timeout=60.0,
            result=JobOutcome,
        ),
    ),
)
