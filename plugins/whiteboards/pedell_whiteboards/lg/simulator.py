"""A simulated LG display.

Written from LG's owner's manuals 55LS55A and M4225C without the driver's help: `ka 01 01` CR is answered `a 01 OK01x`;
another set id is answered by silence, set id 0 is obeyed by all and answered by none.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_COMMAND = re.compile(r"([a-z])([a-z]) ([0-9a-f]{1,3}) ([0-9a-f]{1,2})(?: (ff))?", re.IGNORECASE)
# Values as they are on the wire.
_NAMES = {"kd": "screen", "ke": "sound", "kf": "volume", "km": "controls", "xb": "input", "kb": "input",
          "fw": "wake_on_lan"}  # fmt: skip
_LIMITS = {"sound": 1, "controls": 1, "wake_on_lan": 1, "volume": 100, "screen": 0x10, "input": 0xFF}
_POWERS = {0: "power_off", 1: "power_on", 2: "restart"}
_TEXTS = {"fy", "fz", "fv"}
_FOR_GOOD = float("inf")


class LgSimulator(DisplaySimulator):
    """A display with one set id.

    Settings: `transport`, `id` (1), `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3), `restart`
    (false: does not know it; `as_on`: takes it for switching on), `old` (one-digit inputs by `kb`), `digits` (of
    the set id in answers, 2), `lower` (hexadecimal in small letters), `feed` (CR LF after the x), `echo`, `noise`
    (line noise and an answer of another set before every answer), `computer` (tells inputs by the codes for
    computer pictures), `leaves` (no network while it is off), `says_nothing` (commands it is silent about, such as
    `fv`), `serial`, `model`, `firmware`, `hours`, `temperature`, `lamp` (1), `off_reason` (0), `signal` (1), and
    those of every display.
    Requests are called `get ka` and so on, and `power_on`, `power_off`, `restart`, `input`, `volume`, `sound`,
    `screen`, `controls`, `wake_on_lan`, `picture_reset`, `factory_reset`.
    """

    kind: ClassVar[str] = "lg"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._id = int(get("id", 1))
        self._values = {"input": 8 if get("old") else 0x90, "volume": 30, "sound": 1, "screen": 0, "controls": 0,
                        "wake_on_lan": 1}  # fmt: skip
        self._away_for = 0.0

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
                self._on_loop(self.come_back)
            elif name in self._values:
                self._values[name] = int(str(value), 16) if name == "input" else int(value)
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Answer command by command."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while b"\r" in data:
                raw, _, data = data.partition(b"\r")
                if not await self._one(line, raw.decode("latin-1").strip()):
                    return

    async def _one(self, line: Line, text: str) -> bool:
        match = _COMMAND.fullmatch(text)
        if match is None or (int(match[3], 16) not in {0, self._id}):
            return True
        command, value = (match[1] + match[2]).lower(), int(match[4], 16)
        reads = value == 0xFF or match[5] is not None
        if int(match[3], 16) == 0:
            self._answer(command, value, reads=reads)
            return not self._leave()
        if command in self.settings.get("says_nothing", ()):
            return True
        went_on = await self.reply(
            line,
            self._request(command, value, reads=reads),
            lambda: (
                self._before(text) + self._frame(command, self._answer(command, value, reads=reads), value)
            ),
            refusal=self._frame(command, None, value),
            garbage=f"{command[1]} {self._id:02x} KO\xfe1x".encode("latin-1"),
        )
        return not self._leave() and went_on

    def _leave(self) -> bool:
        away, self._away_for = self._away_for, 0.0
        if not away or self.serial:
            return False
        self.go_away(away if away < _FOR_GOOD else None)
        return True

    def _request(self, command: str, value: int, *, reads: bool) -> str:
        if reads:
            return f"get {command}"
        if command == "ka":
            return _POWERS.get(value, "power")
        if command == "fk":
            return {0: "picture_reset", 2: "factory_reset"}.get(value, "reset")
        return _NAMES.get(command, f"set {command}")

    def _before(self, text: str) -> bytes:
        said = b""
        if self.settings.get("noise"):
            said += b"\x00\xff q\x13" + f"a {self._id + 1:02x} OK01x".encode()
        if self.settings.get("echo"):
            said += text.encode("latin-1") + b"\r\n"
        return said

    def _frame(self, command: str, told: str | None, value: int) -> bytes:
        digits = int(self.settings.get("digits", 2))
        word = f"NG{value:02X}" if told is None else f"OK{told}"
        text = f"{command[1]} {self._id:0{digits}X} {word}x"
        if self.settings.get("lower") and command not in _TEXTS:
            text = text.replace(word, word[:2] + word[2:].lower())
        return text.encode("latin-1") + (b"\r\n" if self.settings.get("feed") else b"")

    def _answer(self, command: str, value: int, *, reads: bool) -> str | None:
        if command == "ka":
            return self._power_value() if reads else self._switch(value)
        if command == "kz" and reads:
            return f"{int(self.settings.get('off_reason', 0)):02X}"
        if not self._on:
            return None
        return self._tell(command, value) if reads else self._obey(command, value)

    def _power_value(self) -> str:
        return "01" if self._power.word in {"on", "warming"} else "00"

    def _tell(self, command: str, value: int) -> str | None:
        get = self.settings.get
        if command == "sv":
            return f"02{int(get('signal', 1)):02X}" if value == 2 else None
        told = {
            "dl": f"{int(get('hours', 4660)):X}",
            "dn": f"{int(get('temperature', 42)):02X}",
            "dp": f"{int(get('lamp', 1)):02X}",
            "fy": str(get("serial", f"SN{self.name}")),
            "fz": str(get("firmware", "03.10.20")),
            "fv": str(get("model", "86TR3DK")),
        }
        if command in told:
            return told[command]
        name = _NAMES.get(command)
        if name is None or (command in {"xb", "kb"} and command != self._input_command()):
            return None
        value = self._values[name]
        turned = name == "input" and self.settings.get("computer") and value in {0x90, 0x91, 0xC0}
        return f"{value + 0x10:02X}" if turned else f"{value:02X}"

    def _input_command(self) -> str:
        return "kb" if self.settings.get("old") else "xb"

    def _obey(self, command: str, value: int) -> str | None:
        if command == "fk" and value in {0, 2}:
            self.count("picture_reset" if value == 0 else "factory_reset")
            return f"{value:02X}"
        name = _NAMES.get(command)
        if name is None or value > _LIMITS[name] or (name == "screen" and value not in {0, 1, 0x10}):
            return None
        if name == "input" and (command != self._input_command() or value not in self._inputs()):
            return None
        self._values[name] = value
        self.count(name, f"{value:02x}")
        return f"{value:02X}"

    def _inputs(self) -> set[int]:
        old, new = (
            {2, 7, 8, 9},
            {0x20, 0x60, 0x80, 0x90, 0x91, 0x92, 0x93, 0x98, 0xA0, 0xA1, 0xC0, 0xC1, 0xD0},
        )
        return old if self.settings.get("old") else new

    def _switch(self, value: int) -> str | None:
        if value not in _POWERS or (value == 2 and not self.settings.get("restart", True)):
            return None
        if value == 2 and self.settings.get("restart") == "as_on":
            value = 1
        if not self._power.steady:
            return None
        if value == 2 and not self._on:
            return None
        if value == 2:
            self._power.restart()
        changes = value != 2 and self._power.switch(on=value == 1)
        self.count(_POWERS[value])
        if changes and value == 0:
            self._away_for = _FOR_GOOD if self.settings.get("leaves") else 0.0
        return f"{value:02X}"
