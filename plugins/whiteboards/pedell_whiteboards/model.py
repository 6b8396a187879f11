"""What a display tells and takes, in words that know no vendor."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pedell.drivers.api import Params, Result

INPUT_NAME = r"^[a-z][a-z0-9-]{0,31}$"
"""Plain names of inputs, such as hdmi1, displayport2, usb-c, ops, whiteboard."""


class Power(StrEnum):
    """What the panel or lamp does."""

    ON = "on"
    STANDBY = "standby"
    WARMING = "warming"
    """Switched on, not ready yet."""
    COOLING = "cooling"
    """Switched off, not ready to be switched on again yet."""


class Severity(StrEnum):
    """How bad a fault is."""

    WARNING = "warning"
    ERROR = "error"


class Fault(Result):
    """One fault that the device reports."""

    part: str = Field(description="What is concerned: fan, lamp, temperature, cover, filter, signal, other.")
    severity: Severity


class Status(Result):
    """What a display shows and reports; none where it cannot tell, or cannot tell in this state."""

    power: Power
    input: str | None = Field(default=None, description="Plain name of the input shown.")
    volume: int | None = Field(default=None, ge=0, le=100, description="Loudness, 0 to 100.")
    muted: bool | None = Field(default=None, description="Whether the sound is off.")
    blank: bool | None = Field(default=None, description="Whether the picture is off.")
    frozen: bool | None = Field(default=None, description="Whether the picture stands still.")
    controls_locked: bool | None = Field(
        default=None, description="Whether keys or remote control are locked."
    )
    touch_locked: bool | None = Field(default=None, description="Whether touching does nothing.")
    signal: bool | None = Field(default=None, description="Whether the input has a signal.")
    cable: bool | None = Field(default=None, description="Whether something is plugged into the input.")
    hours: int | None = Field(default=None, ge=0, description="Hours that the panel or oldest lamp was on.")
    lamp_hours: tuple[int, ...] = Field(default=(), description="Hours of each lamp, where it has lamps.")
    filter_hours: int | None = Field(default=None, ge=0, description="Hours that the filter was used.")
    temperature: float | None = Field(default=None, description="Degrees Celsius inside.")
    off_reason: str | None = Field(
        default=None,
        description="Why it is off, in one word: remote, network, timer, idle, no-signal, mains, heat, fault, other.",
    )
    faults: tuple[Fault, ...] = Field(default=(), description="Faults that the device reports.")


class DeviceInfo(Result):
    """Who a display is; empty where it cannot tell."""

    manufacturer: str = ""
    model: str = ""
    name: str = Field(default="", description="Name given to the device.")
    serial: str = ""
    mac: str = ""
    firmware: str = ""
    protocol: str = Field(default="", description="Protocol and version, such as PJLink class 2.")
    inputs: tuple[str, ...] = Field(default=(), description="Plain names of the inputs it can show.")


class SelectInput(Params):
    """Which input to show."""

    input: str = Field(pattern=INPUT_NAME, description="Plain name, such as hdmi1, ops, usb-c, whiteboard.")


class SetVolume(Params):
    """How loud."""

    volume: int = Field(ge=0, le=100, description="Loudness, 0 to 100.")


class NetworkStandby(Params):
    """Whether the display stays reachable by network while it is off."""

    enabled: bool = Field(default=True, description="Stay reachable in standby.")
