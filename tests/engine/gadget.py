"""A family and a driver for the gadgets of world.py: one capability of each kind that the engine must know."""

from __future__ import annotations

import contextlib
import socket
import threading

from pydantic import Field

from pedell.drivers.api import (
    ASK,
    PROBE,
    REPEAT,
    Capability,
    Contract,
    Deadline,
    DeviceError,
    Driver,
    Effect,
    ErrorClass,
    Happened,
    Identity,
    NoParams,
    Params,
    Result,
    Risk,
    Text,
    Waiting,
    complete,
    implements,
)  # fmt: skip
from pedell.hooks.api import hookimpl

PEDELL_API = 1
AMPLE = 30.0
"""No gadget needs as long, and a machine that stands still for a moment is no gadget that hangs."""
LONG = 100.0
"""A brew that takes as long as the test wants, which ends it."""


class Value(Params):
    value: str = Field(max_length=50)


class Brew(Params):
    seconds: float = 0.5


class Status(Result):
    value: str
    open: bool
    presses: int
    ready: bool


def _text(word: str) -> Text:
    return Text(word, word)


CONTRACT = Contract(
    "gadget", _text("Gadgets"), {"gadget": _text("Gadget")},
    (
        Capability("gadget.status", _text("status"), result=Status, timeout=AMPLE),
        Capability("gadget.press", _text("press, never twice"), Effect.ONCE, Risk.DISRUPTIVE, PROBE, timeout=AMPLE),
        Capability("gadget.push", _text("press, nobody can tell"), Effect.ONCE, Risk.DISRUPTIVE, ASK, timeout=AMPLE),
        Capability("gadget.set", _text("set a value"), Effect.REPEATABLE, Risk.HARMLESS, REPEAT, timeout=AMPLE, params=Value),
        Capability("gadget.cycle", _text("shut and open"), Effect.REPEATABLE, Risk.DISRUPTIVE, complete("gadget.open"), timeout=AMPLE),
        Capability("gadget.stuck", _text("never comes back"), Effect.REPEATABLE, Risk.HARMLESS, REPEAT, timeout=0.3),
        Capability("gadget.open", _text("open"), Effect.REPEATABLE, Risk.HARMLESS, REPEAT, timeout=AMPLE),
        Capability("gadget.brew", _text("takes its time"), Effect.ONCE, Risk.HARMLESS, PROBE, timeout=AMPLE, params=Brew),
        Capability("gadget.erase", _text("destroys"), Effect.ONCE, Risk.DESTRUCTIVE, ASK, timeout=AMPLE),
    ),
)  # fmt: skip


class GadgetDriver(Driver):
    """Line protocol of world.py; the address is `port/name`."""

    id = "gadget"
    title = "Gadget"
    kinds = frozenset({"gadget"})

    def connect(self, deadline):
        port, self.name = self.target.address.split("/")
        try:
            self.line = socket.create_connection(("127.0.0.1", int(port)), deadline.left())
        except OSError as error:
            raise DeviceError(ErrorClass.UNREACHABLE, f"no connection: {error.strerror}") from error
        self.file = self.line.makefile("r")
        self.ask(deadline, "hello", effect=False)

    def close(self):
        with contextlib.suppress(AttributeError, OSError):
            self.file.close()
            self.line.close()

    def ask(self, deadline, verb, *words, effect=True):
        happened = Happened.UNKNOWN if effect else Happened.NO
        self.line.settimeout(deadline.check(verb))
        self.env.record(">", f"{verb} {self.name}")
        try:
            self.send(" ".join([verb, self.name, *words]))
            answer = self.file.readline().strip()
        except TimeoutError as error:
            raise DeviceError(ErrorClass.TIMEOUT, f"no answer to {verb}", happened=happened) from error
        except OSError as error:
            raise DeviceError(ErrorClass.PROTOCOL, f"line cut in {verb}", happened=happened) from error
        self.env.record("<", answer)
        if not answer:
            raise DeviceError(ErrorClass.PROTOCOL, f"line cut in {verb}", happened=happened)
        if not answer.startswith("ok"):
            raise DeviceError(ErrorClass.REFUSED, answer)
        return dict(word.split("=", 1) for word in answer.split()[1:] if "=" in word) or answer[3:]

    def send(self, line):
        self.line.sendall(f"{line}\n".encode())

    def identity(self, deadline):
        return Identity(serial=self.ask(deadline, "id", effect=False)["serial"])

    @implements("gadget.status")
    def status(self, call, params):
        said = self.ask(call.deadline, "status", effect=False)
        return Status(
            value=said["value"],
            open=said["open"] == "1",
            presses=int(said["presses"]),
            ready=said["ready"] == "1",
        )

    @implements("gadget.press")
    def press(self, call, params):
        self.ask(call.deadline, "press", call.token)
        return self.status(call, NoParams())

    @implements("gadget.push")
    def push(self, call, params):
        self.ask(call.deadline, "press", call.token)
        return self.status(call, NoParams())

    @implements("gadget.set")
    def set(self, call, params):
        self.ask(call.deadline, "set", call.token, params.value)
        return self.status(call, NoParams())

    @implements("gadget.stuck")
    def stuck(self, call, params):
        self.ask(Deadline.after(AMPLE), "set", "stuck")
        threading.Event().wait(4)  # heeds no deadline, as a library's own wait may not
        return self.status(call, NoParams())

    @implements("gadget.cycle")
    def cycle(self, call, params):
        with call.effect("shut"):
            self.ask(call.deadline, "shut", call.token)
        call.sleep(0.05)
        with call.effect("open"):
            self.ask(call.deadline, "open", call.token)
        return self.status(call, NoParams())

    @implements("gadget.open")
    def open(self, call, params):
        self.ask(call.deadline, "open", call.token)
        return self.status(call, NoParams())

    @implements("gadget.brew")
    def brew(self, call, params):
        self.ask(call.deadline, "brew", call.token, str(params.seconds))
        deadline = LONG if params.seconds == LONG else AMPLE
        return Waiting({"brewing": True}, "the gadget brews", poll_after=0.2, deadline=deadline)

    @implements("gadget.erase")
    def erase(self, call, params):
        self.ask(call.deadline, "set", call.token, "erased")
        return self.status(call, NoParams())

    def poll(self, capability, call, token):
        said = self.status(call, NoParams())
        return said if said.ready else Waiting(token, "the gadget brews", poll_after=0.2, deadline=AMPLE)

    def probe(self, capability, call, params, evidence):
        if capability == "gadget.brew":
            return Happened.UNKNOWN
        return (
            Happened.YES
            if self.ask(call.deadline, "did", evidence["token"], effect=False) == "yes"
            else Happened.NO
        )


@hookimpl
def pedell_contracts():
    return [CONTRACT]


@hookimpl
def pedell_drivers():
    return [GadgetDriver]
