"""The capabilities of a panel that speaks AA BB CC."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeVar

from pydantic import Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    Happened,
    Identity,
    NoParams,
    Nothing,
    implements,
)
from pedell.i18n import t
from pedell_whiteboards.aabbcc import codec
from pedell_whiteboards.aabbcc.codec import Frame, Question
from pedell_whiteboards.line import LineConversation
from pedell_whiteboards.model import Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import PanelOptions
from pedell_whiteboards.panel import PanelDriver

T = TypeVar("T")


class AabbccOptions(PanelOptions):
    """Options of one panel."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    listen: float = Field(
        default=0.3, gt=0, le=5, description="Seconds to listen after an order, which may not be answered."
    )
    pause: float = Field(default=0.2, ge=0, le=10, description="Seconds between two commands.")


class AabbccDriver(PanelDriver[AabbccOptions, Frame]):
    """Panels of several brands with one main board, over a serial line.

    Models: Clevertouch Plus, Impact, Pro (not the older ones: `iiyama-te`), Prowise Touchscreen and Entry line, iiyama
    ProLite TE xx68MIS, NovoTouch LK and EK, i3TOUCH E10, MAXHUB, Speechi Touch.

    Settings on the device: none known. Wake-on-LAN for models that sleep deeply.

    Address: `serial:///dev/ttyUSB0` (9600 baud, straight cable), `rfc2217://host:port`, or `tcp://host:port` of a
    serial server; the panels have no documented network protocol of their own.

    Sources: see the codec.

    Known limitations: what a panel answers to an order is not documented, so everything is read afterwards. Blank and
    freeze are keys of the remote control that toggle, and so are not offered. No restart of its own (off, wait, on), no
    serial number, model, hours, temperature, faults or key lock.
    """

    id: ClassVar[str] = "aabbcc"
    title: ClassVar[str] = "AA BB CC (Clevertouch, Prowise, iiyama TE xx68)"
    brands = (
        "Clevertouch Plus, Impact, Pro",
        "Prowise Touchscreen and Entry line",
        "iiyama ProLite TE xx68",
        "NovoTouch LK and EK",
        "MAXHUB",
        "i3TOUCH E10",
        "Speechi Touch",
    )
    protocol = "AA BB CC ... DD EE FF frames over RS-232 9600, or a serial server"
    proof = (
        "command tables of Clevertouch and iiyama, and twelve control-system modules, which agree by reading",
        "no independent client that could be run at hand",
    )
    limitations = (
        "no serial number, so a moved address is not noticed",
        "no blank and freeze (toggling keys), no restart of its own, no hours, temperature or faults",
        "locks of touch, keys and remote control only on Prowise, or where the option can names them",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    options = AabbccOptions
    codes = codec.INPUTS
    usually: ClassVar[dict[str, bool]] = dict.fromkeys(
        ("touch_lock", "touch_unlock", "lock_controls", "unlock_controls"), False
    )

    def make_line(self) -> LineConversation[Frame]:
        """The conversation."""
        return LineConversation(self.url, self.env.record, self.pacing, codec.decode)

    @property
    def on_network(self) -> bool:
        """Never: behind tcp:// there is a serial server."""
        return False

    def who(self, deadline: Deadline) -> Identity:
        """Nothing but that somebody is there: the protocol has no words for it."""
        self._get(codec.POWER, codec.parse_power, deadline)
        return Identity()

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The power state; the rest only while the panel is on."""
        del params
        power = self.power(call)
        if power is not Power.ON:
            return Status(power=power)
        warnings: list[str] = []
        code = self._maybe(codec.INPUT, codec.parse_input, call, warnings)
        result = Status(
            power=power,
            input=self.inputs.name(code) if code else None,
            volume=self._maybe(codec.VOLUME, codec.parse_volume, call, warnings),
            muted=self._maybe(codec.MUTE, codec.parse_mute, call, warnings),
            controls_locked=self._locked("lock_controls", (codec.KEYS, codec.REMOTE), call, warnings),
            touch_locked=self._locked("touch_lock", (codec.TOUCH,), call, warnings),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input, and read that it is shown."""
        code = self.inputs.code(params.input)
        self._order(codec.set_input(code), call)
        return self.confirm(
            call, lambda: self._get(codec.INPUT, codec.parse_input, call.deadline), code, "input"
        )

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume, and read it."""
        self._order(codec.set_volume(params.volume), call)
        return self.confirm(
            call,
            lambda: self._get(codec.VOLUME, codec.parse_volume, call.deadline),
            params.volume,
            "volume",
        )

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off: value 00."""
        del params
        return self._sound(codec.SOUND_OFF, call, muted=True)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on: value 01."""
        del params
        return self._sound(codec.SOUND_ON, call, muted=False)

    @implements("display.touch_lock")
    def touch_lock(self, call: Call, params: NoParams) -> Answer:
        """Touch off."""
        del params
        return self._lock(call, (codec.TOUCH, codec.TOUCH_OFF), locked=True)

    @implements("display.touch_unlock")
    def touch_unlock(self, call: Call, params: NoParams) -> Answer:
        """Touch on."""
        del params
        return self._lock(call, (codec.TOUCH, codec.TOUCH_ON), locked=False)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Keys, then remote control."""
        del params
        return self._lock(call, (codec.KEYS, codec.KEYS_OFF), (codec.REMOTE, codec.REMOTE_OFF), locked=True)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Keys, then remote control."""
        del params
        return self._lock(call, (codec.KEYS, codec.KEYS_ON), (codec.REMOTE, codec.REMOTE_ON), locked=False)

    def power(self, call: Call) -> Power:
        """Read the state."""
        return self._get(codec.POWER, codec.parse_power, call.deadline)

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; the next reading tells whether it was taken."""
        self._order(codec.POWER_ON if on else codec.POWER_OFF, call)

    def _sound(self, order: Frame, call: Call, *, muted: bool) -> Nothing:
        self._order(order, call)
        return self.confirm(
            call, lambda: self._get(codec.MUTE, codec.parse_mute, call.deadline), muted, "muted"
        )

    def _lock(self, call: Call, *locks: tuple[Question, Frame], locked: bool) -> Done:
        """Order one lock after the other, and read each; not every panel tells."""
        self.power(call)  # somebody must be there
        sent = silent = False
        for question, order in locks:
            try:
                self._order(order, call, evidence=False)
                sent = True
                told = self._maybe(question, codec.parse_locked, call, [])
            except DeviceError as error:
                if sent:
                    error.happened = Happened.UNKNOWN
                raise
            if told is None:
                silent = True
            elif told is not locked:
                read = partial(self._get, question, codec.parse_locked, call.deadline)
                self.confirm(call, read, locked, "locked")
        unsaid = t("{name} does not tell whether it is locked", name=self.target.name)
        return Done(Nothing(), warnings=(unsaid,) if silent else ())

    def _locked(
        self, needs: str, questions: tuple[Question, ...], call: Call, warnings: list[str]
    ) -> bool | None:
        """Whether one of them is locked; none where this model has no such lock, or does not tell."""
        if f"display.{needs}" not in self.supports(self.target):
            return None
        told = [self._maybe(question, codec.parse_locked, call, warnings) for question in questions]
        known = [one for one in told if one is not None]
        return any(known) if known else None

    def _order(self, order: Frame, call: Call, *, evidence: bool = True) -> None:
        """Send an order, and listen for what some panels say to it.

        With `evidence` a reading afterwards tells whether it was taken, so that nonsense or a cut line says nothing.
        """
        try:
            self.line.tell_quietly(codec.encode(order), call.deadline, listen=self.settings.listen)
        except DeviceError as error:
            if not evidence or error.happened is Happened.NO or call.deadline.passed():
                raise

    def _get(
        self, question: Question, parse: Callable[[Frame], T], deadline: Deadline, *, again: bool = True
    ) -> T:
        request = codec.encode(question.request)
        return parse(self.line.ask(request, question.answers, deadline, again=again))

    def _maybe(
        self, question: Question, parse: Callable[[Frame], T], call: Call, warnings: list[str]
    ) -> T | None:
        return self.maybe(lambda: self._get(question, parse, call.deadline, again=False), warnings)
