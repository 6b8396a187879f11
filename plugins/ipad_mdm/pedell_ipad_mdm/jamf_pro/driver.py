"""The driver `jamf-pro`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Driver,
    Env,
    ErrorClass,
    Happened,
    Identity,
    NoParams,
    Params,
    Poll,
    Target,
    implements,
)
from pedell.i18n import t
from pedell.transports.http_answer import TryLaterError
from pedell_ipad_mdm.contract import CommandReport, Erase, IpadInfo, Lock, LostMode, Patient, Restart
from pedell_ipad_mdm.jamf_pro import conversation, progress, recovery, requests, restart
from pedell_ipad_mdm.jamf_pro.answers import CommandStatus
from pedell_ipad_mdm.jamf_pro.limits import JAMF_PRO, POLLS_TOGETHER
from pedell_ipad_mdm.jamf_pro.options import IpadOptions, ServerOptions, ipad_options, server_options
from pedell_ipad_mdm.jamf_pro.preconditions import can_return_to_service, network_known, supervised
from pedell_ipad_mdm.jamf_pro.progress import EndedError, Queued
from pedell_ipad_mdm.jamf_pro.requests import COMMAND_TYPES, MdmCommand
from pedell_ipad_mdm.jamf_pro.session import JamfSession, secret

FIRST_LOOK = 0.5
"""Seconds after which a command just queued is looked at once; an awake iPad may have answered."""
LATER = 60.0
"""Seconds until the next poll when the server itself could not be asked."""
_PASSING = frozenset(
    {
        ErrorClass.UNREACHABLE,
        ErrorClass.BUSY,
        ErrorClass.TIMEOUT,
        ErrorClass.PROTOCOL,
        ErrorClass.DEVICE_FAULT,
    }
)


class JamfPro(Driver):
    """iPads managed by Jamf Pro, through the Jamf Pro API (not the Classic API, which loses its commands).

    Models: iPads with iPadOS 10.3 or later; Jamf Pro 10.50 or later, before 11.14 with one request more.
    Address: the iPad's serial number or UDID. Controller: `https://jamf.school.example:443`; plain http only
    for a lab on this very machine. Options of the controller: `ServerOptions`; of the iPad: `IpadOptions`.
    Settings in Jamf Pro: an API client whose role may read mobile devices, view MDM command information, send
    blank pushes, renew MDM profiles, and send each kind of command wanted (a privilege of its own each).
    Sources: Jamf Pro API reference; jamf-pro-sdk 0.9a1; Apple's `device-management` repository.
    Known limitations: a queued command cannot be taken back from here, it stays queued when the wait ends.
    Jamf Pro does not tell whether a renewed profile or a push arrived; whether a passcode-locked iPad on
    Wi-Fi came back after a restart is not known before somebody unlocks it. Each conversation logs in anew.
    """

    id = "jamf-pro"
    title = "Jamf Pro"
    brands = ("iPads with iPadOS 10.3 or later",)
    protocol = "Jamf Pro API 10.50 and later over HTTPS"
    proof = (
        "jamf-pro-sdk speaks with its simulator",
        "from documentation otherwise",
    )
    limitations = (
        "a queued command cannot be taken back",
        "each conversation logs in anew",
    )
    kinds = frozenset({"ipad"})
    options = IpadOptions
    controller_options = ServerOptions
    controller_limits = JAMF_PRO
    polls_together = POLLS_TOGETHER

    def __init__(self, target: Target, env: Env) -> None:
        super().__init__(target, env)
        self._open: JamfSession | None = None

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """One iPad of one server; what the server can bear stands in `controller_limits`."""
        server = target.controller.address if target.controller else ""
        return f"{cls.id}:{server.rstrip('/').lower()}:{(target.address or target.serial).lower()}"

    def connect(self, deadline: Deadline) -> None:
        """Check the settings; the server is first asked when something is wanted of it."""
        deadline.check("preparing to ask Jamf Pro")
        self.close()
        self._open = JamfSession(self.target, self.env)

    def close(self) -> None:
        """Close the connection."""
        session, self._open = self._open, None
        if session is not None:
            session.close()

    def identity(self, deadline: Deadline) -> Identity:
        """What the MDM knows of the iPad."""
        record = conversation.find(self._session, self.target, deadline)
        info = record.info
        return Identity(
            serial=info.serial,
            mac=record.wifi_mac,
            model=info.model or info.model_identifier,
            name=info.name,
            firmware=info.os_version,
            manufacturer="Apple",
        )

    @implements("ipad.device_info")
    def device_info(self, call: Call, params: NoParams) -> IpadInfo:
        """Read the inventory."""
        del params
        return conversation.find(self._session, self.target, call.deadline).info

    @implements("ipad.refresh_inventory")
    def refresh_inventory(self, call: Call, params: Patient) -> Answer:
        """DEVICE_INFORMATION: the server takes the answer into its inventory."""
        return self._command(call, MdmCommand("DEVICE_INFORMATION"), params.within)

    @implements("ipad.restart")
    def restart(self, call: Call, params: Restart) -> Answer:
        """RESTART_DEVICE, then a look whether the iPad is back."""
        command = MdmCommand("RESTART_DEVICE")
        return self._command(call, command, params.within, needs_supervision=True, confirm=params.confirm)

    @implements("ipad.lock")
    def lock(self, call: Call, params: Lock) -> Answer:
        """DEVICE_LOCK."""
        return self._command(call, requests.lock(params), params.within)

    @implements("ipad.clear_passcode")
    def clear_passcode(self, call: Call, params: Patient) -> Answer:
        """CLEAR_PASSCODE: the server knows the unlock token."""
        return self._command(call, MdmCommand("CLEAR_PASSCODE"), params.within)

    @implements("ipad.lost_mode_on")
    def lost_mode_on(self, call: Call, params: LostMode) -> Answer:
        """ENABLE_LOST_MODE."""
        return self._command(call, requests.lost_mode_on(params), params.within, needs_supervision=True)

    @implements("ipad.lost_mode_off")
    def lost_mode_off(self, call: Call, params: Patient) -> Answer:
        """DISABLE_LOST_MODE."""
        return self._command(call, MdmCommand("DISABLE_LOST_MODE"), params.within, needs_supervision=True)

    @implements("ipad.log_out_user")
    def log_out_user(self, call: Call, params: Patient) -> Answer:
        """LOG_OUT_USER; an iPad that is not shared refuses."""
        return self._command(call, MdmCommand("LOG_OUT_USER"), params.within)

    @implements("ipad.erase")
    def erase(self, call: Call, params: Erase) -> Answer:
        """ERASE_DEVICE, with Return to Service; refuses what would leave the iPad stranded."""
        server, own = server_options(self.target), ipad_options(self.target)
        wifi = params.wifi_profile or own.wifi_profile or server.wifi_profile
        mdm = params.mdm_profile or server.mdm_profile
        if params.return_to_service:
            network_known(wifi, params)
        command = requests.erase(
            params,
            wifi_profile=secret(self.env, wifi) if wifi and params.return_to_service else "",
            mdm_profile=secret(self.env, mdm) if mdm and params.return_to_service else "",
        )
        return self._command(call, command, params.within, returns=params.return_to_service)

    @implements("ipad.renew_mdm_profile")
    def renew_mdm_profile(self, call: Call, params: NoParams) -> CommandReport:
        """Accepted is all that Jamf Pro tells; a later inventory shows the new date."""
        del params
        record = conversation.addressed(self._session, self.target, call.deadline)
        conversation.renew(self._session, record, call.deadline)
        return CommandReport(accepted=True)

    @implements("ipad.blank_push")
    def blank_push(self, call: Call, params: NoParams) -> CommandReport:
        """Accepted is all that Apple's push service tells."""
        del params
        record = conversation.addressed(self._session, self.target, call.deadline)
        conversation.push(self._session, record, call.deadline)
        return CommandReport(accepted=True)

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Look after a queued command; a server that cannot be asked now is no reason to give up."""
        del capability
        queued = Queued.read(token)
        try:
            return self._look(call, queued)
        except EndedError:
            raise
        except DeviceError as error:
            return _not_asked(queued, error)

    def poll_many(self, capability: str, polls: Sequence[Poll]) -> Sequence[Answer | DeviceError | None]:
        """Look after many commands in one request; what the list does not hold is asked about by itself."""
        del capability
        queued = [Queued.read(poll.token) for poll in polls]
        # After a restart has been acknowledged there is something to send, which a shared look must not.
        wanted = [one.command for one in queued if one.stage != "restarting"]
        if not wanted:
            return [None] * len(polls)
        try:
            lines = conversation.statuses(self._session, wanted, polls[0].call.deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.AUTH:
                raise  # the engine sees to it that one login is tried now and then, for all
            return [_outcome(one, partial(_not_asked, one, error)) for one in queued]
        return [
            None
            if one.stage == "restarting" or (status := lines.get(one.command.lower())) is None
            else _outcome(one, partial(_said, poll.target, one, status))
            for poll, one in zip(polls, queued, strict=True)
        ]

    def probe(
        self, capability: str, call: Call, params: Params, evidence: Mapping[str, Any]
    ) -> Happened | Answer:
        """Read the server's own list of commands since the attempt began; what is still queued is waited for."""
        try:
            return self._probe(COMMAND_TYPES.get(capability, ""), call, params, evidence)
        except EndedError as error:
            return error.happened
        except DeviceError as error:
            self.env.record("#", f"the probe could not tell: {error.message}")
            return Happened.UNKNOWN

    def _probe(
        self, type_: str, call: Call, params: Params, evidence: Mapping[str, Any]
    ) -> Happened | Answer:
        if evidence.get("waiting"):
            queued = Queued.read(evidence["waiting"])
            if queued.stage != "command":
                # Acknowledged; asking the iPad to report is more than a probe may do, and is left to the next poll.
                return (
                    restart.unseen(queued)
                    if queued.late()
                    else queued.wait(t("the iPad restarts"), delivered=True)
                )
            return self._look(call, queued)
        told = recovery.found(self._session, self.target, type_, evidence.get("started"), call)
        if isinstance(told, Happened):
            return told
        if not isinstance(params, Patient):
            return Happened.UNKNOWN
        confirm = isinstance(params, Restart) and params.confirm
        queued = self._queued(
            told.uuid, told.management_id, type_, evidence["started"], params.within, confirm=confirm
        )
        return _told(self.target, queued, told)

    @property
    def _session(self) -> JamfSession:
        if self._open is None:
            raise DeviceError(ErrorClass.UNREACHABLE, "the conversation with Jamf Pro is not open")
        return self._open

    def _command(
        self,
        call: Call,
        command: MdmCommand,
        within: float,
        *,
        needs_supervision: bool = False,
        confirm: bool = False,
        returns: bool = False,
    ) -> Answer:
        """Queue it once, look once, then leave the waiting to the engine."""
        record = conversation.addressed(self._session, self.target, call.deadline)
        if needs_supervision:
            supervised(record.info, command)
        if returns:
            can_return_to_service(record.info)
        command_id = conversation.send(self._session, record, command, call.deadline)
        queued = self._queued(
            command_id, record.management_id, command.type, time.time(), within, confirm=confirm
        )
        try:
            call.sleep(FIRST_LOOK)
            return self._look(call, queued)
        except EndedError:
            raise
        except DeviceError:
            # The command is queued, whatever became of the look: it must not be called undone.
            return queued.wait(t("the MDM has queued the command"))

    def _queued(
        self, command: str, management: str, type_: str, at: float, within: float, *, confirm: bool
    ) -> Queued:
        tail = restart.tail(self.target) if confirm else 0.0
        return Queued(
            command=command,
            management=management,
            type=type_,
            queued=at,
            until=at + within + tail,
            confirm=confirm,
            tail=tail,
        )

    def _look(self, call: Call, queued: Queued) -> Answer:
        if queued.stage != "command":
            return restart.after(self._session, self.target, queued, call.deadline)
        status = conversation.status(self._session, queued.command, call.deadline)
        status = status or recovery.listed(self._session, queued, call.deadline)
        return _told(self.target, queued, status)


def _told(target: Target, queued: Queued, status: CommandStatus | None) -> Answer:
    if status is None or not progress.acknowledged(status):
        return progress.open_command(queued, status)
    if queued.type == "RESTART_DEVICE":
        return restart.acknowledged(target, queued, status)
    # Apple: the acknowledgement of an erase comes before the erase.
    return progress.report(status, executed=None if queued.type == "ERASE_DEVICE" else True)


def _said(target: Target, queued: Queued, status: CommandStatus) -> Answer:
    """What a command's line says, at either stage at which there is one."""
    return _told(target, queued, status) if queued.stage == "command" else restart.reported(queued, status)


def _outcome(queued: Queued, ask: Callable[[], Answer]) -> Answer | DeviceError:
    """One device's trouble concerns only that device."""
    try:
        return ask()
    except EndedError as error:
        return error
    except DeviceError as error:
        try:
            return _not_asked(queued, error)
        except DeviceError as final:
            return final


def _not_asked(queued: Queued, error: DeviceError) -> Answer:
    """The server could not be asked about a command that it has accepted: no reason to give up at once."""
    if error.error_class in _PASSING and not queued.late():
        after = error.retry_after if isinstance(error, TryLaterError) else None
        return queued.wait(t("the MDM cannot be asked now"), poll_after=max(after or LATER, 1.0))
    if queued.stage != "command":
        return restart.unseen(queued)
    raise DeviceError(error.error_class, error.message, happened=Happened.UNKNOWN, hint=error.hint) from error
