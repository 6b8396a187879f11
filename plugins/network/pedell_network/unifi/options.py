"""Settings of a UniFi controller, and of a switch or access point behind it."""

from __future__ import annotations

from typing import Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from pedell.drivers.api import ControllerLimits, DeviceError, ErrorClass, Options, Target

LIMITS = ControllerLimits(connections=4)
"""Ubiquiti names no limit; consoles for some hundred devices are small computers."""
_REFERENCE = r"^(secret://\S+)?$"


class ControllerOptions(Options):
    """`options:` of the controller."""

    username: str = Field(default="", max_length=200, description="A local account, not one of ui.com.")
    password: str = Field(
        default="", pattern=_REFERENCE, description="secret:// reference to the account's password."
    )
    api_key: str = Field(
        default="", pattern=_REFERENCE, description="secret:// reference to an API key; UniFi OS only."
    )
    kind: Literal["auto", "unifi-os", "classic"] = Field(
        default="auto", description="What the controller is; auto asks it."
    )
    site: str = Field(
        default="default",
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="The site's short id, as it stands in the address of the controller's pages.",
    )
    ca_file: str = Field(
        default="", description="PEM file of the authority that signed the controller's certificate."
    )
    fingerprint: str = Field(default="", description="SHA-256 of the one certificate to accept, hexadecimal.")

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if bool(self.api_key) == bool(self.username):
            raise ValueError("give either username and password, or api_key")
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password belong together")
        if self.api_key and self.kind == "classic":
            raise ValueError("only UniFi OS knows API keys")
        return self


class UnifiOptions(Options):
    """`options:` of the switch or access point."""

    site: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,64}$",
        description="The site's short id; the controller's without it.",
    )
    fresh_within: float = Field(
        default=60.0,
        ge=0.2,
        le=100,
        description="Seconds until the switch must have reported after a change.",
    )
    protected_ports: list[str] = Field(default=[], description="Ports that nothing is done to unless forced.")
    max_addresses: int = Field(
        default=8, ge=1, le=10_000, description="With more addresses behind it a port counts as an uplink."
    )


O = TypeVar("O", bound=Options)  # noqa: E741


def device_options(target: Target) -> UnifiOptions:
    """The device's own options; raises PRECONDITION that says what to mend."""
    return _checked(UnifiOptions, dict(target.options), target.name)


def controller_options(target: Target) -> ControllerOptions:
    """The controller's options; raises PRECONDITION that says what to mend."""
    if target.controller is None:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{target.name}: it is reached through its UniFi controller",
            hint="name the controller in the inventory",
        )
    return _checked(
        ControllerOptions, dict(target.controller.options), f"controller {target.controller.name}"
    )


def mac_of(target: Target) -> str:
    """The device's MAC address as the controller writes it; raises PRECONDITION where it is none."""
    digits = "".join(c for c in (target.address or target.mac).lower() if c not in ".:- ")
    if len(digits) != 12 or set(digits) - set("0123456789abcdef"):
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{target.name}: {target.address!r} is not a MAC address",
            hint="devices behind a UniFi controller are addressed by their MAC address",
        )
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def _checked(kind: type[O], values: dict[str, object], who: str) -> O:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        # The values stay out of the message: one may be a secret in the wrong place.
        wrong = "; ".join(
            ": ".join(part for part in (".".join(map(str, item["loc"])), item["msg"]) if part)
            for item in error.errors(include_url=False, include_input=False)
        )
        raise DeviceError(
            ErrorClass.PRECONDITION, f"options of {who}: {wrong}", hint="correct the inventory"
        ) from None
