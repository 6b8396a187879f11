"""A printer or a queue of a print server on loopback, as RFC 8010 and 8011 and CUPS 2.4.2 describe it."""

from __future__ import annotations

import asyncio
import base64
import ssl
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell.lab.simulator import Fault, FaultKind, Simulator
from pedell_printers.ipp.simulator import answers
from pedell_printers.ipp.simulator.machine import Machine
from pedell_printers.ipp.simulator.web import Answered, Asked, Web
from pedell_printers.ipp.simulator.wire import Unreadable, read_request, reply

__all__ = ["IppSimulator"]

_KNOBS = ("paper", "toner", "door_open", "jam", "stuck", "numb", "paused", "accepting", "seconds_per_page")

_SPOKEN = tuple(kind for kind in FaultKind if kind is not FaultKind.CLOSED)


class IppSimulator(Simulator):
    """One printer or queue.

    Settings: `role` (`printer` or `queue`), `jobs` (how many wait), `pages` (of each), `owner` (of each),
    `model`, `serial`, `firmware`, `location`, `formats`, `without` (names of operations it lacks, such as
    `cancel-jobs`), `only_1_1` (`blunt`: it calls IPP 2.0 a bad request), `user` and `password` (asked for by
    the operators' operations, with `login: all` by every one), `certificate` and `key` (PEM files: ipps), and
    the knobs of the machine: `paper`, `toner`, `door_open`, `jam`, `stuck`, `numb`, `paused`, `accepting`,
    `seconds_per_page`. `change` takes the knobs, and `jobs` for so many more.

    Faults take the names of operations, such as `cancel-jobs` or `get-jobs`. Effects counted: `cancel` (once
    for each job, its number as detail), `purge`, `pause`, `resume`, `accept`, `reject`, `identify`, `print`.
    """

    kind: ClassVar[str] = "ipp"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self.machine = Machine(queue=get("role", "printer") == "queue")
        self._path = f"/printers/{name}" if self.machine.queue else "/ipp/print"
        offered = answers.OF_A_QUEUE if self.machine.queue else answers.OF_A_PRINTER
        without = frozenset(get("without", ()))
        self._plate = answers.Nameplate(
            name=name,
            uri="",
            model=str(get("model", "Pedell LaserPrint 400")),
            serial=str(get("serial", "")),
            firmware=str(get("firmware", "1.0")),
            location=str(get("location", "")),
            formats=tuple(get("formats", ("application/pdf", "text/plain", "application/octet-stream"))),
            operations=tuple(code for code in offered if answers.NAMES[code] not in without),
            only_1_1=bool(get("only_1_1", False)),
            blunt=get("only_1_1") == "blunt",
            started=time.time() - 3600,
        )
        self.change(**{key: value for key, value in self.settings.items() if key in (*_KNOBS, "jobs")})
        self._web = Web(self._handle, lambda: self.fault("", FaultKind.CLOSED) is None)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; returns `ipp://host:port/path`, `ipps://` with a certificate."""
        secured = None
        if self.settings.get("certificate"):
            secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            secured.load_cert_chain(self.settings["certificate"], self.settings.get("key"))
        number = await self._web.start(host, port, secured)
        self._plate.uri = f"{'ipps' if secured else 'ipp'}://{host}:{number}{self._path}"
        return self._plate.uri

    async def stop(self) -> None:
        """Close everything."""
        await self._web.stop()

    def state(self) -> dict[str, Any]:
        """What somebody sees who stands before it."""
        self.machine.advance(time.time())
        return self.machine.shown()

    def change(self, **values: Any) -> None:
        """Feed paper, open the door, pull the network cable of the printer behind the queue, print."""
        more = int(values.pop("jobs", 0))
        strange = set(values) - set(_KNOBS)
        if strange:
            super().change(**{name: values[name] for name in strange})
        for name, value in values.items():
            setattr(self.machine, name, value)
        for _ in range(more):
            self.machine.add(
                time.time(),
                owner=str(self.settings.get("owner", "teacher")),
                pages=int(self.settings.get("pages", 1)),
            )

    async def _handle(self, asked: Asked) -> Answered:
        if asked.method != "POST":
            return Answered(405, b"", {"Content-Type": "text/plain", "Allow": "POST"})
        if asked.target != self._path:
            return Answered(404, b"", {"Content-Type": "text/plain"})
        try:
            request = read_request(asked.body)
        except Unreadable:
            return Answered(400, b"", {"Content-Type": "text/plain"})
        name = answers.NAMES.get(request.operation, f"0x{request.operation:04x}")
        fault = self.fault(name, *_SPOKEN)
        if fault is not None and fault.kind is FaultKind.LOGIN:
            return _no_entry()
        if not self._known(asked, request.operation):
            return _no_entry()
        early = await _before(fault)
        if early is not None:
            return early
        if fault is not None and fault.kind is FaultKind.REFUSE:
            return Answered(body=reply(request, answers.BUSY).finished())
        body = answers.answer(request, self._plate, self.machine, self.count)
        if fault is not None and fault.kind is FaultKind.GARBLE:
            return Answered(body=body[:-1] + b"\x44\x00\x7f\xff")
        return Answered(
            body=body,
            hold=fault is not None and fault.kind is FaultKind.DEAF,
            cut=fault is not None and fault.kind is FaultKind.CUT,
        )

    def _known(self, asked: Asked, operation: int) -> bool:
        """Whether HTTP Basic (RFC 7617) carries the right words, where they are asked for."""
        user = self.settings.get("user")
        if not user or (operation not in answers.OF_OPERATORS and self.settings.get("login") != "all"):
            return True
        wanted = base64.b64encode(f"{user}:{self.settings.get('password', '')}".encode()).decode()
        return asked.headers.get("authorization", "") == f"Basic {wanted}"


def _no_entry() -> Answered:
    headers = {"WWW-Authenticate": 'Basic realm="CUPS"', "Content-Type": "text/plain"}
    return Answered(401, b"Unauthorized", headers)


async def _before(fault: Fault | None) -> Answered | None:
    """What goes wrong before anything is done."""
    if fault is None:
        return None
    if fault.kind is FaultKind.SLOW:
        await asyncio.sleep(fault.seconds)
    if fault.kind is FaultKind.SILENT:
        return Answered(hold=True)
    return Answered(drop=True) if fault.kind is FaultKind.VANISH else None
