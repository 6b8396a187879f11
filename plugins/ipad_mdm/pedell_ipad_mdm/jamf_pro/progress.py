"""A command under way: what is kept between polls, and what its state means for people.

Source of the states: Apple's MDM protocol (`Acknowledged`, `NotNow`, `Error`) and Jamf Pro's `commandState`.
NotNow is no failure: the server offers the command again when the iPad connects next.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Waiting
from pedell.i18n import t
from pedell_ipad_mdm.contract import CommandReport
from pedell_ipad_mdm.jamf_pro.answers import CommandStatus, moment

POLL_FIRST, POLL_LAST = 5.0, 300.0
"""Seconds between polls: a fifth of the wait so far, within these bounds."""
LIST_LAG = 60.0
"""Seconds in which a command just queued may be missing from the server's list."""


class EndedError(DeviceError):
    """The wait for a command has ended, and it was not done, or nobody can tell."""


class Queued(BaseModel):
    """A queued command, as the token of `Waiting`; times are epoch seconds of this machine.

    Attributes:
        until: end of all waiting, fixed when the command was queued: the engine keeps the same limit.
        tail: seconds that may follow an acknowledgement; part of `until`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str = Field(min_length=1, max_length=100)
    management: str = Field(max_length=100)
    type: str = Field(max_length=60)
    queued: float
    until: float
    stage: Literal["command", "restarting", "returning"] = "command"
    acknowledged: float | None = None
    confirm: bool = False
    tail: float = 0.0
    report: dict[str, Any] | None = None

    @classmethod
    def read(cls, token: Mapping[str, Any]) -> Queued:
        """The token as it was given out; raises DeviceError(PROTOCOL, UNKNOWN) where it was not."""
        try:
            return cls.model_validate(dict(token))
        except ValidationError:
            raise DeviceError(
                ErrorClass.PROTOCOL, "what was kept of the command cannot be read", happened=Happened.UNKNOWN
            ) from None

    def late(self) -> bool:
        """Whether the iPad has had its time."""
        end = self.until if self.acknowledged is None else min(self.until, self.acknowledged + self.tail)
        return time.time() >= end

    def wait(self, why: str, *, delivered: bool = False, poll_after: float | None = None) -> Waiting:
        """Ask again later."""
        now = time.time()
        pace = (
            poll_after if poll_after is not None else min(POLL_LAST, max(POLL_FIRST, (now - self.queued) / 5))
        )
        left = max(0.0, self.until - now)
        return Waiting(
            token=self.model_dump(mode="json", exclude_none=True),
            why=why,
            poll_after=max(0.1, min(pace, left)),
            deadline=left,
            delivered=delivered,
        )


def open_command(queued: Queued, status: CommandStatus | None) -> Waiting:
    """A command without an end yet: wait, or raise EndedError(TIMEOUT) when the iPad has had its time."""
    if status is None and time.time() - queued.queued > LIST_LAG:
        raise EndedError(
            ErrorClass.PROTOCOL,
            "the MDM does not list the command any more",
            happened=Happened.UNKNOWN,
            hint="somebody may have cancelled it in Jamf Pro",
        )
    delivered = status is not None and status.state == "NOT_NOW"
    if queued.late():
        words = "said NotNow (locked) until the end" if delivered else "did not answer"
        raise EndedError(
            ErrorClass.TIMEOUT,
            f"the iPad {words}; the command stays queued in the MDM",
            happened=Happened.UNKNOWN,
            hint="it may still be carried out; cancel it in Jamf Pro if it must not",
        )
    if delivered:
        return queued.wait(t("the iPad is locked (NotNow)"), delivered=True)
    return queued.wait(t("the iPad is asleep or offline"))


def acknowledged(status: CommandStatus) -> bool:
    """Whether the iPad says that it did it; raises EndedError for a no, and for a state that is not known."""
    if status.state == "ACKNOWLEDGED":
        return True
    if status.state in ("PENDING", "NOT_NOW"):
        return False
    if status.state == "ERROR":
        said = f": {status.error}" if status.error else ""
        raise EndedError(ErrorClass.REFUSED, f"the iPad refuses {status.type}{said}")
    raise EndedError(
        ErrorClass.PROTOCOL,
        f"the MDM reports an unknown state, {status.state[:40]}",
        happened=Happened.UNKNOWN,
    )


def report(status: CommandStatus, *, executed: bool | None) -> CommandReport:
    """What to tell of an acknowledged command."""
    return CommandReport(
        accepted=True,
        delivered=True,
        executed=executed,
        command=status.uuid,
        sent=moment(status.sent),
        completed=moment(status.completed),
    )
