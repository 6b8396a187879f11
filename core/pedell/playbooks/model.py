"""A playbook as data. These models are the schema: the JSON Schema is made from them.

Names in YAML are the field names; durations are written `30s`, `2m`, `1h` or a number of seconds.
Conditions (`when`, `check`, `until`) are expressions; texts and parameters may hold `{{ expression }}`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    WithJsonSchema,
    model_validator,
)

from pedell.drivers.errors import ErrorClass
from pedell.i18n import Text, t

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}

LONGEST = 7 * 86400.0


def _duration(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(t("a duration is a number of seconds or a text such as 30s, 2m, 1h"))  # noqa: TRY004
    if isinstance(value, int | float):
        return float(value)
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError(t("{value} is not a duration; write 30s, 2m, 1h", value=repr(value)[:60]))
    return float(match[1]) * _UNITS[match[2]]


_DURATION_SCHEMA: list[JsonValue] = [
    {"type": "number", "minimum": 0},
    {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*(ms|[smhd])?\s*$"},
]
Duration = Annotated[
    float,
    BeforeValidator(_duration),
    Field(ge=0, le=LONGEST),
    WithJsonSchema({"anyOf": _DURATION_SCHEMA}),
]
Truth = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$", max_length=64)]


def _expression(value: object) -> object:
    # `when: true` and `until: 1` are expressions as well; YAML has read them already.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


Expression = Annotated[
    str,
    BeforeValidator(_expression),
    Field(min_length=1, max_length=4096),
    WithJsonSchema({"type": ["string", "boolean", "number"], "minLength": 1, "maxLength": 4096}),
]


def _pause(value: object) -> object:
    if value == "approval":
        return value
    seconds = _duration(value)
    if isinstance(seconds, float) and seconds > LONGEST:
        raise ValueError(t("a wait lasts at most 7 days"))
    return seconds


Wait = Annotated[
    float | Literal["approval"],
    BeforeValidator(_pause),
    WithJsonSchema({"anyOf": [{"const": "approval"}, *_DURATION_SCHEMA]}),
]


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


LONGEST_NAME = 120


def _both(value: object) -> object:
    """A name that is one text is the same in both languages."""
    if isinstance(value, str):
        return {"en": value, "de": value}
    if value is None or isinstance(value, dict | Words):
        return value
    raise ValueError(t("a name is a text, or one in each language: en, de"))


def _short(words: Words | None) -> Words | None:
    if words is not None and max(len(words.en), len(words.de)) > LONGEST_NAME:
        raise ValueError(t("a name has at most {limit} characters", limit=LONGEST_NAME))
    return words


Label = Annotated[
    Words | None,
    BeforeValidator(_both, json_schema_input_type=Words | Annotated[str, Field(min_length=1)] | None),
    AfterValidator(_short),
]
"""A name for people: one text, or one in each language."""


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

    name: Label = Field(
        default=None, description="Name for people: a text, or one in each language (`en`, `de`)."
    )
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
    with_: dict[str, JsonValue] = Field(default={}, alias="with", description="Its parameters.")
    on: Link | None = Field(default=None, description="Another device than the task's own.")
    save_as: Name | None = Field(default=None, description="Keep the result under this name.")
    timeout: Duration | None = Field(
        default=None, description="Time limit of one call; the capability's own by default."
    )
    retry: Retry | None = None
    optional: Truth = Field(
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

    say: Words = Field(description="The sentence.")


class Block(Repeated):
    """Steps that belong together."""

    block: list[AnyStep] = Field(min_length=1, description="The steps.")
    rescue: list[AnyStep] = Field(
        default=[], description="When a step of the block failed; `error` tells what."
    )
    always: list[AnyStep] = Field(default=[], description="In any case, also when the run is cancelled.")


class Play(Step):
    """Another playbook's steps, on the same device."""

    play: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64, description="Its id.")
    inputs: dict[Name, JsonValue] = Field(default={}, description="Its inputs; may hold `{{ expression }}`.")


class Pause(Step):
    """Wait for a time, or for a second person."""

    wait: Wait = Field(description="A duration, or `approval`.")


class Visit(Step):
    """Put a line on the list for the manager's next visit."""

    visit: Words = Field(description="What is to be done there.")


_KEYS = ("do", "check", "say", "block", "play", "wait", "visit")


def step_kind(value: object) -> str | None:
    """Which kind of step this is: the one keyword it has."""
    if isinstance(value, dict):
        found = [key for key in _KEYS if key in value]
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

    type: Literal["text", "integer", "number", "boolean", "choice", "secret"] = Field(
        default="text", description="A secret is given as a secret:// reference only."
    )
    title: Words | None = Field(default=None, description="What people are asked.")
    default: str | int | float | bool | None = Field(
        default=None, description="Taken where nothing is given."
    )
    required: Truth = Field(default=False, description="Whether it must be given.")
    minimum: float | None = Field(default=None, description="Smallest number.")
    maximum: float | None = Field(default=None, description="Biggest number.")
    max_length: int = Field(default=500, ge=1, le=10_000, description="Longest text, in characters.")
    choices: list[str] = Field(default=[], description="What a choice may be.")


class Targets(Part):
    """Which devices the playbook is for."""

    kind: list[str] = Field(default=[], description="Kinds of device; empty for any.")
    select: str = Field(default="", description="A selector that targets must match as well.")
    unable: Literal["fail", "skip"] = Field(
        default="fail",
        description="Devices whose driver cannot do it: the run ends as failed for them, or just leaves them out.",
    )


class Stop(Part):
    """When to stop taking further devices."""

    failures: int | None = Field(default=None, ge=1, description="After so many failed devices.")
    percent: float | None = Field(
        default=None, gt=0, le=100, description="After this share of failed devices."
    )


_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")


def _batch(value: object) -> object:
    if isinstance(value, str):
        match = _PERCENT.fullmatch(value.strip())
        if match is None:
            raise ValueError(t("a batch is a number of devices, or a share of them such as 10%"))
        if not 0 < float(match[1]) <= 100:
            raise ValueError(t("a share is more than 0 % and at most 100 %"))
        return f"{float(match[1]):g}%"
    return value


_BATCH_SCHEMA: list[JsonValue] = [
    {"type": "integer", "minimum": 1},
    {"type": "string", "pattern": r"^\s*\d{1,3}(\.\d+)?\s*%\s*$"},
]
Batch = Annotated[
    Annotated[int, Field(ge=1, strict=True)] | str,
    BeforeValidator(_batch),
    WithJsonSchema({"anyOf": _BATCH_SCHEMA}),
]
"""Devices, as a number or as a share of the run's."""


def _batches(value: object) -> object:
    return [value] if isinstance(value, int | str) and not isinstance(value, bool) else value


class Strategy(Part):
    """How many devices at once."""

    at_once: int = Field(default=50, ge=1, le=1000, description="Devices at the same time.")
    per_site: int = Field(default=10, ge=1, le=1000, description="Of one site at the same time.")
    canary: int = Field(
        default=0, ge=0, description="So many devices first; the rest only when all of them went well."
    )
    batches: Annotated[
        list[Batch],
        BeforeValidator(_batches),
        Field(max_length=50),
        WithJsonSchema(
            {
                "anyOf": [
                    *_BATCH_SCHEMA,
                    {"type": "array", "items": {"anyOf": _BATCH_SCHEMA}, "maxItems": 50},
                ]
            }
        ),
    ] = Field(
        default=[],
        description="Sizes of batches, as numbers or shares such as 10%; the last one repeats. The next batch "
        "begins when every device of the one before has ended.",
    )
    batch_wait: Duration = Field(
        default=3600.0,
        description="So long after it has begun, a batch does not wait any more for devices that only wait.",
    )
    stop: Stop | None = Field(
        default=None, description="When to take no further devices; judged for each batch, too."
    )


class TicketRule(Part):
    """What becomes of the ticket."""

    solved: Truth = Field(
        default=False, description="Set it to solved when every device is done and every check holds."
    )


class Playbook(Part):
    """A playbook."""

    pedell: Literal[1] = Field(description="Version of this format.")
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64, description="Its name in commands.")
    title: Words = Field(description="One line for people.")
    description: Words = Field(description="What it does, for whom, and what it leaves alone.")
    targets: Targets = Field(default=Targets(), description="Which devices it is for.")
    inputs: dict[Name, Input] = Field(default={}, description="What may be given to it.")
    strategy: Strategy = Field(default=Strategy(), description="How many devices at once.")
    window: Literal["anytime", "lessons", "breaks", "night", "holidays"] = Field(
        default="anytime", description="When it may run."
    )
    ticket: TicketRule = Field(default=TicketRule(), description="What becomes of the ticket.")
    steps: list[AnyStep] = Field(min_length=1, max_length=200, description="What is done, in this order.")

    @model_validator(mode="after")
    def _choices(self) -> Playbook:
        for name, item in self.inputs.items():
            if item.type == "choice" and not item.choices:
                raise ValueError(t("the input {name} is a choice without choices", name=name))
        return self


Block.model_rebuild()
Playbook.model_rebuild()
