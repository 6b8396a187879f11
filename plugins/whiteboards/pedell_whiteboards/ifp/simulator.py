"""A simulated panel of BenQ or ViewSonic.

Written from ViewSonic's user guides (IFP62, IFP8662, IFP6550 page 90, CDE8600 page 53) and BenQ's command lists
(RP552H, ST4301K) without the drivers' help: length, id, type, command, value, CR. Another id is answered by silence; 99 is
obeyed by all, and answered by none but ViewSonic's number one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_EVERYBODY = "99"


class IfpSimulator(DisplaySimulator):
    """What both brands' panels share; a panel that starts is silent.

    Settings: `transport` (`tcp` or `pty`), `id` (1), `power` (`on` or `standby` at the beginning), `warm_up` and
    `cool_down` (seconds, default 3), `serial`, `model`, `firmware`, `hours`, `without` (commands, in hexadecimal, that it
    refuses), `noise` (line noise, an echo and another panel's answer before every answer), and those of every display.
    """

    setters: ClassVar[Mapping[int, tuple[str, int]]] = {}
    """Set commands: name of the state and the largest value."""
    getters: ClassVar[Mapping[int, str]] = {}
    """Get commands that are answered by three digits of the state."""
    in_standby: ClassVar[frozenset[int]] = frozenset({0x21, 0x6C})

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._id = f"{int(get('id', 1)):02}"
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._values: dict[str, Any] = {
            "volume": 20, "mute": 0, "input": "001", "signal": 1, "temperature": 41, "backlight": 1, "freeze": 0,
            "touch": 1, "buttons": 0, "remote": 1, "keys": 1, "brightness": 50,
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        """Power as a word, and everything else that can be read."""
        return {"power": self._power.word, **self._values}

    def change(self, **values: Any) -> None:
        """Set power (`on`, `standby`), or another part of the state."""
        for name, value in values.items():
            if name == "power":
                self._power.put(value)
            elif name in self._values:
                self._values[name] = value
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Answer packet by packet."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 900)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while data:
                size = data[0] - 0x30
                if not 5 <= size <= 0x4E:
                    data = data[1:]
                    continue
                if len(data) <= size:
                    break
                packet, data = data[: size + 1], data[size + 1 :]
                if packet[-1:] == b"\r" and not await self._one(line, packet[:-1]):
                    return

    async def _one(self, line: Line, packet: bytes) -> bool:
        to, kind, command, value = packet[1:3].decode("latin-1"), chr(packet[3]), packet[4], packet[5:]
        if to == _EVERYBODY:
            self._answer(kind, command, value)
            return True
        if to != self._id or not self._power.steady:
            return True
        return await self.reply(
            line,
            self.request(kind, command, value),
            lambda: self._noise(packet) + self._answer(kind, command, value),
            refusal=self.no(),
            garbage=b"4" + self._id.encode() + b"+?!\r" if kind == "s" else self.told(command, b"\x02?\x04"),
        )

    def request(self, kind: str, command: int, value: bytes) -> str:
        """The request's name for faults."""
        if kind != "s":
            return f"get {command:02x}"
        if command == 0x21:
            return {b"000": "power_off", b"001": "power_on", b"002": "standby", b"003": "reboot"}.get(
                value, "power"
            )
        return self.setters.get(command, (f"set {command:02x}", 0))[0]

    def no(self) -> bytes:
        """The refusal."""
        return b"4" + self._id.encode() + b"-\r"

    def yes(self) -> bytes:
        """The consent."""
        return b"4" + self._id.encode() + b"+\r"

    def told(self, command: int, value: bytes) -> bytes:
        """The answer to a get."""
        head = self._id.encode() + b"r" + bytes([command]) + value
        return bytes([0x31 + len(head)]) + head + b"\r"

    def _noise(self, request: bytes) -> bytes:
        if not self.settings.get("noise"):
            return b""
        other = f"{int(self._id) % 98 + 1:02}".encode()
        return b"\x00\xff8\r" + request + b"\r" + b"8" + other + b"rf007\r"

    def _answer(self, kind: str, command: int, value: bytes) -> bytes:
        off = self._power.word != "on"
        if f"{command:02x}" in self.settings.get("without", ()) or (off and command not in self.in_standby):
            return self.no()
        if kind == "s":
            return self.yes() if self.obey(command, value) else self.no()
        special: Callable[[], bytes] | None = self.special(command, value)
        if special is not None:
            return special()
        if command == 0x6C:
            return self.told(command, self.power_value())
        if command in self.getters:
            return self.told(command, f"{int(self._values[self.getters[command]]):03}".encode())
        return self.no()

    def power_value(self) -> bytes:
        """What the power query is answered with."""
        return b"001" if self._power.word == "on" else b"000"

    def special(self, command: int, value: bytes) -> Callable[[], bytes] | None:
        """Answers of other forms than three digits."""
        del command, value
        return None

    def obey(self, command: int, value: bytes) -> bool:
        """Do what a set command says; whether the panel takes it."""
        if command == 0x21:
            return self.switch(value)
        name, highest = self.setters.get(command, ("", -1))
        if name == "input" and len(value) == 3:
            self._values[name] = value.decode("latin-1")
        elif name and value.isdigit() and int(value) <= highest:
            self._values[name] = int(value)
        else:
            return False
        self.count(name, value.decode("latin-1"))
        return True

    def switch(self, value: bytes) -> bool:
        """Switch on or off."""
        if value not in {b"000", b"001"}:
            return False
        on = value == b"001"
        self.count("power_on" if on else "power_off")
        if self._power.switch(on=on):
            self._values.update(backlight=1, freeze=0, touch=1)
        return True
