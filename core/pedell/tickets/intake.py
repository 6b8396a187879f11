"""Intake: from a ticket's words to a playbook and its devices, with reasons. It proposes; it runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pedell.errors import PedellError
from pedell.inventory.repository import Inventory
from pedell.inventory.selectors import AllOf, Match
from pedell.inventory.selectors import Selector as Written
from pedell.tickets.model import Json
from pedell.tickets.places import Place, Stored, Whereabouts, Wording
from pedell.tickets.reasons import Reason, reason
from pedell.tickets.rules import Rule, Rules
from pedell.tickets.words import Heard, Phrase

_KINDS = 12
TITLE_BONUS = 10
DEVICE_BONUS = 10
MOST = 5
"""So many proposals for one ticket are enough."""


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


class Intake:
    """Considers tickets by rules, inventory and playbooks."""

    def __init__(self, rules: Rules, inventory: Inventory, playbooks: Playbooks) -> None:
        self._rules = rules
        self._places = Whereabouts(inventory)
        self._playbooks = playbooks

    def consider(self, connection: Connection, ticket: Wording) -> Considered:
        """What fits the ticket; only reads, so that no lock is held while it thinks."""
        symptom = ticket.hints.get("symptom", "")
        title, whole = (
            Heard.of(f"{ticket.title}\n{symptom}"),
            Heard.of(f"{ticket.title}\n{symptom}\n{ticket.body}"),
        )
        over = whole.first(self._rules.over)
        if over is not None:
            return Considered(remarks=(reason(Reason.OVER, phrase=over.shown),))
        places, remarks = self._places.of(connection, ticket)
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
        self, rule: Rule, phrase: Phrase, place: Place, named: Collection[str], bonus: int
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
        # Said also where nothing else is there now: something may be by the time it runs.
        if not place.is_device and (rule.kinds or there != place.kinds):
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
