"""A simulated touch panel that speaks `:01S0003`.

Written from the ai4av specification of the Clevertouch Pro Series and the notes in
bitfocus/companion-module-iiyama-prolite without the driver's help; touching (`D`: 000 off, 001 on) and the order to
switch on that is not answered from MAXHUB's specification in ai4av.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_COMMAND = re.compile(r":([0-9]{2})([SG])(.)([0-9]{3})")
_NAMES = {"8": "volume", "9": "mute", ":": "input", "B": "remote_lock", "D": "touch"}
_SOURCES = {0, 1, 2, 7, 21, 22, 101, 103, 104}
_FOR_GOOD = float("inf")


class IiyamaTeSimulator(DisplaySimulator):
    """A panel with one id; on the network it is gone while it is off.

    Settings: `transport`, `id` (1), `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3), `leaves`
    (true: no network while it is off), `noise`, `echo`, `quiet_on` (does not answer when it is switched on), and those of
    every display.
    Requests are called `get 0` and so on, and `power_on`, `power_off`, `backlight`, `volume`, `mute`, `input`,
    `remote_lock`, `touch`.
    """

    kind: ClassVar[str] = "iiyama-te"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._id = int(get("id", 1))
        self._values = {"backlight": 1, "volume": 50, "mute": 0, "input": 1, "remote_lock": 0, "touch": 1}
        self._away_for = 0.0

    @property
    def _on(self) -> bool:
        return self._power.word == "on"

    def state(self) -> dict[str, Any]:
        """Power and the values as they are on the wire."""
        return {"power": self._power.word, **self._values}

    def change(self, **values: Any) -> None:
        """Set parts of the state at the panel."""
        for name, value in values.items():
            if name == "power":
                self._power.put(str(value))
                self._on_loop(self.come_back)
            elif name in self._values:
                self._values[name] = int(value)
            else:
                super().change(**{name: value})

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; a panel that is off has no network."""
        address = await super().start(host, port)
        if self._power.word == "standby" and self.settings.get("leaves", True):
            self.go_away(None)
        return address

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
                if not await self._one(line, raw.decode("latin-1")):
                    return

    async def _one(self, line: Line, text: str) -> bool:
        match = _COMMAND.fullmatch(text)
        if match is None or int(match[1]) != self._id:
            return True
        asks, letter, value = match[2] == "G", match[3], int(match[4])
        went_on = await self.reply(
            line,
            self._request(letter, value, asks=asks),
            lambda: self._before(text) + self._answer(letter, value, asks=asks),
            refusal=self._verdict("-"),
            garbage=f":{self._id:02d}r{letter}0\xff\r".encode("latin-1"),
        )
        return not self._leave() and went_on

    def _leave(self) -> bool:
        away, self._away_for = self._away_for, 0.0
        if not away or self.serial:
            return False
        self.go_away(None)
        return True

    def _request(self, letter: str, value: int, *, asks: bool) -> str:
        if asks:
            return f"get {letter}"
        if letter == "0":
            return {2: "power_off", 3: "power_on"}.get(value, "backlight")
        return _NAMES.get(letter, f"set {letter}")

    def _before(self, text: str) -> bytes:
        said = b"\x00\xff:0" if self.settings.get("noise") else b""
        return said + (text.encode("latin-1") + b"\r" if self.settings.get("echo") else b"")

    def _verdict(self, sign: str) -> bytes:
        return f"4{self._id:02d}{sign}\r".encode()

    def _answer(self, letter: str, value: int, *, asks: bool) -> bytes:
        if asks:
            told = self._tell(letter)
            return (
                self._verdict("-")
                if told is None
                else f":{self._id:02d}r{letter}{told:03d}\r".encode("latin-1")
            )
        quiet = letter == "0" and value == 3 and self.settings.get("quiet_on")
        verdict = self._verdict("+" if self._obey(letter, value) else "-")
        return b"" if quiet else verdict

    def _tell(self, letter: str) -> int | None:
        if letter == "0":
            return self._values["backlight"] if self._power.word in {"on", "warming"} else 2
        name = _NAMES.get(letter)
        return self._values[name] if name is not None and self._on else None

    def _obey(self, letter: str, value: int) -> bool:
        if letter == "0":
            return self._switch(value)
        name = _NAMES.get(letter)
        if name is None or not self._on:
            return False
        if (name == "volume" and value > 100) or (name in {"mute", "remote_lock", "touch"} and value > 1):
            return False
        if name == "input" and value not in _SOURCES:
            return False
        self._values[name] = value
        self.count(name, f"{value:03d}")
        return True

    def _switch(self, value: int) -> bool:
        if value > 3 or not self._power.steady:
            return False
        if value < 2:
            if not self._on:
                return False
            self._values["backlight"] = value
            self.count("backlight", str(value))
            return True
        changes = self._power.switch(on=value == 3)
        self.count("power_on" if value == 3 else "power_off")
        self._values["backlight"] = 1
        if changes and value == 2 and self.settings.get("leaves", True):
            self._away_for = _FOR_GOOD
        return True
