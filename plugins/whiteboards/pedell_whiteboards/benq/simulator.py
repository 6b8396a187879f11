"""A simulated BenQ panel: see the sources in `pedell_whiteboards.ifp.simulator`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from pedell_whiteboards.ifp.simulator import IfpSimulator

_TEXTS = {0x01: "customer", 0x02: "model", 0x04: "firmware", 0x05: "lan_firmware", 0x06: "serial"}


class BenqSimulator(IfpSimulator):
    """A panel.

    Settings beside the shared ones: `android` (000 switches the backlight off, 002 is standby), `reboot` (knows the
    restart), `wrong_length` (the length of long answers is wrong, as in BenQ's own list).
    Requests are called `get 66` and so on (the command in hexadecimal), `power_on`, `power_off`, `standby`, `reboot`,
    `volume`, `mute`, `input`, `remote`, `keys` (both 0 where they are locked), `picture_reset`.
    """

    kind: ClassVar[str] = "benq"
    setters: ClassVar = {
        0x22: ("input", 0), 0x24: ("brightness", 100), 0x26: ("picture_reset", 0), 0x35: ("volume", 100), 0x36: ("mute", 1),
        0x42: ("remote", 1), 0x45: ("keys", 1),
    }  # fmt: skip
    getters: ClassVar = {
        0x22: "signal", 0x62: "brightness", 0x66: "volume", 0x67: "mute", 0x68: "remote", 0x73: "keys",
    }  # fmt: skip

    def power_value(self) -> bytes:
        """On, off or standby."""
        if self.settings.get("android"):
            off = self._power.word != "on"
            return b"002" if off else b"001" if self._values["backlight"] else b"000"
        return super().power_value()

    def special(self, command: int, value: bytes) -> Callable[[], bytes] | None:
        """Input, texts of twenty bytes, temperature with a sign, hours of five digits."""
        get = self.settings.get
        if command == 0x6A:
            return lambda: self.told(command, str(self._values["input"]).encode())
        if command == 0x71 and len(value) == 4:
            return lambda: self.told(command, f"{int(self._values['temperature']):+04}".encode())
        if command == 0x76 and len(value) == 5:
            return lambda: self.told(command, f"{int(get('hours', 21356)):05}".encode())
        if command != 0x20 or len(value) != 15 or value[0] not in _TEXTS:
            return None
        texts: dict[str, Any] = {
            "customer": "BENQ", "model": "RP6504", "firmware": "1.0.5", "lan_firmware": "2.1", "serial": f"SN{self.name}",
        }  # fmt: skip
        which = _TEXTS[value[0]]
        text = value[:1] + str(get(which, texts[which])).encode()[:14].ljust(14, b"\0")
        return lambda: self._long(text)

    def _long(self, value: bytes) -> bytes:
        answer = self.told(0x20, value)
        return b"@" + answer[1:] if self.settings.get("wrong_length") else answer

    def switch(self, value: bytes) -> bool:
        """Off, on, standby, restart."""
        android = bool(self.settings.get("android"))
        if value == b"003" and self.settings.get("reboot"):
            self.count("reboot")
            self._power.restart()
            return True
        if android and value == b"000":
            self._values["backlight"] = 0
            self.count("backlight_off")
            return True
        if android and value == b"002":
            self.count("power_off")
            self._power.switch(on=False)
            return True
        if value == b"001":
            self._values["backlight"] = 1
        return super().switch(value)
