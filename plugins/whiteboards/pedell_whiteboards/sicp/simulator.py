"""A simulated Philips or iiyama display that speaks SICP.

Written from the SICP document 1.99, the transcription of a later one and iiyama's application note for the
LE4340UHS without the driver's help. A frame with another display id, display id 0 or a group other than 0 gets no
answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_SETTERS = {
    0x47: "mute",
    0x72: "backlight_off",
    0x1E: "touch",
    0x1A: "keys",
    0x1C: "remote",
    0xD0: "apm",
    0x64: "eco",
}
_GETTERS = {
    0x46: "mute",
    0x71: "backlight_off",
    0x1F: "touch",
    0x1B: "keys",
    0x1D: "remote",
    0xD1: "apm",
    0x63: "eco",
}
_SOURCES = {0x05, 0x06, 0x0A, 0x0B, 0x0D, 0x0F, 0x10, 0x1C}
_DONE, _UNKNOWN, _NOT_NOW = 0x06, 0x15, 0x18


class SicpSimulator(DisplaySimulator):
    """A display with one id.

    Settings: `transport`, `envelope` (`group`, `plain`, `iiyama`), `id` (1), `power` (`on` or `standby`), `warm_up`
    and `cool_down` (seconds, 3), `later` (true: knows restart, backlight, touch, video present), `apm` (false: only
    knows eco), `swapped` (exchanges the two ways to say no), `audio_out` (false: one volume only), `understated` (the
    size before two temperatures, as printed), `noise` (line noise and an answer of another display before every
    answer), `neovo` (as AG Neovo: FD before the input, 02 before the hours), `echo`, `answer_group` (the group byte in
    answers, 0), `serial`, `model`, `firmware`, `hours`, `temperatures`, `signal`, and those of every display.
    Requests are called `get 19` and so on (the command in hexadecimal), and `power_on`, `power_off`, `restart`,
    `input`, `volume`, `mute`, `backlight_off`, `touch`, `keys`, `remote`, `apm`, `eco`, `factory_reset`.
    """

    kind: ClassVar[str] = "sicp"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._envelope = str(get("envelope", "group"))
        self._id = int(get("id", 1))
        self._values = {"input": 0x0D, "volume": 22, "audio_out": 10, "mute": 0, "backlight_off": 0, "touch": 1,
                        "keys": 1, "remote": 1, "apm": 0, "eco": 0}  # fmt: skip

    @property
    def _on(self) -> bool:
        return self._power.word == "on"

    def state(self) -> dict[str, Any]:
        """Power, and the values as they are on the wire; the input in hexadecimal."""
        return {"power": self._power.word, **self._values, "input": f"{self._values['input']:02x}"}

    def change(self, **values: Any) -> None:
        """Set parts of the state at the display."""
        for name, value in values.items():
            if name == "power":
                self._power.put(str(value))
            elif name in self._values:
                self._values[name] = int(str(value), 16) if name == "input" else int(value)
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Answer frame by frame; what is no frame is forgotten byte by byte."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while data:
                size = self._size(data)
                if size == 0:
                    data = data[1:]
                    continue
                if len(data) < size:
                    break
                raw, data = data[:size], data[size:]
                if not await self._one(line, raw):
                    return

    def _size(self, data: bytes) -> int:
        """Bytes of the request that begins here; 0 where none does."""
        if self._envelope != "iiyama":
            return data[0] if 4 <= data[0] <= 0x28 else 0
        if data[0] != 0xA6:
            return 0
        return 6 if len(data) < 6 else data[5] + 6

    async def _one(self, line: Line, raw: bytes) -> bool:
        value = 0
        for byte in raw[:-1]:
            value ^= byte
        header = {"iiyama": 7, "group": 3, "plain": 2}[self._envelope]
        data = raw[header:-1]
        mine = raw[1] == self._id and (self._envelope != "group" or raw[2] == 0)
        if not data:
            return True
        if value != raw[-1] and mine:
            await line.write(self._verdict(_NOT_NOW))
            return True
        if raw[1] == 0:
            self._answer(data)
        if not mine:
            return True
        return await self.reply(
            line,
            self._request(data),
            lambda: (raw if self.settings.get("echo") else b"") + self._noise() + self._answer(data),
            refusal=self._verdict(_NOT_NOW),
            garbage=self._spoiled(self._frame(data[:1] + b"\x01\x02")),
        )

    @staticmethod
    def _spoiled(frame: bytes) -> bytes:
        return frame[:-1] + bytes([frame[-1] ^ 0x5A])

    def _request(self, data: bytes) -> str:
        command = data[0]
        if command == 0x18:
            return "power_on" if data[1:2] == b"\x02" else "power_off"
        names = {0x57: "restart", 0xAC: "input", 0x44: "volume", 0x56: "factory_reset", **_SETTERS}
        return names.get(command, f"get {command:02x}")

    def _frame(self, data: bytes) -> bytes:
        if self._envelope == "iiyama":
            body = bytes([0x21, self._id, 0, 0, len(data) + 2, 1]) + data
        elif self._envelope == "group":
            body = bytes([len(data) + 4, self._id, int(self.settings.get("answer_group", 0))]) + data
        else:
            body = bytes([len(data) + 3, self._id]) + data
        if self.settings.get("understated") and data[0] == 0x2F and self._envelope != "iiyama":
            body = bytes([body[0] - 1]) + body[1:]
        check = 0
        for byte in body:
            check ^= byte
        return body + bytes([check])

    def _verdict(self, word: int) -> bytes:
        if self._envelope == "iiyama":
            return self._frame(bytes([0, {_DONE: 0, _UNKNOWN: 4, _NOT_NOW: 3}[word]]))
        if self.settings.get("swapped"):
            word = {_UNKNOWN: _NOT_NOW, _NOT_NOW: _UNKNOWN}.get(word, word)
        return self._frame(bytes([0, word]))

    def _noise(self) -> bytes:
        if not self.settings.get("noise"):
            return b""
        other, check = bytes([6, self._id + 1, 0, 0x19, 2]), 0
        for byte in other:
            check ^= byte
        return b"\x00\xff\x05\x07" + other + bytes([check])

    def _answer(self, data: bytes) -> bytes:
        told = self._tell(data)
        if told is not None:
            return self._frame(data[:1] + told)
        return self._verdict(self._obey(data[0], data[1:]))

    def _tell(self, data: bytes) -> bytes | None:
        command, get = data[0], self.settings.get
        if command == 0x19:
            return bytes([2 if self._power.word in {"on", "warming"} else 1])
        if not self._on:
            return None
        if command in {0x71, 0x1F, 0x59} and not get("later", True):
            return None
        if command in {0xD1, 0x63} and (command == 0xD1) is not bool(get("apm", True)):
            return None
        if command in _GETTERS:
            return bytes([self._values[_GETTERS[command]]])
        if command in {0xA1, 0xA2} and len(data) == 2:
            labels = {(0xA1, 0): "model", (0xA1, 1): "firmware", (0xA2, 0): "sicp", (0xA2, 1): "platform"}
            known = {"model": "65BDL3052T", "firmware": "FB03.10", "sicp": "2.01", "platform": "Himalaya"}
            label = labels.get((command, data[1]))
            return str(get(label, known[label])).encode() if label is not None else None
        out = [self._values["audio_out"]] if get("audio_out", True) else []
        told = {
            0x0F: (b"\x02" if get("neovo") else b"") + int(get("hours", 19712)).to_bytes(2, "big"),
            0x15: str(get("serial", "HA1A0917123456")).encode(),
            0x2F: bytes(get("temperatures", [28, 31])),
            0x45: bytes([self._values["volume"], *out]),
            0x59: bytes([int(get("signal", 1))]),
            0xAD: b"\xfd" * bool(get("neovo")) + bytes([self._values["input"], 0]),
        }
        return told.get(command)

    def _obey(self, command: int, values: bytes) -> int:
        if command == 0x18:
            return self._switch(values)
        later = command not in {0x57, 0x72, 0x1E} or self.settings.get("later", True)
        apm = command not in {0xD0, 0x64} or (command == 0xD0) is bool(self.settings.get("apm", True))
        if command not in {0x57, 0x56, 0xAC, 0x44, *_SETTERS} or not later or not apm:
            return _UNKNOWN
        if not self._on:
            return _NOT_NOW
        if command == 0x57 and values == b"\x00":
            self._power.restart()
            self.count("restart")
        elif command == 0x56 and not values:
            self.count("factory_reset")
        elif not self._set(command, values):
            return _NOT_NOW
        return _DONE

    def _switch(self, values: bytes) -> int:
        if values not in {b"\x01", b"\x02"} or not self._power.steady:
            return _NOT_NOW
        self.count("power_on" if values == b"\x02" else "power_off")
        self._power.switch(on=values == b"\x02")
        return _DONE

    def _set(self, command: int, values: bytes) -> bool:
        if command == 0xAC and len(values) == 4 and values[0] in _SOURCES:
            self._values["input"] = values[0]
            self.count("input", values.hex())
        elif command == 0x44 and values and max(values) <= 100 and self._volumes(len(values)):
            self._values["volume"] = values[0]
            if len(values) > 1:
                self._values["audio_out"] = values[1]
            self.count("volume", values.hex())
        elif command in _SETTERS and len(values) == 1 and values[0] <= (7 if command in {0x1A, 0x1C} else 3):
            self._values[_SETTERS[command]] = values[0]
            self.count(_SETTERS[command], values.hex())
        else:
            return False
        return True

    def _volumes(self, number: int) -> bool:
        if self._envelope == "iiyama":
            return number in {1, 2, 4}
        return number == (2 if self.settings.get("audio_out", True) else 1)
