"""Drivers tested without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pedell.drivers.api import Deadline, NoParams, Params, Target, conversation
from pedell.testing.calls import PlainCall, PlainEnv
from pedell_printers.contract import CONTRACT
from pedell_printers.ipp.driver import IppDriver

NOTHING = NoParams()
PARAMS = {capability.name: capability.params for capability in CONTRACT.capabilities}
SECRET = "secret://env/PRINTER"


def login(user: str) -> dict[str, Any]:
    return {"user": user, "password": SECRET}


class Talk:
    """One conversation: `talk("printer.status")` gives the answer."""

    def __init__(self, driver: IppDriver, env: PlainEnv) -> None:
        self.driver, self.env = driver, env

    def __call__(self, capability: str, params: Params | None = None, *, timeout: float = 30.0) -> Any:
        return self.driver.call(
            capability, PlainCall(timeout), PARAMS[capability]() if params is None else params
        )

    def poll(self, capability: str, token: Any, timeout: float = 30.0) -> Any:
        return self.driver.poll(capability, PlainCall(timeout), token)


@contextmanager
def talking(address: str, folder: Path, real: str = "", **options: Any) -> Iterator[Talk]:
    """Open a conversation with the printer at the address and close it; `real` is the secret's value."""
    env = PlainEnv(folder, {SECRET: real})
    target = Target("01J", "printer", "printer", "ipp", address, options=options)
    driver = IppDriver(target, env)
    with conversation(driver, Deadline.after(60)):
        yield Talk(driver, env)
