"""The virtual school: which devices there are, as data.

A school is a YAML file (`school.yaml` beside this module, or one of your own). Every text in it may hold
placeholders: `{site}` (short name), `{slug}`, `{number}` (1 for the first site), and in devices `{serial}`
and `{mac}`, which are the same for a device in every school made with the same seed. A setting
`secret://file/lab-NAME` becomes a random secret: the simulator is given the secret itself, the inventory the
reference.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pedell.errors import ConfigError, Finding
from pedell.i18n import t

SHIPPED = Path(__file__).parent / "school.yaml"
SECRET = "secret://file/lab-"


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


class SitePart(_Part):
    """The first site by name, and the pattern of all others."""

    slug: str
    site: str
    name: str
    campus: str = ""


class SchoolFile(_Part):
    """The whole file. `city` are simulators whose devices stand at every site."""

    site: SitePart
    others: SitePart
    rooms: tuple[RoomPart, ...]
    simulators: tuple[SimulatorPart, ...]
    city: tuple[SimulatorPart, ...] = ()


@dataclass(frozen=True)
class Site:
    """One site; `short` stands in device names."""

    number: int
    slug: str
    short: str
    name: str
    campus: str


@dataclass(frozen=True)
class Device:
    """One device with its site and everything filled in."""

    site: str
    part: DevicePart


@dataclass(frozen=True)
class Played:
    """One simulator to start, and what the inventory knows of it."""

    name: str
    simulator: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    controller: Mapping[str, Any] | None = None
    devices: tuple[Device, ...] = ()


@dataclass(frozen=True)
class School:
    """Sites, rooms and simulators, complete."""

    sites: tuple[Site, ...]
    rooms: tuple[RoomPart, ...]
    played: tuple[Played, ...]


def load(path: Path = SHIPPED, *, sites: int = 1, seed: int = 1) -> School:
    """Read a school and fill it in for so many sites; raises ConfigError that names every mistake."""
    import yaml

    try:
        document = SchoolFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(t("{path} cannot be read: {error}", path=path, error=error)) from error
    except ValidationError as error:
        findings = [
            Finding(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}", source=str(path))
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise ConfigError(
            t("{path} has {count} mistakes", path=path, count=len(findings)), findings=findings
        ) from error
    made = tuple(_site(document, number) for number in range(1, sites + 1))
    played = [one for site in made for part in document.simulators for one in _play(part, (site,), seed)]
    played += [one for part in document.city for one in _play(part, made, seed)]
    return School(made, document.rooms, tuple(played))


def _site(document: SchoolFile, number: int) -> Site:
    part = document.site if number == 1 else document.others
    names = {"number": number}
    short = part.site.format_map(names)
    return Site(
        number, part.slug.format_map(names), short, part.name.format_map(names), part.campus.format_map(names)
    )


def _play(part: SimulatorPart, sites: tuple[Site, ...], seed: int) -> Iterator[Played]:
    devices: list[Device] = []
    names: dict[str, Any] = {}
    for site in sites:
        names = {"site": site.short, "slug": site.slug, "number": site.number}
        for device in (part.device, *part.devices):
            if device is not None:
                own = _own(_fill(device.name, names), seed)
                # The names of a device's own simulator may use its serial number and address.
                names = names | own if device is part.device else names
                devices.append(
                    Device(site.slug, DevicePart.model_validate(_fill(device.model_dump(), names | own)))
                )
    settings = _fill(part.settings, names)
    if part.devices:
        settings[part.devices_as] = [device.part.plays for device in devices]
    controller = _fill(part.controller, names) if part.controller is not None else None
    name = str(controller["name"]) if controller else devices[0].part.name
    yield Played(name, part.simulator, settings, controller, tuple(devices))


def _own(name: str, seed: int) -> dict[str, str]:
    chance = random.Random(f"{seed}/{name}")
    serial = "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=10))
    # 02: locally administered, so that no real device has it.
    return {"serial": serial, "mac": ":".join(f"{part:02x}" for part in (2, *chance.randbytes(5)))}


def _fill(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return value.format_map(names)
    if isinstance(value, Mapping):
        return {key: _fill(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fill(item, names) for item in value]
    return value


def secret_names(school: School) -> set[str]:
    """Names of the secrets that the school needs, without `secret://file/`."""
    found: set[str] = set()
    for played in school.played:
        _collect(played.settings, found)
        _collect(played.controller or {}, found)
        for device in played.devices:
            _collect(device.part.options, found)
    return found


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, str) and value.startswith(SECRET):
        found.add(value.removeprefix("secret://file/"))
    elif isinstance(value, Mapping):
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, found)


def reveal(value: Any, secrets: Mapping[str, str]) -> Any:
    """`value` with references to the lab's secrets replaced by the secrets, for simulators."""
    if isinstance(value, str) and value.startswith(SECRET):
        return secrets[value.removeprefix("secret://file/")]
    if isinstance(value, Mapping):
        return {key: reveal(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [reveal(item, secrets) for item in value]
    return value
