"""Capabilities: what a family promises, in words that know no vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from pydantic import BaseModel, ConfigDict

from pedell.i18n import Text


class Effect(StrEnum):
    """What a call does to the world."""

    READ = "read"
    """Changes nothing."""
    REPEATABLE = "repeatable"
    """Twice is as good as once."""
    ONCE = "once"
    """Never repeated while the outcome of an earlier call is unknown."""


class Risk(IntEnum):
    """How much a room loses; ordered, so that the worst step of a playbook is a maximum."""

    HARMLESS = 0
    DISRUPTIVE = 1
    """Interrupts a room."""
    DESTRUCTIVE = 2
    """Data or an enrolment is lost."""

    def __str__(self) -> str:
        """The word as it stands in playbooks and JSON."""
        return self.name.lower()


class RecoveryKind(StrEnum):
    """What to do about a call whose outcome is unknown."""

    REPEAT = "repeat"
    PROBE = "probe"
    """A read tells whether it happened: the driver's `probe`."""
    COMPLETE = "complete"
    """Another capability finishes what was begun, such as enabling a port again."""
    ASK = "ask"
    """A person decides."""


@dataclass(frozen=True)
class Recovery:
    """A kind of recovery; `capability` names the one that completes."""

    kind: RecoveryKind
    capability: str | None = None


REPEAT = Recovery(RecoveryKind.REPEAT)
PROBE = Recovery(RecoveryKind.PROBE)
ASK = Recovery(RecoveryKind.ASK)


def complete(capability: str) -> Recovery:
    """Recovery by calling `capability` with the same parameters."""
    return Recovery(RecoveryKind.COMPLETE, capability)


class Params(BaseModel):
    """Base of typed parameters: frozen, unknown names refused. Use `Field(description=...)`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Result(BaseModel):
    """Base of typed results: frozen. Units belong into the field's description."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoParams(Params):
    """A capability that takes no parameters."""


class Nothing(Result):
    """A capability that has nothing to tell beyond that it was done."""


@dataclass(frozen=True)
class Capability:
    """One promise of a family.

    Attributes:
        name: `family.verb`, such as `display.restart`.
        summary: one line for people, English and German.
        effect: what a call does to the world.
        risk: how much a room loses.
        recovery: what to do when the outcome is unknown. Reads are repeated.
        timeout: seconds that one call may take.
        params: type of the parameters.
        result: type of the result.
        batch: how many devices of one controller a driver may take in one call.
    """

    name: str
    summary: Text
    effect: Effect = Effect.READ
    risk: Risk = Risk.HARMLESS
    recovery: Recovery = REPEAT
    timeout: float = 30.0
    params: type[Params] = NoParams
    result: type[Result] = Nothing
    batch: int = 1

    @property
    def always_tells(self) -> bool:
        """Whether a step that is done certainly has a result; one that was found done may have none."""
        return self.effect is Effect.READ or (
            self.effect is Effect.REPEATABLE and self.recovery.kind is not RecoveryKind.PROBE
        )

    def __post_init__(self) -> None:
        """Refuse combinations that would break the promise of never repeating."""
        if self.effect is Effect.ONCE and self.recovery.kind is RecoveryKind.REPEAT:
            raise ValueError(f"{self.name}: an effect that is never repeated cannot recover by repeating")


@dataclass(frozen=True)
class Contract:
    """What a family of drivers promises for some kinds of device.

    Attributes:
        family: the first word of its capabilities' names.
        title: the family's name for people.
        kinds: kinds of device, such as `whiteboard`, with their names for people.
        capabilities: the promises.
    """

    family: str
    title: Text
    kinds: Mapping[str, Text]
    capabilities: tuple[Capability, ...]

    def __post_init__(self) -> None:
        """Refuse a capability of another family, and two of one name."""
        names = [capability.name for capability in self.capabilities]
        for name in names:
            if name.split(".", 1)[0] != self.family or "." not in name:
                raise ValueError(f"capability {name} does not belong to family {self.family}")
        if len(set(names)) != len(names):
            raise ValueError(f"family {self.family} names a capability twice")
