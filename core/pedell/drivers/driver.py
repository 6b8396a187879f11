"""The base of every driver, and what the engine hands to it.

A driver is one conversation with one device: the engine creates it under a lease of the device's endpoint,
connects, checks the identity, calls capabilities and closes it for certain. It is used by one thread at a
time. It is synchronous, starts no thread and no loop, and keeps nothing between conversations.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from pedell.drivers.capability import Params, Result
from pedell.drivers.deadline import Deadline
from pedell.drivers.discovery import Found
from pedell.drivers.errors import DeviceError, ErrorClass, Happened, IdentityError
from pedell.drivers.notice import Notice


class Options(BaseModel):
    """Base of a driver's options per device (`options:` in the inventory); unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True)
class ControllerTarget:
    """A server that devices are reached through, as a driver sees it.

    `limits`: what the inventory says that it bears, by the names of `ControllerLimits`; goes before the driver's own.
    """

    id: str
    name: str
    kind: str
    address: str
    options: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)


_LINES = frozenset({"serial", "rfc2217", "tcp", "socket"})


@dataclass(frozen=True)
class Target:
    """A device as a driver sees it.

    Attributes:
        id: ULID.
        name: unique name in the inventory.
        kind: kind of device, from the family's contract.
        driver: id of the driver that is asked.
        address: host, URL or whatever the driver's docstring says.
        model: model as bought; may be empty.
        serial: serial number that the device should report; may be empty, as `mac`.
        options: the driver's options, not yet validated.
        site: slug of the site. room: name of the room, may be empty.
        controller: the server it is reached through, if any.
    """

    id: str
    name: str
    kind: str
    driver: str
    address: str
    model: str = ""
    serial: str = ""
    mac: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    site: str = ""
    room: str = ""
    controller: ControllerTarget | None = None

    @property
    def over(self) -> str:
        """How it is reached: `line` where its address names one (a tty, a serial server), else `network`."""
        return "line" if self.address.partition("://")[0].lower() in _LINES else "network"

    def facts(self) -> dict[str, str]:
        """What expressions of playbooks read as `device`."""
        return {
            "name": self.name, "kind": self.kind, "model": self.model, "site": self.site, "room": self.room,
            "serial": self.serial, "driver": self.driver, "over": self.over,
        }  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """What a device says about itself; empty where it cannot tell."""

    serial: str = ""
    mac: str = ""
    model: str = ""
    name: str = ""
    firmware: str = ""
    manufacturer: str = ""

    def check(self, target: Target) -> None:
        """Raise IdentityError where serial number or MAC address differ from the inventory.

        What either side does not know is not compared. Addresses in schools move.
        """
        for label, said, known in (
            ("serial number", self.serial, target.serial),
            ("MAC address", _hex(self.mac), _hex(target.mac)),
        ):
            if said and known and said.strip().casefold() != known.strip().casefold():
                raise IdentityError(
                    f"{target.name}: the device at {target.address} says its {label} is {said}, the inventory says {known}",
                    hint="the address may have moved to another device; correct the inventory",
                )


def _hex(mac: str) -> str:
    return "".join(c for c in mac.lower() if c in "0123456789abcdef")


@dataclass(frozen=True)
class Done:
    """A result with what else is to be said of it.

    Attributes:
        result: the typed result.
        emulated: what was done instead, such as "off, wait, on" for a missing restart.
        warnings: plain sentences for the note.
    """

    result: Result
    emulated: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """The call was accepted, but its effect is not there yet; the engine asks `Driver.poll` later.

    Attributes:
        token: what `poll` needs to find the call again, JSON-able, no secret.
        why: reason for people, such as "the iPad is locked (NotNow)".
        poll_after: seconds until the next poll.
        deadline: seconds from now after which the wait has failed; kept by the engine across polls.
        delivered: whether the device itself (not just its server) has the call.
    """

    token: Mapping[str, Any]
    why: str
    poll_after: float = 5.0
    deadline: float = 3600.0
    delivered: bool = False


Answer = Result | Done | Waiting


class Call(Protocol):
    """One attempt at a capability, as the driver sees it."""

    @property
    def deadline(self) -> Deadline:
        """Until when the call may take."""

    @property
    def token(self) -> str:
        """The attempt's own id: a natural idempotency key where the protocol takes one."""

    @property
    def purpose(self) -> str:
        """What it is done for, as people find it again: `run 17, ticket 4711`. Empty outside of a run."""

    def effect(self, name: str) -> AbstractContextManager[None]:
        """Announce a part of a composite action: its intent is durable before the block runs.

        Raises DeviceError(REFUSED) when the engine may not act any more (stopped, cancelled, fenced).
        """

    def sleep(self, seconds: float) -> None:
        """Wait; raises DeviceError(TIMEOUT) at the deadline and when the run is cancelled."""

    def note(self, text: str) -> None:
        """A plain sentence for the ticket's note."""


class Env(Protocol):
    """What a driver may ask of its surroundings."""

    def secret(self, reference: str) -> str:
        """The secret behind a `secret://…` reference; it is masked in transcripts from now on."""

    def record(self, direction: str, data: bytes | str) -> None:
        """Add to the transcript: `direction` is ">" (sent), "<" (received) or "#" (remark)."""

    @property
    def data(self) -> Path:
        """The data folder: known hosts and the like."""


@dataclass(frozen=True)
class Poll:
    """One of several waiting calls that are asked about together.

    Attributes:
        target: its device.
        call: its own; nothing may have an effect here, since this is a read.
        token: as its `Waiting` gave it.
    """

    target: Target
    call: Call
    token: Mapping[str, Any]


A = TypeVar("A")
P = TypeVar("P", bound=Params)
Method = Callable[[A, Call, P], Answer]
_CAPABILITY = "__pedell_capability__"


def implements(capability: str) -> Callable[[Method[A, P]], Method[A, P]]:
    """Mark a method `(self, call, params) -> Answer` as the driver's answer to `capability`."""

    def mark(method: Method[A, P]) -> Method[A, P]:
        setattr(method, _CAPABILITY, capability)
        return method

    return mark


@cache
def _answered_by(driver: type[Driver]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for attribute in dir(driver):
        capability = getattr(getattr(driver, attribute, None), _CAPABILITY, None)
        if isinstance(capability, str):
            found[capability] = attribute
    return found


MANY = 1000
"""Conversations at once with a controller whose number of them nobody has limited."""


@dataclass(frozen=True)
class ControllerLimits:
    """What a server that devices are reached through bears, from all runs of the process together.

    Attributes:
        connections: conversations at once.
        requests_per_second: on the average; none where it sets no such limit.
        burst: so many requests at once after a pause.
    """

    connections: int
    requests_per_second: float | None = None
    burst: int = 1

    def __post_init__(self) -> None:
        """Refuse figures that would stop everything."""
        if self.connections < 1:
            raise ValueError("connections must be more than 0")
        if self.requests_per_second is not None and not self.requests_per_second > 0:
            raise ValueError("requests_per_second must be more than 0")


class Driver(ABC):
    """Speaks one vendor's protocol.

    The class's docstring tells models, settings on the device, sources and known limitations.
    `title` is a name for people; `options` the type of `options:` in the inventory. `brands`, `protocol`, `proof`
    and `limitations` are read by people in docs/drivers.md, in English: makers and series, the protocol with its
    transports, what the driver was held against (golden vectors and whose, independent clients, real servers, or
    "from documentation" where nothing but that was at hand), and what a user must know that it cannot do.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    kinds: ClassVar[frozenset[str]]
    brands: ClassVar[tuple[str, ...]] = ()
    protocol: ClassVar[str] = ""
    proof: ClassVar[tuple[str, ...]] = ()
    limitations: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[type[Options]] = Options
    controller_options: ClassVar[type[Options] | None] = None
    """Type of the controller's `options:`, for drivers that reach devices through one."""
    controller_limits: ClassVar[ControllerLimits | None] = None
    """What the controller bears, shared by all runs of the process."""
    polls_together: ClassVar[int] = 1
    """How many waiting calls of one controller `poll_many` takes; 1 where it is not offered."""

    discovers: ClassVar[bool] = False
    """Whether `discover` can tell, by harmless reads, that a device at an address speaks this protocol."""
    searches: ClassVar[bool] = False
    """Whether the protocol can ask a whole network who is there (`search`)."""
    notice_port: ClassVar[int] = 0
    """UDP port to which devices tell of changes by themselves (`read_notices`); 0 where they do not."""

    def __init__(self, target: Target, env: Env) -> None:
        self.target = target
        self.env = env

    @classmethod
    def capabilities(cls) -> Mapping[str, str]:
        """Capability to name of the method that answers it."""
        return _answered_by(cls)

    @classmethod
    def supports(cls, target: Target) -> frozenset[str]:
        """Capabilities that this device has, known without asking it."""
        del target
        return frozenset(cls.capabilities())

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """Key of what must not serve two conversations at once: a device, a serial line, a controller session."""
        return f"{cls.id}:{target.address}"

    @classmethod
    def discovery_port(cls) -> int:
        """TCP port that must be open for `discover` to have a chance; 0 where that cannot be said."""
        return 0

    @classmethod
    def bears(cls, target: Target) -> ControllerLimits | None:
        """What the device's controller bears: as the inventory says, else as the driver does; none without limits."""
        given = dict(target.controller.limits) if target.controller else {}
        if not given:
            return cls.controller_limits
        return replace(cls.controller_limits or ControllerLimits(connections=MANY), **given)

    @classmethod
    def pin_host_key(cls, target: Target, env: Env, deadline: Deadline, *, replace: bool) -> str:
        """Remember the SSH host key that a device shows now; its fingerprint (`SHA256:…`).

        Empty where the device is simply reached at its address and port, which needs no driver to be pinned.
        Raises DeviceError, as for a key that is pinned already unless `replace`.
        """
        del target, env, deadline, replace
        return ""

    @classmethod
    def discover(cls, host: str, deadline: Deadline, env: Env) -> Found | None:
        """Who answers at `host` (a name or an IP address); None where nobody there speaks this protocol.

        Only harmless reads of identity, no login is tried. DeviceError means the same as None.
        """
        del host, deadline, env
        return None

    @classmethod
    def discovery_login(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The part of a device's options that another device may be asked with, for protocols that answer no stranger.

        References of secrets, never what they stand for. Empty where discovery needs none.
        """
        del options
        return {}

    @classmethod
    def discover_with(
        cls, host: str, logins: Sequence[Mapping[str, Any]], deadline: Deadline, env: Env
    ) -> Sequence[Found]:
        """As `discover`, with the logins that devices of the site have, by `discovery_login`, the most used first.

        What is found may name another driver than this one; with an empty one it is a remark, and no row is proposed.
        """
        del logins
        found = cls.discover(host, deadline, env)
        return () if found is None else (found,)

    @classmethod
    def search(cls, broadcast: str, deadline: Deadline, env: Env) -> Iterator[Found]:
        """Ask the network with this IPv4 broadcast address who is there, and collect answers until the deadline."""
        del broadcast, deadline, env
        yield from ()

    @classmethod
    def read_notices(cls, data: bytes) -> Sequence[Notice]:
        """What a datagram on `notice_port` tells; empty for what belongs to the protocol and is no notice.

        A pure function of any bytes at all. DeviceError(PROTOCOL) for what means nothing.
        """
        del data
        raise DeviceError(ErrorClass.PROTOCOL, f"{cls.id} knows no notices")

    @abstractmethod
    def connect(self, deadline: Deadline) -> None:
        """Open the conversation. Raises DeviceError; leaves nothing open then."""

    @abstractmethod
    def close(self) -> None:
        """Close it. Never raises, may be called twice, returns within two seconds."""

    @abstractmethod
    def identity(self, deadline: Deadline) -> Identity:
        """Ask the device who it is."""

    def call(self, capability: str, call: Call, params: Params) -> Answer:
        """Run the method that answers `capability`; raises DeviceError(UNSUPPORTED) where there is none."""
        method = self.capabilities().get(capability)
        if method is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, f"{self.id} cannot do {capability}")
        answer: Answer = getattr(self, method)(call, params)
        return answer

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Ask again about a call that answered `Waiting`."""
        del call
        raise DeviceError(
            ErrorClass.UNSUPPORTED, f"{self.id} cannot ask about {capability} again: {sorted(token)}"
        )

    def poll_many(self, capability: str, polls: Sequence[Poll]) -> Sequence[Answer | DeviceError | None]:
        """As `poll`, for up to `polls_together` devices of one controller; an outcome for each, in order.

        The driver was opened for the first of them. Only reads. A DeviceError is that one device's; None says that it
        has to be asked about by `poll`. One that is raised, such as AUTH where the controller refuses the login, is
        everybody's: all are asked about again later, a login ever more rarely.
        """
        del capability
        return [None] * len(polls)

    def probe(
        self, capability: str, call: Call, params: Params, evidence: Mapping[str, Any]
    ) -> Happened | Answer:
        """Tell by reading only whether an earlier call of unknown outcome took effect.

        A result (or `Done`) says that it did, and what came of it; `Waiting` that it is still under way and is to
        be polled.
        `evidence` holds what is known of it: `started` (UTC epoch seconds), `token` (the attempt's id), `parts`
        (composite parts announced so far).
        """
        del capability, call, params, evidence
        return Happened.UNKNOWN


@contextmanager
def conversation(driver: Driver, deadline: Deadline) -> Iterator[Driver]:
    """Connect and close for certain."""
    try:
        driver.connect(deadline)
        yield driver
    finally:
        driver.close()
