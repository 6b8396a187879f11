"""A display under test: a simulator, its driver, and a small stand-in for the engine."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pedell.drivers.api import (
    Answer,
    Deadline,
    DeviceError,
    Done,
    Driver,
    ErrorClass,
    Happened,
    Identity,
    Result,
    Target,
    Waiting,
    conversation,
)
from pedell.lab.simulator import Simulator
from pedell.testing.calls import PlainCall, PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_whiteboards.contract import CONTRACT
from pedell_whiteboards.model import Status

AMPLE = 30.0
"""Seconds for a call or a conversation: how long an answer may take is an option of the driver."""
CAPABILITIES = {capability.name: capability for capability in CONTRACT.capabilities}
SECRETS = {"secret://lab/password": "JBMIAProjectorLink", "secret://lab/pin": "0042"}


class Display:
    """One device. `parts` and `transcript` collect what happened over all calls."""

    def __init__(
        self, driver: type[Driver], simulator: Simulator, address: str, options: dict[str, Any], **target: str
    ) -> None:
        self.driver = driver
        self.simulator = simulator
        kind = target.pop("kind", "projector")
        self.target = Target("1", "panel", kind, driver.id, address, options=options, **target)
        self.env = PlainEnv(Path("/nonexistent"), SECRETS)
        self.parts: list[str] = []
        self.finished: list[str] = []

    @property
    def transcript(self) -> list[tuple[str, bytes | str]]:
        return self.env.transcript

    @contextmanager
    def conversation(self) -> Iterator[Driver]:
        with conversation(self.driver(self.target, self.env), Deadline.after(AMPLE)) as driver:
            yield driver

    def identity(self) -> Identity:
        with self.conversation() as driver:
            return driver.identity(Deadline.after(AMPLE))

    def first(self, capability: str, driver: Driver | None = None, **params: Any) -> Answer:
        """One call, without waiting for what it may announce."""
        if driver is None:
            with self.conversation() as opened:
                return self.first(capability, opened, **params)
        call = PlainCall(AMPLE)
        try:
            return driver.call(capability, call, CAPABILITIES[capability].params(**params))
        finally:
            self.parts += call.parts
            self.finished += call.finished

    def do(self, capability: str, **params: Any) -> Done:
        """Call, and poll to the end as the engine does, only faster."""
        return self.wait(capability, self.first(capability, **params))

    def wait(self, capability: str, answer: Answer) -> Done:
        until = time.monotonic() + 60
        while isinstance(answer, Waiting):
            assert time.monotonic() < until, f"{capability} never ends: {answer}"
            time.sleep(min(answer.poll_after, 0.2))
            try:
                with self.conversation() as driver:
                    call = PlainCall(AMPLE)
                    answer = driver.poll(capability, call, answer.token)
                    self.parts += call.parts
                    self.finished += call.finished
            except DeviceError as error:
                # As the engine: a device that is away while it starts is waited for.
                if error.error_class is not ErrorClass.UNREACHABLE:
                    raise
        return answer if isinstance(answer, Done) else Done(answer)

    def wait_until_gone(self) -> None:
        """Return when nobody listens any more: a display answers first, and leaves the network then."""
        host, _, port = self.target.address.rpartition(":")
        until = time.monotonic() + AMPLE
        while True:
            try:
                socket.create_connection((host.strip("[]"), int(port)), timeout=AMPLE).close()
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                pass  # it left at this moment
            assert time.monotonic() < until, "it stays"
            time.sleep(0.01)

    def status(self) -> Status:
        result: Result = self.do("display.status").result
        assert isinstance(result, Status)
        return result

    def failure(self, capability: str, **params: Any) -> DeviceError:
        """The error that a call ends in."""
        try:
            answer = self.first(capability, **params)
        except DeviceError as error:
            return error
        raise AssertionError(f"{capability} should fail, but answers {answer}")


class Lab:
    """Starts displays; stops all of them at the end of the test."""

    def __init__(self, host: SimulatorHost) -> None:
        self.host = host

    def display(
        self,
        driver: type[Driver],
        simulator: Simulator,
        options: dict[str, Any] | None = None,
        host: str = "127.0.0.1",
        **target: str,
    ) -> Display:
        address = self.host.start(simulator, host)
        return Display(driver, simulator, address, options or {}, **target)


def outcome(error: DeviceError) -> tuple[ErrorClass, Happened]:
    return error.error_class, error.happened
