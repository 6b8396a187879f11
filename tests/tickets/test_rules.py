"""Words and rules: what matches, and mistakes with line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.errors import ConfigError
from pedell.tickets import rules
from pedell.tickets.words import Heard, Phrase, Word, fold, spoken


@pytest.mark.parametrize(
    ("pattern", "word", "matches"),
    [
        ("kein", "keine", True), ("kein", "keinen", True), ("kein", "keinerlei", False), ("kein", "kien", True),
        ("kein", "klein", False), ("netz", "netzwerk", False), ("netz*", "netzwerk", True), ("bild*", "bildschirm", True),
        ("*drucker", "klassendrucker", True), ("*drucker*", "druckerwarteschlange", True), ("drucker", "durcker", True),
        ("drucker", "drcuker", True), ("drucker", "drucke", True), ("drucker", "truhe", False), ("nicht", "licht", False),
        ("nicht", "nichts", False), ("nichts", "nicht", False), ("beamer*", "beamr", True), ("funktioniert", "funktionirt", True),
        ("gerät", "geraet", True), ("weiß", "weiss", True), ("café", "cafe", True), ("wlan*", "wlan", True),
    ],
)  # fmt: skip
def test_words(pattern: str, word: str, matches: bool) -> None:
    assert Word.read(pattern).matches(word) is matches


def test_folding() -> None:
    assert fold("Größe ÄÖÜ Café") == "groesse aeoeue cafe"
    assert fold("W-LAN und Wi-Fi") == "wlan und wifi"


def test_clauses_keep_words_apart() -> None:
    assert Heard.of("Heute kein Bild").has(Phrase.read("kein bild"))
    assert Heard.of("Das Bild? Keins.").has(Phrase.read("kein bild")) is False
    assert not Heard.of("Kein Ton, aber Bild ist da").has(Phrase.read("kein bild"))
    assert not Heard.of("kein " + "wort " * 12 + "bild").has(Phrase.read("kein bild"))
    assert Heard.of("Bild haben wir leider keins").has(Phrase.read("kein bild"))


def test_quotes_and_signatures_are_not_heard() -> None:
    assert spoken("Hallo\n> Kein Bild\n-- \nRaum B204") == "Hallo\n\n"
    assert "Kein Bild" in spoken("Kein Bild -- bitte helfen")


@given(st.text(max_size=200), st.text(alphabet="abcdefgh*", min_size=2, max_size=12))
def test_any_text_against_any_word(text: str, pattern: str) -> None:
    stem = pattern.strip("*")
    if stem and "*" not in stem:
        Heard.of(text).has(Phrase.read(pattern))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=12), st.data())
def test_one_slip_is_forgiven(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 2))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    dropped = word[:place] + word[place + 1 :]
    pattern = Word.read(word)
    assert pattern.matches(swapped) or swapped in ("nicht", "nichts")
    assert pattern.matches(dropped) or dropped in ("nicht", "nichts")


def test_the_shipped_rules_hold() -> None:
    made = rules.load([])
    assert {rule.playbook for rule in made.rules} >= {
        "no-picture",
        "reset-whiteboard",
        "clear-printer-queue",
        "classroom-check",
        "restart-switch-port",
    }
    assert not any(rule.auto for rule in made.rules), "nothing runs by itself unless somebody says so"


def test_own_files_come_first(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "pedell_rules: 1\n"
        "devices: {projector: [funzel]}\n"
        "rules:\n"
        "  - {id: no-picture, title: {en: x, de: x}, symptoms: [finster], playbook: classroom-check, weight: 99}\n"
    )
    made = rules.load([mine])
    assert made.rules[0].playbook == "classroom-check"
    assert len([rule for rule in made.rules if rule.id == "no-picture"]) == 1
    assert {phrase.text for phrase in made.devices["projector"]} > {"funzel"}


def test_every_mistake_with_its_place(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "pedell_rules: 1\n"
        "rules:\n"
        "  - id: One\n"
        "    title: {en: x}\n"
        "    symptoms: [a, 'be*la']\n"
        "    playbok: x\n"
        "  - {id: two, title: {en: x, de: x}, symptoms: [kein bild], playbook: x, weight: 200}\n"
    )
    with pytest.raises(ConfigError) as found:
        rules.load([mine])
    places = {(finding.line, finding.message.split(":")[0]) for finding in found.value.findings}
    assert places >= {
        (3, "rules.0.id"), (4, "rules.0.title.de"), (5, "rules.0.symptoms.0"), (5, "rules.0.symptoms.1"),
        (3, "rules.0.playbook"), (6, "rules.0.playbok"), (7, "rules.1.weight"),
    }  # fmt: skip
    assert all(finding.column and finding.source == str(mine) for finding in found.value.findings)


def test_double_and_empty_rules() -> None:
    rule = "  - {id: a, title: {en: x, de: x}, symptoms: [kein bild], playbook: x}\n"
    empty = "  - {id: b, title: {en: x, de: x}, playbook: x}\n"
    with pytest.raises(ConfigError) as found:
        rules.parse(f"pedell_rules: 1\nrules:\n{rule}{rule}{empty}", "x.yaml")
    assert [(finding.line, finding.message) for finding in found.value.findings] == [
        (4, "there are two rules named a"), (5, "rule b has no symptoms"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw", ["", "[]", "pedell_rules: 2", "a: &x 1\nb: *x", "\t- x", "pedell_rules: 1\nrules: 7"]
)
def test_odd_files(raw: str) -> None:
    with pytest.raises(ConfigError) as found:
        rules.parse(raw, "x.yaml")
    assert found.value.findings


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="1 mistake"):
        rules.load([tmp_path / "absent.yaml"])
