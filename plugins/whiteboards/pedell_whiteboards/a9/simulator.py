"""A simulated panel that speaks A9 ... 8A.

Written from the manual of the i3TOUCH P7511 (pages 20 to 23) and CTOUCH's RS-232 document without the driver's help.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_NAMES = {0x12: "backlight", 0x13: "volume", 0x14: "mute", 0x15: "input", 0x17: "lock", 0x1B: "freeze"}


class A9Simulator(DisplaySimulator):
    """A panel with one id.

    Settings: `transport`, `id` (1), `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3), `unmute` (the
    value that switches the sound on, 2), `unknown` (command bytes that the model does not know), `noise` (line noise and
    half a frame before every answer), `echo`, and those of every display.
    Requests are called `get 11` and so on, and `power_on`, `power_off`, `backlight`, `volume`, `mute`, `input`, `lock`,
    `freeze`.
    """

    kind: ClassVar[str] = "a9"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._id = int(get("id", 1))
        self._unmute = int(get("unmute", 2))
        self._values = {
            "backlight": 1,
            "volume": 30,
            "mute": self._unmute,
            "input": 9,
            "lock": 0,
            "freeze": 0,
        }

    def state(self) -> dict[str, Any]:
        """Power and the values as they are on the wire."""
        return {"power": self._power.word, **self._values}

    def change(self, **values: Any) -> None:
        """Set parts of the state at the panel."""
        for name, value in values.items():
            if name == "power":
                self._power.put(str(value))
            elif name in self._values:
                self._values[name] = int(value)
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Answer frame by frame; all are five bytes long."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while len(data) >= 5:
                raw = data[:5]
                good = raw[0] == 0xA9 and raw[4] == 0x8A
                data = data[5:] if good else data[1:]
                if good and not await self._one(line, raw):
                    return

    async def _one(self, line: Line, raw: bytes) -> bool:
        command, to, value = raw[1:4]
        if to == 0:
            self._answer(command, value)
            return True
        if to != self._id:
            return True
        return await self.reply(
            line,
            self._request(command, value),
            lambda: self._before(raw) + self._answer(command, value),
            refusal=bytes([0xA9, 0x4E, command, 0xFF, 0x8A]),
            garbage=bytes([0xA9, 0x41, command, 0x77, 0x8A]),
        )

    def _request(self, command: int, value: int) -> str:
        if value == 0xAA:
            return f"get {command:02x}"
        if command == 0x11:
            return "power_on" if value else "power_off"
        return _NAMES.get(command, f"set {command:02x}")

    def _before(self, raw: bytes) -> bytes:
        noise = b"\x00\x8a\xa9\x13\x41" if self.settings.get("noise") else b""
        return noise + (raw if self.settings.get("echo") else b"")

    def _answer(self, command: int, value: int) -> bytes:
        if command in self.settings.get("unknown", ()) or (command != 0x11 and command not in _NAMES):
            return bytes([0xA9, 0x4E, command, 1, 0x8A])
        told = self._tell(command) if value == 0xAA else self._obey(command, value)
        if told is None:
            return bytes([0xA9, 0x4E, command, 2 if self._power.word == "on" else 0xFF, 0x8A])
        return bytes([0xA9, 0x41, command, told, 0x8A])

    def _tell(self, command: int) -> int | None:
        on = self._power.word in {"on", "warming"}
        if command == 0x11:
            return int(on)
        return self._values[_NAMES[command]] if on else None

    def _obey(self, command: int, value: int) -> int | None:
        if command == 0x11:
            if value > 1 or not self._power.steady:
                return None
            self._power.switch(on=value == 1)
            self.count("power_on" if value else "power_off")
            return value
        if self._power.word != "on":
            return None
        name = _NAMES[command]
        allowed = {"volume": set(range(101)), "input": set(range(0x20)), "mute": {1, self._unmute}}
        if value not in allowed.get(name, {0, 1}):
            return None
        self._values[name] = value
        self.count(name, f"{value:02x}")
        return value
