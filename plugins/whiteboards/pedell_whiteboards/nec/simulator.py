"""A simulated NEC display.

Written from NEC's "External Control" document (UHD series, sections 4 to 8) and the log of an M551 without the driver's
help: `SOH '0' id '0' type length STX message ETX BCC CR`. Another id is answered by silence, '*' is obeyed by all and
answered by none, what is unknown or not possible now by the null message `BE`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_SOH, _STX, _ETX, _CR = 0x01, 0x02, 0x03, 0x0D
_EVERYBODY = "*"
# Operation codes: name of the state, largest value, value at first. What is read only is not here.
_SETTINGS = {
    "0010": ("brightness", 100, 50),
    "0060": ("input", 0x89, 0x11),
    "1106": ("input", 0x89, 0x11),
    "0062": ("volume", 100, 20),
    "008D": ("mute", 2, 2),
    "10B6": ("screen_mute", 2, 2),
    "0276": ("still", 1, 0),
    "10D3": ("lan_power", 2, 2),
    "10D4": ("ir_lock", 3, 1),
    "023F": ("ir_lock", 4, 1),
    "116A": ("key_lock", 2, 1),
    "00FB": ("key_lock", 1, 0),
    "10C4": ("touch", 2, 2),
    "1172": ("touch", 2, 2),
    "1185": ("touch", 2, 2),
    "0278": ("sensor", 3, 1),
}
_RESETS = {"02CB": {1: "factory_reset", 2: "reset_picture"}, "0004": {1: "factory_reset"}}
_ALLOWED_IN_STANDBY = {"01D6", "C203D6", "B1", "C216", "C217", "C22A02", "CA0200", "10D3", "00FF", "00FA"}


class NecSimulator(DisplaySimulator):
    """A display that takes a while to switch and says "busy" meanwhile.

    Settings: `transport` (`tcp` or `pty`), `id` (1), `power` (`on` or `standby` at the beginning), `warm_up` and
    `cool_down` (seconds, default 3), `serial`, `model`, `firmware`, `mac`, `minutes` (operating time), `old` (knows only
    the operation codes of before 2013), `without` (operation codes that it does not have), `bare` (no CR at the end of
    answers), `noise` (line noise, an echo and another display's answer before every answer), and those of every display.
    Requests are called `get 0062` and so on, `power_on`, `power_off`, and by what they set: `volume`, `input`, `mute`,
    `screen_mute`, `still`, `lan_power`, `ir_lock`, `key_lock`, `touch`, `reset_picture`, `factory_reset`, `save`.
    """

    kind: ClassVar[str] = "nec"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._id = chr(0x40 + int(get("id", 1)))
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._values = {state: first for state, _, first in _SETTINGS.values()}
        if get("old"):
            self._values["key_lock"] = 0
        self._values.update(temperature=50, no_signal=0, fault=0, saving=0)

    def state(self) -> dict[str, Any]:
        """Power as a word, and everything else that can be read; the input as its code in hexadecimal."""
        return {"power": self._power.word, **self._values, "input": f"{self._values['input']:02x}"}

    def change(self, **values: Any) -> None:
        """Set power (`on`, `standby`), or a number of the state; `saving` is 2 or 3 while it saves power."""
        for name, value in values.items():
            if name == "power":
                self._power.put(value)
            elif name in self._values:
                self._values[name] = int(str(value), 16) if name == "input" else int(value)
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
            while True:
                start = data.find(bytes([_SOH]))
                data = data[start:] if start >= 0 else b""
                if len(data) < 7:
                    break
                try:
                    size = int(data[5:7], 16) + 9
                except ValueError:
                    data = data[1:]
                    continue
                if len(data) < size:
                    break
                packet, data = data[:size], data[size:]
                if not await self._one(line, packet):
                    return

    async def _one(self, line: Line, packet: bytes) -> bool:
        to, kind, message = chr(packet[2]), chr(packet[4]), packet[8:-3].decode("ascii", "replace")
        check = 0
        for byte in packet[1:-2]:
            check ^= byte
        if check != packet[-2] or packet[-1] != _CR or packet[7] != _STX or packet[-3] != _ETX:
            return True
        if to == _EVERYBODY:
            self._answer(kind, message)
            return True
        if to != self._id:
            return True
        return await self.reply(
            line,
            self._request(kind, message),
            lambda: self._noise(packet) + self._packet(*self._answer(kind, message)),
            refusal=self._packet("B", "BE"),
            garbage=self._packet("B", "BE")[:-2] + b"\x55\r",
        )

    def _request(self, kind: str, message: str) -> str:
        if kind == "A":
            words = {"01D6": "get power", "C203D60001": "power_on", "C203D60004": "power_off", "0C": "save"}
            return words.get(message, f"get {message}")
        code = message[:4].upper()
        if kind == "C":
            return f"get {code}"
        if code in _RESETS:
            return _RESETS[code].get(int(message[4:] or "0", 16), "reset")
        return _SETTINGS[code][0] if code in _SETTINGS else f"set {code}"

    def _packet(self, kind: str, message: str, source: str = "") -> bytes:
        body = f"00{source or self._id}{kind}{len(message) + 2:02X}".encode("latin-1")
        body += bytes([_STX]) + message.encode("latin-1") + bytes([_ETX])
        check = 0
        for byte in body:
            check ^= byte
        end = b"" if self.settings.get("bare") else bytes([_CR])
        return bytes([_SOH]) + body + bytes([check]) + end

    def _noise(self, request: bytes) -> bytes:
        if not self.settings.get("noise"):
            return b""
        other = self._packet("D", "0000620000640007", chr(ord(self._id) + 1))
        return b"\x00\x01\x30\xff\x0d" + request + other

    def _answer(self, kind: str, message: str) -> tuple[str, str]:
        upper = message.upper()
        code = upper[:10] if kind == "A" else upper[:4]
        on = self._power.word == "on"
        if not self._power.steady and upper != "01D6":
            return "B", "BE"
        if not on and not any(code.startswith(allowed) for allowed in _ALLOWED_IN_STANDBY):
            return "B", "BE"
        if kind == "A":
            return "B", self._command(upper)
        if kind == "C":
            return "D", self._get(code)
        return ("F", self._set(code, int(message[4:8], 16))) if kind == "E" else ("B", "BE")

    def _command(self, message: str) -> str:
        get = self.settings.get
        if message == "01D6":
            word = self._power.word
            value = 4 if word in {"standby", "cooling"} else self._values["saving"] or 1
            return f"0200D6000004{value:04X}"
        if message in {"C203D60001", "C203D60004"}:
            on = message.endswith("1")
            self.count("power_on" if on else "power_off")
            self._values["saving"] = 0
            if self._power.switch(on=on):
                self._values.update(screen_mute=2, still=0)
            return f"00{message}"
        if message == "B1":
            codes = [self._values["fault"]] if self._values["fault"] else []
            codes += [0xB0] if self._values["no_signal"] else []
            return "A1" + "".join(f"{code:02X}" for code in codes or [0])
        texts = {
            "C216": get("serial", f"SN{self.name}"),
            "C217": get("model", "CB751Q"),
        }
        if message in texts:
            return "C3" + message[2:] + str(texts[message]).encode().hex().upper() + "00"
        if message == "C22A02":
            return "C32A000204" + str(get("mac", "00:30:13:aa:00:01")).replace(":", "").upper()
        if message == "CA0200" and not get("old"):
            return "CB020000" + str(get("firmware", "R2.104"))
        if message == "0C":
            self.count("save")
            return "000C"
        return "BE"

    def _known(self, code: str) -> bool:
        newer = {"10B6", "10D3", "10D4", "116A", "10C4", "1172", "1185", "11FE", "11FF", "1106", "02CB"}
        if self.settings.get("old") and code in newer:
            return False
        return code not in self.settings.get("without", ())

    def _reply(self, code: str, maximum: int, value: int) -> str:
        return f"00{code}00{maximum:04X}{value & 0xFFFF:04X}"

    def _get(self, code: str) -> str:
        minutes = int(self.settings.get("minutes", 61 * 60))
        readings = {
            "0279": (0xFFFF, self._values["temperature"]),
            "00FF": (0xFFFF, minutes // 30),
            "11FE": (0xFFFF, minutes >> 16),
            "11FF": (0xFFFF, minutes & 0xFFFF),
        }
        if not self._known(code):
            return f"01{code}0000000000"
        if code in readings:
            return self._reply(code, *readings[code])
        if code in _SETTINGS:
            state, maximum, _ = _SETTINGS[code]
            return self._reply(code, maximum, self._values[state])
        return f"01{code}0000000000"

    def _set(self, code: str, value: int) -> str:
        if self._known(code) and value in _RESETS.get(code, {}):
            self.count(_RESETS[code][value])
            return self._reply(code, 0x13, value)
        if not self._known(code) or code not in _SETTINGS or value > _SETTINGS[code][1]:
            return f"01{code}0000000000"
        state, maximum, _ = _SETTINGS[code]
        self._values[state] = 2 if (state, value) == ("mute", 0) else value
        if state != "sensor":
            self.count(state, f"{value:04x}")
        return self._reply(code, maximum, value)
