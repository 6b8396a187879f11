"""A simulated panel that speaks AA BB CC.

Written from "RS232 code for Clevertouch Plus" (as transcribed by vesalaasanen/ai4av) without the driver's help; what `39`
asks for and `38` orders from the table in glikely/prowise-ctrl.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_LOCKS = {0x00: "keys", 0x01: "remote", 0x12: "touch"}
_LOCK_ORDERS = {4: "keys", 5: "remote", 7: "touch"}
_SOURCES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17}


class AabbccSimulator(DisplaySimulator):
    """A panel on a serial line.

    Settings: `transport`, `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3), `orders` (what it says
    to an order: `nothing`, `echo` or `answer`), `deaf_in_standby` (answers nothing but takes power on), `noise` (line
    noise and half a frame before every answer), `stubborn` (takes orders and does nothing), `tells_locks` (false: is
    silent about them), and those of every display.
    Requests are called `get power`, `get input`, `get volume`, `get mute`, and `power_on`, `power_off`, `input`,
    `volume`, `mute`, `touch`, `keys`, `remote`.
    """

    kind: ClassVar[str] = "aabbcc"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._values = {"input": 6, "volume": 30, "muted": 0, "touch": 1, "keys": 1, "remote": 1}

    def state(self) -> dict[str, Any]:
        """Power, the input's number, volume, whether it is muted and whether touch works."""
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
        """Answer frame by frame; all are ten bytes long."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while len(data) >= 10:
                raw = data[:10]
                good = (
                    raw[:3] == b"\xaa\xbb\xcc"
                    and raw[7:] == b"\xdd\xee\xff"
                    and sum(raw[3:6]) % 256 == raw[6]
                )
                data = data[10:] if good else data[1:]
                if good and not await self._one(line, raw):
                    return

    async def _one(self, line: Line, raw: bytes) -> bool:
        main, sub, value = raw[3:6]
        asks = (main, sub) in {(1, 2), (2, 0), (3, 2), (3, 3)} or main == 0x39
        if self._power.word == "standby" and self.settings.get("deaf_in_standby") and main != 1:
            return True
        if asks and self._power.word == "standby" and self.settings.get("deaf_in_standby"):
            return True
        return await self.reply(
            line,
            self._request(main, sub),
            lambda: self._answer(raw, main, sub, value, asks=asks),
            refusal=b"",
            garbage=b"\xaa\xbb\xcc\x80\x00\x00\x13\xdd\xee\xff",
        )

    def _request(self, main: int, sub: int) -> str:
        known = {
            (1, 0): "power_on", (1, 1): "power_off", (1, 2): "get power", (2, 0): "get input", (3, 0): "volume",
            (3, 1): "mute", (3, 2): "get volume", (3, 3): "get mute", (0x38, 7): "touch",
            (0x38, 4): "keys", (0x38, 5): "remote",
        }  # fmt: skip
        return known.get((main, sub), "input" if main == 2 else f"{main:02x} {sub:02x}")

    @staticmethod
    def _frame(main: int, sub: int, value: int = 0) -> bytes:
        return bytes([0xAA, 0xBB, 0xCC, main, sub, value, (main + sub + value) % 256, 0xDD, 0xEE, 0xFF])

    def _answer(self, raw: bytes, main: int, sub: int, value: int, *, asks: bool) -> bytes:
        noise = b"\x00\xff\xaa\xbb\x13" if self.settings.get("noise") else b""
        if asks:
            told = self._tell(main, sub)
            return noise + told if told else b""
        if not self.settings.get("stubborn"):
            self._obey(main, sub, value)
        says = self.settings.get("orders", "nothing")
        if says == "echo":
            return noise + raw
        return noise + self._told_after(main) if says == "answer" else b""

    def _told_after(self, main: int) -> bytes:
        return self._tell(main, {1: 2, 2: 0, 3: 2}.get(main, 2)) or b""

    def _tell(self, main: int, sub: int) -> bytes | None:
        on = self._power.word in {"on", "warming"}
        if main == 1:
            return self._frame(0x80, 0 if on else 1)
        if not on:
            return None
        v = self._values
        known = {
            (2, 0): (0x81, v["input"], 0),
            (3, 2): (0x82, 0, v["volume"]),
            (3, 3): (0x82, 1, 0 if v["muted"] else 1),
        }
        if self.settings.get("tells_locks", True):
            known |= {(0x39, at): (0x40, at, v[name]) for at, name in _LOCKS.items()}
        return self._frame(*known[main, sub]) if (main, sub) in known else None

    def _obey(self, main: int, sub: int, value: int) -> None:
        if main == 1:
            if self._power.steady:
                self.count("power_on" if sub == 0 else "power_off")
                self._power.switch(on=sub == 0)
            return
        if self._power.word != "on":
            return
        if main == 2 and sub in _SOURCES:
            self._put("input", sub)
        elif (main, sub) == (3, 0) and value <= 100:
            self._put("volume", value)
        elif (main, sub) == (3, 1) and value <= 1:
            self._values["muted"] = 1 - value
            self.count("mute", f"{value:02x}")
        elif main == 0x38 and sub in _LOCK_ORDERS and value <= 1:
            self._put(_LOCK_ORDERS[sub], value)

    def _put(self, name: str, value: int) -> None:
        self._values[name] = value
        self.count(name, f"{value:02x}")
