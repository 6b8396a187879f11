"""`pedell audit verify` against somebody who alters, removes or puts in what they like."""

from __future__ import annotations

import contextlib
import json

import pytest
from sqlalchemy import text

from pedell.journal.verify import verify
from tests.engine.school import School
from tests.house.commands import pedell
from tests.safety.people import BERT

PUT_IN = "put in"
OWN = ("approval", "event", "attempt", "task", "shard")


def removed(number: int) -> list[str]:
    return [
        *(f"DELETE FROM {name} WHERE run = {number}" for name in OWN),
        f"DELETE FROM run WHERE no = {number}",
    ]


CASES = {
    "an open run": (removed(3), "installation", "was asked for and has been removed"),
    "the last run, with its line in the ledger": (
        [*removed(2), "DELETE FROM ledger WHERE seq = 2"], "installation", "was asked for and has been removed",
    ),
    "a run that has ended": (removed(1), "ledger", "is in the ledger and has been removed"),
    PUT_IN: (["UPDATE event SET run = 99 WHERE run = 3"], "run", "events of a run that is not there"),
    "reopened": (["UPDATE run SET ended = NULL, state = 'open' WHERE no = 1"], "ledger", "says that the run has ended"),
    "who": (["UPDATE run SET actor = 'os:9' WHERE no = 1"], "run", "different things: actor"),
    "why": (["UPDATE run SET reason = 'none' WHERE no = 3"], "run", "different things: reason"),
    "what": (["UPDATE run SET envelope = '{}' WHERE no = 3"], "run", "different things: envelope"),
    "no longer JSON": (["UPDATE run SET envelope = '{' WHERE no = 3"], "run", "different things: envelope"),
    "whose consent": (["UPDATE approval SET decided_by = 'os:9'"], "run", "the journal does not know it"),
}  # fmt: skip


@pytest.fixture
def three(school: School) -> School:
    """Run 1 has ended and so has run 2, which a second person refused; run 3 is open."""
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    school.book("wipe", "  - {do: gadget.erase}\n")
    assert school.run("go").run.no == 1
    assert school.submit("wipe", reason="old") == 2
    school.service.safety.refuse(1, BERT, "not this one")
    school.work(2)
    assert school.submit("go", reason="because of \0") == 3
    assert school.service.audit.verify().ok
    return school


class UndoneError(Exception):
    """Nothing of it stays."""


def test_what_is_removed_put_in_or_told_otherwise_shows(three: School) -> None:
    sqlite = three.service.around.store.sqlite
    for name, (statements, place, words) in CASES.items():
        if name == PUT_IN and not sqlite:
            continue  # PostgreSQL itself does not let it in
        with contextlib.suppress(UndoneError), three.service.around.store.writing() as connection:
            for statement in ["PRAGMA defer_foreign_keys = ON", *statements][0 if sqlite else 1 :]:
                connection.execute(text(statement))
            broken = verify(connection).broken
            assert any(one.place == place and words in one.message for one in broken), (name, broken)
            raise UndoneError
    assert three.service.audit.verify().ok


def test_a_run_that_was_purged_is_not_missed(three: School) -> None:
    from pedell.journal.purge import purge

    assert purge(three.service.around.store, 1 << 62, 1 << 62) == 2
    verified = three.service.audit.verify()
    assert verified.ok and verified.purged == 2, verified.broken


def test_where_it_is_is_told_in_words(three: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """No dashes for what is not known, and no event's number for a line of the ledger."""
    monkeypatch.setenv("PEDELL_DATA", str(three.data))
    with three.service.around.store.writing() as connection:
        for statement in (
            *removed(3),
            "UPDATE ledger SET digest = 'x' WHERE seq = 2",
            "UPDATE run SET digest = 'x' WHERE no = 1",
        ):
            connection.execute(text(statement))
    lines = pedell("audit", "verify", "--lang", "de", rc=1).stdout.splitlines()[1:]
    assert lines[0] == "Lauf 1: die Prüfsumme passt nicht zu den Ketten"
    assert "Lauf 2, Hauptbuch, Zeile 2: eine Zeile des Hauptbuchs wurde verändert" in lines
    assert lines[-1].startswith("Installation, Ereignis ") and lines[-1].endswith(
        " wurde erbeten und ist entfernt worden"
    )
    told = json.loads(pedell("audit", "verify", "--json", rc=1).stdout)
    assert {one["place"] for one in told["broken"]} == {"run", "ledger", "installation"}
