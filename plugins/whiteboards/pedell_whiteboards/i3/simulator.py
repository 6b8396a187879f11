"""A simulated i3 panel.

Written from i3-technologies' "RS232 Command Sheet" without the driver's help: `FE 08 "XBHCMD" c1 c2 CF` is answered by
`FE 09 "XBHCMD" c1 c2 s CF`; over the network a panel that is off is gone until somebody wakes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_FOR_GOOD = float("inf")
_REQUESTS = {
    (0x01, 0xF0): "power_on",
    (0x01, 0xF1): "power_off",
    (0x01, 0xF2): "hibernate",
    (0x01, 0xF3): "wake",
    (0x01, 0x43): "reboot",
    (0x01, 0x44): "factory_reset",
    (0x02, 0x08): "get power",
}


class I3Simulator(DisplaySimulator):
    """A panel.

    Settings: `transport`, `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3), `leaves` (true: no
    network while it is off), `noise` (line noise and half a frame before every answer), `echo`, and those of every
    display.
    Requests are called `get power`, `power_on`, `power_off`, `hibernate`, `wake`, `reboot`, `factory_reset`.
    """

    kind: ClassVar[str] = "i3"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._warm_up = float(get("warm_up", 3))
        self._power = SimulatedPower(
            str(get("power", "on")), warm_up=self._warm_up, cool_down=float(get("cool_down", 3))
        )
        self._hibernates = False
        self._away_for = 0.0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; a panel that is off has no network."""
        address = await super().start(host, port)
        if self._power.word == "standby" and self.settings.get("leaves", True):
            self.go_away(None)
        return address

    def state(self) -> dict[str, Any]:
        """Power, and whether it hibernates."""
        return {"power": self._power.word, "hibernates": self._hibernates}

    def change(self, **values: Any) -> None:
        """Set the power at the panel: a magic packet does that too."""
        for name, value in values.items():
            if name == "power":
                self._power.put(str(value))
                self._on_loop(self.come_back)
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Answer frame by frame; all requests are eleven bytes long."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more
            while len(data) >= 11:
                raw = data[:11]
                good = raw[:8] == b"\xfe\x08XBHCMD" and raw[10] == 0xCF
                data = data[11:] if good else data[1:]
                if good and not await self._one(line, raw):
                    return

    async def _one(self, line: Line, raw: bytes) -> bool:
        what = (raw[8], raw[9])
        went_on = await self.reply(
            line,
            _REQUESTS.get(what, raw[8:10].hex(" ")),
            lambda: self._before(raw) + self._frame(what, self._told(what)),
            refusal=self._frame(what, 0),
            garbage=b"\xfe\x09XBHCMD" + bytes([what[0], what[1] ^ 1, 1]) + b"\xcf",
        )
        away, self._away_for = self._away_for, 0.0
        if away and not self.serial:
            self.go_away(away if away < _FOR_GOOD else None)
            return False
        return went_on

    def _before(self, raw: bytes) -> bytes:
        noise = b"\x00\xfe\x09XB\x13" if self.settings.get("noise") else b""
        return noise + (raw if self.settings.get("echo") else b"")

    @staticmethod
    def _frame(what: tuple[int, int], state: int) -> bytes:
        return b"\xfe\x09XBHCMD" + bytes([*what, state, 0xCF])

    def _told(self, what: tuple[int, int]) -> int:
        if what == (0x02, 0x08):
            on = self._power.word in {"on", "warming"}
            return 0 if not on else 2 if self._hibernates else 1
        return int(self._obey(_REQUESTS.get(what, "")))

    def _obey(self, request: str) -> bool:
        if request in {"power_on", "power_off"}:
            return self._switch(on=request == "power_on")
        if not request or self._power.word != "on":
            return False
        if request in {"hibernate", "wake"}:
            self._hibernates = request == "hibernate"
        else:
            self._power.restart()
            self._hibernates = False
            self._away_for = self._warm_up
        self.count(request)
        return True

    def _switch(self, *, on: bool) -> bool:
        if not self._power.steady:
            return False
        changes = self._power.switch(on=on)
        self._hibernates = False
        self.count("power_on" if on else "power_off")
        if changes and not on and self.settings.get("leaves", True):
            self._away_for = _FOR_GOOD
        return True
