"""Requests and answers between us and one printer or queue: RFC 8010 section 4 over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.http_answer import clean
from pedell_printers.ipp.codec import (
    Attribute,
    AttributeGroup,
    Message,
    MessageError,
    attribute,
    decode,
    encode,
)
from pedell_printers.ipp.reading import View
from pedell_printers.ipp.words import Group, Operation, Status, Tag

if TYPE_CHECKING:
    from pedell.transports.http import HttpClient

_ANSWER_LIMIT = 4 * 1024 * 1024
_VERSIONS = ((2, 0), (1, 1))
_CLASSES: dict[int, ErrorClass] = {
    Status.FORBIDDEN: ErrorClass.AUTH,
    Status.NOT_AUTHENTICATED: ErrorClass.AUTH,
    Status.NOT_AUTHORIZED: ErrorClass.AUTH,
    Status.NOT_POSSIBLE: ErrorClass.PRECONDITION,
    Status.TIMEOUT: ErrorClass.TIMEOUT,
    Status.NOT_FOUND: ErrorClass.PRECONDITION,
    Status.GONE: ErrorClass.PRECONDITION,
    Status.FORMAT_NOT_SUPPORTED: ErrorClass.UNSUPPORTED,
    Status.INTERNAL_ERROR: ErrorClass.DEVICE_FAULT,
    Status.OPERATION_NOT_SUPPORTED: ErrorClass.UNSUPPORTED,
    Status.SERVICE_UNAVAILABLE: ErrorClass.BUSY,
    Status.VERSION_NOT_SUPPORTED: ErrorClass.UNSUPPORTED,
    Status.DEVICE_ERROR: ErrorClass.DEVICE_FAULT,
    Status.TEMPORARY_ERROR: ErrorClass.BUSY,
    Status.NOT_ACCEPTING_JOBS: ErrorClass.PRECONDITION,
    Status.BUSY: ErrorClass.BUSY,
}
_WORDS: dict[int, str] = {
    Status.FORBIDDEN: "it is not allowed here",
    Status.NOT_AUTHENTICATED: "a user and password are needed",
    Status.NOT_AUTHORIZED: "this user may not do that",
    Status.NOT_POSSIBLE: "not possible in this state",
    Status.NOT_FOUND: "there is no such printer, queue or job",
    Status.GONE: "the job is gone",
    Status.OPERATION_NOT_SUPPORTED: "the printer cannot do this",
    Status.NOT_ACCEPTING_JOBS: "the queue takes no jobs",
    Status.BUSY: "the printer is busy with a job",
}
_NOTHING_DONE = frozenset(
    {
        Status.OPERATION_NOT_SUPPORTED,
        Status.SERVICE_UNAVAILABLE,
        Status.VERSION_NOT_SUPPORTED,
        Status.TEMPORARY_ERROR,
        Status.NOT_ACCEPTING_JOBS,
        Status.BUSY,
    }
)


class IppError(DeviceError):
    """The printer answered with an IPP status that is no success; `status` is its number."""

    def __init__(self, message: str, status: int, *, happened: Happened) -> None:
        plain = ErrorClass.DEVICE_FAULT if status >= 0x0500 else ErrorClass.REFUSED
        super().__init__(_CLASSES.get(status, plain), message, happened=happened)
        self.status = status


class Conversation:
    """Asks one printer, in the highest version of IPP that it takes."""

    def __init__(self, http: HttpClient, path: str, uri: str, user: str) -> None:
        self._http = http
        self._path = path
        self._uri = uri
        self._user = user
        self._version = _VERSIONS[0]
        self._number = 0

    def ask(
        self,
        operation: Operation,
        *attributes: Attribute,
        deadline: Deadline,
        job: int | None = None,
        effect: bool = False,
        document: bytes = b"",
    ) -> Message:
        """Send one operation and give the successful answer.

        Raises IppError for the printer's no, DeviceError for every other trouble. A printer that does not
        know IPP 2.0 did nothing, so the same is asked once more in 1.1.
        """
        try:
            return self._ask(operation, attributes, deadline, job=job, effect=effect, document=document)
        except IppError as error:
            # Some old printers call an unknown version a bad request.
            older = error.status == Status.VERSION_NOT_SUPPORTED or (
                error.status == 0x0400 and self._number == 1
            )
            if not older or self._version == _VERSIONS[-1]:
                raise
            self._version = _VERSIONS[-1]
        return self._ask(operation, attributes, deadline, job=job, effect=effect, document=document)

    def _ask(
        self,
        operation: Operation,
        attributes: tuple[Attribute, ...],
        deadline: Deadline,
        *,
        job: int | None,
        effect: bool,
        document: bytes,
    ) -> Message:
        self._number += 1
        target = [attribute("printer-uri", Tag.URI, self._uri)]
        if job is not None:
            target.append(attribute("job-id", Tag.INTEGER, job))
        head = (
            attribute("attributes-charset", Tag.CHARSET, "utf-8"),
            attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
            *target,
            attribute("requesting-user-name", Tag.NAME, self._user),
        )
        group = AttributeGroup(Group.OPERATION, (*head, *attributes))
        asked = Message(self._version, operation, self._number, (group,), document)
        answer = self._http.request(
            "POST",
            self._path,
            deadline=deadline,
            effect=effect,
            headers={"Content-Type": "application/ipp"},
            body=encode(asked),
            limit=_ANSWER_LIMIT,
        )
        if answer.status == 426:
            raise DeviceError(
                ErrorClass.REFUSED,
                f"{operation.title}: the server wants an encrypted line",
                hint="use ipps://",
            )
        replace(answer, asked=operation.title).check()
        unknown = Happened.UNKNOWN if effect else Happened.NO
        if answer.content_type != "application/ipp":
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"{operation.title}: what answers is no printer ({clean(answer.content_type, 60) or 'no type'})",
                happened=unknown,
                hint="check the path of the address",
            )
        try:
            message = decode(answer.body)
        except MessageError as error:
            raise DeviceError(
                ErrorClass.PROTOCOL, f"{operation.title}: the answer is not IPP: {error}", happened=unknown
            ) from error
        if message.request_id != self._number:
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"{operation.title}: the answer belongs to another request",
                happened=unknown,
            )
        if message.code > 0x00FF:
            raise _refusal(operation, message, effect=effect)
        return message

    def printer(self, names: tuple[str, ...], deadline: Deadline) -> View:
        """Some attributes of the printer."""
        wanted = attribute("requested-attributes", Tag.KEYWORD, *names)
        answer = self.ask(Operation.GET_PRINTER_ATTRIBUTES, wanted, deadline=deadline)
        return next(
            (View(group) for group in answer.groups if group.tag == Group.PRINTER), View(AttributeGroup(0))
        )

    def jobs(
        self,
        names: tuple[str, ...],
        deadline: Deadline,
        *,
        limit: int,
        which: str = "not-completed",
        mine: bool = False,
    ) -> tuple[View, ...]:
        """Some attributes of the jobs, at most `limit`; `mine`: only of those that we sent."""
        answer = self.ask(
            Operation.GET_JOBS,
            attribute("limit", Tag.INTEGER, limit),
            attribute("which-jobs", Tag.KEYWORD, which),
            attribute("my-jobs", Tag.BOOLEAN, mine),
            attribute("requested-attributes", Tag.KEYWORD, *names),
            deadline=deadline,
        )
        return _jobs(answer)[:limit]

    def job(self, number: int, names: tuple[str, ...], deadline: Deadline) -> View:
        """Some attributes of one job."""
        wanted = attribute("requested-attributes", Tag.KEYWORD, *names)
        answer = self.ask(Operation.GET_JOB_ATTRIBUTES, wanted, job=number, deadline=deadline)
        return next(iter(_jobs(answer)), View(AttributeGroup(0)))


def _jobs(answer: Message) -> tuple[View, ...]:
    return tuple(View(group) for group in answer.groups if group.tag == Group.JOB and group.attributes)


def _refusal(operation: Operation, message: Message, *, effect: bool) -> IppError:
    """The printer's no: an error of its own inside leaves it open whether something happened."""
    said = next((View(group).string("status-message") for group in message.groups), "")
    words = _WORDS.get(message.code, said or "refused")
    nothing = message.code in _NOTHING_DONE or (message.code < 0x0500 and message.code != Status.TIMEOUT)
    happened = Happened.UNKNOWN if effect and not nothing else Happened.NO
    return IppError(f"{operation.title}: {words} (IPP 0x{message.code:04X})", message.code, happened=happened)
