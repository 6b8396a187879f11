"""Where a ticket's trouble is: the devices and rooms that it names, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pedell.errors import NotFoundError
from pedell.inventory.repository import Inventory
from pedell.inventory.rows import DeviceFacts, RoomMatch
from pedell.inventory.selectors import AllOf, Match
from pedell.inventory.selectors import Selector as Written
from pedell.tickets.model import Json
from pedell.tickets.reasons import Reason, reason
from pedell.tickets.words import spoken

Stored = Mapping[str, Json]
MOST = 5
"""So many places and sites are enough."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
_NAMES = 60
_DEVICES = 500


@dataclass(frozen=True)
class Wording:
    """What a ticket is about to say."""

    title: str
    body: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where it is: how a selector says it, which kinds are there, and why we think so."""

    tests: tuple[Match, ...]
    devices: tuple[DeviceFacts, ...]
    words: str
    why: Stored

    @property
    def is_device(self) -> bool:
        """Whether one device was named, not a room."""
        return self.tests[0].key == "name"

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of device that are there."""
        return frozenset(device.kind for device in self.devices)


class Whereabouts:
    """Finds places in an inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def of(self, connection: Connection, ticket: Wording) -> tuple[list[Place], list[Stored]]:
        """Devices that are named count more than rooms; the sender's hints count more than the text."""
        remarks: list[Stored] = []
        site = ""
        if hint := ticket.hints.get("site", ""):
            try:
                site = self._inventory.site(connection, hint).slug
            except NotFoundError:
                remarks.append(reason(Reason.NO_SUCH_SITE, site=hint))
        text = spoken(f"{ticket.title}\n{ticket.body}")
        device = self._called(connection, _NAME.findall(ticket.hints.get("device", "")))
        device = device or self._called(connection, _likely(text))
        if device:
            return [_device(each) for each in device[:MOST]], remarks
        rooms: Sequence[RoomMatch] = ()
        hint = ticket.hints.get("room", "")
        if hint:
            rooms = self._inventory.find_rooms(connection, f"Raum {hint}\n", site)
            if not rooms:
                remarks.append(reason(Reason.NO_SUCH_ROOM, room=hint))
        if not rooms:
            rooms = self._inventory.find_rooms(connection, text, site)
        places = []
        for name, same in _by_name(rooms):
            if len(same) > 1:
                sites = ", ".join(each.site for each in same[:MOST]) + (" …" if len(same) > MOST else "")
                remarks.append(reason(Reason.AMBIGUOUS, room=name, sites=sites))
                continue
            places.append(self._room(connection, same[0]))
        if not rooms and not remarks:
            remarks.append(reason(Reason.NO_PLACE))
        return places, remarks

    def _room(self, connection: Connection, room: RoomMatch) -> Place:
        tests = (Match("site", "=", (_literal(room.site),)), Match("room", "=", (_literal(room.room),)))
        devices = self._inventory.devices(connection, str(Written(AllOf(tests))), limit=_DEVICES)
        why = reason(Reason.ROOM, room=room.room, site=room.site_name or room.site)
        return Place(tests, tuple(devices), room.room, why)

    def _called(self, connection: Connection, names: Sequence[str]) -> Sequence[DeviceFacts]:
        if not names:
            return ()
        test = Match("name", "=", tuple(map(_literal, names[:_NAMES])))
        return self._inventory.devices(connection, str(Written(test)), limit=_DEVICES)


def _likely(text: str) -> list[str]:
    """Words that may be names of devices: they have a digit or a dash, else they are ordinary words."""
    words = dict.fromkeys(word.rstrip(".") for word in _NAME.findall(text))
    return [word for word in words if any(c.isdigit() or c in "-_." for c in word)]


def _by_name(rooms: Sequence[RoomMatch]) -> Iterator[tuple[str, list[RoomMatch]]]:
    names: dict[str, list[RoomMatch]] = {}
    for room in rooms:
        names.setdefault(room.room.casefold(), []).append(room)
    for same in names.values():
        yield same[0].room, same


def _device(device: DeviceFacts) -> Place:
    return Place(
        (Match("name", "=", (_literal(device.name),)),),
        (device,),
        device.name,
        reason(Reason.DEVICE, device=device.name),
    )


def _literal(text: str) -> str:
    """A value of a selector that means just this text."""
    return re.sub(r"([*?\\])", r"\\\1", text)
