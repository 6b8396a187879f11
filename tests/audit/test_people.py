"""People are shown by their account's name; the journal carries an opaque id, and the name can be emptied."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from pedell.store.tables.journal import event
from pedell.store.tables.ticketing import outbox
from tests.audit.test_export import recompute
from tests.engine.school import ACTOR, School
from tests.house.commands import document, pedell
from tests.safety.people import BERT


@pytest.fixture
def shown(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    """Somebody asks for something, somebody else refuses it; something is held."""
    monkeypatch.setenv("PEDELL_DATA", str(school.data))
    school.gadgets(1)
    school.book("wipe", "  - {do: gadget.erase}\n")
    number = school.submit("wipe", reason="old")
    school.service.safety.refuse(1, BERT, "not this one")
    school.work(number)
    school.service.safety.hold("kind=gadget", "", ACTOR, "exam")
    return school


def test_names_are_shown_and_can_be_emptied(shown: School) -> None:
    assert (
        document("runs", "show", "1")["by"] == "tester" and document("runs", "show", "1")["actor"] == "os:1"
    )
    assert " by tester" in pedell("runs", "show", "1", "--lang", "en").stdout
    told = document("approvals", "show", "1")
    assert (told["asked_by"], told["asked_by_name"], told["decided_by_name"]) == ("os:1", "tester", BERT.name)
    assert "tester" in pedell("approvals", "list", "--all").stdout
    assert BERT.name in pedell("approvals", "show", "1").stdout
    assert "tester" in pedell("hold", "list").stdout
    with shown.service.around.store.reading() as connection:
        note = connection.execute(select(outbox.c.body).where(outbox.c.marker.like("run-%"))).scalar_one()
        bodies = connection.execute(select(event.c.body)).scalars().all()
    assert "tester" in note and not any("tester" in body for body in bodies)
    pedell("audit", "forget", "tester")
    assert document("runs", "show", "1")["by"] == "os:1"
    assert "os:1" in pedell("hold", "list").stdout
    shown.service.safety.hold("kind=gadget", "", ACTOR, "one more")
    assert "tester" not in pedell("hold", "list").stdout, "what was emptied stays so"
    assert shown.service.audit.verify().ok


def test_an_account_that_was_renamed_is_shown_so(shown: School) -> None:
    shown.service.safety.hold("kind=gadget", "", replace(ACTOR, name="anna"), "one more")
    assert document("runs", "show", "1")["by"] == "anna"


def test_an_export_tells_names_only_where_they_are_asked_for(shown: School) -> None:
    assert "tester" not in pedell("audit", "export").stdout
    lines = [json.loads(line) for line in pedell("audit", "export", "--names").stdout.splitlines()]
    assert {line["id"]: line["name"] for line in lines if line["type"] == "actor"}["os:1"] == "tester"
    assert (
        recompute(lines)["actor"]
        == recompute([line for line in lines if line["type"] != "actor"])["actor"] + 2
    )
