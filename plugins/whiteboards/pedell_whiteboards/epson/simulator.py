"""A simulated Epson projector.

Written from the ESC/VP21 Command User's Guide (revision W), the hello of epson-projector 0.6.0 and the packet layout of
libescvp, without the driver's help: commands end with CR, every answer ends with a colon, which comes when the projector
is done. Over the network it wants the sixteen bytes of ESC/VP.net first.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell.lab.simulator import FaultKind
from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line, TcpLine

_SIGNATURE = b"ESC/VP.net"
_POWER_WORDS = {"on": "01", "warming": "02", "cooling": "03", "standby": "04"}
_ONLY_ON = {"SOURCE", "MUTE", "FREEZE", "VOL", "SIGNAL", "SOURCELIST"}
_EVENT_STATES = {"standby": "01", "warming": "02", "on": "03", "cooling": "04"}


class EpsonSimulator(DisplaySimulator):
    """A projector with lamp, warm-up and cool-down.

    Settings: `transport` (`tcp` or `pty`), `power` (`on` or `standby` at the beginning), `warm_up` and `cool_down` (seconds,
    default 3), `slow_colon` (the colon after PWR ON comes when it is warm), `password` (over the network), `digest`
    (wants the password as MD5), `busy` (answers the hello with "busy"), `lamps` (hours; empty for a laser), `sources`
    (codes and names), `serial`, `unsolicited` (an IMEVENT line before every answer), `echo`, and those of every display.
    Requests are called `get PWR` and so on, `power_on`, `power_off`, `SOURCE`, `MUTE`, `FREEZE`, `VOL`, `INITALL`, which
    are counted under the same names.
    """

    kind: ClassVar[str] = "epson"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._values: dict[str, Any] = {
            "SOURCE": "30", "MUTE": "OFF", "FREEZE": "OFF", "VOL": "121", "SIGNAL": "01", "ERR": "00", "abnormal": False,
        }  # fmt: skip
        self._lamps = [str(hours) for hours in get("lamps", [1234])]
        self._sources = dict(get("sources", {"30": "HDMI1", "A0": "HDMI2", "10": "COMPUTER", "53": "LAN"}))

    def state(self) -> dict[str, Any]:
        """Power as a word, and everything else that can be read, under the commands' names."""
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
        """Take the hello over the network, then answer line by line."""
        data = b""
        if isinstance(line, TcpLine):
            taken = await self._hello(line)
            if taken is None:
                return
            data = taken
        while True:
            while b"\r" not in data:
                more = await self._more(line)
                if not more or len(data) > 4096:
                    return
                data += more
            raw, _, data = data.partition(b"\r")
            if not await self._one(line, raw.decode("latin-1").strip()):
                return

    async def _more(self, line: Line) -> bytes:
        try:
            return await asyncio.wait_for(line.read(), float(self.settings.get("idle", 600)))
        except TimeoutError:
            return b""

    async def _packet(self, line: Line, data: bytes) -> tuple[bytes, bytes]:
        """One ESC/VP.net packet and what follows it; empty when the line is over."""
        while len(data) < 16 or len(data) < 16 + 18 * data[15]:
            more = await self._more(line)
            if not more:
                return b"", b""
            data += more
        size = 16 + 18 * data[15]
        return data[:size], data[size:]

    async def _hello(self, line: Line) -> bytes | None:
        """What came after a good hello; None where the line is over."""
        salt, data = b"", b""
        while True:
            packet, data = await self._packet(line, data)
            if not packet.startswith(_SIGNATURE):
                return None
            status = self._judged(packet, salt)
            headers = b""
            if status == 0x41 and packet[10] == 0x20 and self.settings.get("digest"):
                salt = secrets.token_hex(8).encode()
                headers = b"\x01\x05" + salt
            version = packet[10:11]
            await line.write(
                _SIGNATURE + version + b"\x03\x00\x00" + bytes([status, len(headers) // 18]) + headers
            )
            if status == 0x20:
                return data
            if status != 0x41:
                return None

    def _judged(self, packet: bytes, salt: bytes) -> int:
        password = str(self.settings.get("password", "")).encode()
        if self.fault("login", FaultKind.LOGIN) is not None:
            return 0x43
        if self.settings.get("busy"):
            return 0x53
        if packet[11] != 0x03:
            return 0x40
        if not password:
            return 0x20
        given = [packet[at : at + 18] for at in range(16, len(packet), 18)]
        if not given or given[0][1] == 0x03:
            return 0x41
        if self.settings.get("digest"):
            right = salt and given[0] == b"\x01\x04" + hashlib.md5(salt + password).digest()  # noqa: S324
        else:
            right = given[0] == b"\x01\x01" + password.ljust(16, b"\0")
        return 0x20 if right else 0x43

    async def _one(self, line: Line, text: str) -> bool:
        if self.settings.get("echo"):
            await line.write(text.encode("latin-1") + b"\r")
        event = ""
        if self.settings.get("unsolicited"):
            event = f"IMEVENT=0001 {_EVENT_STATES[self._power.word]} 00000002 00000000 T1 F1\r:"

        def answer() -> bytes:
            return (event + self._answer(text)).encode("latin-1")

        request = self._request(text)
        garbage = f"{text[:-1]}=\0?\r:".encode("latin-1") if text.endswith("?") else b"\xff\xfe=\x00?\r:"
        if not await self.reply(line, request, answer, refusal=b"ERR\r:", garbage=garbage):
            return False
        if request == "power_on" and self.settings.get("slow_colon"):
            await asyncio.sleep(self._power.left)
            await line.write(b":")
        return True

    def _request(self, text: str) -> str:
        if text.endswith("?"):
            return f"get {text[:-1]}"
        words = {"PWR ON": "power_on", "PWR OFF": "power_off", "": "nothing"}
        return words.get(text, text.partition(" ")[0])

    def _answer(self, text: str) -> str:
        if text == "":
            return ":"
        name, asks, rest = text.partition("?")
        if asks and not rest:
            value = self._read(name)
            return "ERR\r:" if value is None else f"{name}={value}\r:"
        name, _, value = text.partition(" ")
        done = self._do(name, value)
        if done and text == "PWR ON" and self.settings.get("slow_colon") and not self._power.steady:
            return ""
        return ":" if done else "ERR\r:"

    def _read(self, name: str) -> str | None:
        word = self._power.word
        if name == "PWR":
            return "05" if self._values["abnormal"] else _POWER_WORDS[word]
        if not self._power.steady or (word != "on" and name in _ONLY_ON):
            return None
        readings = {
            "LAMP": " ".join(self._lamps) or None,
            "ONTIME": "2000",
            "SNO": str(self.settings.get("serial", f"X{self.name}0001")),
            "SOURCELIST": " ".join(f"{code} {called}" for code, called in self._sources.items()),
        }
        if name in readings:
            return readings[name]
        return str(self._values[name]) if name in self._values and name.isupper() else None

    def _do(self, name: str, value: str) -> bool:
        if not self._power.steady:
            return False
        if name == "PWR" and value in {"ON", "OFF"}:
            on = value == "ON"
            self.count("power_on" if on else "power_off")
            if self._power.switch(on=on):
                self._values.update(MUTE="OFF", FREEZE="OFF")
            return True
        if self._power.word != "on":
            return False
        right = {
            "SOURCE": value.upper() in self._sources,
            "MUTE": value in {"ON", "OFF"},
            "FREEZE": value in {"ON", "OFF"},
            "VOL": bool(re.fullmatch("[0-9]{1,3}", value)) and int(value) <= 255,
            "INITALL": value == "",
        }.get(name, False)
        if right:
            self.count(name, value)
            if name == "VOL":
                # Twenty steps, and a number that is none of theirs counts as the one below: 0, 12, 24 ... 243.
                value = str(max(level * 256 // 21 for level in range(21) if level * 256 // 21 <= int(value)))
            if name in self._values:
                self._values[name] = value
        return right
