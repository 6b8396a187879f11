"""What Jamf Pro answers, as pure functions: nothing in it is believed before it was looked at.

Source: Jamf Pro API reference of the requests named in `requests.py`. Tolerated, since servers differ: the
answer to a command as a list (reference) or as one object (older clients decode that), `managementId` in the
general section (11.14 and later), at the top of a record, or missing; `dateCompleted` of an open command
null, missing or 1970-01-01; `commandError` only on newer servers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.transports.http_answer import HttpAnswer, TryLaterError, clean
from pedell_ipad_mdm.contract import IpadInfo

_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
_HREF = re.compile(r"uuid==([A-Za-z0-9-]{1,100})")
_MAX_NUMBER = 10**9
_SHORT_LIFE = 60.0
PAGE = 100
"""Records asked for at once, and looked at."""


@dataclass(frozen=True)
class Grant:
    """An access token and the seconds that it lives."""

    token: str
    seconds: float


@dataclass(frozen=True)
class IpadRecord:
    """An iPad in Jamf Pro; `id` is Jamf's own number, `management_id` what commands are addressed to."""

    id: str
    management_id: str
    wifi_mac: str
    info: IpadInfo


@dataclass(frozen=True)
class CommandStatus:
    """One line of the list of commands; times are epoch seconds by the server's clock."""

    uuid: str
    management_id: str
    type: str
    state: str
    sent: float | None
    completed: float | None
    error: str


def grant(body: object) -> Grant:
    """The token of an OAuth answer; raises DeviceError(PROTOCOL)."""
    fields = _mapping(body)
    token, seconds = fields.get("access_token"), fields.get("expires_in")
    if not isinstance(token, str) or not token or len(token) > 16384 or not _sendable(token):
        raise DeviceError(ErrorClass.PROTOCOL, "the answer to the login holds no access token")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < _MAX_NUMBER:
        return Grant(token, float(seconds))
    return Grant(token, _SHORT_LIFE)


def records(body: object) -> tuple[IpadRecord, ...]:
    """The iPads of a page of the inventory; what is no record is left out."""
    return tuple(found for item in _results(body) if (found := _record(item)))


def management_id(body: object) -> str:
    """The managementId of `GET /api/v2/mobile-devices/{id}`; empty where there is none."""
    return _identifier(_mapping(body).get("managementId"))


def queued(body: object) -> str:
    """The id of the command just queued; raises DeviceError, UNKNOWN since the server has accepted it."""
    first = body[0] if isinstance(body, list) and body else body
    fields = _mapping(first)
    href = fields.get("href")
    linked = _HREF.search(href[:1000]) if isinstance(href, str) else None
    found = linked[1] if linked else _identifier(fields.get("id"))
    if not found:
        raise DeviceError(
            ErrorClass.PROTOCOL, "the MDM took the command but does not name it", happened=Happened.UNKNOWN
        )
    return found


def statuses(body: object) -> tuple[CommandStatus, ...]:
    """The commands of a page; what is no command is left out."""
    return tuple(found for item in _results(body) if (found := _status(item)))


def unread(body: object) -> int:
    """How many entries of a page of commands cannot be read."""
    return len(_results(body)) - len(statuses(body))


def full(body: object) -> bool:
    """Whether the page is as long as was asked for, so that another one may follow."""
    return len(_results(body)) >= PAGE


def not_processed(body: object) -> frozenset[str]:
    """UDIDs that renew-profile did not take, in lower case."""
    inner = _mapping(_mapping(body).get("udidsNotProcessed"))
    return _texts(inner.get("udids"))


def not_pushed(body: object) -> frozenset[str]:
    """Management ids that blank-push could not push to, in lower case."""
    return _texts(_mapping(body).get("errorUuids"))


def moment(seconds: float | None) -> str | None:
    """Epoch seconds as the contract writes a time."""
    return None if seconds is None else f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"


def epoch(value: object) -> float | None:
    """A time of the server's as epoch seconds; none for null, nonsense and the 1970 of "not yet"."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        at = datetime.fromisoformat(value)
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < 32503680000 else None


def failure(answer: HttpAnswer) -> DeviceError:
    """What an answer that is not 2xx means, with the server's own words where it has some."""
    error = answer.error()
    if isinstance(error, TryLaterError):
        return error
    said = _said(answer)
    words = f"{error.message}: {said}" if said else error.message
    if answer.status == 403:
        return DeviceError(
            ErrorClass.AUTH, words, hint="give the API client's role the privilege for this command"
        )
    if answer.status == 404:
        return DeviceError(ErrorClass.PRECONDITION, words, hint="the iPad may have left the MDM")
    return DeviceError(error.error_class, words, happened=error.happened, hint=error.hint)


def _said(answer: HttpAnswer) -> str:
    try:
        body: object = answer.json()
    except DeviceError:
        return ""
    items = _mapping(body).get("errors")
    said = [_mapping(item) for item in items[:3]] if isinstance(items, list) else []
    return "; ".join(clean(f"{_word(one.get('code'))} {_word(one.get('description'))}") for one in said)


def _record(item: object) -> IpadRecord | None:
    top = _mapping(item)
    general, hardware, security = (_mapping(top.get(name)) for name in ("general", "hardware", "security"))
    if not general and not hardware:
        return None
    inventory, enrolled = (
        epoch(general.get("lastInventoryUpdateDate")),
        epoch(general.get("lastEnrolledDate")),
    )
    info = IpadInfo(
        name=_word(general.get("displayName")),
        serial=_word(hardware.get("serialNumber")),
        udid=_word(general.get("udid")),
        model=_word(hardware.get("model")),
        model_identifier=_word(hardware.get("modelIdentifier")),
        os_version=_word(general.get("osVersion")),
        battery_percent=_number(hardware.get("batteryLevel"), 100),
        free_mb=_number(hardware.get("availableSpaceMb"), _MAX_NUMBER),
        supervised=_flag(general.get("supervised")),
        managed=_flag(general.get("managed")),
        lost_mode=_flag(security.get("lostModeEnabled")),
        passcode=_flag(security.get("passcodePresent")),
        activation_lock=_flag(security.get("activationLockEnabled")),
        last_inventory=moment(inventory),
        last_enrolled=moment(enrolled),
        last_seen=moment(max((at for at in (inventory, enrolled) if at is not None), default=None)),
        mdm_profile_expires=moment(epoch(general.get("mdmProfileExpirationDate"))),
    )
    return IpadRecord(
        id=_identifier(top.get("mobileDeviceId")),
        management_id=_identifier(general.get("managementId")) or _identifier(top.get("managementId")),
        wifi_mac=_word(hardware.get("wifiMacAddress")),
        info=info,
    )


def _status(item: object) -> CommandStatus | None:
    fields = _mapping(item)
    uuid, state = _identifier(fields.get("uuid")), _word(fields.get("commandState"))
    if not uuid or not state:
        return None
    trouble = _mapping(fields.get("commandError"))
    said = _word(trouble.get("errorEnglishDescription")) or _word(trouble.get("errorLocalizedDescription"))
    code = trouble.get("errorCode")
    return CommandStatus(
        uuid=uuid,
        management_id=_identifier(_mapping(fields.get("client")).get("managementId")),
        type=_word(fields.get("commandType")),
        state=state,
        sent=epoch(fields.get("dateSent")),
        completed=epoch(fields.get("dateCompleted")),
        error=clean(f"{said} (code {code})" if isinstance(code, int) and said else said),
    )


def _results(body: object) -> Sequence[object]:
    items = _mapping(body).get("results")
    if not isinstance(items, list):
        raise DeviceError(ErrorClass.PROTOCOL, "the MDM's answer holds no list of results")
    return items[:PAGE]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> frozenset[str]:
    return (
        frozenset(item.lower() for item in value[:10_000] if isinstance(item, str))
        if isinstance(value, list)
        else frozenset()
    )


def _word(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _identifier(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_NUMBER:
        return str(value)
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _number(value: object, most: int) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    return value if good and isinstance(value, int) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _sendable(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token
