"""A simulated Sharp display.

Written from the operation manuals of PN-C703B (pages 40 to 43), PN-L851H (page 46) and PN-L862B (page 53) and the log of
a session with a 4T-B80, without the driver's help: four letters and a parameter of four characters; `OK`, `ERR`, a
value, or `WAIT` and the answer later. Over the network it asks for user and password first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell.lab.simulator import FaultKind
from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line, TcpLine

_COMMAND = re.compile(r"([A-Z0-9]{4})(.{0,16})", re.DOTALL)
_IN_STANDBY = {"POWR", "RSPW", "INF1", "SRNO", "MNRD", "DSTA", "ERRT", "STCA"}
_WAITS = {"POWR", "INPS", "IAVD", "RSET"}
_HIGHEST = {"MUTE": 1, "ALCK": 2, "ALTG": 2, "RSPW": 2}


class SharpSimulator(DisplaySimulator):
    """A PN display, or with `av` one of the BIG PAD and Aquos family.

    Settings: `transport` (`tcp` or `pty`), `power` (`on` or `standby` at the beginning), `warm_up` and `cool_down`
    (seconds, default 3), `av` (IAVD, MUTE 0 changes over, parameters without padding only), `loudest` (31 or 100),
    `waits` (slow commands answer WAIT first), `ending` (`crlf`, `cr` or `lf`), `user` and `password` (asked for over the
    network), `login` (false: asks for none), `chain` (a number after every answer), `named` (a value comes after its
    command), `echo`, `serial`, `model`, `reset`
    (seconds that a reset takes), and those of every display.
    Requests are called `get VOLM` and so on, `power_on`, `power_off`, and `VOLM`, `MUTE`, `INPS`, `IAVD`, `ALCK`, `ALTG`,
    `RSPW`, `RSET`, which are counted under the same names.
    """

    kind: ClassVar[str] = "sharp"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._av = bool(get("av"))
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._values = {
            "INPS": 10, "IAVD": 1, "VOLM": 20, "MUTE": 2 if self._av else 0, "ALCK": 0, "ALTG": 0, "RSPW": 1,
            "DSTA": 0, "ERRT": 41, "STCA": 0, "waiting": 0,
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        """Power as a word, and everything else that can be read, under the commands' names."""
        return {"power": self._power.word, **self._values}

    def change(self, **values: Any) -> None:
        """Set power (`on`, `standby`), or a number of the state; `waiting` is 1 while no signal comes."""
        for name, value in values.items():
            if name == "power":
                self._power.put(value)
            elif name in self._values:
                self._values[name] = int(value)
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Log in where that is asked for, then answer line by line."""
        data = b""
        # A serial line has no login.
        steps = (
            [b"Login:", b"\r\nPassword:"]
            if isinstance(line, TcpLine) and self.settings.get("login", True)
            else []
        )
        given: list[str] = []
        while True:
            if len(given) < len(steps):
                await line.write(steps[len(given)])
            while not (match := re.search(rb"\r\n|\r|\n", data)):
                try:
                    more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 900)))
                except TimeoutError:
                    return
                if not more or len(data) > 4096:
                    return
                data += more
            said, data = data[: match.start()].decode("latin-1"), data[match.end() :]
            if len(given) < len(steps):
                given.append(said.strip())
                if len(given) == len(steps) and not await self._logged_in(line, given):
                    return
            elif (said or match.start()) and not await self._one(line, said):
                return

    async def _logged_in(self, line: Line, given: list[str]) -> bool:
        right = [str(self.settings.get("user", "")), str(self.settings.get("password", ""))]
        if self.fault("login", FaultKind.LOGIN) is not None or given != right:
            await line.write(b"\r\nLogin incorrect\r\n")
            return False
        await line.write(b"\r\nOK\r\n")
        return True

    async def _one(self, line: Line, said: str) -> bool:
        if self.settings.get("echo"):
            await line.write(said.encode("latin-1") + b"\r")
        match = _COMMAND.fullmatch(said)
        command, parameter = (match[1], match[2]) if match else ("", "")
        asks = parameter.strip() in {"?", "????"}
        request = self._request(command, parameter, asks=asks)
        slow = self.settings.get("waits") and command in _WAITS and not asks
        silent = any(fault.kind is FaultKind.SILENT and fault.on in {"", request} for fault in self.faults)
        if slow and not silent:
            await line.write(self._line("WAIT"))
            await asyncio.sleep(float(self.settings.get("reset", 0.05)) if command == "RSET" else 0.05)
        return await self.reply(
            line,
            request,
            lambda: self._line(self._named(command, self._answer(command, parameter, asks=asks), asks=asks)),
            refusal=self._line("ERR"),
            garbage=b"\xff\xfe?\x00!\r\n",
        )

    def _named(self, command: str, answer: str, *, asks: bool) -> str:
        if not (asks and self.settings.get("named")) or answer == "ERR":
            return answer
        return f"{command} {answer.rjust(3, '0') if answer.isdigit() else answer}"

    def _request(self, command: str, parameter: str, *, asks: bool) -> str:
        if asks:
            return f"get {command}"
        if command == "POWR":
            return "power_on" if parameter.strip().lstrip("0") == "1" else "power_off"
        return command

    def _line(self, word: str) -> bytes:
        number = " 001" if self.settings.get("chain") else ""
        end = {"crlf": b"\r\n", "cr": b"\r", "lf": b"\n"}[str(self.settings.get("ending", "crlf"))]
        return (word + number).encode("latin-1") + end

    def _answer(self, command: str, parameter: str, *, asks: bool) -> str:
        word = self._power.word
        if self._av and (
            parameter != parameter.strip() or (command == "POWR" and len(parameter) == 4 and not asks)
        ):
            return "ERR"
        if not self._power.steady and command != "POWR":
            return "ERR"
        if word in {"standby", "cooling"} and command not in _IN_STANDBY:
            return "ERR"
        return self._read(command) if asks else self._do(command, parameter.strip())

    def _read(self, command: str) -> str:
        get = self.settings.get
        if command == "POWR":
            on = self._power.word in {"on", "warming"}
            return "2" if on and self._values["waiting"] else str(int(on))
        texts = {"SRNO": get("serial", f"SN{self.name}"), "INF1": get("model", "PN-L862B")}
        if command in texts and not (self._av and command == "INF1"):
            return str(texts[command])
        if command == ("INPS" if self._av else "IAVD"):
            return "ERR"
        if command == "ERRT":
            return f"{self._values['ERRT']}, 126, 38"
        return str(self._values[command]) if command in self._values else "ERR"

    def _do(self, command: str, parameter: str) -> str:
        if command in {"INF1", "MNRD"} and parameter == "1":
            return str(self.settings.get("model", "PN-L862B"))
        if not re.fullmatch("[0-9]{1,4}", parameter):
            return "ERR"
        value = int(parameter)
        if command == "POWR" and value <= 1:
            self.count("power_on" if value else "power_off")
            self._values["waiting"] = 0
            self._power.switch(on=value == 1)
            return "OK"
        if command == "RSET" and value <= 1 and not self._av:
            self.count("RSET", parameter)
            return "OK"
        if command == ("INPS" if self._av else "IAVD") or command not in {
            "INPS", "IAVD", "VOLM", "MUTE", "ALCK", "ALTG", "RSPW",
        }:  # fmt: skip
            return "ERR"
        highest = {
            "VOLM": int(self.settings.get("loudest", 100)), "INPS": 27, "IAVD": 8, **_HIGHEST,
        }  # fmt: skip
        if self._av and command == "MUTE":
            highest["MUTE"] = 2
            value = value or 3 - self._values["MUTE"]  # 0 changes over
        if value > highest[command] or (command in {"INPS", "IAVD"} and value == 0):
            return "ERR"
        self._values[command] = value
        self.count(command, str(value))
        return "OK"
