"""A simulated PJLink projector.

Written from the PJLink specification 1.04, 2.00 and 2.10 (JBMIA) without the driver's help: lines end with
CR, the projector greets, the login's digest stands before the first command, one connection at a time, closed
after 30 s of silence.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell.lab.simulator import FaultKind
from pedell_whiteboards.pjlink.simulated_udp import Ear
from pedell_whiteboards.simulation import DisplaySimulator, Line

_COMMAND = re.compile(r"%([12])([A-Za-z0-9]{4}) (.*)", re.DOTALL)
_SECOND_CLASS_ONLY = {"SNUM", "SVER", "INNM", "IRES", "RRES", "FILT", "RLMP", "RFIL", "SVOL", "MVOL", "FREZ"}
# What the specification lets a projector answer in standby, as most models do.
_IN_STANDBY = {"POWR", "CLSS", "INF1", "INF2", "INFO", "NAME", "LAMP", "ERST", "SNUM", "SVER", "FILT"}
_MUTES = {(False, False): "30", (True, False): "11", (False, True): "21", (True, True): "31"}


class PjlinkSimulator(DisplaySimulator):
    """A projector with lamp, warm-up and cool-down.

    Settings: `password`, `class` (1 or 2), `sha256`, `warm_up` and `cool_down` (seconds), `power` (`on` or
    `standby` at the beginning), `inputs` (codes), `lamps` (hours; empty for a laser), `errors` (six digits),
    `serial`, `model`, `manufacturer`, `projector_name`, `unsolicited` (a notification before every answer),
    `padding` (NUL after every answer), `untold` (`ERR3` or `OK`: what it answers to the question for its power
    unless it is on), and those of every display. Class 2: `search_port` (UDP; 4352 on a real one, 0 for none)
    answers searches that come to `search_host` (every address) after `search_wait` seconds, and `notify`
    (`host:port`) is told when power and input change and when it comes onto the network.
    Requests are called `get POWR` and so on, and `power_on`, `power_off`, `input`, `mute`, `freeze`.
    """

    kind: ClassVar[str] = "pjlink"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._class = int(get("class", 2))
        self._power = "1" if get("power", "on") == "on" else "0"
        self._ready_at = 0.0
        self._values: dict[str, Any] = {
            "input": "31", "video_mute": False, "audio_mute": False, "frozen": False, "signal": True,
            "errors": str(get("errors", "000000")), "lamps": list(get("lamps", [1200])), "filter": 100,
        }  # fmt: skip
        self._udp: Ear | None = None
        self._inputs = [str(code).upper() for code in get("inputs", ["11", "21", "31", "32", "41", "51"])]

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, by UDP as well where it is asked to."""
        address = await super().start(host, port)
        number = int(self.settings.get("search_port", 0))
        if self._class > 1 and number and ":" not in host:
            mac, wait = (
                str(self.settings.get("mac", "02:00:00:00:00:01")),
                float(self.settings.get("search_wait", 0)),
            )
            self._udp = Ear(host, number, mac, wait)
            await self._udp.listen(str(self.settings.get("search_host", "")))
            self._notify("LKUP", mac)
        return address

    async def stop(self) -> None:
        """Fall silent, too."""
        if self._udp is not None:
            self._udp.close()
        await super().stop()

    def _notify(self, body: str, value: str) -> None:
        host, _, port = str(self.settings.get("notify", "")).rpartition(":")
        if self._udp is not None and host:
            self._udp.say(body, value, host, int(port))

    def state(self) -> dict[str, Any]:
        """Power as a word, and everything else that can be read."""
        words = {"0": "standby", "1": "on", "2": "cooling", "3": "warming"}
        return {"power": words[self._now()], **self._values}

    def change(self, **values: Any) -> None:
        """Set power (`on`, `standby`) or any other part of the state."""
        for name, value in values.items():
            if name == "power":
                self._power = "1" if value == "on" else "0"
            elif name in self._values:
                self._values[name] = value
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Greet, check the login, answer."""
        password = str(self.settings.get("password", ""))
        login = self.fault("login", FaultKind.LOGIN) is not None
        random = secrets.token_hex(4) if password or login else ""
        await line.write(f"PJLINK 1 {random}\r".encode() if random else b"PJLINK 0\r")
        expected = hashlib.md5((random + password).encode()).hexdigest() if random else ""  # noqa: S324
        strong = ""
        rest = b""
        while True:
            while b"\r" not in rest:
                try:
                    more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
                except TimeoutError:
                    return
                if not more or len(rest) > 4096:
                    return
                rest += more
            raw, _, rest = rest.partition(b"\r")
            text = raw.decode("ascii", "replace").strip()
            if text.upper() == "PJLINK 2" and self.settings.get("sha256") and expected:
                strong = secrets.token_hex(16)
                await line.write(f"PJLINK 2 {strong}\r".encode())
                continue
            if expected or login:
                length = 96 if strong else 32
                given = text[:length]
                right = self._strong(strong, given, password) if strong else given == expected
                if login or not right:
                    await line.write(b"PJLINK ERRA\r")
                    return
                text, expected = text[length:], ""
            if not await self._one(line, text):
                return

    def _strong(self, ours: str, given: str, password: str) -> bool:
        """Specification 2.10: their random number, then SHA-256 of the XOR of both and the password."""
        if re.fullmatch("[0-9a-fA-F]{96}", given) is None:
            return False
        both = bytes(a ^ b for a, b in zip(bytes.fromhex(ours), bytes.fromhex(given[:32]), strict=True))
        return hashlib.sha256((both.hex() + password).encode()).hexdigest() == given[32:].lower()

    async def _one(self, line: Line, text: str) -> bool:
        match = _COMMAND.fullmatch(text)
        if match is None:
            return True  # the specification has no answer to what is not a command
        number, body, value = match[1], match[2].upper(), match[3]
        head = f"%{number}{body}="

        def answer(word: str) -> bytes:
            note = b"%2LKUP=00:11:22:33:44:55\r" if self.settings.get("unsolicited") else b""
            pad = b"\0" * 8 if self.settings.get("padding") else b""
            return note + f"{head}{word}\r".encode() + pad

        return await self.reply(
            line,
            self._request(body, value),
            lambda: answer(self._answer(int(number), body, value)),
            refusal=answer("ERR3"),
            garbage=b"\xff\xfe%" + body.encode() + b"?\x00?\r",
        )

    def _request(self, body: str, value: str) -> str:
        if value.startswith("?"):
            return f"get {body}"
        names = {"INPT": "input", "AVMT": "mute", "FREZ": "freeze"}
        return names.get(body, "power_on" if value == "1" else "power_off")

    def _now(self) -> str:
        if self._power in "23" and time.monotonic() >= self._ready_at:
            self._power = "0" if self._power == "2" else "1"
        return self._power

    def _answer(self, number: int, body: str, value: str) -> str:
        if number > self._class or (body in _SECOND_CLASS_ONLY and number < 2):
            return "ERR1"
        power = self._now()
        if power != "1" and (body, value[:1]) == ("POWR", "?") and self.settings.get("untold"):
            return str(self.settings["untold"])
        if power != "1" and body not in _IN_STANDBY:
            return "ERR3"
        return self._read(body, value) if value.startswith("?") else self._do(body, value, power)

    def _read(self, body: str, value: str) -> str:
        get, values = self.settings.get, self._values
        if body == "LAMP":
            lamp = "1" if self._now() in "13" else "0"
            return " ".join(f"{hours} {lamp}" for hours in values["lamps"]) or "ERR1"
        if body == "INNM":
            code = value[1:].upper()
            return f"Input {code}" if code in self._inputs else "ERR2"
        known: dict[str, str] = {
            "POWR": self._now(),
            "INPT": str(values["input"]).upper(),
            "INST": " ".join(self._inputs),
            "AVMT": _MUTES[values["video_mute"], values["audio_mute"]],
            "ERST": str(values["errors"]),
            "NAME": str(get("projector_name", self.name)),
            "INF1": str(get("manufacturer", "PEDELL")),
            "INF2": str(get("model", "SIM-P1")),
            "INFO": "simulated",
            "CLSS": str(self._class),
            "SNUM": str(get("serial", f"PJ{self.name}")),
            "SVER": "1.00",
            "IRES": "1920x1080" if values["signal"] else "-",
            "RRES": "1920x1080",
            "FILT": str(values["filter"]),
            "FREZ": "1" if values["frozen"] else "0",
        }
        return known.get(body, "ERR1")

    def _do(self, body: str, value: str, power: str) -> str:
        if body == "POWR" and value in {"0", "1"}:
            return self._switch(value, power)
        if body == "INPT" and value.upper() in self._inputs:
            self._values["input"] = value.lower()
            self.count("input", value)
            self._notify("INPT", value.upper())
            return "OK"
        if body == "AVMT" and re.fullmatch("[123][01]", value):
            for part, name in (("1", "video_mute"), ("2", "audio_mute")):
                if value[0] in {part, "3"}:
                    self._values[name] = value[1] == "1"
            self.count("mute", value)
            return "OK"
        if body == "FREZ" and value in {"0", "1"}:
            self._values["frozen"] = value == "1"
            self.count("freeze", value)
            return "OK"
        return "ERR2" if body in {"POWR", "INPT", "AVMT", "FREZ"} else "ERR1"

    def _switch(self, value: str, power: str) -> str:
        if power in "23":
            return "ERR3"
        self.count("power_on" if value == "1" else "power_off")
        if power != value:
            on = value == "1"
            self._power = "3" if on else "2"
            self._ready_at = time.monotonic() + float(self.settings.get("warm_up" if on else "cool_down", 3))
            self._values.update(video_mute=False, audio_mute=False, frozen=False)
            self._notify("POWR", self._power)
        return "OK"
