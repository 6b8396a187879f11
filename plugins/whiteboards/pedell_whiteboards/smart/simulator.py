"""A simulated SMART board or projector.

Written from SMART's guides 171414, 171555 and 170549 without the driver's help: a line up to CR is answered by
`property=value`, or by `invalid cmd`, and then by the prompt `>`. The generations `short` (inputs without numbers,
USB-C told by another word than ordered) and `8000` from control-system modules for such boards.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell_whiteboards.simulated_power import SimulatedPower
from pedell_whiteboards.simulation import DisplaySimulator, Line

_SET = re.compile(r"set ([a-z0-9]+)\s*([=+-])\s*(.*)")
_OFF_WORDS = {"ready", "standby", "powersave", "off"}
_INPUTS = {
    "6000s": ("hdmi1", "hdmi2", "hdmi3", "vga1", "ops1", "usbc1", "android"),
    "mx": ("ops", "opscc", "hdmi1", "hdmi2", "hdmi3", "vga", "android"),
    "mx-v5": ("hdmi1", "hdmi2", "hdmi3", "hdmi4", "vga1", "ops1", "usbc1", "usbc2", "android"),
    "short": ("hdmi1", "hdmi2", "hdmi3", "vga", "ops", "usbc1", "usbc2", "dp", "android"),
    "8000": ("hdmi1", "hdmi2", "hdmi3/pc", "vga1", "vga2", "displayport", "dvi", "video", "s_video"),
    "projector": ("vga1", "composite", "hdmi1", "hdmi2"),
}
_SETTABLE = {
    "6000s": {"on", "ready", "standby", "powersave"},
    "mx": {"on", "ready"},
    "mx-v5": {"on", "standby", "off"},
    "short": {"on", "ready", "powersave"},
    "8000": {"on", "standby", "off"},
}
_TOLD = {"usbc1": "type-c1", "usbc2": "type-c2"}
_PANEL = {"videofreeze": "freeze", "screenshade": "blank", "mute": "mute"}
_PROJECTOR = {"videofreeze": "freeze", "videomute": "blank"}
_8000 = {"videomute": "blank", "mute": "mute"}


class SmartSimulator(DisplaySimulator):
    """A board (`generation` 6000s, mx, mx-v5, short, 8000) or a `projector`.

    Settings: `transport`, `generation` (6000s), `power` (`on` or `standby`), `warm_up` and `cool_down` (seconds, 3),
    `deep` (silent in standby, as an MX with power saving), `updating` (firmware), `spaced` (only takes ` = `),
    `prompt` (false: forgets it), `feed` (CR LF after lines), `echo`, `unsolicited` (a `#` line before every answer),
    `diagnostics` (what a panel prints while it starts, before every answer), `twice` (tells the power before a change,
    too), `serial`, `model`, `firmware`, `hours`, and those of every display.
    Requests are called `get powerstate` and so on, and `power_on`, `power_off`, `input`, `volume`, `mute`, `blank`,
    `freeze`, `defaults`.
    """

    kind: ClassVar[str] = "smart"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self._generation = str(get("generation", "6000s"))
        self._projector = self._generation == "projector"
        self._power = SimulatedPower(
            str(get("power", "on")),
            warm_up=float(get("warm_up", 3)),
            cool_down=float(get("cool_down", 3)),
        )
        self._off_word = "idle" if self._projector else "standby"
        self._confirming = False
        self._words = {"projector": _PROJECTOR, "8000": _8000}.get(self._generation, _PANEL)
        self._flags = dict.fromkeys(self._words, False)
        self._input = "hdmi1"
        self._volume = 55

    @property
    def _on(self) -> bool:
        return self._power.word == "on"

    def state(self) -> dict[str, Any]:
        """Power, input, volume, and `freeze`, `blank`, `mute` as flags."""
        flags = {self._words[key]: value for key, value in self._flags.items()}
        return {"power": self._power.word, "input": self._input, "volume": self._volume, **flags}

    def change(self, **values: Any) -> None:
        """Set parts of the state at the panel."""
        names = {word: key for key, word in self._words.items()}
        for name, value in values.items():
            if name == "power":
                self._power.put(str(value))
            elif name in names:
                self._flags[names[name]] = bool(value)
            elif name == "input":
                self._input = str(value)
            elif name == "volume":
                self._volume = int(value)
            else:
                super().change(**{name: value})

    async def converse(self, line: Line) -> None:
        """Answer line by line; line feeds are ignored, as the guides warn."""
        data = b""
        while True:
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return
            if not more:
                return
            data += more.replace(b"\n", b"")
            while b"\r" in data:
                raw, _, data = data.partition(b"\r")
                if not await self._one(line, raw.decode("latin-1").strip()):
                    return

    async def _one(self, line: Line, text: str) -> bool:
        if self.settings.get("deep") and self._power.word == "standby":
            return True
        if not text:
            await line.write(b">")
            return True
        return await self.reply(
            line,
            self._request(text),
            lambda: self._before(text) + self._text(self._answer(text)),
            refusal=self._text(self._invalid(text)),
            garbage=self._text("vol\xfeme\x80"),
        )

    def _request(self, text: str) -> str:
        words = text.lower()
        match = _SET.fullmatch(words)
        if words.startswith(("off", "set powerstate off")):
            return "power_off"
        if words in {"on", "set powerstate on"}:
            return "power_on"
        if match is None:
            return "defaults" if "restoredefaults" in words else " ".join(words.split())
        name = match[1]
        if name == "powerstate":
            return "power_on" if match[3] == "on" else "power_off"
        return {**_PANEL, **_PROJECTOR}.get(name, name)

    def _prompt(self) -> bytes:
        return b">" if self.settings.get("prompt", True) else b""

    def _text(self, answer: str) -> bytes:
        end = "\r\n" if self.settings.get("feed") else "\r"
        return (answer + end).encode("latin-1") + self._prompt()

    def _before(self, text: str) -> bytes:
        said = b""
        if self.settings.get("echo"):
            said += text.encode("latin-1") + b"\r\n"
        if self.settings.get("diagnostics"):
            said += b"BIOS 1.2 > ok\r\nmem=2048M\r\n\xff\xfe"
        if self.settings.get("unsolicited"):
            said += b"#input=hdmi2\r#powerstate=ready\r"
        return said

    def _invalid(self, text: str) -> str:
        return f"invalid cmd={text}" if self._generation in {"mx", "projector"} else f"invalid cmd: {text}"

    def _answer(self, text: str) -> str:
        words = " ".join(text.lower().split())
        told = self._got(words[4:]) if words.startswith("get ") else self._done(words)
        return self._invalid(text) if told is None else told

    def _got(self, name: str) -> str | None:
        get = self.settings.get
        always = {
            "powerstate": self._power_word(),
            "fwversion": get("firmware", "1.0.2") if not self._projector else None,
            "fwverddp": get("firmware", "1.0.2") if self._projector else None,
            "serialnum": get("serial", f"SN{self.name}"),
            "lamphrs": get("hours", 1200) if self._projector else None,
            "signaldetected": "true" if self._projector else None,
            "videoinputs": ", ".join(_INPUTS["projector"]) if self._projector else None,
        }
        if name in always:
            value = always[name]
        elif not self._on:
            value = None
        elif name in self._flags:
            value = "on" if self._flags[name] else "off"
        elif name == "modelnum":
            value = get("model", "UF70" if self._projector else "SBID-6275S")
        else:
            volume = -6 if self._projector else self._volume
            value = {"input": self._told(self._input), "volume": volume}.get(name)
        return None if value is None else f"{name}={value}"

    def _power_word(self) -> str:
        state = self._power.word
        if self.settings.get("updating"):
            return "updateon" if state == "on" else "updateready"
        if self._confirming:
            return "confirm off"
        passing = {"warming": "powering", "cooling": "cooling"} if self._projector else {}
        return {"on": "on", "standby": self._off_word, "warming": "on", "cooling": self._off_word, **passing}[
            state
        ]

    def _done(self, words: str) -> str | None:
        if self._projector and words in {"on", "off", "off now"}:
            return self._switch_projector(words)
        if self._projector and words == "set restoredefaults":
            self.count("defaults")
            return "restoredefaults=done"
        match = _SET.fullmatch(words)
        if match is None or bool(self.settings.get("spaced")) is not (" = " in words):
            return None
        name, sign, value = match[1], match[2], match[3]
        if name == "powerstate":
            return self._switch_panel(value) if sign == "=" else None
        return self._set(name, sign, value) if self._on else None

    def _switch_panel(self, word: str) -> str | None:
        if word not in _SETTABLE.get(self._generation, ()) or self.settings.get("updating"):
            return None
        self.count("power_on" if word == "on" else "power_off", word)
        if word in _OFF_WORDS:
            self._off_word = word
        before = self._power_word()
        self._power.switch(on=word == "on")
        return (
            f"powerstate={before}\rpowerstate={word}" if self.settings.get("twice") else f"powerstate={word}"
        )

    def _switch_projector(self, words: str) -> str:
        if words == "on":
            if self._power.steady and self._power.switch(on=True):
                self.count("power_on")
        elif self._on:
            self._confirming = words == "off" and not self._confirming
            if not self._confirming:
                self._power.switch(on=False)
                self.count("power_off")
        return f"powerstate={self._power_word()}"

    def _told(self, word: str) -> str:
        return _TOLD.get(word, word) if self._generation == "short" else word

    def _set(self, name: str, sign: str, value: str) -> str | None:
        if name in self._flags and sign == "=" and value in {"on", "off"}:
            self._flags[name] = value == "on"
            self.count({**_PANEL, **_PROJECTOR}[name], value)
            return f"{name}={value}"
        if name == "input" and sign == "=" and value in _INPUTS[self._generation]:
            self._input = value
            self.count(name, value)
            return f"{name}={self._told(value)}"
        if name == "volume" and value.isdecimal() and not self._projector:
            number = {"=": 0, "+": self._volume, "-": self._volume}[sign]
            number += -int(value) if sign == "-" else int(value)
            self._volume = min(max(number, 0), 100)
            told = str(self._volume)
        else:
            return None
        self.count(name, told)
        return f"{name}={told}"
