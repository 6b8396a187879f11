"""What follows an acknowledged restart: settle, ask the iPad to report, and tell whether it did.

The acknowledgement comes before the restart. A passcode-locked iPad does not join its Wi-Fi again before
somebody unlocks it (Apple's device management documentation), so silence afterwards is a remark, no failure.
"""

from __future__ import annotations

import time

from pedell.drivers.api import Answer, Deadline, Done, Target
from pedell.i18n import t
from pedell_ipad_mdm.contract import RestartReport
from pedell_ipad_mdm.jamf_pro import conversation, progress, recovery
from pedell_ipad_mdm.jamf_pro.answers import CommandStatus
from pedell_ipad_mdm.jamf_pro.options import server_options
from pedell_ipad_mdm.jamf_pro.progress import Queued
from pedell_ipad_mdm.jamf_pro.requests import MdmCommand
from pedell_ipad_mdm.jamf_pro.session import JamfSession


def acknowledged(target: Target, queued: Queued, status: CommandStatus) -> Answer:
    """The iPad took the restart: done, or wait for it to come back."""
    report = RestartReport(**progress.report(status, executed=None).model_dump())
    if not queued.confirm:
        return report
    settle, now = server_options(target).restart_settle, time.time()
    waiting = queued.model_copy(
        update={
            "stage": "restarting",
            "acknowledged": now,
            "report": report.model_dump(mode="json"),
        }
    )
    return waiting.wait(t("the iPad restarts"), delivered=True, poll_after=settle)


def tail(target: Target) -> float:
    """Seconds that a restart may take after its acknowledgement, until the iPad has reported."""
    options = server_options(target)
    return options.restart_settle + options.restart_seen_within


def after(session: JamfSession, target: Target, queued: Queued, deadline: Deadline) -> Answer:
    """Ask the iPad to report once it has had time to restart, and wait for that report."""
    if queued.stage == "restarting":
        rest = (queued.acknowledged or 0.0) + server_options(target).restart_settle - time.time()
        if rest > 0:
            return queued.wait(t("the iPad restarts"), delivered=True, poll_after=rest)
        queued = _ask_to_report(session, target, queued, deadline)
    status = conversation.status(session, queued.command, deadline) or recovery.listed(
        session, queued, deadline
    )
    return reported(queued, status)


def reported(queued: Queued, status: CommandStatus | None) -> Answer:
    """What the iPad's report, or its silence, says of the restart."""
    # NotNow and Error are answers too: the iPad is back.
    if status is not None and status.state in ("ACKNOWLEDGED", "NOT_NOW", "ERROR"):
        return _report(queued).model_copy(update={"executed": True, "seen_again": True})
    if queued.late():
        return unseen(queued)
    return queued.wait(t("waiting for the iPad to report after its restart"), delivered=True)


def unseen(queued: Queued) -> Done:
    """Acknowledged, not seen again: said, but not called failed."""
    words = t(
        "the restart was acknowledged, but the iPad was not seen again; it may need to be unlocked once"
    )
    return Done(_report(queued).model_copy(update={"seen_again": False}), warnings=(words,))


def _ask_to_report(session: JamfSession, target: Target, queued: Queued, deadline: Deadline) -> Queued:
    record = conversation.addressed(session, target, deadline)
    command = MdmCommand("DEVICE_INFORMATION")
    command_id = conversation.send(session, record, command, deadline)
    return queued.model_copy(
        update={"stage": "returning", "command": command_id, "type": command.type, "queued": time.time()}
    )


def _report(queued: Queued) -> RestartReport:
    return RestartReport.model_validate(queued.report or {"accepted": True, "delivered": True})
