"""What the simulated printer answers to each operation (RFC 8011 section 4, PWG 5100.11, 5100.13, CUPS)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pedell_printers.ipp.simulator.machine import OPEN, Machine, Sheet
from pedell_printers.ipp.simulator.wire import BEGIN_JOB, BEGIN_PRINTER, Reply, Request, Row, reply

# RFC 8011 section 5.4.15 and the registrations of CUPS (cups/ipp.h).
NAMES = {
    0x0002: "print-job", 0x0004: "validate-job", 0x0008: "cancel-job", 0x0009: "get-job-attributes",
    0x000A: "get-jobs", 0x000B: "get-printer-attributes", 0x0010: "pause-printer", 0x0011: "resume-printer",
    0x0012: "purge-jobs", 0x0022: "enable-printer", 0x0023: "disable-printer", 0x0038: "cancel-jobs",
    0x0039: "cancel-my-jobs", 0x003C: "identify-printer", 0x4008: "cups-accept-jobs", 0x4009: "cups-reject-jobs",
}  # fmt: skip
# What ippeveprinter 2.4.2 and a raw queue of CUPS 2.4.2 offer of these.
OF_A_PRINTER = (0x0002, 0x0004, 0x0008, 0x0009, 0x000A, 0x000B, 0x0039, 0x003C)
OF_A_QUEUE = tuple(code for code in NAMES if code != 0x003C)
# The default policy of CUPS asks these for a login.
OF_OPERATORS = (0x0010, 0x0011, 0x0022, 0x0023, 0x0038, 0x4008, 0x4009, 0x0012)

# RFC 8011 appendix B.
OK, BAD_REQUEST, NOT_POSSIBLE, NOT_FOUND, FORMAT_UNKNOWN = 0x0000, 0x0400, 0x0404, 0x0406, 0x040A
NOT_SUPPORTED, VERSION_UNKNOWN, NOT_ACCEPTING, BUSY = 0x0501, 0x0503, 0x0506, 0x0507


@dataclass
class Nameplate:
    """What is printed on it."""

    name: str
    uri: str
    model: str
    serial: str
    firmware: str
    location: str
    formats: tuple[str, ...]
    operations: tuple[int, ...]
    only_1_1: bool
    blunt: bool
    started: float


Count = Callable[[str, str], None]


def answer(request: Request, plate: Nameplate, machine: Machine, count: Count) -> bytes:
    """Do what is asked and say so."""
    now = time.time()
    machine.advance(now)
    if plate.only_1_1 and request.version[0] > 1:
        request.version = b"\x01\x01"
        status = BAD_REQUEST if plate.blunt else VERSION_UNKNOWN
        return reply(request, status, "this printer speaks IPP 1.1").finished()
    if request.operation not in plate.operations:
        return reply(request, NOT_SUPPORTED).finished()
    return _Operations(request, plate, machine, count, now).run().finished()


class _Operations:
    def __init__(
        self, request: Request, plate: Nameplate, machine: Machine, count: Count, now: float
    ) -> None:
        self.request, self.plate, self.machine, self.count, self.now = request, plate, machine, count, now

    def run(self) -> Reply:
        name = NAMES[self.request.operation].removeprefix("cups-").replace("-", "_")
        act: Callable[[], Reply] = getattr(self, name)
        return act()

    def done(self) -> Reply:
        return reply(self.request, OK)

    def get_printer_attributes(self) -> Reply:
        made = self.done().group(BEGIN_PRINTER)
        return self._chosen(made, self._printer_rows(), general="printer-description")

    def get_jobs(self) -> Reply:
        which = self.request.first("which-jobs", "not-completed")
        jobs = [job for job in self.machine.jobs if (job.state in OPEN) == (which == "not-completed")]
        if self.request.first("my-jobs", False):
            me = self.request.first("requesting-user-name", "anonymous")
            jobs = [job for job in jobs if job.owner == me]
        limit = self.request.first("limit", 0)
        if isinstance(limit, int) and limit > 0:
            jobs = jobs[:limit]
        if "requested-attributes" not in self.request.attributes:
            self.request.attributes["requested-attributes"] = ["job-id", "job-uri"]
        made = self.done()
        for job in jobs:
            self._chosen(made.group(BEGIN_JOB), self._job_rows(job), general="job-description")
        return made

    def get_job_attributes(self) -> Reply:
        job = self._job()
        if job is None:
            return reply(self.request, NOT_FOUND)
        return self._chosen(self.done().group(BEGIN_JOB), self._job_rows(job), general="job-description")

    def cancel_job(self) -> Reply:
        job = self._job()
        if job is None:
            return reply(self.request, NOT_FOUND)
        if job.state not in OPEN:
            return reply(self.request, NOT_POSSIBLE, "the job is over")
        self._cancel(job)
        return self.done()

    def cancel_jobs(self) -> Reply:
        for job in self.machine.open_jobs:
            self._cancel(job)
        return self.done()

    def cancel_my_jobs(self) -> Reply:
        me = self.request.first("requesting-user-name", "anonymous")
        for job in self.machine.open_jobs:
            if job.owner == me:
                self._cancel(job)
        return self.done()

    def purge_jobs(self) -> Reply:
        self.count("purge", str(len(self.machine.open_jobs)))
        self.machine.purge()
        return self.done()

    def pause_printer(self) -> Reply:
        return self._thrown("pause", self.machine.throw(paused=True))

    def resume_printer(self) -> Reply:
        return self._thrown("resume", self.machine.throw(paused=False))

    def enable_printer(self) -> Reply:
        return self._thrown("accept", self.machine.throw(accepting=True))

    def disable_printer(self) -> Reply:
        return self._thrown("reject", self.machine.throw(accepting=False))

    def _thrown(self, name: str, moved: bool) -> Reply:
        if moved:
            self.count(name, "")
        return self.done()

    accept_jobs = enable_printer
    reject_jobs = disable_printer

    def identify_printer(self) -> Reply:
        self.count("identify", str(self.request.first("identify-actions", "flash")))
        return self.done()

    def validate_job(self) -> Reply:
        return self._obstacle() or self.done()

    def print_job(self) -> Reply:
        obstacle = self._obstacle()
        if obstacle is not None:
            return obstacle
        if not self.request.document:
            return reply(self.request, BAD_REQUEST, "no document")
        if not self.machine.queue and self.machine.active is not None:
            return reply(self.request, BUSY)
        name, owner = (str(self.request.first(key, "?")) for key in ("job-name", "requesting-user-name"))
        size = -(-len(self.request.document) // 1024)
        job = self.machine.add(self.now, name=name, owner=owner, size=size)
        self.count("print", name)
        made = self.done().group(BEGIN_JOB)
        for syntax, label, values in self._job_rows(job):
            if label in {"job-id", "job-uri", "job-state", "job-state-reasons"}:
                made.put(syntax, label, *values)
        return made

    def _obstacle(self) -> Reply | None:
        if not self.machine.accepting:
            return reply(self.request, NOT_ACCEPTING)
        if self.request.first("document-format", "application/octet-stream") not in self.plate.formats:
            return reply(self.request, FORMAT_UNKNOWN)
        return None

    def _cancel(self, job: Sheet) -> None:
        self.machine.cancel(job, self.now)
        self.count("cancel", str(job.number))

    def _job(self) -> Sheet | None:
        wanted = self.request.first("job-id", 0) or str(self.request.first("job-uri")).rpartition("/")[2]
        return next((job for job in self.machine.jobs if str(job.number) == str(wanted)), None)

    def _chosen(self, made: Reply, rows: Sequence[Row], general: str) -> Reply:
        wanted = set(self.request.attributes.get("requested-attributes", ["all"]))
        for syntax, name, values in rows:
            if name in wanted or "all" in wanted or general in wanted:
                made.put(syntax, name, *values)
        return made

    def _job_rows(self, job: Sheet) -> Sequence[Row]:
        return (
            ("uri", "job-uri", (f"{self.plate.uri}/{job.number}",)),
            ("integer", "job-id", (job.number,)),
            ("enum", "job-state", (job.state,)),
            ("keyword", "job-state-reasons", job.reasons),
            ("name", "job-name", (job.name,)),
            ("name", "job-originating-user-name", (job.owner,)),
            ("integer", "job-k-octets", (job.size,)),
            ("integer", "time-at-creation", (max(0, int(job.made - self.plate.started)),)),
            ("integer", "job-printer-up-time", (self._uptime,)),
        )

    @property
    def _uptime(self) -> int:
        return max(1, int(self.now - self.plate.started))

    def _printer_rows(self) -> Sequence[Row]:
        plate, machine = self.plate, self.machine
        versions = ("1.0", "1.1") if plate.only_1_1 else ("1.1", "2.0")
        maker, _, model = plate.model.partition(" ")
        rows: list[Row] = [
            ("uri", "printer-uri-supported", (plate.uri,)),
            ("keyword", "uri-authentication-supported", ("none",)),
            ("keyword", "uri-security-supported", ("none",)),
            ("name", "printer-name", (plate.name,)),
            ("text", "printer-info", (plate.name,)),
            ("text", "printer-location", (plate.location,)),
            ("text", "printer-make-and-model", (plate.model,)),
            (
                "uri",
                "printer-uuid",
                (uuid.uuid5(uuid.NAMESPACE_URL, plate.name).urn,),
            ),
            ("enum", "printer-state", (machine.state,)),
            ("keyword", "printer-state-reasons", machine.reasons),
            ("text", "printer-state-message", (self._message,)),
            ("boolean", "printer-is-accepting-jobs", (machine.accepting,)),
            ("integer", "queued-job-count", (len(machine.open_jobs),)),
            ("integer", "printer-up-time", (self._uptime,)),
            ("keyword", "ipp-versions-supported", versions),
            ("enum", "operations-supported", plate.operations),
            ("mimeMediaType", "document-format-supported", plate.formats),
            ("mimeMediaType", "document-format-default", plate.formats[:1]),
            ("charset", "charset-configured", ("utf-8",)),
            ("charset", "charset-supported", ("utf-8",)),
            ("naturalLanguage", "natural-language-configured", ("en",)),
            ("keyword", "compression-supported", ("none",)),
        ]
        if not machine.queue:
            device = f"MFG:{maker};MDL:{model};SN:{plate.serial};CMD:PDF,PWGRaster;"
            level = str(max(0, machine.toner))
            supply = (
                f"index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level={level};"
            )
            rows += [
                ("text", "printer-device-id", (device,)),
                ("text", "printer-firmware-string-version", (plate.firmware,)),
                ("keyword", "identify-actions-supported", ("display", "sound")),
                ("name", "marker-names", ("Black Toner",)),
                ("keyword", "marker-types", ("toner",)),
                ("name", "marker-colors", ("#000000",)),
                ("integer", "marker-levels", (machine.toner,)),
                ("integer", "marker-low-levels", (10,)),
                ("integer", "marker-high-levels", (100,)),
                ("octetString", "printer-supply", (f"{supply}colorantname=black;".encode(),)),
                ("text", "printer-supply-description", ("Black Toner",)),
            ]
        return rows

    @property
    def _message(self) -> str:
        if self.machine.stuck and self.machine.active:
            return "The printer may not exist or is unavailable at this time."
        return "Paused" if self.machine.paused else ""
