"""A playbook as data. These models are the schema: the JSON Schema is made from them.

Names in YAML are the field names; durations are written `30s`, `2m`, `1h` or a number of seconds.
Conditions (`when`, `check`, `until`) are expressions; texts and parameters may hold `{{ expression }}`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from pedell.drivers.errors import ErrorClass
from pedell.i18n import Text

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}


def _duration(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("a duration is a number of seconds or a text such as 30s, 2m, 1h")  # noqa: TRY004
    if isinstance(value, int | float):
        return float(value)
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"{value!r} is not a duration; write 30s, 2m, 1h")
    return float(match[1]) * _UNITS[match[2]]


Duration = Annotated[
    float,
    BeforeValidator(_duration),
    Field(ge=0, le=7 * 86400),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*(ms|[smhd])?\s*$"},
            ]
        }
    ),
]
Name = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$", max_length=64)]
Expression = Annotated[str, Field(min_length=1, max_length=4096)]


class Part(BaseModel):
    """Base of all parts of a playbook: frozen, unknown words refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Words(Part):
    """A text in both languages; may hold `{{ expression }}`."""

    en: str = Field(min_length=1, max_length=2000)
    de: str = Field(min_length=1, max_length=2000)

    @property
    def text(self) -> Text:
        """As core carries texts."""
        return Text(self.en, self.de)


class Retry(Part):
    """Try again, only where the effect class allows it."""

    times: int = Field(ge=1, le=20, description="How often to try again.")
    backoff: Duration = Field(
        default=1.0, description="Wait before the first further try; doubled each time."
    )
    on: list[ErrorClass] = Field(
        default=[ErrorClass.UNREACHABLE, ErrorClass.BUSY, ErrorClass.TIMEOUT],
        description="On which kinds of trouble.",
    )


class Link(Part):
    """Another device, reached through a link of the task's own."""

    link: str = Field(
        min_length=1, max_length=32, description="Kind of link, such as uplink, port or queue_of."
    )


class Step(Part):
    """What all steps share."""

    name: str = Field(default="", max_length=120, description="Name for people.")
    when: Expression | None = Field(default=None, description="Do it only when this holds.")


class Repeated(Step):
    """Steps that may be repeated over values or until something holds."""

    for_each: Expression | None = Field(
        default=None, description="A list; the step runs once for each, as `item`."
    )
    until: Expression | None = Field(
        default=None, description="Repeat until this holds; `result` is the last result."
    )
    within: Duration = Field(default=60.0, description="How long to repeat.")
    every: Duration = Field(default=2.0, description="Pause between repetitions.")


class Do(Repeated):
    """Call a capability."""

    do: str = Field(
        pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", description="The capability, such as display.restart."
    )
    with_: dict[str, Any] = Field(default={}, alias="with", description="Its parameters.")
    on: Link | None = Field(default=None, description="Another device than the task's own.")
    save_as: Name | None = Field(default=None, description="Keep the result under this name.")
    timeout: Duration | None = Field(
        default=None, description="Time limit of one call; the capability's own by default."
    )
    retry: Retry | None = None
    optional: bool = Field(
        default=False,
        description="Where the driver cannot do it, or fails, say so and go on; the result is none.",
    )


class Check(Step):
    """Proof: what must hold now."""

    check: Expression = Field(description="What must hold.")
    before: Expression | None = Field(
        default=None, description="What was so before; by default the result saved as `before`."
    )
    after: Expression | None = Field(
        default=None, description="What is so now; by default the result saved as `after`."
    )
    fail: Words | None = Field(default=None, description="What to say when it does not hold.")


class Say(Step):
    """A sentence for the ticket's note."""

    say: Words


class Block(Repeated):
    """Steps that belong together."""

    block: list[AnyStep] = Field(min_length=1)
    rescue: list[AnyStep] = Field(
        default=[], description="When a step of the block failed; `error` tells what."
    )
    always: list[AnyStep] = Field(default=[], description="In any case, also when the run is cancelled.")


class Play(Step):
    """Another playbook's steps, on the same device."""

    play: str = Field(min_length=1, max_length=128)
    inputs: dict[str, Any] = Field(default={})


class Pause(Step):
    """Wait for a time, or for a second person."""

    wait: Duration | Literal["approval"]


class Visit(Step):
    """Put a line on the list for the manager's next visit."""

    visit: Words


_KEYS = ("do", "check", "say", "block", "play", "wait", "visit")


def step_kind(value: object) -> str | None:
    """Which kind of step this is: the one keyword it has."""
    if isinstance(value, dict):
        found = [key for key in _KEYS if key in value]
        if "check" in found and "say" in found:
            found.remove("say")
        return found[0] if len(found) == 1 else None
    for key in _KEYS:
        if hasattr(value, key):
            return key
    return None


AnyStep = Annotated[
    Annotated[Do, Tag("do")]
    | Annotated[Check, Tag("check")]
    | Annotated[Say, Tag("say")]
    | Annotated[Block, Tag("block")]
    | Annotated[Play, Tag("play")]
    | Annotated[Pause, Tag("wait")]
    | Annotated[Visit, Tag("visit")],
    Discriminator(step_kind),
]


class Input(Part):
    """One input of a playbook."""

    type: Literal["text", "integer", "number", "boolean", "choice", "secret"] = "text"
    title: Words | None = None
    default: Any = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = Field(default=500, ge=1, le=10_000)
    choices: list[str] = Field(default=[])


class Targets(Part):
    """Which devices the playbook is for."""

    kind: list[str] = Field(default=[], description="Kinds of device; empty for any.")
    select: str = Field(default="", description="A selector that targets must match as well.")


class Stop(Part):
    """When to stop taking further devices."""

    failures: int | None = Field(default=None, ge=1)
    percent: float | None = Field(default=None, gt=0, le=100)


class Strategy(Part):
    """How many devices at once."""

    at_once: int = Field(default=50, ge=1, le=1000)
    per_site: int = Field(default=10, ge=1, le=1000)
    canary: int = Field(
        default=0, ge=0, description="So many devices first; the rest only when all of them went well."
    )
    batches: list[int] = Field(default=[], description="Sizes of batches; the last one repeats.")
    stop: Stop | None = None


class TicketRule(Part):
    """What becomes of the ticket."""

    solved: bool = Field(
        default=False, description="Set it to solved when every device is done and every check holds."
    )


class Playbook(Part):
    """A playbook."""

    pedell: Literal[1] = Field(description="Version of this format.")
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)
    title: Words
    description: Words
    targets: Targets = Targets()
    inputs: dict[Name, Input] = Field(default={})
    strategy: Strategy = Strategy()
    window: Literal["anytime", "lessons", "breaks", "night", "holidays"] = "anytime"
    ticket: TicketRule = TicketRule()
    steps: list[AnyStep] = Field(min_length=1)

    @model_validator(mode="after")
    def _choices(self) -> Playbook:
        for name, item in self.inputs.items():
            if item.type == "choice" and not item.choices:
                raise ValueError(f"input {name} is a choice without choices")
        return self


Block.model_rebuild()
Playbook.model_rebuild()
