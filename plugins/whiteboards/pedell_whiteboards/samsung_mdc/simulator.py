"""A simulated Samsung display.

Written from Samsung's MDC protocol document 14.4c without the driver's help: `AA cmd id len data sum` is
answered by `AA FF id len 'A'|'N' cmd data sum`; another id is answered by silence, FE is obeyed by all and
answered by none.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from pedell.lab.simulator import FaultKind
from pedell_whiteboards.samsung_mdc.certificate import Certificate
from pedell_whiteboards.simulation import DisplaySimulator, Line, TcpLine

_EVERYBODY = 0xFE
_FOR_GOOD = float("inf")
_WRONG_PINS_UNTIL_LOCKED = 5
# Setting commands: state's name, and the request's name for faults and counts.
_SETTERS = {0x12: "volume", 0x13: "mute", 0x14: "input", 0x5D: "lock", 0xB5: "network_standby", 0xF9: "panel"}
_POWER_WORDS = {0: "power_off", 1: "power_on", 2: "reboot"}


class SamsungMdcSimulator(DisplaySimulator):
    """A display that takes a while to start and leaves the network meanwhile.

    Settings: `transport` (`tcp` or `pty`), `id` (1), `power` (`on` or `standby` at the beginning), `boot`
    (seconds to start, default 3), `reboot` (false: does not know the restart), `network_standby`, `pin` (TLS;
    see `fingerprint`), `old_tls` (knows TLS 1.1 at most), `start_input` and `start_volume` (after every start),
    `serial`, `model`, `display_name`, `firmware`, `noise` (line noise and an answer of another display before
    every answer), and those of every display.
    Requests are called `get 11` and so on (the command in hexadecimal), and `power_on`, `power_off`, `reboot`,
    `volume`, `mute`, `input`, `panel`, `lock`, `network_standby`, `reset`.
    """

    kind: ClassVar[str] = "samsung-mdc"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        self._id = int(self.settings.get("id", 1))
        self._on = self.settings.get("power", "on") == "on"
        self._ready_at = 0.0
        self._wrong_pins = 0
        self._away_for = 0.0
        self._values = {"volume": 30, "mute": 0, "input": 0x21, "lock": 0, "panel": 0,
                        "network_standby": int(self.settings.get("network_standby", True)),
                        "temperature": 42, "lamp_error": 0, "fan_error": 0, "no_signal": 0,
                        "ten_minutes": 32768}  # fmt: skip

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; a display that is off and does not stay on the network listens in vain."""
        address = await super().start(host, port)
        if not self._on and not self._values["network_standby"]:
            self.go_away(None)
        return address

    @cached_property
    def certificate(self) -> Certificate:
        """The display's own certificate, made on first use."""
        return Certificate.made_for(self.name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return self.certificate.fingerprint

    def state(self) -> dict[str, Any]:
        """Power as a word, and everything else that can be read; the input as its code in hexadecimal."""
        power = "standby" if not self._on else "warming" if self._starting() else "on"
        return {"power": power, **self._values, "input": f"{self._values['input']:02x}"}

    def change(self, **values: Any) -> None:
        """Set power (`on`, `standby`), or a number of the state; somebody at the display may do that."""
        for name, value in values.items():
            if name == "power":
                self._on, self._ready_at = value == "on", 0.0
                if self._on:
                    self._on_loop(self.come_back)
            elif name in self._values:
                self._values[name] = int(str(value), 16) if name == "input" else int(value)
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Log in where that is asked for, then answer frame by frame."""
        if isinstance(line, TcpLine) and self.settings.get("pin") and not await self._secured(line):
            return
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
                start = data.find(b"\xaa")
                data = data[start:] if start >= 0 else b""
                if len(data) < 5 or len(data) < data[3] + 5:
                    break
                frame, data = data[: data[3] + 5], data[data[3] + 5 :]
                if sum(frame[1:-1]) % 256 == frame[-1] and not await self._one(line, frame):
                    return

    async def _one(self, line: Line, frame: bytes) -> bool:
        command, to, values = frame[1], frame[2], frame[4:-1]
        if to == _EVERYBODY:
            self._answer(command, values)
            return not self._leave()
        if to != self._id:
            return True
        went_on = await self.reply(
            line,
            self._request(command, values),
            lambda: self._noise() + self._answer(command, values),
            refusal=self._frame(b"N" + bytes([command, 1])),
            garbage=b"\xaa\xff" + bytes([self._id]) + b"\x03A" + bytes([command, 0, 0x99 ^ command]),
        )
        return not self._leave() and went_on

    def _leave(self) -> bool:
        """Lose the network after the answer to a command that makes it; whether that is so."""
        away, self._away_for = self._away_for, 0.0
        if not away or self.serial:
            return False
        self.go_away(away if away < _FOR_GOOD else None)
        return True

    def _request(self, command: int, values: bytes) -> str:
        if not values:
            return f"get {command:02x}"
        if command == 0x11:
            return _POWER_WORDS.get(values[0], "power")
        return "reset" if command == 0x9F else _SETTERS.get(command, f"set {command:02x}")

    def _frame(self, content: bytes) -> bytes:
        body = bytes([0xFF, self._id, len(content)]) + content
        return b"\xaa" + body + bytes([sum(body) % 256])

    def _noise(self) -> bytes:
        if not self.settings.get("noise"):
            return b""
        other = bytes([0xFF, self._id + 1, 3, 0x41, 0x11, 1])
        return b"\x00\xaa\x13\x7f" + b"\xaa" + other + bytes([sum(other) % 256])

    def _answer(self, command: int, values: bytes) -> bytes:
        told = None if self._starting() else self._obey(command, values) if values else self._tell(command)
        yes = b"N" + bytes([command, 1]) if told is None else b"A" + bytes([command]) + told
        return self._frame(yes)

    def _starting(self) -> bool:
        return time.monotonic() < self._ready_at

    def _tell(self, command: int) -> bytes | None:
        get, v = self.settings.get, self._values
        texts = {
            0x0B: get("serial", f"SN{self.name}"),
            0x0E: get("firmware", "SIM-1.0"),
            0x67: get("display_name", self.name),
            0x8A: get("model", "WA75C"),
        }
        if command in texts:
            return str(texts[command]).encode("ascii", "replace")
        if command in _SETTERS:
            return bytes([v[_SETTERS[command]]])
        known = {
            0x00: bytes([int(self._on), v["volume"], v["mute"], v["input"], 1, 0, 0]),
            0x0D: bytes([v["lamp_error"], 0, 0, v["no_signal"], v["temperature"], v["fan_error"]]),
            0x11: bytes([int(self._on)]),
            0x83: v["ten_minutes"].to_bytes(3, "big"),
        }
        return known.get(command)

    def _obey(self, command: int, values: bytes) -> bytes | None:
        value = values[0]
        if command == 0x11:
            return self._switch(value)
        if command == 0x9F and value <= 4:
            self.count("reset", f"{value:02x}")
            return values
        name = _SETTERS.get(command)
        if (
            name is None
            or (command == 0x12 and value > 100)
            or (name not in {"volume", "input"} and value > 1)
        ):
            return None
        self._values[name] = value
        self.count(name, f"{value:02x}")
        return values

    def _switch(self, value: int) -> bytes | None:
        if value not in _POWER_WORDS or (value == 2 and not self.settings.get("reboot", True)):
            return None
        self.count(_POWER_WORDS[value])
        starts = value == 2 or (value == 1 and not self._on)
        self._on = value != 0
        if starts:
            boot = float(self.settings.get("boot", 3))
            self._ready_at = time.monotonic() + boot
            self._values.update(panel=0)
            for name in ("input", "volume"):
                self._values[name] = int(self.settings.get(f"start_{name}", self._values[name]))
            self._away_for = boot
        elif value == 0 and not self._values["network_standby"]:
            self._away_for = _FOR_GOOD
        return bytes([value])

    async def _secured(self, line: TcpLine) -> bool:
        """Secured Protocol: TLS on the same connection, then the PIN as bare digits."""
        pin = str(self.settings["pin"])
        await line.write(b"MDCSTART<<TLS>>")
        try:
            await line.writer.start_tls(
                self.certificate.server_context(old=bool(self.settings.get("old_tls")))
            )
        except (OSError, ssl.SSLError):
            return False
        given = await line.read()
        if self.fault("login", FaultKind.LOGIN) is not None or given != pin.encode():
            self._wrong_pins += 1
            locked = self._wrong_pins > _WRONG_PINS_UNTIL_LOCKED
            await line.write(b"MDCAUTH<<FAIL:0x02>>" if locked else b"MDCAUTH<<FAIL:0x01>>")
            return False
        await line.write(b"MDCAUTH<<PASS>>")
        return True
