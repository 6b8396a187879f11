"""Intake: from a ticket's words to a playbook and its devices, with reasons. It proposes; it runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from pedell.errors import NotFoundError, PedellError
from pedell.inventory.selectors import AllOf, Match
from pedell.inventory.selectors import Selector as Written
from pedell.tickets.model import Json
from pedell.tickets.reasons import Reason, reason
from pedell.tickets.rules import Rule, Rules
from pedell.tickets.words import Heard, Phrase

Stored = Mapping[str, Json]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
_NAMES = 60
_DEVICES = 500
_KINDS = 12
TITLE_BONUS = 10
DEVICE_BONUS = 10
MOST = 5
"""So many proposals for one ticket are enough."""


class Told(Protocol):
    """What somebody said: a ticket, or one that is about to be made."""

    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def hints(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Wording:
    """What a ticket is about to say."""

    title: str
    body: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)


class RoomFound(Protocol):
    """A room that a text names."""

    @property
    def site(self) -> str: ...
    @property
    def site_name(self) -> str: ...
    @property
    def room(self) -> str: ...


class DeviceFound(Protocol):
    """A device of the inventory."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


class SiteFound(Protocol):
    """A site of the inventory."""

    @property
    def slug(self) -> str: ...


class Places(Protocol):
    """What intake asks of the inventory."""

    def find_rooms(self, connection: Connection, text: str, site_slug: str = "") -> Sequence[RoomFound]:
        """Rooms that a text names."""

    def site(self, connection: Connection, reference: str) -> SiteFound:
        """The site of that name; raises NotFoundError."""

    def devices(
        self, connection: Connection, selector: str, *, limit: int | None = None
    ) -> Sequence[DeviceFound]:
        """Devices that are meant, without the retired ones."""


@dataclass(frozen=True)
class PlaybookFacts:
    """What intake asks of a playbook: kinds it is for (empty: any), and whether it merely reads."""

    kinds: frozenset[str]
    reads_only: bool


Playbooks = Callable[[str], PlaybookFacts]
"""Facts about a playbook by id; raises PedellError where it cannot be used."""


@dataclass(frozen=True)
class Suggestion:
    """One run that fits the ticket; `auto` only where the rule says so and the playbook merely reads."""

    rule: str
    playbook: str
    selector: str
    score: int
    auto: bool
    inputs: Mapping[str, Json] = field(default_factory=dict)
    reasons: tuple[Stored, ...] = ()


@dataclass(frozen=True)
class Considered:
    """What intake makes of a ticket: suggestions, the best first, and what else is to be said."""

    suggestions: tuple[Suggestion, ...] = ()
    remarks: tuple[Stored, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where it is: how a selector says it, which kinds are there, and why we think so."""

    tests: tuple[Match, ...]
    devices: tuple[DeviceFound, ...]
    words: str
    why: Stored

    @property
    def is_device(self) -> bool:
        """Whether one device was named, not a room."""
        return self.tests[0].key == "name"

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(device.kind for device in self.devices)


class Intake:
    """Considers tickets by rules, inventory and playbooks."""

    def __init__(self, rules: Rules, places: Places, playbooks: Playbooks) -> None:
        self._rules = rules
        self._places = places
        self._playbooks = playbooks

    def consider(self, connection: Connection, ticket: Told) -> Considered:
        """What fits the ticket; only reads, so that no lock is held while it thinks."""
        symptom = ticket.hints.get("symptom", "")
        title, whole = (
            Heard.of(f"{ticket.title}\n{symptom}"),
            Heard.of(f"{ticket.title}\n{symptom}\n{ticket.body}"),
        )
        over = whole.first(self._rules.over)
        if over is not None:
            return Considered(remarks=(reason(Reason.OVER, phrase=over.shown),))
        places, remarks = self._where(connection, ticket)
        named = whole.named(self._rules.devices)
        named |= {device.kind for place in places if place.is_device for device in place.devices}
        fitting = [(rule, phrase) for rule in self._rules.rules if (phrase := _fits(rule, whole, named))]
        if not fitting:
            return Considered(remarks=(reason(Reason.NO_SYMPTOM), *remarks))
        found: list[Suggestion] = []
        for rule, phrase in fitting:
            bonus = TITLE_BONUS if _fits(rule, title, named) else 0
            for place in places:
                made = self._suggest(rule, phrase, place, named, bonus)
                if isinstance(made, Suggestion):
                    found.append(made)
                elif made not in remarks:
                    remarks.append(made)
        found.sort(key=lambda each: -each.score)
        # Two rules that propose the same say it once, by the better one.
        best = {(each.playbook, each.selector): each for each in reversed(found)}
        kept = [each for each in found if best[each.playbook, each.selector] is each]
        if kept:  # what fits elsewhere is of no interest then
            remarks = [each for each in remarks if each["code"] != Reason.NO_SUCH_KIND]
        return Considered(tuple(kept[:MOST]), tuple(remarks))

    def _suggest(
        self, rule: Rule, phrase: Phrase, place: _Place, named: Collection[str], bonus: int
    ) -> Suggestion | Stored:
        try:
            playbook = self._playbooks(rule.playbook)
        except PedellError as error:
            return reason(Reason.NO_PLAYBOOK, rule=rule.id, playbook=rule.playbook, error=error.message)
        wanted = frozenset(rule.kinds) or place.kinds
        if playbook.kinds:
            wanted &= playbook.kinds
        # What the ticket speaks of counts, where the rule is about it at all.
        there = (wanted & frozenset(named) or wanted) & place.kinds
        if not there:
            kinds = ", ".join(sorted(wanted)) or "device"
            return reason(
                Reason.NO_SUCH_KIND, en=rule.title.en, de=rule.title.de, kinds=kinds, place=place.words
            )
        tests = place.tests
        if not place.is_device and there != place.kinds:
            tests = (*tests, Match("kind", "=", tuple(sorted(there))))
        names = [device.name for device in place.devices if device.kind in there]
        shown = ", ".join(names[:_KINDS]) + (" …" if len(names) > _KINDS else "")
        why = [
            reason(Reason.RULE, en=rule.title.en, de=rule.title.de, phrase=phrase.shown),
            place.why,
            reason(Reason.KINDS, devices=shown),
        ]
        auto = rule.auto and playbook.reads_only
        if rule.auto and not auto:
            why.append(reason(Reason.AUTO_REFUSED))
        score = rule.weight + bonus + (DEVICE_BONUS if there & frozenset(named) else 0)
        return Suggestion(
            rule.id, rule.playbook, str(Written(AllOf(tests))), score, auto, rule.inputs, tuple(why)
        )

    def _where(self, connection: Connection, ticket: Told) -> tuple[list[_Place], list[Stored]]:
        """Devices that are named count more than rooms; the sender's hints count more than the text."""
        remarks: list[Stored] = []
        site = ""
        if hint := ticket.hints.get("site", ""):
            try:
                site = self._places.site(connection, hint).slug
            except NotFoundError:
                remarks.append(reason(Reason.NO_SUCH_SITE, site=hint))
        text = f"{ticket.title}\n{ticket.body}"
        device = self._called(connection, _NAME.findall(ticket.hints.get("device", "")))
        device = device or self._called(connection, _likely(text))
        if device:
            return [_device(each) for each in device[:MOST]], remarks
        rooms: Sequence[RoomFound] = ()
        hint = ticket.hints.get("room", "")
        if hint:
            rooms = self._places.find_rooms(connection, f"Raum {hint}\n", site)
            if not rooms:
                remarks.append(reason(Reason.NO_SUCH_ROOM, room=hint))
        if not rooms:
            rooms = self._places.find_rooms(connection, text, site)
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

    def _room(self, connection: Connection, room: RoomFound) -> _Place:
        tests = (Match("site", "=", (_literal(room.site),)), Match("room", "=", (_literal(room.room),)))
        devices = self._places.devices(connection, str(Written(AllOf(tests))), limit=_DEVICES)
        why = reason(Reason.ROOM, room=room.room, site=room.site_name or room.site)
        return _Place(tests, tuple(devices), room.room, why)

    def _called(self, connection: Connection, names: Sequence[str]) -> Sequence[DeviceFound]:
        if not names:
            return ()
        test = Match("name", "=", tuple(map(_literal, names[:_NAMES])))
        return self._places.devices(connection, str(Written(test)), limit=_DEVICES)


def _likely(text: str) -> list[str]:
    """Words that may be names of devices: they have a digit or a dash, else they are ordinary words."""
    words = dict.fromkeys(word.rstrip(".") for word in _NAME.findall(text))
    return [word for word in words if any(c.isdigit() or c in "-_." for c in word)]


def _fits(rule: Rule, heard: Heard, named: Collection[str]) -> Phrase | None:
    """The phrase by which a rule fits; None where the ticket speaks of other kinds of device only."""
    kinds = frozenset(rule.kinds)
    about = kinds & frozenset(named)
    if named and kinds and not about:
        return None
    if heard.first(rule.phrases["unless"]) is not None:
        return None
    found = heard.first(rule.phrases["symptoms"])
    return found or (heard.first(rule.phrases["with_device"]) if about else None)


def _by_name(rooms: Sequence[RoomFound]) -> Iterator[tuple[str, list[RoomFound]]]:
    names: dict[str, list[RoomFound]] = {}
    for room in rooms:
        names.setdefault(room.room.casefold(), []).append(room)
    for same in names.values():
        yield same[0].room, same


def _device(device: DeviceFound) -> _Place:
    return _Place(
        (Match("name", "=", (_literal(device.name),)),),
        (device,),
        device.name,
        reason(Reason.DEVICE, device=device.name),
    )


def _literal(text: str) -> str:
    """A value of a selector that means just this text."""
    return re.sub(r"([*?\\])", r"\\\1", text)
