"""What is asked of Jamf Pro, and in which order: find the iPad, queue a command, look after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import quote

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Target
from pedell_ipad_mdm.jamf_pro import answers, requests, rsql
from pedell_ipad_mdm.jamf_pro.answers import PAGE, CommandStatus, IpadRecord
from pedell_ipad_mdm.jamf_pro.requests import MdmCommand
from pedell_ipad_mdm.jamf_pro.session import JamfSession

_UDID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{16}|[0-9A-Fa-f]{40}")
_SERIAL = re.compile(r"[A-Za-z0-9]{5,20}")
_PAGES = 5


def find(session: JamfSession, target: Target, deadline: Deadline) -> IpadRecord:
    """The iPad's record, looked up by the serial number or UDID in `target.address`, else `target.serial`.

    Raises DeviceError(PRECONDITION) where Jamf Pro knows no such iPad, or several.
    """
    key = target.address.strip() or target.serial.strip()
    if _UDID.fullmatch(key):
        field = "udid"
    elif _SERIAL.fullmatch(key):
        field, key = "serialNumber", key.upper()
    else:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{target.name}: {key[:60]!r} is neither a serial number nor a UDID",
            hint="the address of an iPad is its serial number or its UDID",
        )
    query = [("section", section) for section in requests.SECTIONS]
    query += [("page", "0"), ("page-size", str(PAGE)), ("filter", rsql.equals(field, key))]
    page = answers.records(session.get(requests.DETAIL_PATH, query, deadline))
    # Compared again: a server that reads the filter otherwise would hand us somebody else's iPad.
    same = [
        r for r in page if (r.info.udid if field == "udid" else r.info.serial).casefold() == key.casefold()
    ]
    managed = [record for record in same if record.info.managed is not False]
    found = managed if len(managed) == 1 else same
    if len(found) != 1:
        words = f"{len(found)} iPads" if found else "no iPad"
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{target.name}: Jamf Pro knows {words} with {field} {key}",
            hint="delete the records that are out of date in Jamf Pro"
            if found
            else "it may have left the MDM",
        )
    return found[0]


def addressed(session: JamfSession, target: Target, deadline: Deadline) -> IpadRecord:
    """As `find`, with a managementId for certain; servers before 11.14 tell it only one iPad at a time."""
    record = find(session, target, deadline)
    if record.info.managed is False:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{target.name}: the iPad is not managed by Jamf Pro any more",
            hint="enrol it again by hand",
        )
    if record.management_id:
        return record
    body = session.get(requests.DEVICE_PATH + quote(record.id, safe=""), [], deadline) if record.id else {}
    known = answers.management_id(body)
    if not known:
        raise DeviceError(
            ErrorClass.PRECONDITION, f"{target.name}: Jamf Pro tells no managementId for the iPad"
        )
    return IpadRecord(record.id, known, record.wifi_mac, record.info)


def send(session: JamfSession, record: IpadRecord, command: MdmCommand, deadline: Deadline) -> str:
    """Queue a command for one iPad; returns its id. Raises DeviceError, UNKNOWN where it may be queued."""
    body = command.body(record.management_id)
    return answers.queued(session.post(requests.COMMANDS_PATH, body, deadline, quiet=command.secret))


def renew(session: JamfSession, record: IpadRecord, deadline: Deadline) -> None:
    """Have the MDM profile renewed; raises DeviceError(REFUSED) where Jamf Pro does not process it."""
    body = session.post(requests.RENEW_PATH, {"udids": [record.info.udid]}, deadline)
    if record.info.udid.lower() in answers.not_processed(body):
        raise DeviceError(ErrorClass.REFUSED, "Jamf Pro did not take the iPad's MDM profile for renewal")


def push(session: JamfSession, record: IpadRecord, deadline: Deadline) -> None:
    """Wake the iPad; raises DeviceError(REFUSED) where the push could not be sent."""
    body = session.post(requests.PUSH_PATH, {"clientManagementIds": [record.management_id]}, deadline)
    if record.management_id.lower() in answers.not_pushed(body):
        raise DeviceError(
            ErrorClass.REFUSED, "the push could not be sent", hint="renew the iPad's MDM profile"
        )


def status(session: JamfSession, uuid: str, deadline: Deadline) -> CommandStatus | None:
    """How far the command is; none where the list does not hold it."""
    page = answers.statuses(_list(session, rsql.equals("uuid", uuid), 0, deadline))
    return next((line for line in page if line.uuid.lower() == uuid.lower()), None)


def statuses(session: JamfSession, uuids: Sequence[str], deadline: Deadline) -> dict[str, CommandStatus]:
    """How far these commands are, by id in lower case, in one request; what the list does not hold is left out."""
    page = answers.statuses(_list(session, rsql.one_of("uuid", uuids), 0, deadline))
    wanted = {uuid.lower() for uuid in uuids}
    return {line.uuid.lower(): line for line in page if line.uuid.lower() in wanted}


def since(
    session: JamfSession, management_id: str, type_: str, earliest: float, deadline: Deadline
) -> list[CommandStatus]:
    """Commands of this type for this iPad that were sent at `earliest` (server's clock) or later, by age.

    Raises DeviceError(PROTOCOL) for a list that cannot be read to the end: half a list proves nothing.
    """
    terms = rsql.all_of(rsql.equals("clientManagementId", management_id), rsql.equals("command", type_))
    found: list[CommandStatus] = []
    for number in range(_PAGES):
        body = _list(session, terms, number, deadline)
        if answers.unread(body):
            raise DeviceError(
                ErrorClass.PROTOCOL, "the MDM's list of commands holds entries that nobody can read"
            )
        page = answers.statuses(body)
        found += [line for line in page if _is(line, management_id, type_, earliest)]
        if not answers.full(body) or _goes_back_beyond(page, earliest):
            return sorted(found, key=lambda line: line.sent or 0.0)
    raise DeviceError(ErrorClass.PROTOCOL, "the MDM's list of commands does not end")


def _goes_back_beyond(page: Sequence[CommandStatus], earliest: float) -> bool:
    """Whether what follows is older still; only where the page is seen to be newest first, as was asked for."""
    times = [line.sent for line in page if line.sent is not None]
    ordered = len(times) == len(page) and all(a >= b for a, b in pairwise(times))
    return ordered and bool(times) and times[-1] < earliest


def _is(line: CommandStatus, management_id: str, type_: str, earliest: float) -> bool:
    """Compared again, since a server may read the filter otherwise; an unknown time may be any time."""
    ours = line.management_id.lower() == management_id.lower() and line.type == type_
    return ours and (line.sent is None or line.sent >= earliest)


def _list(session: JamfSession, terms: str, page: int, deadline: Deadline) -> object:
    query = [("page", str(page)), ("page-size", str(PAGE)), ("sort", "dateSent:desc"), ("filter", terms)]
    return session.get(requests.COMMANDS_PATH, query, deadline)
