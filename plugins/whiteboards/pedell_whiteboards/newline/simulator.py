"""A simulated Newline panel.

Written from Newline's RS+ manual (RS-232 pages), and for what is asked from the maker's app RealMoMo/serialport and a
control-system module for TT-xx14B, without the driver's help: `7F 08 99 A2 B3 C4 02 FF g c CF` is answered by
`7F 09 99 A2 B3 C4 02 FF g c s CF`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_BEFORE = bytes.fromhex("99A2B3C402FF")
# Code of the key, what is told of it by question 50 (newer panels) and by 32 (older ones).
_NEWER = {
    0x0A: ("hdmi1", 0x19),
    0x52: ("hdmi2", 0x1F),
    0x53: ("hdmi3", 0x1E),
    0x54: ("usb-c", 0x18),
    0x38: ("ops", 0x17),
}
_OLDER = {0x0A: ("hdmi1", 0x17), 0x0B: ("hdmi2", 0x18), 0x0C: ("ops", 0x19), 0x0D: ("vga1", 0x00)}
_SWITCHES = {0x0B: "freeze", 0x0D: "lock", 0x0E: "backlight"}


class NewlineSimulator(DisplaySimulator):
    """A panel.

    Settings: `transport`, `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3), `older` (counts inputs as
    TT-xx14B, and does not tell whether it is muted), `inner` (true: takes the codes of the inner link), `leaves` (true: is
    not on the network while it is off), `noise` (line noise and half a frame before every answer), `echo`, and those of
    every display.
    Requests are called `get power`, `get screen`, `get input`, `get volume`, `get muted`, `power_on`, `power_off`,
    `input`, `volume`, `mute` (the key that changes over), `freeze`, `lock`, `backlight`, `reboot`.
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
        self._inputs = _OLDER if get("older") else _NEWER
        self._input = 0x0A
        self._volume = 30
        self._muted = False
        self._switches = {"freeze": False, "lock": False, "backlight": True}

    def state(self) -> dict[str, Any]:
        """Power, input, volume, whether it is muted, and what is held, locked and lit."""
        return {
            "power": self._power.word, "input": self._inputs[self._input][0], "volume": self._volume,
            "muted": self._muted, **self._switches,
        }  # fmt: skip

    def change(self, **values: Any) -> None:
        """Set power, volume or muted at the panel."""
        for name, value in values.items():
            if name == "power":
                self._power.put(str(value))
                self._on_loop(self.come_back)
            elif name == "volume":
                self._volume = int(value)
            elif name == "muted":
                self._muted = str(value).lower() in {"true", "1"}
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
        was = self._power.word
        went_on = await self.reply(
            line,
            self._request(group, code),
            lambda: self._before(raw) + self._told(group, code),
            refusal=self._frame(group, code, 0),
            garbage=b"\x7f\x09\x99\xa2\xb3\xc4\x02\xff" + bytes([group, code ^ 1, 1]) + b"\xcf",
        )
        off = was == "on" and self._power.word in {"cooling", "standby"}
        if off and self.settings.get("leaves", True) and not self.serial:
            self.go_away(None)
            return False
        return went_on

    def _request(self, group: int, code: int) -> str:
        known = {
            (1, 0): "power_on", (1, 1): "power_off", (1, 2): "mute", (1, 0x32): "get input", (1, 0x33): "get volume",
            (1, 0x37): "get power", (1, 0x50): "get input", (1, 0x82): "get muted", (0x0A, 7): "get screen",
            (0x3C, 3): "reboot",
        }  # fmt: skip
        usual = {1: "input", 5: "volume", **_SWITCHES}.get(group, f"{group:02x} {code:02x}")
        return known.get((group, code), usual)

    def _before(self, raw: bytes) -> bytes:
        noise = b"\x00\x7f\x09\x99\x13" if self.settings.get("noise") else b""
        return noise + (raw if self.settings.get("echo") else b"")

    @staticmethod
    def _frame(group: int, code: int, state: int) -> bytes:
        return b"\x7f\x09" + _BEFORE + bytes([group, code, state, 0xCF])

    def _told(self, group: int, code: int) -> bytes:
        lit = self._power.word in {"on", "warming"}
        asked = {
            (1, 0x37): int(lit),
            (1, 0x33): 0 if self._muted else self._volume,
            (1, 0x32 if self.settings.get("older") else 0x50): self._inputs[self._input][1],
        }
        if not self.settings.get("older"):
            asked[1, 0x82] = int(self._muted)
        if (group, code) == (0x0A, 7) and self.settings.get("inner", True):
            return self._frame(group, code, 0 if lit else 1)
        if (group, code) in asked:
            return self._frame(group, code, asked[group, code])
        if (group == 0x3C and not self.settings.get("inner", True)) or (group, code) in {
            (1, 0x32),
            (1, 0x50),
            (1, 0x82),
        }:
            return b""
        return self._frame(group, code, 1 if self._obey(group, code) else 0)

    def _obey(self, group: int, code: int) -> bool:
        if group == 1 and code < 2:
            return self._switch(on=code == 0)
        if self._power.word != "on":
            return False
        if (group, code) == (1, 2):
            self._muted = not self._muted
            self.count("mute")
        elif group == 1 and code in self._inputs:
            self._input = code
            self.count("input", f"{code:02x}")
        elif group == 5 and code <= 100:
            self._volume, self._muted = code, False
            self.count("volume", str(code))
        elif group in _SWITCHES and code < 2:
            name = _SWITCHES[group]
            # Frozen is 00, the others are on with 01.
            self._switches[name] = (code == 0) is (name == "freeze")
            self.count(name, f"{code:02x}")
        elif (group, code) == (0x3C, 3):
            self.count("reboot")
            self._power.restart()
        else:
            return False
        return True

    def _switch(self, *, on: bool) -> bool:
        if not self._power.steady:
            return False
        self._power.switch(on=on)
        self.count("power_on" if on else "power_off")
        return True
