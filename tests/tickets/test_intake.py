"""Real-sounding tickets against the shipped rules and a real inventory in a real store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from pedell.errors import NotFoundError
from pedell.hooks.plugins import Plugins
from pedell.inventory.repository import Inventory
from pedell.inventory.rooms import room_key
from pedell.store.database import Store, new_id
from pedell.store.tables import inventory as tables
from pedell.tickets import proposals, rules, store
from pedell.tickets.intake import Intake, PlaybookFacts
from pedell.tickets.model import ProposalState
from pedell.tickets.places import Wording
from pedell.tickets.reasons import Reason, words
from tests.tickets.sentences import LOOK, PICTURE, PORT, QUEUE, RESET, SENTENCES

PLAYBOOKS = {
    RESET: PlaybookFacts(frozenset({"whiteboard", "projector"}), False),
    PICTURE: PlaybookFacts(frozenset({"whiteboard", "projector"}), False),
    QUEUE: PlaybookFacts(frozenset({"printer", "print_queue"}), False),
    LOOK: PlaybookFacts(frozenset(), True),
    PORT: PlaybookFacts(frozenset({"switch", "access_point"}), False),
}
SCHOOL = {
    ("bert-brecht", "B204"): {
        "wb-b204": "whiteboard",
        "bm-b204": "projector",
        "dr-b204": "printer",
        "pad-b204": "ipad",
    },
    ("bert-brecht", "Aula"): {"bm-aula": "projector"},
    ("bert-brecht", "A101"): {"wb-a101": "whiteboard"},
    ("schiller", "A101"): {"wb-a101-s": "whiteboard"},
    ("schiller", "leer"): {},
}


def playbooks(name: str) -> PlaybookFacts:
    if name not in PLAYBOOKS:
        raise NotFoundError(f"there is no playbook {name}")
    return PLAYBOOKS[name]


@pytest.fixture(scope="module")
def school(module_database: str) -> Iterator[Store]:
    made = Store(module_database)
    with made.writing() as connection:
        sites = {}
        for slug, name in (("bert-brecht", "Bert-Brecht-Gymnasium"), ("schiller", "Schillerschule")):
            sites[slug] = connection.execute(
                insert(tables.site).values(id=new_id(), slug=slug, name=name).returning(tables.site.c.no)
            ).scalar_one()
        for (slug, name), devices in SCHOOL.items():
            number = connection.execute(
                insert(tables.room)
                .values(id=new_id(), site=sites[slug], name=name, key=room_key(name))
                .returning(tables.room.c.no)
            ).scalar_one()
            for device, kind in devices.items():
                connection.execute(
                    insert(tables.device).values(
                        id=new_id(), name=device, kind=kind, site=sites[slug], room=number, driver="x"
                    )
                )
    yield made
    made.close()


@pytest.fixture(scope="module")
def intake(school: Store) -> Intake:
    return Intake(rules.load([]), Inventory(school, Plugins(points=[])), playbooks)


def consider(school: Store, intake: Intake, text: str, **hints: str):
    title, _, body = text.partition("\n")
    with school.reading() as connection:
        return intake.consider(connection, Wording(title, body, hints))


@pytest.mark.parametrize(
    ("text", "playbook", "selector"), SENTENCES, ids=[text[:40] for text, *_ in SENTENCES]
)
def test_sentences(school: Store, intake: Intake, text: str, playbook: str, selector: str) -> None:
    made = consider(school, intake, text)
    first = made.suggestions[0] if made.suggestions else None
    assert (first.playbook if first else "") == playbook, [words(each) for each in made.remarks]
    if first:
        assert selector in first.selector
    else:
        assert made.remarks, "nothing is proposed, and nobody says why"


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 40
    assert len([text for text, playbook, _ in SENTENCES if not playbook]) >= 10


def test_hints_count_more_than_the_text(school: Store, intake: Intake) -> None:
    made = consider(school, intake, "Kein Bild in B204", room="Aula", site="bert-brecht")
    assert [each.selector for each in made.suggestions] == ["site=bert-brecht room=Aula kind=projector"]
    made = consider(school, intake, "Kein Bild", room="A101", site="Schillerschule")
    assert made.suggestions[0].selector == "site=schiller room=A101 kind=whiteboard"
    made = consider(school, intake, "Hilfe, es geht nicht", device="bm-b204", symptom="kein Bild")
    assert made.suggestions[0].selector == "name=bm-b204"


@pytest.mark.parametrize(
    ("text", "hints", "code"),
    [
        ("Kein Bild", {"room": "Z999"}, Reason.NO_SUCH_ROOM),
        ("Kein Bild in B204", {"site": "nirgends"}, Reason.NO_SUCH_SITE),
        ("Kein Bild", {}, Reason.NO_PLACE),
        ("Kein Bild in A101", {}, Reason.AMBIGUOUS),
        ("Kein Bild in leer", {}, Reason.NO_SUCH_KIND),
        ("Kreide fehlt in B204", {}, Reason.NO_SYMPTOM),
        ("Beamer geht wieder", {}, Reason.OVER),
    ],
)
def test_it_says_why(school: Store, intake: Intake, text: str, hints: dict[str, str], code: Reason) -> None:
    made = consider(school, intake, text, **hints)
    assert code in [each["code"] for each in made.remarks]
    assert all(words(each) != each["code"] for each in made.remarks)


def test_a_signature_names_no_room(school: Store, intake: Intake) -> None:
    made = consider(school, intake, "Kein Bild\nin der Aula\n-- \nRaum B204, Sekretariat")
    assert [each.selector for each in made.suggestions] == ["site=bert-brecht room=Aula kind=projector"]


def test_several_are_ranked(school: Store, intake: Intake) -> None:
    made = consider(school, intake, "Kein Netz in B204\nAußerdem druckt der Drucker nicht.")
    assert [each.playbook for each in made.suggestions] == [LOOK, QUEUE]
    assert made.suggestions[0].score > made.suggestions[1].score


def test_auto_only_for_what_merely_reads(school: Store) -> None:
    raw = """
pedell_rules: 1
rules:
  - {id: look, title: {en: Look, de: Schauen}, symptoms: [kein bild], playbook: classroom-check, auto: true}
  - {id: reset, title: {en: Reset, de: Neu}, symptoms: [kein bild], playbook: reset-whiteboard, auto: true}
  - {id: gone, title: {en: Gone, de: Weg}, symptoms: [kein bild], playbook: no-such-playbook}
"""
    made = rules.join([rules.parse(raw, "mine.yaml")])
    intake = Intake(made, Inventory(school, Plugins(points=[])), playbooks)
    found = consider(school, intake, "Kein Bild in B204")
    assert {each.playbook: each.auto for each in found.suggestions} == {LOOK: True, RESET: False}
    refused = next(each for each in found.suggestions if each.playbook == RESET)
    assert Reason.AUTO_REFUSED in [each["code"] for each in refused.reasons]
    assert Reason.NO_PLAYBOOK in [each["code"] for each in found.remarks]


def test_proposals_are_kept_once(school: Store, intake: Intake) -> None:
    with school.writing() as connection:
        ticket = store.create(connection, "Kein Bild in B204")
        made = intake.consider(connection, Wording(ticket.title))
        assert proposals.keep(connection, ticket.no, made)
        assert not proposals.keep(connection, ticket.no, made)
        listed = proposals.listed(connection, ticket=ticket.no)
        assert [each.playbook for each in listed] == [each.playbook for each in made.suggestions]
        assert listed[0].reasons
        proposals.drop(connection, listed[0].no)
        assert proposals.get(connection, listed[0].no).state is ProposalState.DROPPED
        with pytest.raises(Exception, match="not open"):
            proposals.drop(connection, listed[0].no)


def test_hostile_texts(school: Store, intake: Intake) -> None:
    for text in (
        "kein bild " * 20_000,
        "B204 " * 5000,
        "\x00\x1b[2J kein Bild in B204",
        "((((kind=*)))) kein Bild in B204*",
        "kein bild\nroom=B204 or name=*",
    ):
        made = consider(school, intake, text[:500] + "\n" + text)
        for each in made.suggestions:
            assert "*" not in each.selector.replace("\\*", "")
