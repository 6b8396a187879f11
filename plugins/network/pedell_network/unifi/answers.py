"""What a UniFi controller answers, as pure functions. Its JSON is hostile.

Sources: aiounifi (interfaces/connectivity.py, errors.py), Art-of-WiFi/UniFi-API-client (Client.php); that an expired
session may also come as HTTP 200 with api.err.LoginRequired, and the codes of a refused login on UniFi OS (401, 403
AUTHENTICATION_FAILED_INVALID_CREDENTIALS, 429 AUTHENTICATION_FAILED_LIMIT_REACHED, 499 for a second factor), from
aiounifi and from unifi2mqtt's release notes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.transports.http_answer import HttpAnswer, TryLaterError, clean, retry_after

Row = Mapping[str, Any]
SECOND_FACTOR = 499
_ABSENT = {
    "api.err.UnknownDevice": "the controller does not know this device",
    "api.err.NoSiteContext": "the controller does not know this site",
    "api.err.NotFound": "the controller does not have this",
    "api.err.IdInvalid": "the controller does not have this",
}
_LOCAL = "use a local account without a second factor: Admins, Add Admin, Restrict to local access only"


def logged_out(answer: HttpAnswer) -> bool:
    """Whether the session has ended: then nothing was done, and a new login helps."""
    return answer.status == 401 or message(answer) in {"api.err.LoginRequired", "api.err.SessionExpired"}


def message(answer: HttpAnswer) -> str:
    """`meta.msg` of an error; empty where it is none."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    meta = body.get("meta") if isinstance(body, dict) else None
    if not isinstance(meta, dict) or meta.get("rc") != "error":
        return ""
    return clean(str(meta.get("msg") or "api.err"), 80)


def rows(answer: HttpAnswer) -> list[Row]:
    """`data` of an answer that is well. Raises DeviceError, true about the effect."""
    said = message(answer)
    if said or not answer.ok:
        raise refusal(answer)
    body = answer.json()
    data = body.get("data") if isinstance(body, dict) else None
    meta = body.get("meta") if isinstance(body, dict) else None
    if not isinstance(data, list) or not isinstance(meta, dict) or meta.get("rc") != "ok":
        raise DeviceError(
            ErrorClass.PROTOCOL,
            f"{answer.asked}: the answer is not a UniFi controller's",
            happened=Happened.UNKNOWN if answer.effect else Happened.NO,
        )
    return [row for row in data if isinstance(row, dict)]


def refusal(answer: HttpAnswer) -> DeviceError:
    """What an error means. One with a message of the application is its own no: nothing was done."""
    said = message(answer)
    if said in {"api.err.LoginRequired", "api.err.SessionExpired", "api.err.NoPermission"}:
        return DeviceError(
            ErrorClass.AUTH,
            f"the controller refuses: {said}",
            hint="restarting a device needs Site Admin, changing a port Full Management",
        )
    if said in _ABSENT:
        return DeviceError(ErrorClass.PRECONDITION, f"{_ABSENT[said]} ({said})")
    if said and answer.status < 500:
        return DeviceError(ErrorClass.REFUSED, f"the controller refuses: {said}")
    if answer.status == 403:
        return DeviceError(
            ErrorClass.AUTH,
            "the controller refuses (HTTP 403)",
            hint="has the account the right to do this, and is the site's id right?",
        )
    if answer.status == 502:
        # UniFi OS answers so while its Network application starts.
        return TryLaterError(
            "the console's Network application does not answer (HTTP 502)",
            retry_after=30,
            happened=Happened.UNKNOWN if answer.effect else Happened.NO,
        )
    return answer.error()


def login_refusal(answer: HttpAnswer) -> DeviceError:
    """What a refused login means. Never retried: consoles lock accounts."""
    said = message(answer)
    code = ""
    try:
        body = json.loads(answer.body)
        code = str(body.get("code", "")) if isinstance(body, dict) else ""
    except (ValueError, RecursionError):
        pass
    if (
        answer.status == SECOND_FACTOR
        or said == "api.err.Ubic2faTokenRequired"
        or code == "MFA_AUTH_REQUIRED"
    ):
        return DeviceError(ErrorClass.AUTH, "the account asks for a second factor", hint=_LOCAL)
    if answer.status == 429 or code == "AUTHENTICATION_FAILED_LIMIT_REACHED":
        return TryLaterError(
            "the controller takes no more logins for now",
            retry_after=retry_after(answer.header("retry-after")) or 300.0,
            hint="too many logins failed or followed each other; is a password wrong elsewhere?",
        )
    if answer.status in (400, 401, 403) or said == "api.err.Invalid":
        return DeviceError(ErrorClass.AUTH, "the controller refuses the login", hint=_LOCAL)
    return (
        answer.error() if not answer.ok else DeviceError(ErrorClass.AUTH, f"no login: {said or 'no cookie'}")
    )


def cookies(answer: HttpAnswer) -> dict[str, str]:
    """Name and value of every cookie that is set."""
    found = {}
    for name, value in answer.headers:
        if name == "set-cookie":
            key, equals, rest = value.partition(";")[0].partition("=")
            if equals and key.strip().isascii() and rest.strip():
                found[key.strip()] = rest.strip()
    return found


def csrf(answer: HttpAnswer, jar: Mapping[str, str]) -> str:
    """The token that changes must carry: from the header, or the claim csrfToken of the cookie TOKEN (a JWT)."""
    told = answer.header("x-updated-csrf-token") or answer.header("x-csrf-token")
    if told:
        return told
    if "csrf_token" in jar:
        return jar["csrf_token"]
    parts = jar.get("TOKEN", "").split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return ""
    found = claims.get("csrfToken", "") if isinstance(claims, dict) else ""
    return found if isinstance(found, str) else ""


def number(row: Row, name: str) -> int | None:
    """A whole number, also where it is written as text."""
    value = row.get(name)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return None


def word(row: Row, name: str, limit: int = 128) -> str:
    """A text as one harmless line."""
    value = row.get(name)
    return clean(value, limit) if isinstance(value, str) else ""


def each(row: Row, name: str) -> list[Row]:
    """The objects of a list."""
    value = row.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
