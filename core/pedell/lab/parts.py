"""What a school's file may say. The texts may hold placeholders, see `pedell.lab.school`."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoomPart(_Part):
    """A room of every site."""

    name: str
    title: str = ""


class LinkPart(_Part):
    """What a device hangs on: `kind` such as `uplink`, `to` a device, `detail` such as the port."""

    kind: str
    to: str
    detail: str = ""


class DevicePart(_Part):
    """A device of every site, as the inventory is to know it.

    `plays` is what a controller's simulator is told about it; `ssh` that its host key is to be pinned.
    """

    name: str
    kind: str
    driver: str
    room: str = ""
    model: str = ""
    serial: str = "{serial}"
    mac: str = ""
    tags: tuple[str, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict)
    links: tuple[LinkPart, ...] = ()
    plays: dict[str, Any] = Field(default_factory=dict)
    ssh: bool = False


class SimulatorPart(_Part):
    """One simulator: a device, or a controller with the devices behind it.

    `devices_as` names the setting in which a controller's simulator takes what its devices play.
    """

    simulator: str
    settings: dict[str, Any] = Field(default_factory=dict)
    device: DevicePart | None = None
    controller: dict[str, Any] | None = None
    devices: tuple[DevicePart, ...] = ()
    devices_as: str = "devices"

    @model_validator(mode="after")
    def _somebody_is_played(self) -> Self:
        if (self.device is None) == (self.controller is None):
            raise ValueError("either a device or a controller is played")
        if self.controller is not None and not isinstance(self.controller.get("name"), str):
            raise ValueError("the controller needs a name")
        return self


class SitePart(_Part):
    """The first site by name, and the pattern of all others."""

    slug: str
    site: str
    name: str
    campus: str = ""


class SchoolFile(_Part):
    """The whole file. `first` stands at the first site only; `city` are simulators whose devices stand at every site."""

    site: SitePart
    others: SitePart
    rooms: tuple[RoomPart, ...]
    simulators: tuple[SimulatorPart, ...]
    first: tuple[SimulatorPart, ...] = ()
    city: tuple[SimulatorPart, ...] = ()
