"""Puts the virtual school into the inventory, by the same import that real schools take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pedell.lab.place import Place, write_private
from pedell.lab.school import Device, School
from pedell.lab.stage import Role, Stage
from pedell.service.door import Service

SOURCE = "lab"


def document(school: School, stage: Stage) -> dict[str, Any]:
    """Sites, controllers and devices with the addresses they answer at."""
    rooms = [room.model_dump() for room in school.rooms]
    played = [device for role in stage.roles.values() for device in role.played.devices]
    names = {device.part.name for device in played}
    return {
        "sites": [
            {"slug": site.slug, "name": site.name, "campus": site.campus, "rooms": rooms}
            for site in school.sites
        ],
        "controllers": [
            {**role.played.controller, "address": role.address}
            for role in stage.roles.values()
            if role.played.controller is not None
        ],
        "devices": [row for role in stage.roles.values() for row in _devices(role, names)],
    }


def _devices(role: Role, names: set[str]) -> Iterator[dict[str, Any]]:
    for device in role.played.devices:
        row = _device(device, names)
        if role.played.controller is None:
            yield row | {"address": role.address}
        else:
            yield row | {"controller": role.played.controller["name"]}


def _device(device: Device, names: set[str]) -> dict[str, Any]:
    row = device.part.model_dump()
    # A link to a device whose simulator is missing would lead nowhere.
    links = [link for link in row.pop("links") if link["to"] in names]
    return row | {"site": device.site, "links": links, "tags": [*row["tags"], SOURCE]}


def register(service: Service, school: School, stage: Stage, place: Place) -> None:
    """Import the school with source `lab`; raises InventoryError where the inventory does not take it."""
    path = place.folder / "inventory.yaml"
    # JSON is YAML, and written faster.
    write_private(path, json.dumps(document(school, stage), ensure_ascii=False, indent=1))
    service.inventory.take([path], source=SOURCE)
