"""The iPads of one server and time passing for them: pushes, waking, restarts, erases."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields as fields_of
from typing import Any

from pedell_ipad_mdm.jamf_pro.simulator.ipads import NAMES, Command, Ipad

_NOT_SET_UP = {"id", "queue"}
CHANGEABLE = frozenset(field.name for field in fields_of(Ipad)) - _NOT_SET_UP


class Fleet:
    """All iPads by serial number, UDID and management id, and every command ever sent."""

    def __init__(
        self, ipads: list[Mapping[str, Any]], timing: Mapping[str, float], clock: Callable[[], float],
        count: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        self._timing = timing
        self._clock = clock
        self._count = count
        self._timers: set[asyncio.TimerHandle] = set()
        self.commands: dict[str, Command] = {}
        self.all = [_made(number, values, clock()) for number, values in enumerate(ipads, 1)]
        self.ipads = {ipad.serial: ipad for ipad in self.all}
        self.by_management = {ipad.management_id.lower(): ipad for ipad in self.all}
        self.by_udid = {ipad.udid.lower(): ipad for ipad in self.all}
        self._history: dict[str, list[Command]] = defaultdict(list)

    def stop(self) -> None:
        """Time stands still."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def queue(self, ipad: Ipad, type_: str, values: dict[str, object]) -> Command:
        """Queue a command and push."""
        command = Command(str(uuid.uuid4()), ipad.management_id, type_, values, self._clock())
        self.commands[command.uuid] = command
        self._history[ipad.management_id.lower()].append(command)
        ipad.queue.append(command)
        self.push(ipad)
        return command

    def push(self, ipad: Ipad) -> None:
        """Apple's push service tells the iPad to connect; a sleeping one may wake, or not hear it."""
        if ipad.reachable:
            self._later("reply_after", lambda: self._connects(ipad))
        elif not ipad.awake and ipad.wakes_after >= 0:
            self._after(ipad.wakes_after, lambda: self.change(ipad, {"awake": True}))

    def ipads_like(self, wanted: Mapping[str, str]) -> Iterable[Ipad]:
        """The iPads that may be meant, by index where one serves: a city has 83,000 of them."""
        if "serialNumber" in wanted:
            found = self.ipads.get(wanted["serialNumber"].upper())
            # Two records of one serial number are found by looking through all.
            return [found] if found is not None and len(self.ipads) == len(self.all) else self.all
        if "udid" in wanted:
            by_udid = self.by_udid.get(wanted["udid"].lower())
            return [by_udid] if by_udid is not None else []
        return self.all

    def commands_like(self, wanted: Mapping[str, str]) -> Iterable[Command]:
        """The commands that may be meant, by index where one serves."""
        if "uuid" in wanted:
            found = self.commands.get(wanted["uuid"].lower())
            return [found] if found is not None else []
        if "clientManagementId" in wanted:
            return self._history.get(wanted["clientManagementId"].lower(), [])
        return self.commands.values()

    def pushed(self, ipad: Ipad) -> None:
        """A push without a command: counted, since it is all that a blank push does."""
        self._count("blank_push", ipad.serial)
        self.push(ipad)

    def change(self, ipad: Ipad, values: Mapping[str, Any]) -> None:
        """Somebody does something to the iPad; an iPad that can talk again asks for its commands."""
        unknown = sorted(set(values) - CHANGEABLE)
        if unknown:
            raise ValueError(f"an iPad has no {', '.join(unknown)}")
        for name, value in values.items():
            setattr(ipad, name, value)
        if values.get("locked") is True:
            ipad.passcode = True
        if values.get("locked") is False:
            ipad.online = ipad.managed
        if ipad.reachable and self._open(ipad):
            self._later("reply_after", lambda: self._connects(ipad))

    def _open(self, ipad: Ipad) -> bool:
        return any(command.state in ("PENDING", "NOT_NOW") for command in ipad.queue)

    def _connects(self, ipad: Ipad) -> None:
        """The iPad works its queue off; NotNow stays in it for the next connection."""
        for command in list(ipad.queue):
            if not ipad.reachable:
                return
            state, code, words = ipad.verdict(command)
            command.state, command.error_code, command.error = state, code, words
            if state == "NOT_NOW":
                continue
            command.completed = self._clock()
            ipad.queue.remove(command)
            if state == "ACKNOWLEDGED":
                self._count(NAMES.get(command.type, command.type.lower()), ipad.serial)
                ipad.carry_out(command, self._clock())
                self._takes_time(ipad, command)

    def _takes_time(self, ipad: Ipad, command: Command) -> None:
        if command.type == "RESTART_DEVICE":
            ipad.online = False
            self._later("restart_seconds", lambda: self._restarted(ipad))
        elif command.type == "ERASE_DEVICE":
            ipad.online = False
            if ipad.returns_to_service(command):
                self._later("erase_seconds", lambda: self._enrols(ipad))
            else:
                ipad.managed = False

    def _restarted(self, ipad: Ipad) -> None:
        ipad.online = ipad.rejoins
        if ipad.reachable:
            self._connects(ipad)

    def _enrols(self, ipad: Ipad) -> None:
        ipad.enrol(self._clock())
        self._count("enrolled", ipad.serial)
        self._connects(ipad)

    def _later(self, name: str, action: Callable[[], None]) -> None:
        self._after(self._timing[name], action)

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        def run() -> None:
            self._timers.discard(timer)
            action()

        timer = asyncio.get_running_loop().call_later(seconds, run)
        self._timers.add(timer)


def _made(number: int, values: Mapping[str, Any], now: float) -> Ipad:
    unknown = sorted(set(values) - CHANGEABLE)
    if unknown:
        raise ValueError(f"an iPad has no {', '.join(unknown)}")
    basics: dict[str, Any] = {
        "serial": f"DMPX{number:08d}",
        "udid": f"00008020-{number:016X}",
        "management_id": str(uuid.UUID(int=0x4EECC1FB_F52D_48C5_9560_000000000000 + number)),
        "name": f"iPad {number:02d}",
        "wifi_mac": "C4:84:66:" + ":".join(f"{number >> shift & 255:02X}" for shift in (16, 8, 0)),
        "enrolled_at": now - 200 * 86400,
        "inventory_at": now - 86400,
        "profile_expires_at": now + 165 * 86400,
    }
    return Ipad(**{**basics, **values, "id": str(number)})
