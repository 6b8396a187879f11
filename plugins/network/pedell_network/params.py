"""What the family's capabilities take."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pedell.drivers.api import Params

PortName = Field(
    min_length=1,
    max_length=64,
    pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./:_@-]*$",
    description="Port, as the switch or a person writes it: Gi1/0/5, GigabitEthernet 1/0/5, swp5.",
)


class Port(Params):
    """One port."""

    port: str = PortName


class PortChange(Port):
    """A port that something is done to."""

    force: bool = Field(
        default=False,
        description="Also where a guard refuses: trunk, switch behind it, many addresses, our own way in.",
    )
    reason: str = Field(default="", max_length=300, description="Why it is forced; asked for with force.")

    @model_validator(mode="after")
    def _why(self) -> Self:
        if self.force and not self.reason.strip():
            raise ValueError("force needs a reason")
        return self


class PortEnable(Port):
    """A port that is switched on; `network.port_restart` is completed so."""

    link_within: float = Field(default=20, ge=0, le=45, description="Seconds to wait for the link at most.")


class PortRestart(PortChange):
    """A port that is switched off and on."""

    pause: float = Field(default=5, ge=0.5, le=30, description="Seconds between off and on.")
    link_within: float = Field(default=20, ge=0, le=45, description="Seconds to wait for the link at most.")


class PoeCycle(PortRestart):
    """A port whose power is switched off and on."""

    access_point: str = Field(
        default="", max_length=128, description="Refuse unless the neighbour on this port has this name."
    )


class FindMac(Params):
    """What to look for: an address, or the name that a neighbour announces."""

    mac: str = Field(default="", max_length=32, description="MAC address in any usual spelling.")
    neighbour: str = Field(default="", max_length=128, description="System name that LLDP tells.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.mac) == bool(self.neighbour):
            raise ValueError("give either mac or neighbour")
        digits = [c for c in self.mac.lower() if c not in ".:- "]
        if self.mac and (len(digits) != 12 or any(c not in "0123456789abcdef" for c in digits)):
            raise ValueError("mac is not a MAC address")
        return self


class AccessVlan(PortChange):
    """A port and its new VLAN."""

    vlan: int = Field(ge=1, le=4094, description="VLAN's number.")
    save: bool = Field(
        default=False, description="Save the configuration after it, if there were no other unsaved changes."
    )


class SaveConfig(Params):
    """Whether somebody's unsaved changes may be saved along."""

    unsaved: Literal["refuse", "save"] = Field(
        default="refuse",
        description="When the running configuration differs from the saved one: refuse, or save it.",
    )


class RestartDevice(Params):
    """What becomes of unsaved changes, which a restart loses."""

    unsaved: Literal["refuse", "discard", "save"] = Field(
        default="refuse", description="When there are unsaved changes: refuse, lose them, or save them first."
    )
    within: float = Field(default=900, ge=30, le=3600, description="Seconds until the switch must be back.")
