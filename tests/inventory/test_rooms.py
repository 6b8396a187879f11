from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.inventory.repository import Inventory
from pedell.inventory.rooms import MAX_TEXT, mentions, room_key
from tests.inventory.conftest import Importer

SCHOOL = """\
sites:
  - {slug: bert-brecht, name: Bert-Brecht-Gymnasium, rooms: [B204, B205, "B 2.06", Aula, "204", "3.11", Neubau 12, Chemie Süd, R1]}
  - {slug: goethe, name: Goetheschule, rooms: [B204, A1, "Raum 7", Musik]}
"""


@pytest.mark.parametrize(
    ("name", "key"),
    [("B204", "b204"), ("B 204", "b204"), ("b-2.04", "b204"), ("Raum B204", "b204"), ("Raum 12", "12"), ("Räumlein", "raeumlein"),
     ("Chemie Süd", "chemiesued"), ("Café", "cafe"), ("Raum", "raum"), ("Zimmer-7", "7"), ("Roomba", "roomba")],
)  # fmt: skip
def test_keys(name: str, key: str) -> None:
    assert room_key(name) == key


@pytest.mark.parametrize(
    ("text", "rooms"),
    [
        ("Kein Bild in B204", ["bert-brecht B204", "goethe B204"]),
        ("Kein Bild in Raum B 204, Bert-Brecht-Gymnasium", ["bert-brecht B204"]),
        ("no picture in room b-204 at goethe", ["goethe B204"]),
        ("Raum B204/B205 dunkel, Bert-Brecht-Gymnasium", ["bert-brecht B204", "bert-brecht B205"]),
        ("B2.06 und B 205", ["bert-brecht B 2.06", "bert-brecht B205"]),
        ("in der Aula rauscht es", ["bert-brecht Aula"]),
        ("Zimmer 204: Drucker", ["bert-brecht 204"]),
        ("seit 204 Tagen kein Netz", []),
        ("204 Schüler warten", []),
        ("Beamer in 3.11 flackert", ["bert-brecht 3.11"]),
        ("Note 3,11 und 311 Hefte", []),
        ("in Haus B, 204 Schüler", []),
        ("Raum 7 riecht", ["goethe Raum 7"]),
        ("im Neubau 12 ist es dunkel", ["bert-brecht Neubau 12"]),
        ("Beamer Chemie Sued defekt", ["bert-brecht Chemie Süd"]),
        ("Musikunterricht fällt aus", []),
        ("kein Raum genannt", []),
        ("B2040 ist ein Modell", []),
        ("A1 geht nicht", ["goethe A1"]),
        ("", []),
        ("Aula Aula AULA", ["bert-brecht Aula"]),
        ("Klassenraum B204 (Goetheschule)", ["goethe B204"]),
    ],
)
def test_rooms_in_a_text(importer: Importer, inventory: Inventory, text: str, rooms: list[str]) -> None:
    importer.yaml(SCHOOL)
    with inventory.store.reading() as connection:
        assert [f"{one.site} {one.room}" for one in inventory.find_rooms(connection, text)] == rooms


def test_a_site_may_be_given(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(SCHOOL)
    with inventory.store.reading() as connection:
        assert [
            one.site for one in inventory.find_rooms(connection, "B204 Bert-Brecht-Gymnasium", "goethe")
        ] == ["goethe"]
        assert [one.text for one in inventory.find_rooms(connection, "bitte Raum B - 204!", "goethe")] == [
            "B - 204"
        ]


@given(st.text(max_size=200))
def test_mentions_stay_in_the_text(text: str) -> None:
    for one in mentions(text):
        assert 0 <= one.start < one.end <= len(text)
        assert one.key


def test_long_texts_are_cut() -> None:
    assert max(one.end for one in mentions("b204 " * 10_000)) <= MAX_TEXT
