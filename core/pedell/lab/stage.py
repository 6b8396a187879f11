"""Plays a school: starts its simulators on one event loop, and stops all of them for certain."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pedell.errors import NotFoundError, PedellError
from pedell.i18n import t
from pedell.lab.effects import EffectLog
from pedell.lab.school import Played, School
from pedell.lab.secrets import reveal
from pedell.lab.simulator import EffectRecord, Simulator

START_LIMIT = 30.0
STOP_LIMIT = 5.0
_PORT = re.compile(r":(\d+)(?=$|[/?])")


@dataclass
class Role:
    """One simulator on the stage and the address it answers at."""

    played: Played
    simulator: Simulator
    address: str


class Stage:
    """All simulators of one lab."""

    def __init__(self, kinds: Mapping[str, type[Simulator]], effects: Path) -> None:
        self._kinds = kinds
        self._effects = effects
        self._log: EffectLog | None = None
        self.roles: dict[str, Role] = {}
        self.warnings: list[str] = []

    async def start(self, school: School, secrets: Mapping[str, str], ports: Mapping[str, int]) -> None:
        """Start everything; what there is no simulator for is left out with a warning. Raises PedellError."""
        self._log = EffectLog(self._effects)
        for kind in sorted({played.simulator for played in school.played} - set(self._kinds)):
            self.warnings.append(t("there is no simulator {kind}: its devices are left out", kind=kind))
        # Few at a time: each start may make keys or load libraries.
        for played in school.played:
            if played.simulator in self._kinds:
                await self._enter(played, secrets, ports.get(played.name, 0))

    async def _enter(self, played: Played, secrets: Mapping[str, str], port: int) -> None:
        simulator = self._kinds[played.simulator](played.name, reveal(played.settings, secrets))
        log = self._log
        assert log is not None

        def note(record: EffectRecord) -> None:
            log.add(played.name, record)

        simulator.on_effect = note
        try:
            async with asyncio.timeout(START_LIMIT):
                try:
                    address = await simulator.start(port=port)
                except OSError:
                    if not port:
                        raise
                    # Somebody else has the port of the last time.
                    address = await simulator.start()
        except (OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise PedellError(
                t("the simulator of {name} does not start: {error}", name=played.name, error=reason)
            ) from error
        self.roles[played.name] = Role(played, simulator, address)

    async def stop(self) -> None:
        """Stop everything, also when one of them does not want to."""
        for role in reversed(self.roles.values()):
            try:
                async with asyncio.timeout(STOP_LIMIT):
                    await role.simulator.stop()
            except Exception as error:
                self.warnings.append(f"{role.played.name}: {type(error).__name__}: {error}")
        self.roles.clear()
        if self._log is not None:
            self._log.close()
            self._log = None

    def ports(self) -> dict[str, int]:
        """The port of each simulator that has one."""
        found = {name: _PORT.search(role.address) for name, role in self.roles.items()}
        return {name: int(match[1]) for name, match in found.items() if match}

    def find(self, pattern: str) -> list[Role]:
        """Roles whose name matches a pattern such as `b204-*`, or who play a device of that name."""
        found = [
            role
            for name, role in self.roles.items()
            if fnmatchcase(name, pattern)
            or any(fnmatchcase(device.part.name, pattern) for device in role.played.devices)
        ]
        if not found:
            raise NotFoundError(t("the lab plays nothing named {name}", name=pattern))
        return found

    def describe(self, role: Role) -> dict[str, Any]:
        """One role as `lab status --json` shows it."""
        return {
            "id": role.played.name,
            "simulator": role.played.simulator,
            "address": role.address,
            "devices": [device.part.name for device in role.played.devices],
            "faults": [
                {"kind": str(fault.kind), "on": fault.on, "times": fault.times, "used": fault.used}
                for fault in role.simulator.faults
            ],
            "effects": dict(role.simulator.counts()),
            "state": role.simulator.state(),
        }
