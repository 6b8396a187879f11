"""The simulator `jamf-pro`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from pedell.lab.simulator import Fault, FaultKind, Simulator
from pedell_ipad_mdm.jamf_pro.simulator.api import Api
from pedell_ipad_mdm.jamf_pro.simulator.certificate import Certificate
from pedell_ipad_mdm.jamf_pro.simulator.fleet import Fleet
from pedell_ipad_mdm.jamf_pro.simulator.ipads import Ipad
from pedell_ipad_mdm.jamf_pro.simulator.web import Request, WebServer

DEFAULTS: Mapping[str, Any] = {
    "ipads": 2,
    "client_id": "pedell",
    "client_secret": "lab-secret",
    "token_seconds": 299,
    "tls": False,
    "management_id_in_detail": True,
    "answers_object": False,
    "clock_offset": 0.0,
    "refusal": 429,
    "retry_after": 2,
    "denied": (),
    "reply_after": 0.05,
    "restart_seconds": 0.3,
    "erase_seconds": 0.5,
}


class JamfProSimulator(Simulator):
    """A Jamf Pro server with its iPads. The address is the controller's; iPads are found by serial number.

    Settings: `ipads` (a number, or a list of mappings with fields of `Ipad`), `client_id`, `client_secret`,
    `token_seconds`, `tls` (a certificate of its own: see `certificate`), `management_id_in_detail` (false:
    a server before 11.14), `answers_object` (201 with one object), `clock_offset` (seconds that the server's
    clock is ahead), `refusal` (status of the fault `refuse`) and `retry_after`, `denied` (requests that
    answer 403), `reply_after`, `restart_seconds`, `erase_seconds`. Requests, for faults: `token`, `detail`,
    `device`, `devices`, `commands`, `renew_profile`, `blank_push`, and each command by its type, such as
    `restart_device`. Effects are counted when an iPad carries them out, with its serial number.
    """

    kind = "jamf-pro"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, {**DEFAULTS, **(settings or {})})
        unknown = sorted(set(self.settings) - set(DEFAULTS))
        if unknown:
            raise ValueError(f"{self.kind} has no setting named {', '.join(unknown)}")
        ipads = self.settings["ipads"]
        made = [{} for _ in range(ipads)] if isinstance(ipads, int) else list(ipads)
        self._fleet = Fleet(made, self.settings, self._clock, self.count)
        self._api = Api(self._fleet, self.settings, self._clock)
        self._web = WebServer(self._api.answer, self._faulty, self._closed, self._clock)
        self.certificate = Certificate() if self.settings["tls"] else None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; returns the controller's address."""
        context = self.certificate.context() if self.certificate else None
        bound = await self._web.start(host, port, context)
        return f"{'https' if context else 'http'}://{host}:{bound}"

    async def stop(self) -> None:
        """Close everything."""
        self._fleet.stop()
        await self._web.stop()

    def state(self) -> dict[str, Any]:
        """The iPads by serial number, and the server's queue."""
        return {
            "ipads": {serial: _shown(ipad) for serial, ipad in self._fleet.ipads.items()},
            "commands": [
                {"uuid": c.uuid, "type": c.type, "state": c.state, "management_id": c.management_id}
                for c in self._fleet.commands.values()
            ],
            "logins": self._api.logins,
            "requests": dict(self._api.asked),
            "fingerprint": self.certificate.fingerprint if self.certificate else "",
        }

    def change(self, **values: Any) -> None:
        """Do something to the iPad named by `ipad` (serial number), or to all of them.

        Fields of `Ipad`, such as `awake`, `locked`, `rejoins`, `battery`; of the server: `denied`, `refusal`,
        `retry_after`, `clock_offset`, `token_seconds`, `forget_tokens`.
        """
        serial = values.pop("ipad", None)
        if serial is not None and serial not in self._fleet.ipads:
            raise ValueError(f"there is no iPad {serial}")
        if values.pop("forget_tokens", False):
            self._api.tokens.clear()
        for name in ("denied", "refusal", "retry_after", "clock_offset", "token_seconds"):
            if name in values:
                self.settings[name] = values.pop(name)
        for ipad in [self._fleet.ipads[serial]] if serial is not None else list(self._fleet.ipads.values()):
            self._fleet.change(ipad, values)

    def _clock(self) -> float:
        return time.time() + float(self.settings["clock_offset"])

    def _closed(self) -> bool:
        return self.fault("", FaultKind.CLOSED) is not None

    def _faulty(self, request: Request) -> Fault | None:
        kinds = [kind for kind in FaultKind if kind is not FaultKind.CLOSED]
        return self.fault(self._api.name(request), *kinds)


def _shown(ipad: Ipad) -> dict[str, Any]:
    names = (
        "name",
        "udid",
        "management_id",
        "awake",
        "locked",
        "online",
        "managed",
        "supervised",
        "passcode",
        "lost_mode",
        "battery",
        "os_version",
        "user",
        "screen_message",
        "enrolled_at",
        "inventory_at",
        "profile_expires_at",
    )
    return {name: getattr(ipad, name) for name in names} | {
        "queued": [command.type for command in ipad.queue]
    }
