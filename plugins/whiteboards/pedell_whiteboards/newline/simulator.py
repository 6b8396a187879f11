"""A simulated Newline panel.

Written from Newline's RS+ manual (RS-232 pages) without the driver's help: `7F 08 99 A2 B3 C4 02 FF g c CF` is answered
by `7F 09 99 A2 B3 C4 02 FF g c s CF`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_BEFORE = bytes.fromhex("99A2B3C402FF")
_INPUTS = {0x0A: "hdmi1", 0x38: "ops", 0x51: "usb-c", 0x54: "usb-c", 0x58: "usb-c", 0x0B: "hdmi2"}


class NewlineSimulator(DisplaySimulator):
    """A panel.

    Settings: `transport`, `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3), `inner` (true: takes the
    codes of the inner link), `noise` (line noise and half a frame before every answer), `echo`, and those of every
    display.
    Requests are called `get screen`, `power_on`, `power_off`, `input`, `volume`, `mute`, `reboot`.
    """

    kind: ClassVar[str] = "newline"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._input = "hdmi1"
        self._volume = 30
        self._muted = False

    def state(self) -> dict[str, Any]:
        """Power, input, volume, and whether it is muted."""
        return {"power": self._power.word, "input": self._input, "volume": self._volume, "muted": self._muted}

    def change(self, **values: Any) -> None:
        """Set the power at the panel."""
        for name, value in values.items():
            if name == "power":
                self._power.put(str(value))
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Answer frame by frame; all requests are eleven bytes long."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while len(data) >= 11:
                raw = data[:11]
                good = raw[:2] == b"\x7f\x08" and raw[2:8] == _BEFORE and raw[10] == 0xCF
                data = data[11:] if good else data[1:]
                if good and not await self._one(line, raw):
                    return

    async def _one(self, line: Line, raw: bytes) -> bool:
        group, code = raw[8], raw[9]
        return await self.reply(
            line,
            self._request(group, code),
            lambda: self._before(raw) + self._told(group, code),
            refusal=self._frame(group, code, 0),
            garbage=b"\x7f\x09\x99\xa2\xb3\xc4\x02\xff" + bytes([group, code ^ 1, 1]) + b"\xcf",
        )

    def _request(self, group: int, code: int) -> str:
        known = {(1, 0): "power_on", (1, 1): "power_off", (0x0A, 7): "get screen", (0x3C, 3): "reboot"}
        usual = {1: "input", 5: "volume", 0x39: "mute"}.get(group, f"{group:02x} {code:02x}")
        return known.get((group, code), usual)

    def _before(self, raw: bytes) -> bytes:
        noise = b"\x00\x7f\x09\x99\x13" if self.settings.get("noise") else b""
        return noise + (raw if self.settings.get("echo") else b"")

    @staticmethod
    def _frame(group: int, code: int, state: int) -> bytes:
        return b"\x7f\x09" + _BEFORE + bytes([group, code, state, 0xCF])

    def _told(self, group: int, code: int) -> bytes:
        if (group, code) == (0x0A, 7):
            return self._frame(group, code, 0 if self._power.word in {"on", "warming"} else 1)
        if group != 1 and not self.settings.get("inner", True):
            return b""
        return self._frame(group, code, 1 if self._obey(group, code) else 0)

    def _obey(self, group: int, code: int) -> bool:
        if group == 1 and code < 2:
            return self._switch(on=code == 0)
        if self._power.word != "on":
            return False
        if group == 1 and code in _INPUTS:
            self._input = _INPUTS[code]
            self.count("input", f"{code:02x}")
            return True
        if group == 5 and code <= 100:
            self._volume = code
            self.count("volume", str(code))
            return True
        if group == 0x39 and code < 2:
            self._muted = code == 0
            self.count("mute", str(code))
            return True
        if (group, code) == (0x3C, 3):
            self.count("reboot")
            self._power.restart()
            return True
        return False

    def _switch(self, *, on: bool) -> bool:
        if not self._power.steady:
            return False
        self._power.switch(on=on)
        self.count("power_on" if on else "power_off")
        return True
