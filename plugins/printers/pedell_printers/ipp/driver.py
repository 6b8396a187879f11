"""The driver for everything that speaks IPP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, field_validator, model_validator

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Driver,
    Env,
    ErrorClass,
    Happened,
    Identity,
    NoParams,
    Options,
    Params,
    Target,
    implements,
)
from pedell_printers.contract import (
    Identified,
    IdentifyParams,
    Info,
    JobParams,
    Jobs,
    JobsParams,
    Status,
    Switches,
)
from pedell_printers.ipp import address, clearing, reading, testpage
from pedell_printers.ipp.codec import AttributeGroup, attribute
from pedell_printers.ipp.conversation import Conversation
from pedell_printers.ipp.patience import accepted
from pedell_printers.ipp.words import Operation, Tag

_SETTLE = 3.0
"""Seconds that a switch may take until it is read as thrown."""


class IppOptions(Options):
    """Options of a printer or queue."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    user: str = Field(
        default="", max_length=64, description="User for HTTP Basic; CUPS wants a member of lpadmin."
    )
    password: str = Field(default="", description="Reference to the password, secret://…")
    plain_password: bool = Field(default=False, description="Send the password over an unencrypted line.")
    ca_file: str = Field(default="", description="PEM file of the authority that signed the certificate.")
    fingerprint: str = Field(default="", description="SHA-256 of the certificate, where nobody signed it.")
    patience: float = Field(
        default=120.0, ge=1, le=3600, description="Seconds that cancelled jobs may take to vanish."
    )

    @field_validator("password")
    @classmethod
    def _reference(cls, value: str) -> str:
        if value and not value.startswith("secret://"):
            raise ValueError("a password is written as a reference such as secret://file/cups, not as itself")
        return value

    @model_validator(mode="after")
    def _pair(self) -> IppOptions:
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password belong together")
        return self


class IppDriver(Driver):
    """IPP printers and CUPS queues.

    Models: IPP 2.0, or 1.1 as a fallback (RFC 8010, 8011): printers since about 2005, every AirPrint or IPP
    Everywhere printer, queues of CUPS 1.4 to 2.4. Tried against cupsd 2.4.2 and ippeveprinter 2.4.2.

    Address: `ipp://printer` (then `/ipp/print`), `ipps://server/printers/NAME`; port 631 by default.

    Settings on the device: a CUPS server must allow the user `@SYSTEM` operations (group lpadmin) for pause,
    resume, accept, reject and clearing. With `ipps` the certificate is verified; for the self-signed one that
    CUPS and printers make themselves, put its fingerprint into the options.

    Known limitations: many printers offer neither pause nor clearing in one go; then jobs are cancelled one
    by one, and some printers let a user cancel only jobs of the same name. A test page needs a printer that
    takes PDF or plain text. Identify is unknown to CUPS queues. The serial number is known only where the
    printer has it in its IEEE 1284 device id.

    Sources: RFC 8010, RFC 8011, PWG 5100.9, 5100.11, 5100.13, cups/ipp.h of OpenPrinting CUPS.
    """

    id: ClassVar[str] = "ipp"
    title: ClassVar[str] = "IPP printer or CUPS queue"
    brands = (
        "every AirPrint or IPP Everywhere printer",
        "CUPS 1.4 to 2.4",
    )
    protocol = "IPP 1.1 and 2.0 over TCP 631, TLS"
    proof = (
        "cupsd 2.4.2 and ippeveprinter 2.4.2",
        "pyipp speaks with its simulator",
    )
    limitations = (
        "many printers can neither pause nor clear in one go",
        "a test page needs a printer that takes PDF or plain text",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"printer", "print_queue"})
    options: ClassVar[type[Options]] = IppOptions

    def __init__(self, target: Target, env: Env) -> None:
        super().__init__(target, env)
        self._settings = IppOptions.model_validate(dict(target.options))
        self._close: Callable[[], None] | None = None
        self._conversation: Conversation | None = None
        self._about = reading.View(AttributeGroup(0))

    @classmethod
    def supports(cls, target: Target) -> frozenset[str]:
        """All, but a queue has no lamp or beeper."""
        able = super().supports(target)
        return able - {"printer.identify"} if target.kind == "print_queue" else able

    def connect(self, deadline: Deadline) -> None:
        """Open the line and read what the printer offers."""
        from pedell.transports.http import HttpClient, Tls, basic

        place, wanted = address.parse(self.target.address), self._settings
        auth = basic(wanted.user, self.env.secret(wanted.password)) if wanted.user else None
        http = HttpClient(
            place.base,
            record=self.env.record,
            auth=auth,
            tls=Tls(wanted.ca_file, wanted.fingerprint),
            plain_auth=wanted.plain_password,
        )
        self._close = http.close
        self._conversation = Conversation(http, place.path, place.uri, wanted.user or "pedell")
        try:
            self._about = self._conversation.printer(reading.INFO_ATTRIBUTES, deadline)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the line."""
        close, self._close, self._conversation = self._close, None, None
        if close is not None:
            close()

    def identity(self, deadline: Deadline) -> Identity:
        """What the printer said when the line was opened."""
        del deadline
        return reading.identity(self._about)

    @implements("printer.status")
    def status(self, call: Call, params: NoParams) -> Status:
        """State, faults, supplies."""
        del params
        return self._read(call.deadline)

    @implements("printer.jobs")
    def jobs(self, call: Call, params: JobsParams) -> Jobs:
        """Jobs that are not finished."""
        views = self._printer.jobs(reading.JOB_ATTRIBUTES, call.deadline, limit=params.limit + 1)
        found = tuple(reading.job(view) for view in views)
        return Jobs(jobs=found[: params.limit], more=len(found) > params.limit)

    @implements("printer.device_info")
    def device_info(self, call: Call, params: NoParams) -> Info:
        """What it is."""
        del call, params
        return reading.info(self._about)

    @implements("printer.clear_queue")
    def clear_queue(self, call: Call, params: NoParams) -> Answer:
        """Cancel everything, then look until it is gone."""
        del params
        return clearing.clear(self._printer, self._offered, call, self._settings.patience)

    @implements("printer.cancel_job")
    def cancel_job(self, call: Call, params: JobParams) -> Answer:
        """Cancel one job, then look."""
        now = clearing.outcome_of(self._printer, params.job, call.deadline)
        return (
            now
            if now.state.final
            else clearing.cancel_one(self._printer, params.job, call, self._settings.patience)
        )

    @implements("printer.pause")
    def pause(self, call: Call, params: NoParams) -> Switches:
        """Stop the queue."""
        del params
        return self._switch(call, (Operation.PAUSE_PRINTER,), lambda now: now.paused)

    @implements("printer.resume")
    def resume(self, call: Call, params: NoParams) -> Switches:
        """Start the queue."""
        del params
        return self._switch(call, (Operation.RESUME_PRINTER,), lambda now: not now.paused)

    @implements("printer.accept_jobs")
    def accept_jobs(self, call: Call, params: NoParams) -> Switches:
        """Take jobs."""
        del params
        ways = (Operation.ENABLE_PRINTER, Operation.CUPS_ACCEPT_JOBS)
        return self._switch(call, ways, lambda now: now.accepting is True)

    @implements("printer.reject_jobs")
    def reject_jobs(self, call: Call, params: NoParams) -> Switches:
        """Take no jobs."""
        del params
        ways = (Operation.DISABLE_PRINTER, Operation.CUPS_REJECT_JOBS)
        return self._switch(call, ways, lambda now: now.accepting is False)

    @implements("printer.identify")
    def identify(self, call: Call, params: IdentifyParams) -> Identified:
        """Beep, flash, show."""
        able = self._about.strings("identify-actions-supported")
        if params.how != "any" and able and params.how not in able:
            raise DeviceError(
                ErrorClass.UNSUPPORTED, f"the printer can only {', '.join(able)}, not {params.how}"
            )
        actions = () if params.how == "any" else (attribute("identify-actions", Tag.KEYWORD, params.how),)
        operation = self._first((Operation.IDENTIFY_PRINTER,))
        self._printer.ask(operation, *actions, deadline=call.deadline, effect=True)
        return Identified(how=params.how)

    @implements("printer.test_page")
    def test_page(self, call: Call, params: NoParams) -> Answer:
        """Print one page."""
        del params
        formats = self._about.strings("document-format-supported")
        return testpage.print_page(self._printer, formats, call)

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Look again after jobs that were to vanish, or a page that was to come out."""
        if capability == "printer.clear_queue":
            return clearing.look(self._printer, clearing.Begun.read(token), call.deadline)
        if capability == "printer.cancel_job":
            return clearing.look_at_one(self._printer, clearing.Begun.read(token), call.deadline)
        if capability == "printer.test_page":
            return testpage.again(self._printer, token, call.deadline)
        return super().poll(capability, call, token)

    def probe(self, capability: str, call: Call, params: Params, evidence: Mapping[str, Any]) -> Happened:
        """Whether a test page was sent: its job bears the attempt's token."""
        del params
        if capability != "printer.test_page":
            return Happened.UNKNOWN
        return testpage.was_sent(self._printer, str(evidence["token"]), call.deadline)

    @property
    def _printer(self) -> Conversation:
        if self._conversation is None:
            raise DeviceError(ErrorClass.UNREACHABLE, "there is no open line to the printer")
        return self._conversation

    @property
    def _offered(self) -> frozenset[int]:
        return reading.offered(self._about)

    def _read(self, deadline: Deadline) -> Status:
        return reading.status(self._printer.printer(reading.STATUS_ATTRIBUTES, deadline))

    def _first(self, ways: tuple[Operation, ...]) -> Operation:
        """The first of these operations that the printer offers."""
        for operation in ways:
            if operation in self._offered:
                return operation
        raise DeviceError(ErrorClass.UNSUPPORTED, f"the printer does not offer {ways[0].title}")

    def _switch(self, call: Call, ways: tuple[Operation, ...], thrown: Callable[[Status], bool]) -> Switches:
        """Throw a switch and read until it is thrown."""
        operation = self._first(ways)
        self._printer.ask(operation, deadline=call.deadline, effect=True)
        until = call.deadline.within(_SETTLE)
        with accepted(operation.title):
            while not thrown(now := self._read(call.deadline)):
                if until.passed():
                    reasons = ", ".join(reason.keyword for reason in now.reasons) or "none"
                    raise DeviceError(
                        ErrorClass.DEVICE_FAULT, f"the printer is still {now.state} (reasons: {reasons})"
                    )
                call.sleep(0.2)
        return Switches(state=now.state, paused=now.paused, accepting=now.accepting)
