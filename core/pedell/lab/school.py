"""The virtual school: which devices there are, as data.

A school is a YAML file (`school.yaml` beside this module, or one of your own). Every text in it may hold
placeholders: `{site}` (short name), `{slug}`, `{number}` (1 for the first site), and in devices `{serial}`
and `{mac}`, which are the same for a device in every school made with the same seed; `{broadcast_port}` is a UDP port of
this lab alone, for what is sent to everybody, so that labs beside each other do not wake each other's devices. A setting
`secret://file/lab-NAME` becomes a random secret: the simulator is given the secret itself, the inventory the
reference.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pedell.errors import ConfigError, Finding
from pedell.i18n import t
from pedell.lab.parts import DevicePart, RoomPart, SchoolFile, SimulatorPart
from pedell.playbooks.mistakes import plain_words

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SHIPPED = Path(__file__).parent / "school.yaml"


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


def load(path: Path = SHIPPED, *, sites: int = 1, seed: int = 1, broadcast_port: int = 47009) -> School:
    """Read a school and fill it in for so many sites; raises ConfigError that names every mistake."""
    import yaml

    text = ""
    try:
        text = path.read_text("utf-8")
        document = SchoolFile.model_validate(yaml.safe_load(text))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise ConfigError(t("{path} cannot be read: {error}", path=path, error=said)) from error
    except ValidationError as error:
        findings = [_finding(text, path, item) for item in error.errors(include_url=False)]
        raise ConfigError(
            t("mistakes in {path}: {count}", path=path, count=len(findings)), findings=findings
        ) from error
    try:
        made = tuple(_site(document, number) for number in range(1, sites + 1))
        groups: list[tuple[SimulatorPart, tuple[Site, ...]]] = [
            (part, (site,)) for site in made for part in document.simulators
        ]
        groups += [(part, made[:1]) for part in document.first]
        groups += [(part, made) for part in document.city]
        played = tuple(_play(part, where, seed, broadcast_port) for part, where in groups)
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigError(
            t("{path}: unknown placeholder {error}", path=path, error=error),
            hint="{site}, {slug}, {number}, {serial}, {mac}, {broadcast_port}",
        ) from error
    return School(made, document.rooms, played)


def _finding(text: str, path: Path, item: ErrorDetails) -> Finding:
    """A mistake in words, with its line; what is missing has the line of where it is missing."""
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in item["loc"]:
        inner = None
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            inner = node.value[part]
        if inner is None:
            break
        node = inner
    place = node.start_mark if node is not None else None
    message, hint = plain_words(".".join(str(part) for part in item["loc"]), item)
    line, column = (place.line + 1, place.column + 1) if place is not None else (None, None)
    return Finding(message, str(path), line, column, hint)


def _site(document: SchoolFile, number: int) -> Site:
    part = document.site if number == 1 else document.others
    names = {"number": number}
    short = part.site.format_map(names)
    return Site(
        number, part.slug.format_map(names), short, part.name.format_map(names), part.campus.format_map(names)
    )


def _play(part: SimulatorPart, sites: tuple[Site, ...], seed: int, broadcast_port: int) -> Played:
    devices: list[Device] = []
    names: dict[str, Any] = {}
    for site in sites:
        names = {
            "site": site.short,
            "slug": site.slug,
            "number": site.number,
            "broadcast_port": broadcast_port,
        }
        for device in part.devices if part.device is None else (part.device, *part.devices):
            own = names | _own(_fill(device.name, names), seed)
            devices.append(Device(site.slug, DevicePart.model_validate(_fill(device.model_dump(), own))))
            if device is part.device:
                # The simulator of one device may use its serial number and address.
                names = own
    settings = _fill(part.settings, names)
    if part.controller is None:
        return Played(devices[0].part.name, part.simulator, settings, None, tuple(devices))
    settings[part.devices_as] = [device.part.plays for device in devices]
    controller = _fill(part.controller, names)
    return Played(controller["name"], part.simulator, settings, controller, tuple(devices))


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
