"""A simulated ViewSonic ViewBoard: see the sources in `pedell_whiteboards.ifp.simulator`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from pedell_whiteboards.ifp.simulator import IfpSimulator


class ViewsonicSimulator(IfpSimulator):
    """A ViewBoard.

    Settings beside the shared ones: `version` of the protocol (`3.2`: long texts in one packet of 32 bytes, `3.1`: in
    numbered packets of two characters, `3.0`: in packets of three), `display_name`, `mac`, `short_yes` (a yes without id),
    `newer` (touch, freeze and backlight by command 3D).
    Requests are called `get 66` and so on (the command in hexadecimal), `power_on`, `power_off`, `volume`, `mute`,
    `input`, `freeze`, `backlight`, `touch`, `buttons`, `remote`, `factory_reset`.
    """

    kind: ClassVar[str] = "viewsonic"
    setters: ClassVar = {
        0x22: ("input", 0), 0x24: ("brightness", 100), 0x28: ("backlight", 1), 0x2A: ("freeze", 1),
        0x35: ("volume", 100), 0x36: ("mute", 1), 0x38: ("buttons", 1), 0x42: ("remote", 2),
    }  # fmt: skip
    getters: ClassVar = {
        0x30: "temperature", 0x62: "brightness", 0x66: "volume", 0x67: "mute", 0x68: "backlight", 0x69: "freeze",
        0x6E: "remote", 0x70: "buttons",
    }  # fmt: skip

    def __init__(self, name: str, settings: dict[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        self._values["input"] = "004"

    def request(self, kind: str, command: int, value: bytes) -> str:
        """As the base; command 3D sets several things, 7E resets."""
        if kind == "s" and command == 0x3D:
            return {b"1": "backlight", b"2": "freeze", b"3": "touch"}.get(value[2:], "set 3d")
        return "factory_reset" if kind == "s" and command == 0x7E else super().request(kind, command, value)

    def yes(self) -> bytes:
        """As the base, or without id as an old CDE4200."""
        return b"2+\r" if self.settings.get("short_yes") else super().yes()

    def special(self, command: int, value: bytes) -> Callable[[], bytes] | None:
        """Input with signal, temperature below zero, texts, and the readings of command 3D."""
        get = self.settings.get
        if command == 0x6A:
            shown = f"{int(self._values['signal'])}{self._values['input'][1:]}"
            return lambda: self.told(command, shown.encode())
        if command == 0x30 and int(self._values["temperature"]) < 0:
            return lambda: self.told(command, f"-{-int(self._values['temperature']):02}".encode())
        if command == 0x3D and get("newer"):
            state = {b"001": "backlight", b"002": "freeze", b"003": "touch"}.get(value)
            return (
                None
                if state is None
                else lambda: self.told(command, f"{int(self._values[state]):03}".encode())
            )
        numbered = get("version", "3.2") == "3.1"
        hours = int(get("hours", 123456))
        texts = {
            0x31: (f"{hours:08}" if numbered else f"{hours:06}", 4),
            0x34: (str(get("display_name", self.name)), 6),
            0x35: (str(get("mac", "00:11:22:aa:bb:cc")).replace(":", ""), 6),
            0x37: (str(get("serial", f"SN{self.name}")), 6),
            0x38: (str(get("firmware", "1.02")), 6),
        }
        if command not in texts:
            return None
        return lambda: self._texts(command, *texts[command])

    def _texts(self, command: int, text: str, packets: int) -> bytes:
        version = self.settings.get("version", "3.2")
        data = text.encode("latin-1", "replace")
        if version == "3.2":
            head = self._id.encode() + b"r" + bytes([command])
            return b"2" + (head + data).ljust(31, b"\0") + b"\r"
        if command in {0x37, 0x38}:
            return self.no()
        if version == "3.1":
            parts = [data[at : at + 2].ljust(2, b"\0") for at in range(0, packets * 2, 2)]
            return b"".join(self.told(command, b"%d" % number + part) for number, part in enumerate(parts, 1))
        if command == 0x35:
            data = bytes.fromhex(text)
        if command == 0x31:
            return self.no()
        parts = [
            data[at : at + 3].ljust(3, b"\0") for at in range(0, len(data) if command == 0x35 else 12, 3)
        ]
        return b"".join(self.told(command, part) for part in parts)

    def obey(self, command: int, value: bytes) -> bool:
        """As the base; command 3D sets several things, 7E resets."""
        if command == 0x7E and value == b"000":
            self.count("factory_reset")
            return True
        if command == 0x3D:
            state = {b"1": "backlight", b"2": "freeze", b"3": "touch"}.get(value[2:])
            if state is None or value[:2] not in {b"00", b"10"} or not self.settings.get("newer"):
                return False
            self._values[state] = int(value[:1])
            self.count(state, value.decode("latin-1"))
            return True
        return super().obey(command, value)
