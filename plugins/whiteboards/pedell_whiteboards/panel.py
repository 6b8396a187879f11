"""The base of drivers of displays on a line: what all of them do alike, so that a capability is one short method.

A subclass names its options, port and inputs, makes its line (`make_line`), and says how power is read and switched
(`power`, `switch`) and who the display is (`who`). Connecting, switching on and off, restarting, waking over the
network, models and discovery come from here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, cast

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    Driver,
    Env,
    ErrorClass,
    Found,
    Happened,
    Identity,
    NoParams,
    Nothing,
    Options,
    Params,
    Target,
    implements,
)
from pedell.i18n import t
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards import switching
from pedell_whiteboards.address import endpoint, stream_url
from pedell_whiteboards.asking import Asking
from pedell_whiteboards.inputs import InputTable
from pedell_whiteboards.line import LineConversation, Pacing
from pedell_whiteboards.model import DeviceInfo, Power
from pedell_whiteboards.options import PanelOptions, read_options
from pedell_whiteboards.profiles import Profile, file_beside, merged, profiles_of
from pedell_whiteboards.text import OTHER_ID, plain
from pedell_whiteboards.waking import Waking

O = TypeVar("O", bound=PanelOptions)  # noqa: E741
F = TypeVar("F")
T = TypeVar("T")

_ASKING: Mapping[str, Any] = {"answer_time": 1.5, "connect_time": 1.5, "wake": "off"}
# Seconds for an answer, where several ids are tried within the time that one protocol has.
_ONE_OF_SEVERAL = 1.0
# A serial line answers at once when a display starts; the network needs `settle`.
_SERIAL_SETTLE = 3.0
_AWAY = frozenset({ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT})
_NOT_KNOWN = frozenset({ErrorClass.REFUSED, ErrorClass.UNSUPPORTED, ErrorClass.BUSY, ErrorClass.TIMEOUT})


class PanelDriver(Driver, Generic[O, F]):
    """One display on one line; `O` are its options, `F` the frames of its protocol.

    Class attributes of a subclass, beside those of every driver:
        options: a subclass of `PanelOptions` (`ChainOptions` where displays on one line have numbers).
        port: TCP port; 0 where the protocol has none of its own.
        baud: bits a second of its serial line.
        codes: plain names of inputs and the protocol's codes.
        usually: verbs that its models usually cannot do (or can, against a rule), as the option `can`.
        tells_starting: whether the power state, or a refusal, shows that it is still starting. Where it does not, a
            serial line waits as long as the network does.
    """

    options: ClassVar[type[Options]] = PanelOptions
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard", "projector"})
    port: ClassVar[int] = 0
    baud: ClassVar[int] = 9600
    codes: ClassVar[Mapping[str, str]] = {}
    usually: ClassVar[Mapping[str, bool]] = {}
    tells_starting: ClassVar[bool] = True

    def __init__(self, target: Target, env: Env) -> None:
        super().__init__(target, env)
        self._absent: DeviceError | None = None

    # What a protocol says for itself.

    @abstractmethod
    def make_line(self) -> LineConversation[F]:
        """The conversation, not yet open; `self.url`, `self.pacing` and `self.env.record` are for it."""

    @abstractmethod
    def power(self, call: Call) -> Power:
        """Read the state. BUSY where the display says that it starts."""

    @abstractmethod
    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command, and send it once; BUSY with NO where the display cannot take it now."""

    @abstractmethod
    def who(self, deadline: Deadline) -> Identity:
        """Ask the display who it is, as far as the model tells."""

    def known_by(self, deadline: Deadline) -> Identity:
        """As `who`; a protocol may leave out what is no help against a moved address."""
        return self.who(deadline)

    def restart_now(self, call: Call) -> bool:
        """Send the display's own restart; False where it has none, and nothing has happened then.

        Asked only where the option `own_restart` says so.
        """
        del call
        return False

    def speaks(self) -> str:
        """The protocol's name, for `device_info`."""
        return self.title

    def inputs_there(self, call: Call, warnings: list[str]) -> tuple[str, ...]:
        """Plain names of the inputs that the display has, where that is known."""
        del call, warnings
        return tuple(self.settings.inputs) if not self.settings.other_inputs else ()

    # Models and options.

    @classmethod
    def models_file(cls) -> Path | None:
        """The `models.yaml` beside the driver's module, where there is one."""
        return file_beside(cls.__module__)

    @classmethod
    def profile(cls, target: Target) -> Profile | None:
        """What `models.yaml` says of the target's model."""
        file = cls.models_file()
        known = profiles_of(file, cls.id, cls.options) if file else ()
        return next((profile for profile in known if target.model and profile.matches(target.model)), None)

    @classmethod
    def given(cls, target: Target) -> Mapping[str, Any]:
        """Options of the device over those of its model over what is usual."""
        profile = cls.profile(target)
        usual: dict[str, Any] = {"can": cls.usually} if cls.usually else {}
        return merged(usual, profile.options if profile else {}, target.options)

    @classmethod
    def options_of(cls, target: Target) -> O:
        """The target's options, those of its model filled in; DeviceError(PRECONDITION) names what is wrong."""
        return cast("O", read_options(cls.options, target, cls.given(target)))

    @classmethod
    def supports(cls, target: Target) -> frozenset[str]:
        """What the driver can do, without what this model cannot."""
        try:
            can = cls.options_of(target).can
        except DeviceError:
            can = {}  # connecting will explain it
        return cls._able(can)

    @classmethod
    def _able(cls, can: Mapping[str, bool]) -> frozenset[str]:
        return frozenset(name for name in cls.capabilities() if can.get(name.removeprefix("display."), True))

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """The line, not the display: several displays may hang on one."""
        try:
            port = cls.options_of(target).port
        except DeviceError:
            port = None
        return endpoint(cls.id, target, port or cls.port)

    @cached_property
    def settings(self) -> O:
        """The options, those of the model filled in."""
        return self.options_of(self.target)

    @cached_property
    def inputs(self) -> InputTable:
        """The inputs by plain name."""
        settings = self.settings
        return InputTable(
            self.codes if settings.other_inputs else {}, settings.inputs, type(settings).input_code
        )

    # The line.

    @cached_property
    def url(self) -> StreamURL:
        """Where the line is."""
        settings = self.settings
        return stream_url(self.target.address, settings.port or self.port, settings.baud or self.baud)

    @property
    def on_network(self) -> bool:
        """Whether the display itself is on the network, not behind a serial line."""
        return self.url.scheme in {"tcp", "tls"}

    @property
    def pacing(self) -> Pacing:
        """How fast the line is."""
        settings = self.settings
        return Pacing(settings.answer_time, settings.pause, settings.connect_time)

    @cached_property
    def line(self) -> LineConversation[F]:
        """The conversation."""
        return self.make_line()

    def connect(self, deadline: Deadline) -> None:
        """Connect and greet. A display that is away is told by whatever is asked first: waking needs no line."""
        try:
            self.line.open(deadline)
        except DeviceError as error:
            if error.error_class not in _AWAY:
                raise
            self._absent = error

    def close(self) -> None:
        """Close the line, if it was ever opened."""
        opened: LineConversation[F] | None = self.__dict__.get("line")
        if opened is not None:
            opened.close()

    def present(self) -> None:
        """Raise, once, what connecting found: DeviceError(UNREACHABLE or TIMEOUT, NO)."""
        absent, self._absent = self._absent, None
        if absent is not None:
            raise absent

    def identity(self, deadline: Deadline) -> Identity:
        """Who it is; where it says nothing or nonsense, what may be wrong."""
        self.present()
        try:
            return self._plain(self.known_by(deadline))
        except DeviceError as error:
            error.hint = error.hint or self._advice(error.error_class)
            raise

    def call(self, capability: str, call: Call, params: Params) -> Answer:
        """As every driver; UNSUPPORTED for what this model cannot do, UNREACHABLE where it is away."""
        if capability not in self._able(self.settings.can):
            raise DeviceError(
                ErrorClass.UNSUPPORTED, f"{self.target.name} ({self.id}) cannot do {capability}"
            )
        if capability != "display.power_on":
            self.present()
        try:
            return super().call(capability, call, params)
        except DeviceError as error:
            if (error.error_class, error.happened) == (ErrorClass.TIMEOUT, Happened.NO):
                error.hint = error.hint or self._advice(error.error_class)
            raise

    # What every display does.

    @implements("display.device_info")
    def device_info(self, call: Call, params: NoParams) -> Answer:
        """The identity, and the inputs where they are known."""
        del params
        who = self._plain(self.who(call.deadline))
        warnings: list[str] = []
        info = DeviceInfo(
            manufacturer=who.manufacturer,
            model=who.model,
            name=who.name,
            serial=who.serial,
            mac=who.mac,
            firmware=who.firmware,
            protocol=self.speaks(),
            inputs=self.inputs_there(call, warnings),
        )
        return Done(info, warnings=tuple(warnings))

    @implements("display.power_on")
    def power_on(self, call: Call, params: NoParams) -> Answer:
        """Switch on; one that does not answer is woken over the network where its MAC address is known."""
        del params
        return self._take(call, switching.TURN_ON)

    @implements("display.power_off")
    def power_off(self, call: Call, params: NoParams) -> Answer:
        """Switch off; one that leaves the network then cannot be asked whether it did."""
        del params
        if not self.leaves_network(call) or self.power(call) is Power.STANDBY:
            return self._take(call, switching.TURN_OFF)
        try:
            self.switch(call, on=False)
        except DeviceError as error:
            if not self.settings.gone_when_off or not switching.lost(error):
                raise
            # Taken up anew it would be "not reachable", which is what its being off looks like.
            sent = replace(switching.TURN_OFF, sent=True, begun=True)
            return sent.waiting(self.pace, t("not ready yet: {why}", why=error.message))
        return Done(Nothing(), warnings=() if self._waking else (self._by_hand(),))

    @implements("display.restart")
    def restart(self, call: Call, params: NoParams) -> Answer:
        """The display's own restart; off, wait, on where the model has none."""
        del params
        if self.power(call) is not Power.ON:
            try:
                return self._take(call, switching.TURN_ON)
            except DeviceError as error:
                if not switching.lost(error):
                    raise
                # Raised, it would be a restart that was cut off, though the display may be coming up.
                sent = replace(switching.TURN_ON, sent=True, begun=True)
                return sent.waiting(self.pace, t("not ready yet: {why}", why=error.message))
        stranded = self.leaves_network(call) and not self._waking
        # Asked too soon, it would still say "on" before it goes down, on a serial line as well.
        pace = replace(self.pace, on=self.settings.settle, off=self.settings.settle)
        try:
            if self.settings.own_restart and self.restart_now(call):
                return switching.RESTARTED.waiting(pace, t("the display restarts"))
        except DeviceError as error:
            if stranded or not switching.lost(error):
                raise
            # Raised, it would be taken up as another restart, and one that goes away at once would never end.
            return switching.OFF_AND_ON_AGAIN.waiting(pace, t("not ready yet: {why}", why=error.message))
        if stranded:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{self.target.name} cannot restart by itself, and would not be reachable once it is off",
                hint="switch its network standby on (display.network_standby), or name its MAC address",
            )
        return self._take(call, switching.OFF_AND_ON)

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Ask whether switching came further, and send what comes next."""
        del capability
        return self._take(call, switching.Way.from_token(token), patient=True)

    def leaves_network(self, call: Call) -> bool:
        """Whether it would not be reachable once it is off."""
        del call
        return self.on_network and self.settings.gone_when_off

    @property
    def pace(self) -> switching.Pace:
        """How fast it switches."""
        settle = self.settings.settle
        short = min(settle, _SERIAL_SETTLE)
        quick = self.tells_starting and not self.on_network
        return switching.Pace(short if quick else settle, short, self.settings.limit)

    @property
    def _waking(self) -> Waking | None:
        if not self.on_network:
            return None
        mac = self.settings.wake_mac or self.target.mac
        return Waking.of(mac, self.settings.wake, self.url.host)

    @staticmethod
    def _plain(who: Identity) -> Identity:
        """What is no serial number must not make another device of it."""
        if not plain(who.serial):
            raise DeviceError(
                ErrorClass.PROTOCOL, f"the display's serial number has no meaning: {who.serial!r}"
            )
        # A few dashes, or a question mark, are how some say that they have none.
        return who if any(map(str.isalnum, who.serial)) else replace(who, serial="")

    def _advice(self, kind: ErrorClass) -> str:
        if kind is ErrorClass.PROTOCOL:
            return "is another device at this address, or is the driver or the baud rate a wrong one?"
        if kind is not ErrorClass.TIMEOUT:
            return ""
        if "display" in type(self.settings).model_fields:
            return OTHER_ID
        if not self.on_network:
            return "are cable and baud rate right, is it switched on, and does its menu allow control over this line?"
        return "something takes the connection and says nothing: is the driver right, and control allowed in the menu?"

    def _by_hand(self) -> str:
        return t("{name} is not reachable while it is off: switch it on by hand", name=self.target.name)

    def _take(self, call: Call, way: switching.Way, *, patient: bool = False) -> Answer:
        waking = self._waking
        away = switching.Away(
            gone_when_off=self.settings.gone_when_off,
            wake=None if waking is None else lambda: waking.send(call, self.env.record),
            error=self.present,
        )
        return switching.take(call, self, way, self.pace, patient=patient, away=away)

    # Helpers for capabilities.

    def maybe(self, read: Callable[[], T], warnings: list[str]) -> T | None:
        """A value that not every model tells, or not now: none. One without meaning is a warning.

        Some models are silent to what they do not know, so the display must have answered something before; `read`
        should not ask twice.
        """
        try:
            return read()
        except DeviceError as error:
            if error.error_class is ErrorClass.PROTOCOL:
                warnings.append(error.message)
            elif error.error_class not in _NOT_KNOWN:
                raise
            return None

    def confirm(self, call: Call, read: Callable[[], T], wanted: T, what: str, *, tries: int = 3) -> Nothing:
        """After an order that is answered by silence: read until the value is there.

        Raises DeviceError, always UNKNOWN: REFUSED where `what` stays another, else what reading raises.
        """
        try:
            for number in range(tries):
                if number:
                    call.sleep(max(self.settings.pause, 0.2))
                seen = read()
                if seen == wanted:
                    return Nothing()
        except DeviceError as error:
            error.happened = Happened.UNKNOWN
            raise
        raise DeviceError(
            ErrorClass.REFUSED,
            f"{self.target.name} does not take it: {what} is {seen}, not {wanted}",
            happened=Happened.UNKNOWN,
        )

    # Discovery.

    found_as: ClassVar[str] = "whiteboard"
    """Kind of device that is proposed where this protocol answers."""
    factory_ids: ClassVar[tuple[int, ...]] = ()
    """Display ids that models come with, where that differs and one with another id is silent: all are tried."""

    @classmethod
    def discovery_port(cls) -> int:
        """The protocol's own."""
        return cls.port

    @classmethod
    def discover(cls, host: str, deadline: Deadline, env: Env) -> Found | None:
        """Who answers at `host` on the protocol's port: the power state must make sense, the identity may be empty.

        A display that wants a login is proposed without its identity; none is tried.
        """
        if not cls.discovers or not cls.port:
            return None
        for number in cls.factory_ids or (None,):
            try:
                return cls._discovered(host, number, deadline, env)
            except DeviceError as error:
                # Silence may mean that its id is another one.
                last = number is None or number == cls.factory_ids[-1]
                if last or error.error_class is not ErrorClass.TIMEOUT:
                    raise
        return None

    @classmethod
    def _discovered(cls, host: str, number: int | None, deadline: Deadline, env: Env) -> Found | None:
        """Who answers as the display with this id; none for the usual one."""
        own = {} if number is None else {"display": number, "answer_time": _ONE_OF_SEVERAL}
        driver = cls(Target("", host, cls.found_as, cls.id, host, options={**_ASKING, **own}), env)
        try:
            driver.line.open(deadline)
            found = driver.found(host, deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.AUTH:
                return Found(cls.id, cls.found_as, host, note=error.message)
            raise
        finally:
            driver.close()
        usual = number is None or number == cls.options.model_fields["display"].default
        return (
            found if found is None or usual else replace(found, options={**found.options, "display": number})
        )

    def found(self, host: str, deadline: Deadline) -> Found | None:
        """What is proposed for the inventory, on an open line; options that it needs belong into it, too."""
        self.power(Asking(deadline))
        who = self.who(deadline)
        return Found(
            self.id,
            self.found_as,
            host,
            manufacturer=who.manufacturer,
            model=who.model,
            name=who.name,
            serial=who.serial,
            mac=who.mac,
            firmware=who.firmware,
        )
