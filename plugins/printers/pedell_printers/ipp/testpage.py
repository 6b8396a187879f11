"""One test page: printed once, followed to its end, and found again by its name.

The name holds the attempt's token, so that a read tells later whether the page was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pedell.drivers.api import Call, Deadline, DeviceError, ErrorClass, Happened, Waiting
from pedell_printers.contract import JobOutcome, JobState
from pedell_printers.ipp import reading
from pedell_printers.ipp.codec import attribute
from pedell_printers.ipp.conversation import Conversation
from pedell_printers.ipp.patience import accepted, settle
from pedell_printers.ipp.reading import View
from pedell_printers.ipp.words import Group, Media, Operation, Tag

_PATIENCE = 600.0
"""Seconds after which a page that is not out is a failure: large printers warm up."""
_LINES = ("Pedell", "Testseite / test page")


def print_page(printer: Conversation, formats: tuple[str, ...], call: Call) -> JobOutcome | Waiting:
    """Send the page and follow it for a while."""
    document, kind = _document(formats)
    answer = printer.ask(
        Operation.PRINT_JOB,
        attribute("job-name", Tag.NAME, _name(call.token)),
        attribute("document-format", Tag.MIME, kind),
        deadline=call.deadline,
        effect=True,
        document=document,
    )
    view = next((View(group) for group in answer.groups if group.tag == Group.JOB), None)
    number = view.integer("job-id") if view is not None else None
    if number is None:
        raise DeviceError(
            ErrorClass.PROTOCOL, "the printer took the test page but gave it no number", happened=Happened.YES
        )
    return settle("the test page", lambda: follow(printer, number, call.deadline), call)


def follow(printer: Conversation, number: int, deadline: Deadline) -> JobOutcome | Waiting:
    """Where the page is now. Raises DeviceError(DEVICE_FAULT) when the printer gave it up."""
    with accepted(f"the test page (job {number})"):
        job = reading.job(printer.job(number, reading.JOB_ATTRIBUTES, deadline))
    if job.state is JobState.COMPLETED:
        return JobOutcome(job=number, state=job.state)
    if job.state.final:
        raise DeviceError(
            ErrorClass.DEVICE_FAULT,
            f"the printer gave up the test page (job {number}: {job.state})",
            happened=Happened.YES,
        )
    why = f"the test page is job {number}, it is {job.state}"
    return Waiting({"job": number}, why, poll_after=5.0, deadline=_PATIENCE, delivered=True)


def again(printer: Conversation, token: Mapping[str, Any], deadline: Deadline) -> JobOutcome | Waiting:
    """Look again after the page that a token tells of."""
    return follow(printer, int(token["job"]), deadline)


def was_sent(printer: Conversation, token: str, deadline: Deadline) -> Happened:
    """YES where a job bears the attempt's name. A printer forgets: not finding it proves nothing."""
    for which in ("not-completed", "completed"):
        views = printer.jobs(("job-id", "job-name"), deadline, limit=500, which=which, mine=True)
        if any(view.string("job-name") == _name(token) for view in views):
            return Happened.YES
    return Happened.UNKNOWN


def _name(token: str) -> str:
    return f"Pedell test page {token}"


def _document(formats: tuple[str, ...]) -> tuple[bytes, Media]:
    if Media.PDF in formats:
        return _pdf(_LINES), Media.PDF
    if Media.TEXT in formats:
        return "\r\n".join((*_LINES, "\f")).encode("ascii"), Media.TEXT
    raise DeviceError(
        ErrorClass.UNSUPPORTED,
        f"the printer takes neither PDF nor text, only {', '.join(formats[:8]) or 'nothing known'}",
    )


def _pdf(lines: tuple[str, ...]) -> bytes:
    """A page of A4 with a few lines of Helvetica (ISO 32000-1)."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    content = f"BT /F1 24 Tf 30 TL 72 740 Td {shown} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Font << /F1 5 0 R >> >>",
    )
    text, starts = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return f"{text}{end}startxref\n{len(text)}\n%%EOF\n".encode("ascii")
