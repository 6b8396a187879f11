"""One call that a step asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pedell.drivers.api import Capability, DeviceError, Driver, Happened, Params, Target
from pedell.engine.conversation import Conversation, from_bug
from pedell.engine.signals import Trouble
from pedell.playbooks.model import Do

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """A capability to be called on a device.

    Attributes:
        key: the step's key in the memo. params: checked. device: its number. timeout: seconds for the call.
        shielded: goes on after a cancel and a stop: completions and `always` steps.
        under: the attempt that it finishes and that holds the device meanwhile.
    """

    key: str
    step: Do
    capability: Capability
    params: Params
    device: int
    driver: type[Driver]
    target: Target
    timeout: float
    shielded: bool
    under: str = ""

    @property
    def polled_together(self) -> bool:
        """Whether waiting calls are asked about together with others of the controller."""
        return self.driver.polls_together > 1 and self.target.controller is not None


def answered(ask: Callable[[], T], talk: Conversation, happened: Happened = Happened.NO) -> T:
    """Whatever a driver raises becomes a DeviceError; `happened` tells of the effect where the driver broke."""
    try:
        with talk.paced():
            return ask()
    except DeviceError:
        raise
    except Exception as error:
        bug = from_bug(error)
        raise type(bug)(bug.error_class, bug.message, happened=happened, hint=bug.hint) from error


def trouble(error: DeviceError, happened: Happened) -> Trouble:
    """A device's error as a step's trouble."""
    line = f"{error.message} ({error.hint})" if error.hint else error.message
    return Trouble(str(error.error_class), line[:1000], str(happened))
