"""Whether a command of unknown outcome took effect, told from the server's own list of commands."""

from __future__ import annotations

import time

from pedell.drivers.api import Call, Deadline, Happened, Target
from pedell_ipad_mdm.jamf_pro import conversation
from pedell_ipad_mdm.jamf_pro.answers import CommandStatus, epoch
from pedell_ipad_mdm.jamf_pro.progress import Queued
from pedell_ipad_mdm.jamf_pro.session import PER_REQUEST, JamfSession

SLACK = 5.0
"""Seconds by which the server's `Date` and `dateSent` may disagree: both are rounded."""
IN_FLIGHT = 5.0
"""Seconds in which a request cut off may still arrive in the server's list."""
LOOK_EVERY = 0.5
"""Seconds between two looks at the list."""
KEPT = 24 * 3600.0
"""Seconds for which an empty list is proof: servers may be set to forget finished commands."""
BLIND = 3600.0
"""Seconds by which clocks may differ where the server does not tell its own."""


def found(
    session: JamfSession, target: Target, type_: str, started: object, call: Call
) -> Happened | CommandStatus:
    """The one command in question where it is known which: its state then tells the rest.

    Else YES: acknowledged. NO: never queued, or refused. UNKNOWN: several of them and one still open, or no proof.
    `started` is moved to the server's clock by its `Date` header. Raises DeviceError.
    """
    if not type_ or not isinstance(started, int | float):
        return Happened.UNKNOWN
    record = conversation.addressed(session, target, call.deadline)
    earliest = session.server_time(float(started))
    window = (earliest - SLACK) if earliest is not None else started - BLIND
    lines = _arrived(session, record.management_id, type_, window, started, call)
    if lines:
        return _told_by(lines) if earliest is not None else Happened.UNKNOWN
    enrolled = epoch(record.info.last_enrolled)
    if enrolled is not None and enrolled >= window:
        # An iPad that enrolled since may have a new managementId, and with it an empty list.
        return Happened.YES if type_ == "ERASE_DEVICE" and earliest is not None else Happened.UNKNOWN
    return Happened.NO if time.time() - started < KEPT else Happened.UNKNOWN


def _arrived(
    session: JamfSession, management_id: str, type_: str, window: float, started: float, call: Call
) -> list[CommandStatus]:
    """The list once what was on its way has arrived in it."""
    while True:
        lines = conversation.since(session, management_id, type_, window, call.deadline)
        if lines or time.time() >= started + IN_FLIGHT:
            return lines
        call.sleep(LOOK_EVERY)


def listed(session: JamfSession, queued: Queued, deadline: Deadline) -> CommandStatus | None:
    """The queued command by iPad, type and time: a server's answer may name it otherwise than its list."""
    at = session.server_time(queued.queued)
    if at is None or not queued.management:
        return None
    lines = conversation.since(session, queued.management, queued.type, at - PER_REQUEST - SLACK, deadline)
    return lines[0] if lines else None


def _told_by(lines: list[CommandStatus]) -> Happened | CommandStatus:
    if any(line.sent is None for line in lines):
        return Happened.UNKNOWN
    if len(lines) == 1:
        return lines[0]
    states = {line.state for line in lines}
    if "ACKNOWLEDGED" in states:
        return Happened.YES
    return Happened.NO if states == {"ERROR"} else Happened.UNKNOWN
