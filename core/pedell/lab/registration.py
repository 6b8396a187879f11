"""Puts the virtual school into the inventory, by the same import that real schools take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pedell.lab.school import Device, School
from pedell.lab.stage import Role, Stage
from pedell.service.door import Service

SOURCE = "lab"


def document(school: School, stage: Stage) -> dict[str, Any]:
    """Sites, controllers and devices with the addresses they answer at."""
    rooms = [room.model_dump() for room in school.rooms]
    played = [device for role in stage.roles.values() for device in role.played.devices]
    # A link to a device whose simulator is missing would lead nowhere.
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
    row = device.part.model_dump(exclude={"plays", "ssh"})
    links = [link for link in row.pop("links") if link["to"] in names]
    return row | {"site": device.site, "links": links, "tags": [*row["tags"], SOURCE], "state": "active"}


def register(service: Service, school: School, stage: Stage) -> None:
    """Import the school with source `lab`; what the inventory does not take becomes a warning of the stage."""
    # JSON is YAML, and written faster.
    text = json.dumps(document(school, stage), ensure_ascii=False, indent=1)
    plan = service.inventory.import_text(text, name=SOURCE, source=SOURCE)
    stage.warnings += [str(finding) for finding in plan.findings]
    for role in stage.roles.values():
        if any(device.part.ssh for device in role.played.devices):
            host, _, port = role.address.rpartition(":")
            # The simulator of another day had another key.
            service.inventory.pin_key(host, int(port), replace=True)
