"""A simulated ActivPanel.

Written from the command tables of paulwareing/ActivPanel without the driver's help: `F6 command action value sum 6F`;
a question is answered with the same command and action and the value, an order is mostly not answered at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_NAMES = {0x02: "mute", 0x0C: "volume", 0x30: "input", 0x32: "freeze", 0x35: "blank", 0x36: "touch_lock",
          0x37: "remote_lock"}  # fmt: skip
# Seconds that a panel goes on before it begins to start anew.
_LINGERS = 0.1


class PrometheanSimulator(DisplaySimulator):
    """A panel of one `generation` (ap5, ap7, ap9, vp).

    Settings: `transport`, `generation` (ap9), `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3),
    `answers_orders` (repeats an order, as some panels do), `deaf_in_standby` (asleep: no answer at all), `noise`
    (line noise and half a frame before every answer), `stubborn` (takes orders and does nothing), `hangs_up` (closes the line after
    each command), `serial`,
    `model`, `firmware`, and those of every display.
    Requests are called `get power`, `get volume`, ..., and `power_on`, `power_off`, `volume`, `mute`, `input`,
    `freeze`, `blank`, `touch_lock`, `remote_lock`, `picture_reset`, `factory_reset`.
    """

    kind: ClassVar[str] = "promethean"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._generation = str(get("generation", "ap9"))
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._values = dict.fromkeys(_NAMES.values(), 0) | {"volume": 50, "input": 0x09}
        self._resets = self._silent = False

    @property
    def _on(self) -> bool:
        return self._power.word == "on"

    def state(self) -> dict[str, Any]:
        """Power and the settings as they are: 1 is on, also where the wire says it with 0."""
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
        """Answer frame by frame; all that is asked of a panel is six bytes long."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while True:
                start = data.find(b"\xf6")
                data = data[start:] if start >= 0 else b""
                if len(data) < 6:
                    break
                raw = data[:6]
                good = raw[5] == 0x6F and sum(raw[:4]) % 256 == raw[4]
                data = data[6:] if good else data[1:]
                if good and not await self._one(line, raw):
                    return

    async def _one(self, line: Line, raw: bytes) -> bool:
        command, action, value = raw[1], raw[2], raw[3]
        if self._silent and not self._power.steady:
            return True
        self._silent = False
        if self.settings.get("deaf_in_standby") and self._power.word == "standby":
            return True
        went_on = await self.reply(
            line,
            self._request(command, action, value),
            lambda: self._before(self._answer(command, action, value)),
            refusal=b"",
            garbage=bytes([0xF6, command, action, 1, 0x13, 0x6F]),
        )
        if self._resets and self._loop is not None:
            self._resets = False
            self._silent = self.serial
            self._loop.call_later(_LINGERS, self.go_away, float(self.settings.get("warm_up", 3)))
        if self.settings.get("hangs_up"):
            await line.hang_up()
            return self.serial
        return went_on

    def _request(self, command: int, action: int, value: int) -> str:
        if command == 0x01:
            return "get power" if action == 2 else "power_on" if (action, value) == (1, 1) else "power_off"
        if command == 0x03:
            return "factory_reset" if action == 6 else f"get info {action:02x}"
        if command == 0x34:
            return "picture_reset" if action == 0x0D else f"get picture {action:02x}"
        name = _NAMES.get(command, f"{command:02x}")
        return f"get {name}" if action == 2 else name

    def _before(self, answer: bytes) -> bytes:
        noise = b"\x00\x6f\xf6\x13\xff\x6f" if self.settings.get("noise") else b""
        return noise + answer

    def _frame(self, command: int, action: int, data: bytes) -> bytes:
        body = bytes([0xF6, command, action]) + data
        return body + bytes([sum(body) % 256, 0x6F])

    def _answer(self, command: int, action: int, value: int) -> bytes:
        told = self._tell(command, action)
        if told is not None:
            return self._frame(command, action, told)
        if not self.settings.get("stubborn"):
            self._obey(command, action, value)
        return self._frame(command, action, bytes([value])) if self.settings.get("answers_orders") else b""

    def _tell(self, command: int, action: int) -> bytes | None:
        get = self.settings.get
        if command == 0x03 and action in {1, 4, 5}:
            texts = {
                1: get("firmware", "FW-2.0.1"),
                4: get("serial", f"SN{self.name}"),
                5: get("model", "AP9-B75"),
            }
            return str(texts[action]).encode()
        if action != 2 or command not in {0x01, *_NAMES}:
            return None
        if command == 0x01:
            return bytes([1 if self._power.word in {"on", "warming"} else 2])
        value = self._values[_NAMES[command]]
        turned = command == 0x36 and self._generation != "ap5"
        return bytes([1 - value if turned else value])

    def _obey(self, command: int, action: int, value: int) -> None:
        if command == 0x01:
            self._switch(action, value)
        elif (command, action) == (0x03, 6):
            self.count("factory_reset")
            self._power.restart()
            self._resets = True
            self._values.update(volume=30, input=0x0B)
        elif (command, action) == (0x34, 0x0D):
            self.count("picture_reset")
        elif command in _NAMES and self._on:
            self._set(command, action, value)

    def _switch(self, action: int, value: int) -> None:
        if not self._power.steady:
            return
        if action == 1 and value == 1:
            self.count("power_on")
            self._power.switch(on=True)
        elif action == 5 or (action == 1 and value == 0):
            self.count("power_off")
            self._power.switch(on=False)

    def _set(self, command: int, action: int, value: int) -> None:
        name = _NAMES[command]
        plain = {
            "volume": action == 1 and value <= 100,
            "input": action == 1 and value in self._sources(),
            "mute": action == 0,
        }
        if name in plain:
            wanted = value if plain[name] else -1
        elif name == "freeze":
            values = {0: 1, 1: 0} if self._generation == "vp" else {1: 1, 2: 0}
            wanted = values.get(value, -1) if action == 1 else -1
        else:
            wanted = 1 - value if action == 1 else -1
        if wanted < 0 or (name not in {"volume", "input"} and wanted > 1):
            return
        self._values[name] = wanted
        self.count(name, f"{value:02x}")

    def _sources(self) -> set[int]:
        common = {0x08, 0x09, 0x0A, 0x13, 0x12}
        more = {"ap5": {1, 6, 0x14, 0x0B}, "ap7": {0x14, 0x0B}, "ap9": {1, 0x14, 0x0B, 0x0C}, "vp": {0x0C}}
        return common | more[self._generation]
