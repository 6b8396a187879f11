"""A small family of drivers for these tests: screens that answer one line over TCP, and switches."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from types import ModuleType

from pydantic import field_validator

from pedell.drivers.api import (
    Capability,
    Contract,
    ControllerLimits,
    Deadline,
    DeviceError,
    Driver,
    ErrorClass,
    Identity,
    Options,
    Text,
)
from pedell.hooks.api import hookimpl
from pedell.hooks.plugins import Plugins

HANGING = threading.Event()
"""Set it, and drivers that hang come back."""


class LineOptions(Options):
    port: int = 4352
    password: str = ""

    @field_validator("password")
    @classmethod
    def _reference(cls, value: str) -> str:
        if value and not value.startswith("secret://"):
            raise ValueError("is a reference")
        return value


class LineDriver(Driver):
    """`address` is host:port; the device answers SERIAL, "no" or nonsense."""

    id = "line"
    title = "Line"
    kinds = frozenset({"whiteboard", "projector"})
    options = LineOptions

    def connect(self, deadline: Deadline) -> None:
        host, _, port = self.target.address.rpartition(":")
        try:
            self.socket = socket.create_connection((host, int(port)), timeout=max(0.01, deadline.left()))
        except OSError as error:
            raise DeviceError(ErrorClass.UNREACHABLE, f"no connection: {error}") from error

    def close(self) -> None:
        if hasattr(self, "socket"):
            self.socket.close()

    def identity(self, deadline: Deadline) -> Identity:
        self.socket.settimeout(max(0.01, deadline.left()))
        self.socket.sendall(b"who\n")
        try:
            answer = self.socket.recv(100).decode()
        except TimeoutError as error:
            raise DeviceError(ErrorClass.TIMEOUT, "no answer") from error
        if answer == "no\n":
            raise DeviceError(ErrorClass.AUTH, "wrong password", hint="see the sticker")
        if not answer.startswith("I am "):
            raise DeviceError(ErrorClass.PROTOCOL, "cannot be understood")
        return Identity(serial=answer[5:].strip())


class HangingDriver(LineDriver):
    """Forgets its deadline."""

    id = "hanging"

    def connect(self, deadline: Deadline) -> None:
        HANGING.wait(60)
        raise DeviceError(ErrorClass.UNREACHABLE, "late")


class BuggyDriver(LineDriver):
    id = "buggy"

    def connect(self, deadline: Deadline) -> None:
        raise KeyError("hunter2")


class PupilDriver(LineDriver):
    """Many devices behind one server that bears two conversations; `address` is pupil@host:port."""

    id = "pupil"
    kinds = frozenset({"ipad"})
    controller_limits = ControllerLimits(2)

    def connect(self, deadline: Deadline) -> None:
        self.target = replace(self.target, address=self.target.address.partition("@")[2])
        super().connect(deadline)


class SwitchOptions(Options):
    host_key: str = "strict"
    port: int = 22


class SwitchDriver(LineDriver):
    id = "switch-ssh"
    kinds = frozenset({"switch"})
    options = SwitchOptions


def module(name: str = "family") -> ModuleType:
    made = ModuleType(name)
    made.PEDELL_API = 1  # type: ignore[attr-defined]
    kinds = {kind: Text(kind, kind) for kind in ("whiteboard", "projector", "switch", "ipad")}
    contract = Contract(
        "demo", Text("Demo", "Demo"), kinds, (Capability("demo.look", Text("Look", "Sehen")),)
    )
    made.pedell_contracts = hookimpl(lambda: [contract])  # type: ignore[attr-defined]
    made.pedell_drivers = hookimpl(
        lambda: [LineDriver, HangingDriver, BuggyDriver, PupilDriver, SwitchDriver]
    )  # type: ignore[attr-defined]
    return made


def broken() -> ModuleType:
    made = ModuleType("broken")
    made.PEDELL_API = 99  # type: ignore[attr-defined]
    return made


def plugins(*, with_broken: bool = False) -> Plugins:
    return Plugins(points=[], modules={"family": module(), **({"broken": broken()} if with_broken else {})})
