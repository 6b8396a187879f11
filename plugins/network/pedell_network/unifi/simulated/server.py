"""The simulator `unifi`: a console with UniFi OS, or a classic controller."""

from __future__ import annotations

import base64
import dataclasses
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from pedell.lab.simulator import Fault, FaultKind, Simulator
from pedell_network.unifi.simulated.devices import Device, Port, Site, classroom
from pedell_network.unifi.simulated.web import Certificate, Reply, Request, WebServer

DEFAULTS: Mapping[str, Any] = {
    "kind": "unifi-os",
    "username": "pedell",
    "password": "schule-lab",
    "api_key": "",
    "site": "default",
    "ports": 8,
    "tls": False,
    "speed": 1.0,
    "report": 10.0,
    "link_delay": 5.0,
    "away": 60.0,
    "logins": 10,
    "csrf_header": True,
    "old": False,
    "read_only": False,
    "second_factor": False,
}
NETWORKS = [
    {"_id": "net1", "name": "Default", "purpose": "corporate"},
    {"_id": "net20", "name": "Tafeln", "purpose": "corporate", "vlan": 20, "vlan_enabled": True},
    {"_id": "net30", "name": "Lehrer", "purpose": "vlan-only", "vlan": "30", "vlan_enabled": True},
    {"_id": "wan", "name": "Internet", "purpose": "wan"},
]
PROFILES = [
    {"_id": "conf-all", "name": "All", "forward": "all"},
    {"_id": "conf-kids", "name": "Schüler", "forward": "native", "native_networkconf_id": "net20"},
]
_OLD_FIELDS = {"port_idx", "portconf_id", "poe_mode", "name", "op_mode", "forward", "port_security_enabled",
               "port_security_mac_address"}  # fmt: skip


class UnifiSimulator(Simulator):
    """A controller with a console, two switches and an access point. The address is the controller's.

    Settings: `kind` (unifi-os, classic), `username` (pedell), `password` (schule-lab), `api_key`, `site` (default),
    `ports` (of the switch 00:11:22:33:44:55), `tls` (a certificate of its own, see state), `speed` (simulated seconds
    per second), `report` (simulated seconds between reports), `link_delay`, `away` (simulated seconds that a restart
    takes), `logins` (per minute, then 429), `csrf_header` (false: the token stands in the cookie alone), `old` (a
    controller that knows port profiles only), `read_only` (the account may change nothing), `second_factor`.
    Requests that faults can be set on: detect, login, devices, device, clients, networks, profiles, overrides,
    power-cycle, restart.
    """

    kind = "unifi"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, {**DEFAULTS, **(settings or {})})
        unknown = sorted(set(self.settings) - set(DEFAULTS))
        if unknown:
            raise ValueError(f"{self.kind} has no setting named {', '.join(unknown)}")
        get = self.settings
        self.site = Site(float(get["speed"]), float(get["report"]), float(get["link_delay"]))
        classroom(self.site, int(get["ports"]))
        self.clients: list[dict[str, Any]] = [
            {
                "mac": "00:50:56:aa:00:01",
                "is_wired": True,
                "sw_mac": "00:11:22:33:44:55",
                "sw_port": 3,
                "vlan": 20,
            },
            {"mac": "00:50:56:aa:00:02", "is_wired": False, "ap_mac": "04:18:d6:00:02:04"},
        ]
        self._sessions: dict[str, str] = {}
        self._logins: list[float] = []
        self.login_count = 0
        self._web = WebServer(self._answer, self._faulty, lambda: bool(self.fault("", FaultKind.CLOSED)))
        self.certificate = Certificate() if get["tls"] else None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; returns the controller's address."""
        context = self.certificate.context() if self.certificate else None
        bound = await self._web.start(host, port, context)
        return f"{'https' if context else 'http'}://{host}:{bound}"

    async def stop(self) -> None:
        """Close everything."""
        await self._web.stop()

    @property
    def switch(self) -> Device:
        """The switch that all hangs on."""
        return self.site.devices["00:11:22:33:44:55"]

    def state(self) -> dict[str, Any]:
        """The switch's ports and settings, and who is there."""
        self.site.pass_time()
        now = self.site.now()
        return {
            "ports": {
                str(port.number): {
                    "off": port.off, "link": port.link(now), "power": "on" if port.power else "off", "wedged": port.wedged,
                }
                for port in self.switch.ports
            },
            "overrides": self.switch.overrides,
            "devices": {device.name: device.mac for device in self.site.devices.values()},
            "logins": self.login_count,
            "fingerprint": self.certificate.fingerprint if self.certificate else "",
        }  # fmt: skip

    def change(self, **values: Any) -> None:
        """Change a port of the switch (`port=3, wedged=True`), a device (`device="ap-b204", state=0`), or the whole.

        The whole knows `silent` (devices report no more), `sessions="end"`, `overrides`, and settings.
        """
        if "port" in values:
            number = int(values.pop("port"))
            _set(next(port for port in self.switch.ports if port.number == number), Port, values)
            self.site.catch_up(self.switch)
            return
        if "device" in values:
            name = str(values.pop("device"))
            device = next(one for one in self.site.devices.values() if name in {one.name, one.mac})
            _set(device, Device, values)
            device.reported["state"] = device.state
            return
        for name, value in values.items():
            if name == "sessions":
                self._sessions.clear()
            elif name == "silent":
                self.site.silent = bool(value)
            elif name == "overrides":
                self.switch.overrides = value
                self.site.catch_up(self.switch)
            elif name in DEFAULTS:
                self.settings[name] = value
            else:
                super().change(**{name: value})

    def _word(self, request: Request) -> str:
        path = request.path.removeprefix("/proxy/network")
        if path == "/":
            return "detect"
        if path in {"/api/login", "/api/auth/login"}:
            return "login"
        if path.endswith("/cmd/devmgr"):
            return str(request.json.get("cmd", "command"))
        last = path.removeprefix(f"/api/s/{self.settings['site']}/")
        words = {
            "stat/device": "devices",
            "stat/sta": "clients",
            "rest/networkconf": "networks",
            "rest/portconf": "profiles",
        }
        if last.startswith("rest/device/"):
            return "overrides"
        return words.get(last, "device" if last.startswith("stat/device/") else "other")

    def _faulty(self, request: Request) -> Fault | None:
        return self.fault(self._word(request), *(kind for kind in FaultKind if kind is not FaultKind.CLOSED))

    def _answer(self, request: Request, fault: Fault | None) -> Reply:
        self.site.pass_time()
        word, unifi_os = self._word(request), self.settings["kind"] == "unifi-os"
        if word == "detect":
            return Reply(200, "page") if unifi_os else Reply(302, headers=[("Location", "/manage")])
        if fault is not None and fault.kind is FaultKind.REFUSE:
            return _error(400, "api.err.InvalidPayload")
        if word == "login":
            return self._login(
                request, unifi_os=unifi_os, refused=fault is not None and fault.kind is FaultKind.LOGIN
            )
        if fault is not None and fault.kind is FaultKind.LOGIN:
            self._sessions.clear()
        prefix = "/proxy/network" if unifi_os else ""
        refused = self._stranger(request, unifi_os=unifi_os)
        if refused is not None:
            return refused
        if not request.path.startswith(f"{prefix}/api/s/"):
            return Reply(404, {"error": "not found"})
        if not request.path.startswith(f"{prefix}/api/s/{self.settings['site']}/"):
            return _error(400, "api.err.NoSiteContext")
        return self._routed(request, word)

    def _login(self, request: Request, *, unifi_os: bool, refused: bool) -> Reply:
        if (request.path == "/api/auth/login") is not unifi_os:
            return Reply(404, {"error": "not found"})
        now = time.monotonic()
        self._logins = [*(at for at in self._logins if now - at < 60), now]
        if len(self._logins) > int(self.settings["logins"]):
            return Reply(429, {"code": "AUTHENTICATION_FAILED_LIMIT_REACHED", "message": "too many"})
        body = request.json
        known = (
            body.get("username") == self.settings["username"]
            and body.get("password") == self.settings["password"]
        )
        if refused or not known:
            if unifi_os:
                return Reply(403, {"code": "AUTHENTICATION_FAILED_INVALID_CREDENTIALS", "message": "no"})
            return _error(400, "api.err.Invalid")
        if self.settings["second_factor"]:
            return (
                Reply(499, {"code": "MFA_AUTH_REQUIRED"})
                if unifi_os
                else _error(400, "api.err.Ubic2faTokenRequired")
            )
        self.login_count += 1
        token = secrets.token_hex(16)
        if not unifi_os:
            session = secrets.token_hex(16)
            self._sessions[session] = ""
            return Reply(
                200,
                {"meta": {"rc": "ok"}, "data": []},
                [("Set-Cookie", f"unifises={session}; Path=/; HttpOnly")],
            )
        claims = (
            base64.urlsafe_b64encode(json.dumps({"csrfToken": token, "userId": "1"}).encode())
            .decode()
            .rstrip("=")
        )
        session = f"eyJhbGciOiJIUzI1NiJ9.{claims}.{secrets.token_hex(8)}"
        self._sessions[session] = token
        headers = [("Set-Cookie", f"TOKEN={session}; path=/; samesite=strict; secure; httponly")]
        return Reply(
            200,
            {"unique_id": "1"},
            headers + ([("X-CSRF-Token", token)] if self.settings["csrf_header"] else []),
        )

    def _stranger(self, request: Request, *, unifi_os: bool) -> Reply | None:
        key = request.headers.get("x-api-key", "")
        if unifi_os and key:
            good = bool(self.settings["api_key"]) and key == self.settings["api_key"]
            return None if good else Reply(401, {"error": {"code": 401, "message": "Unauthorized"}})
        jar = dict(part.strip().partition("=")[::2] for part in request.headers.get("cookie", "").split(";"))
        session = jar.get("TOKEN" if unifi_os else "unifises", "")
        if session not in self._sessions:
            return Reply(401, {"error": "unauthorized"}) if unifi_os else _error(200, "api.err.LoginRequired")
        if (
            unifi_os
            and request.method != "GET"
            and request.headers.get("x-csrf-token") != self._sessions[session]
        ):
            return Reply(403, {"error": {"code": 403, "message": "Forbidden"}})
        return None

    def _routed(self, request: Request, word: str) -> Reply:
        site, parts = self.site, request.path.rstrip("/").split("/")
        match request.method, word:
            case "GET", "devices":
                return _ok([site.shown(device) for device in site.devices.values()])
            case "GET", "device":
                device = site.devices.get(parts[-1])
                return _ok([site.shown(device)]) if device else _error(400, "api.err.UnknownDevice")
            case "GET", "clients":
                return _ok(self.clients)
            case "GET", "networks":
                return _ok(list(NETWORKS))
            case "GET", "profiles":
                return _ok(list(PROFILES))
        if self.settings["read_only"]:
            return _error(403, "api.err.NoPermission")
        if request.method == "PUT" and word == "overrides":
            return self._override(request, parts[-1])
        if request.method == "POST" and parts[-1] == "devmgr":
            return self._command(request.json)
        return _error(404, "api.err.NotFound")

    def _override(self, request: Request, number: str) -> Reply:
        device = next(
            (one for one in self.site.devices.values() if self.site.shown(one)["_id"] == number), None
        )
        given = request.json.get("port_overrides")
        if device is None:
            return _error(400, "api.err.IdInvalid")
        if not isinstance(given, list) or not all(
            isinstance(item, dict) and "port_idx" in item for item in given
        ):
            return _error(400, "api.err.InvalidPayload")
        if self.settings["old"]:
            given = [{name: value for name, value in item.items() if name in _OLD_FIELDS} for item in given]
        self.site.write(device, given)
        self.count("overrides", json.dumps(given, ensure_ascii=False))
        return _ok([self.site.shown(device)])

    def _command(self, body: dict[str, Any]) -> Reply:
        device = self.site.devices.get(str(body.get("mac", "")))
        if device is None:
            return _error(400, "api.err.UnknownDevice")
        if body.get("cmd") == "restart" and body.get("reboot_type", "soft") in {"soft", "hard"}:
            self.site.restart(device, float(self.settings["away"]))
            self.count("restart", device.name)
            return _ok([])
        if body.get("cmd") == "power-cycle":
            index = body.get("port_idx")
            port = next((one for one in device.ports if type(index) is int and one.number == index), None)
            if port is None or not port.poe:
                return _error(400, "api.err.InvalidPayload")
            self.site.cycle(port)
            self.count("power-cycle", f"{device.name} {index}")
            return _ok([])
        return _error(400, "api.err.InvalidPayload")


def _set(thing: object, kind: type, values: dict[str, Any]) -> None:
    known = {item.name for item in dataclasses.fields(kind)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"there is no {name}")
        setattr(thing, name, value)


def _ok(data: list[Any]) -> Reply:
    return Reply(200, {"meta": {"rc": "ok"}, "data": data})


def _error(status: int, message: str) -> Reply:
    return Reply(status, {"meta": {"rc": "error", "msg": message}, "data": []})
