"""The note: short whatever happened, in both languages, harmless whatever a device said."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pedell.i18n import Text
from pedell.tickets.note import LIMIT, DeviceReport, Outcome, RunReport, clean, difference, render

START = 1_795_000_000_000_000


def report(*devices: DeviceReport, **changes: object) -> RunReport:
    values = {
        "run": 17, "playbook": Text("Reset the whiteboard", "Tafel neu starten"), "playbook_id": "reset-whiteboard",
        "playbook_hash": "ab" * 32, "ticket": "rt:4711", "actor": "os:1000", "started": START,
        "ended": START + 42_000_000, "seconds": 42.3, "digest": "d1" * 8, "ledger": "f0" * 8, "devices": devices,
    } | changes  # fmt: skip
    return RunReport(**values)  # type: ignore[arg-type]


BOARD = DeviceReport(
    "wb-b204", Outcome.DONE, "bert-brecht", "B204", before="power: off", after="power: on",
    emulated=("off, wait, on",), warnings=("the lamp is old",), said=("Das Bild ist wieder da.",),
)  # fmt: skip


def test_one_device_in_full() -> None:
    assert render(report(BOARD), "en").splitlines() == [
        "Pedell: Reset the whiteboard, run 17",
        "Done.",
        "",
        "Ticket: rt:4711",
        "Playbook: reset-whiteboard, version abababababab",
        "Time: 2026-11-18 12:06:40 to 12:07:22 CET (42.3 s)",
        "Asked for by: os:1000",
        "",
        "- wb-b204 [B204, bert-brecht]: done",
        "  before: power: off",
        "  after: power: on",
        "  done instead: off, wait, on",
        "  warning: the lamp is old",
        "  Das Bild ist wieder da.",
        "",
        f"Journal: run {'d1' * 8}",
        f"Ledger: {'f0' * 8}",
    ]


def test_german() -> None:
    text = render(
        report(BOARD, DeviceReport("bm", Outcome.IN_DOUBT, why="Leitung weg", visits=("Kabel prüfen",))), "de"
    )
    assert "Tafel neu starten" in text
    assert "1 von 2 Geräten erledigt." in text
    assert "vorher: power: off" in text
    assert "im Zweifel" in text
    assert "- bm: Kabel prüfen" in text


def test_ninety_thousand_devices() -> None:
    def devices() -> Iterator[DeviceReport]:
        for number in range(90_000):
            bad = number % 450 == 0
            yield DeviceReport(
                f"ipad-{number}", Outcome.FAILED if bad else Outcome.DONE, f"site-{number % 155:03}", "B1",
                why="the iPad is asleep" if bad else "", visits=("charge it",) if bad else (),
            )  # fmt: skip

    text = render(report(devices=devices()), "en")
    assert "89800 of 90000 devices done." in text
    assert "failed: 200" in text
    assert text.count("- ipad-") == 100, "fifty failed ones, fifty visits"
    assert "… and 150 more" in text
    assert "… and 115 more" in text, "sites"
    assert len(text.splitlines()) < 200
    assert len(text) < LIMIT


def test_proof_shows_what_differs() -> None:
    before, after = {"power": "off", "input": "hdmi1"}, {"power": "on", "input": "hdmi1"}
    assert difference(before, after) == ("power: off", "power: on")
    assert difference({"jobs": [1, 2]}, {"jobs": []}) == ("jobs: 1, 2", "jobs: -")
    quiet = {"power": "on", "faults": [], "model": "", "volume": 0}
    assert difference(quiet, quiet) == ("power: on, volume: 0",) * 2, "what is empty tells nothing"
    assert difference({"a": 1, "b": None}, {"a": 1, "b": None}) == ("a: 1", "a: 1")
    assert difference({"muted": True}, {"muted": False}, "de") == ("stumm: ja", "stumm: nein")
    assert difference(None, {"a": 1, "b": None, "c": [{"x": 1, "y": "z"}]}) == ("", "a: 1, c: x 1, y z")
    assert difference({"a": 1}, None) == ("a: 1", "")
    assert difference(None, None) == ("", "")
    assert difference("off", "on") == ("off", "on")


@given(st.text(max_size=400), st.text(max_size=400))
def test_hostile_text_stays_in_its_line(name: str, words: str) -> None:
    device = DeviceReport(
        name, Outcome.FAILED, name, name, why=words, before=words, warnings=(words,), visits=(words,)
    )
    lines = render(report(device), "en").split("\n")
    plain = render(
        report(
            DeviceReport("x", Outcome.FAILED, "x", "x", why="x", before="x", warnings=("x",), visits=("x",))
        ),
        "en",
    )
    assert len(lines) <= len(plain.split("\n"))
    assert all(
        line.isprintable() or not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line) for line in lines
    )


@given(st.text())
def test_clean(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= 300
    assert not any(ord(c) < 32 or c in "\u202e\u2028\x7f" for c in cleaned)
