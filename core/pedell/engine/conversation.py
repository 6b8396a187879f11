"""A conversation with one device, opened when it is needed and closed for certain."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pedell.drivers.api import Deadline, DeviceError, Driver, ErrorClass, Target
from pedell.drivers.pacing import paced
from pedell.engine.controllers import Turn
from pedell.engine.transcripts import Transcript
from pedell.security.secrets import Secrets

CONNECT_SECONDS = 30.0
_UNHURRIED: AbstractContextManager[None] = contextlib.nullcontext()
"""The pace of a device that is reached through no controller."""


@dataclass(frozen=True)
class EngineEnv:
    """What a driver may ask of its surroundings."""

    secrets: Secrets
    data: Path
    transcript: Transcript

    def secret(self, reference: str) -> str:
        """The secret behind the reference."""
        return self.secrets.secret(reference)

    def record(self, direction: str, data: bytes | str) -> None:
        """Add to the transcript."""
        self.transcript.record(direction, data)


class Conversation:
    """One driver, connected to one device; identity checked at most once."""

    def __init__(
        self, driver: type[Driver], target: Target, secrets: Secrets, data: Path, turn: Turn | None = None
    ) -> None:
        """`turn` is the pace of the controller that the device is reached through."""
        self.turn = turn
        self.transcript = Transcript(secrets.mask)
        self.target = target
        self.firmware = ""
        """As the device said when it was identified."""
        self._class = driver
        self._env = EngineEnv(secrets, data, self.transcript)
        self._driver: Driver | None = None
        self._identified = False

    def speaks(self, driver: type[Driver], target: Target) -> bool:
        """Whether it is this driver's with this very device, at this address, with these options."""
        return self._class is driver and self.target == target

    def driver(self) -> Driver:
        """The connected driver; connects on first use."""
        if self._driver is None:
            driver = self._class(self.target, self._env)
            try:
                with truthful(), self.paced():
                    driver.connect(Deadline.after(CONNECT_SECONDS))
            except BaseException:
                _close(driver)
                raise
            self._driver = driver
        return self._driver

    def unconnected(self) -> Driver:
        """The driver without a connection, for capabilities that need none."""
        return self._class(self.target, self._env)

    def identify(self, deadline: Deadline) -> None:
        """Check once that the device is the one the inventory says; raises IdentityError."""
        if not self._identified:
            with truthful(), self.paced():
                identity = self.driver().identity(deadline)
                identity.check(self.target)
            self.firmware = identity.firmware
            self._identified = True

    def paced(self) -> AbstractContextManager[None]:
        """Around everything that is asked of the driver: requests keep the controller's pace."""
        return paced(self.turn) if self.turn is not None else _UNHURRIED

    def close(self) -> None:
        """Close; the next use connects and identifies again."""
        driver, self._driver, self._identified = self._driver, None, False
        if driver is not None:
            _close(driver)


def _close(driver: Driver) -> None:
    with contextlib.suppress(Exception):
        driver.close()


@contextlib.contextmanager
def truthful() -> Iterator[None]:
    """Whatever a driver raises beyond its contract becomes a DeviceError; nothing was done yet."""
    try:
        yield
    except DeviceError:
        raise
    except Exception as error:
        raise from_bug(error) from error


class DriverBugError(DeviceError):
    """A driver raised what its contract does not allow; asking again would not help."""


def from_bug(error: Exception) -> DeviceError:
    """A driver broke its contract: what it raised, as one line."""
    from pedell.errors import PedellError

    if isinstance(error, PedellError):
        return DeviceError(ErrorClass.PRECONDITION, error.message, hint=error.hint)
    return DriverBugError(ErrorClass.PROTOCOL, f"the driver failed: {type(error).__name__}: {error}"[:500])
