"""The requests of the Jamf Pro API that the simulator answers.

Source: Jamf Pro API reference and jamf-pro-sdk 0.9a1: paths, 201 for commands, 202 for renew-profile, pages
from 0, at least one filter for commands, the list of types that the send endpoint takes for iPads.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qs

from pedell.lab.simulator import Fault, FaultKind
from pedell_ipad_mdm.jamf_pro.simulator import shapes
from pedell_ipad_mdm.jamf_pro.simulator.filters import FilterError, Row, named, parse
from pedell_ipad_mdm.jamf_pro.simulator.fleet import Fleet
from pedell_ipad_mdm.jamf_pro.simulator.ipads import Ipad
from pedell_ipad_mdm.jamf_pro.simulator.web import Reply, Request

T = TypeVar("T")
TYPES = frozenset(
    {
        "RESTART_DEVICE",
        "ERASE_DEVICE",
        "DEVICE_LOCK",
        "CLEAR_PASSCODE",
        "ENABLE_LOST_MODE",
        "DISABLE_LOST_MODE",
        "DEVICE_INFORMATION",
        "LOG_OUT_USER",
        "PLAY_LOST_MODE_SOUND",
        "DEVICE_LOCATION",
        "SECURITY_INFO",
        "SHUT_DOWN_DEVICE",
        "INSTALLED_APPLICATION_LIST",
        "SETTINGS",
        "DELETE_USER",
    }
)
_REFUSALS = {
    429: "TOO_MANY_REQUESTS",
    503: "SERVICE_UNAVAILABLE",
    400: "INVALID_FIELD",
    403: "INVALID_PRIVILEGE",
    500: "INTERNAL_ERROR",
}


class Api:
    """Answers requests about a fleet."""

    def __init__(self, fleet: Fleet, settings: Mapping[str, Any], clock: Callable[[], float]) -> None:
        self._fleet = fleet
        self._settings = settings
        self._clock = clock
        self.tokens: dict[str, float] = {}
        self.logins = 0
        self.asked: Counter[str] = Counter()
        """How often each request was made, refused ones as well."""

    def name(self, request: Request) -> str:
        """The request in one word, for faults and privileges: a command by its type in lower case."""
        path = request.path.removeprefix("/api")
        if path.endswith("/oauth/token"):
            return "token"
        if path == "/v2/mdm/commands" and request.method == "POST":
            data = _object(_object(_json(request)).get("commandData"))
            return str(data.get("commandType", "commands")).lower()
        return {
            "/v2/mdm/commands": "commands",
            "/v1/mdm/renew-profile": "renew_profile",
            "/v2/mdm/blank-push": "blank_push",
            "/v2/mobile-devices/detail": "detail",
            "/v2/mobile-devices": "devices",
        }.get(path, "device")

    async def answer(self, request: Request, fault: Fault | None) -> Reply:
        """What the server says."""
        name = self.name(request)
        self.asked[name] += 1
        if fault is not None and fault.kind is FaultKind.LOGIN:
            self.tokens.clear()
            return _error(401, "INVALID_TOKEN", "Unauthorized")
        if fault is not None and fault.kind is FaultKind.REFUSE:
            status = int(self._settings["refusal"])
            wait = {"Retry-After": str(self._settings["retry_after"])} if status in (429, 503) else {}
            reply = _error(status, _REFUSALS.get(status, "REFUSED"), "refused by the lab")
            return Reply(status, reply.body, wait)
        if name == "token":
            return self._token(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0.0) <= self._clock():
            return _error(401, "INVALID_TOKEN", "Unauthorized")
        if name in self._settings["denied"]:
            return _error(403, "INVALID_PRIVILEGE", "Forbidden")
        return self._routed(request, name)

    def _routed(self, request: Request, name: str) -> Reply:
        path = request.path.removeprefix("/api")
        match request.method, path:
            case "GET", "/v2/mobile-devices/detail":
                return self._detail(request)
            case "GET", "/v2/mobile-devices":
                ipads = self._fleet.ipads_like(named(request.first("filter")))
                return _page(request, ipads, shapes.ipad_row, shapes.ipad_flat, shapes.IPAD_FIELDS)
            case "GET", "/v2/mdm/commands":
                if not request.first("filter"):
                    return _error(400, "REQUIRED", "at least one filter")
                lines = self._fleet.commands_like(named(request.first("filter")))
                return _page(request, lines, shapes.command_row, shapes.command_line, shapes.COMMAND_FIELDS)
            case "POST", "/v2/mdm/commands":
                return self._send(_object(_json(request)))
            case "POST", "/v1/mdm/renew-profile":
                return self._renew(_object(_json(request)))
            case "POST", "/v2/mdm/blank-push":
                return self._push(_object(_json(request)))
            case "GET", _ if name == "device":
                number = path.removeprefix("/v2/mobile-devices/")
                known = number.isdigit() and 0 < int(number) <= len(self._fleet.all)
                found = self._fleet.all[int(number) - 1] if known else None
                return (
                    Reply(200, shapes.ipad_flat(found))
                    if found
                    else _error(404, "NOT_FOUND", "no such device")
                )
        return _error(404, "NOT_FOUND", "no such resource")

    def _token(self, request: Request) -> Reply:
        form = {key: values[0] for key, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        good = (
            form.get("grant_type") == "client_credentials"
            and form.get("client_id") == self._settings["client_id"]
            and form.get("client_secret") == self._settings["client_secret"]
        )
        if not good:
            return Reply(401, {"error": "invalid_client"})
        seconds = int(self._settings["token_seconds"])
        token = f"eyJ.{secrets.token_urlsafe(24)}"
        self.logins += 1
        self.tokens[token] = self._clock() + seconds
        return Reply(
            200, {"access_token": token, "scope": "api-role:2", "token_type": "Bearer", "expires_in": seconds}
        )

    def _detail(self, request: Request) -> Reply:
        sections = set(request.every("section")) or {"GENERAL"}
        if sections - shapes.SECTIONS:
            return _error(400, "INVALID_FIELD", "unknown section")
        with_id = bool(self._settings["management_id_in_detail"])
        ipads = self._fleet.ipads_like(named(request.first("filter")))

        def shape(ipad: Ipad) -> dict[str, Any]:
            return shapes.ipad_detail(ipad, sections, with_management_id=with_id)

        return _page(request, ipads, shapes.ipad_row, shape, shapes.IPAD_FIELDS)

    def _send(self, body: dict[str, Any]) -> Reply:
        data = _object(body.get("commandData"))
        type_ = data.get("commandType")
        clients = body.get("clientData")
        if type_ not in TYPES or not isinstance(clients, list) or not clients:
            return _error(400, "INVALID_FIELD", "commandType or clientData")
        ids = [str(_object(client).get("managementId", "")).lower() for client in clients]
        if any(each not in self._fleet.by_management for each in ids):
            return _error(404, "NOT_FOUND", "unknown managementId")
        if type_ == "ENABLE_LOST_MODE" and not (data.get("lostModeMessage") or data.get("lostModePhone")):
            return _error(400, "REQUIRED", "lostModeMessage or lostModePhone")
        if type_ == "ERASE_DEVICE" and not _service_readable(data.get("returnToService")):
            return _error(400, "INVALID_FIELD", "returnToService")
        values = {key: value for key, value in data.items() if key != "commandType"}
        made = [self._fleet.queue(self._fleet.by_management[each], type_, values) for each in ids]
        links = [{"id": c.uuid, "href": f"/v2/mdm/commands?filter=uuid=={c.uuid}"} for c in made]
        return Reply(201, links[0] if self._settings["answers_object"] else links)

    def _renew(self, body: dict[str, Any]) -> Reply:
        udids = [str(udid) for udid in body.get("udids", []) if isinstance(udid, str)]
        known = [self._fleet.by_udid[udid.lower()] for udid in udids if udid.lower() in self._fleet.by_udid]
        for ipad in known:
            self._fleet.queue(ipad, "INSTALL_PROFILE", {})
        refused = [udid for udid in udids if udid.lower() not in self._fleet.by_udid]
        return Reply(202, {"udidsNotProcessed": {"udids": refused}})

    def _push(self, body: dict[str, Any]) -> Reply:
        ids = [str(each) for each in body.get("clientManagementIds", [])]
        for each in ids:
            if each.lower() in self._fleet.by_management:
                self._fleet.pushed(self._fleet.by_management[each.lower()])
        return Reply(
            200, {"errorUuids": [each for each in ids if each.lower() not in self._fleet.by_management]}
        )


def _page(
    request: Request,
    things: Iterable[T],
    row: Callable[[T], Row],
    shape: Callable[[T], dict[str, Any]],
    fields: frozenset[str],
) -> Reply:
    text = request.first("filter")
    try:
        match = parse(text, fields) if text else bool
        number, size = int(request.first("page", "0")), int(request.first("page-size", "100"))
    except (FilterError, ValueError) as error:
        return _error(400, "INVALID_FILTER", str(error))
    found = [(seen, thing) for seen, thing in ((row(thing), thing) for thing in things) if match(seen)]
    for rule in reversed(request.every("sort")):
        field, _, order = rule.partition(":")
        found.sort(key=lambda pair: pair[0].get(field, ""), reverse=order == "desc")
    size = min(max(size, 1), 2000)
    shown = [shape(thing) for _, thing in found[number * size : (number + 1) * size]]
    return Reply(200, {"totalCount": len(found), "results": shown})


def _service_readable(service: object) -> bool:
    if service is None:
        return True
    fields = _object(service)
    try:
        for name in ("mdmProfileData", "wifiProfileData"):
            base64.b64decode(str(fields.get(name, "")), validate=True)
    except binascii.Error:
        return False
    return fields.get("enabled") is True


def _error(status: int, code: str, words: str) -> Reply:
    error = {"code": code, "description": words, "id": "0", "field": None}
    return Reply(status, {"httpStatus": status, "errors": [error]})


def _json(request: Request) -> object:
    try:
        return json.loads(request.body)
    except ValueError:
        return None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
