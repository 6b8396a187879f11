"""A device's options from the inventory, checked where a conversation begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import Field, ValidationError, field_validator

from pedell.drivers.api import DeviceError, ErrorClass, Options, Target
from pedell_whiteboards.contract import CONTRACT
from pedell_whiteboards.inputs import check_inputs

REFERENCE = r"^(secret://\S+)?$"
"""Secrets stand in options only as references."""
BROADCAST = r"^(off|\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?)?$"
VERBS = tuple(capability.name.removeprefix("display.") for capability in CONTRACT.capabilities)

SomeOptions = TypeVar("SomeOptions", bound=Options)


class PanelOptions(Options):
    """Options of every display on a line. A driver adds its own and may give others of these defaults.

    What differs between models stands here and not in code: a profile in `models.yaml` fills in what the device's
    options leave open.
    """

    input_code: ClassVar[str] = r"[0-9a-z]{1,16}"
    """Pattern of the protocol's codes of inputs, in lower case."""

    answer_time: float = Field(default=3.0, gt=0, le=60, description="Seconds that an answer may take.")
    pause: float = Field(default=0.1, ge=0, le=10, description="Seconds between two commands.")
    connect_time: float = Field(default=10.0, gt=0, le=60, description="Seconds that connecting may take.")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="TCP port where the address names none."
    )
    baud: int | None = Field(
        default=None, ge=300, le=921_600, description="Bits a second where a serial line's address says none."
    )
    inputs: Mapping[str, str] = Field(
        default={}, description="Plain names and codes of inputs, before the protocol's usual ones."
    )
    other_inputs: bool = Field(default=True, description="Whether the protocol's usual names count, too.")
    can: Mapping[str, bool] = Field(
        default={}, description="What this display can and cannot do, such as {freeze: false, mute: true}."
    )
    own_restart: bool = Field(
        default=True, description="Whether it knows a restart of its own; else off, wait, on."
    )
    settle: float = Field(
        default=15.0, ge=0, le=300, description="Seconds that the network is gone after switching on."
    )
    limit: float = Field(default=300.0, gt=0, le=1800, description="Seconds that switching may take.")
    wake: str = Field(
        default="",
        pattern=BROADCAST,
        description="Broadcast address for Wake-on-LAN (10.4.2.255, with :port where it is not 9); 'off' for never.",
    )
    wake_mac: str = Field(
        default="",
        pattern=r"^([0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5})?$",
        description="MAC address to wake, where it is not the inventory's.",
    )
    gone_when_off: bool = Field(
        default=False, description="Whether it is not reachable by network while it is off."
    )

    @field_validator("inputs")
    @classmethod
    def _codes(cls, inputs: Mapping[str, str]) -> Mapping[str, str]:
        return check_inputs(inputs, cls.input_code)

    @field_validator("can")
    @classmethod
    def _verbs(cls, can: Mapping[str, bool]) -> Mapping[str, bool]:
        for verb in can:
            if verb not in VERBS:
                raise ValueError(f"{verb!r} is not one of {', '.join(VERBS)}")
        return dict(can)


class ChainOptions(PanelOptions):
    """Options of displays that several share one line, told apart by a number."""

    display: int = Field(default=1, ge=0, le=255, description="Display id, as in its menu.")


def read_options(
    kind: type[SomeOptions], target: Target, given: Mapping[str, Any] | None = None
) -> SomeOptions:
    """The typed options; DeviceError(PRECONDITION) names each wrong one, never its value.

    `given` are the options where they are more than the target's own.
    """
    try:
        return kind.model_validate(dict(target.options if given is None else given))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"the options of {target.name} cannot be used: {wrong}"[:500],
            hint=f"known options: {', '.join(sorted(kind.model_fields))}",
        ) from None
