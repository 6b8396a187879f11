"""Rows of attempts and of devices' parts are held against the events, and fit them whatever has happened."""

from __future__ import annotations

import contextlib
import json

import pytest
from sqlalchemy import select, text

from pedell.engine.settle import Decision
from pedell.journal.rows import MASK, _masked
from pedell.journal.verify import verify
from pedell.security.secrets import Secrets
from pedell.store.tables.journal import attempt, event, task
from tests.audit.test_verify import UndoneError
from tests.engine import gadget
from tests.engine.school import ACTOR, School
from tests.engine.test_orphans import doubtful, waiting
from tests.engine.world import WorldProcess

pytestmark = pytest.mark.matrix(2)

BOOK = """
  - {do: gadget.status, save_as: before}
  - {do: gadget.press, save_as: after}
  - {do: gadget.set, with: {value: x}}
  - {check: after.presses > before.presses}
"""
FIRST = "id = (SELECT min(id) FROM attempt WHERE run = 1)"
DEVICE = "run = 1 AND shard = 1 AND device = 1"
ROW = "its row and the journal tell different things"
# What is altered, and what is said of it.
CASES = {
    "state": (f"UPDATE attempt SET state = 'failed' WHERE {FIRST}", f"{ROW}: state"),
    "in doubt again": (f"UPDATE attempt SET state = 'in_doubt', holds = true WHERE {FIRST}", f"{ROW}: state"),
    "outcome": (f"UPDATE attempt SET happened = 'no' WHERE {FIRST}", f"{ROW}: happened"),
    "why": (f"UPDATE attempt SET message = 'quite another thing' WHERE {FIRST}", f"{ROW}: message"),
    "result": (f"UPDATE attempt SET result = '{{}}' WHERE {FIRST}", f"{ROW}: result"),
    "no JSON": (f"UPDATE attempt SET result = '{{' WHERE {FIRST}", f"{ROW}: result"),
    "target": (f"UPDATE attempt SET device = 3 - device WHERE {FIRST}", f"{ROW}: device"),
    "capability": (f"UPDATE attempt SET capability = 'gadget.push' WHERE {FIRST}", f"{ROW}: capability"),
    "effect": (f"UPDATE attempt SET effect = 'repeatable' WHERE {FIRST}", f"{ROW}: effect"),
    "risk": (f"UPDATE attempt SET risk = 0 WHERE {FIRST}", f"{ROW}: risk"),
    "parameters": ("UPDATE attempt SET params = '{\"value\":\"y\"}' WHERE capability = 'gadget.set' AND run = 1", f"{ROW}: params"),
    "transcript": (f"UPDATE attempt SET transcript = 'x' WHERE {FIRST}", f"{ROW}: transcript"),
    "times": (f"UPDATE attempt SET started = started + 1, ended = ended + 1 WHERE {FIRST}", f"{ROW}: started, ended"),
    "holds for ever": (f"UPDATE attempt SET holds = true WHERE {FIRST}", f"{ROW}: holds"),
    "gone": (f"DELETE FROM attempt WHERE {FIRST}", "the row of attempt"),
    "put in": (f"UPDATE attempt SET id = '0FOREIGN' WHERE {FIRST}", "the journal knows of no intent of attempt 0FOREIGN"),
    "of another device's part": (
        f"UPDATE attempt SET task = (SELECT no FROM task WHERE run = 2 AND device = 1) WHERE {FIRST}", f"{ROW}: task",
    ),
    "device's state": (f"UPDATE task SET state = 'failed' WHERE {DEVICE}", f"device g0: {ROW}: state"),
    "to be done again": (f"UPDATE task SET state = 'ready', ended = NULL WHERE {DEVICE}", f"device g0: {ROW}: state"),
    "of an open run": ("UPDATE task SET state = 'done' WHERE run = 3 AND device = 1", f"device g0: {ROW}: state"),
    "proof": (f"UPDATE task SET proof = replace(proof, '\"ok\": true', '\"ok\": false') WHERE {DEVICE}", f"device g0: {ROW}: proof"),
    "no proof": (f"UPDATE task SET proof = '' WHERE {DEVICE}", f"device g0: {ROW}: proof"),
    "device's reason": ("UPDATE task SET why = 'nothing' WHERE run = 2 AND device = 1", f"device g0: {ROW}: why"),
    "duration": (f"UPDATE task SET seconds = seconds + 1 WHERE {DEVICE}", f"device g0: {ROW}: seconds"),
    "device's part gone": (f"DELETE FROM task WHERE {DEVICE}", "is missing"),
    "device's part of an open run gone": ("DELETE FROM task WHERE run = 3 AND device = 1", "are not those of the devices"),
    "device's part of another": ("UPDATE task SET device = 3 WHERE run = 3 AND device = 1", "are not those of the devices"),
    "unable one gone": ("DELETE FROM task WHERE run = 4 AND shard = 0", "could not be served"),
}  # fmt: skip


@pytest.fixture
def four(school: School, world: WorldProcess) -> School:
    """Run 1 went well on two devices, run 2 failed on one of them, run 3 has not begun, and one device of run 4 is unable."""
    school.gadgets(3)
    two = "kind=gadget not name=g2"
    school.book("go", BOOK)
    school.book("no", "  - {do: gadget.set, with: {value: x}}\n")
    assert school.run("go", two).run.state == "done"
    world.ask("fault", "g0", "set", "no", "1")
    assert school.run("no", two).run.state == "failed"
    assert school.submit("go", two, reason="later") == 3
    with school.service.around.store.writing() as connection:
        connection.execute(text("UPDATE device SET driver = 'unknown' WHERE name = 'g0'"))
    assert school.submit("go", two, reason="later still") == 4
    return school


def altered(school: School, statement: str) -> list[tuple[int | None, str]]:
    """What is wrong once this was done by hand; nothing of it stays."""
    store = school.service.around.store
    found: list[tuple[int | None, str]] = []
    with contextlib.suppress(UndoneError), store.writing() as connection:
        # As whoever opens the store by hand: SQLite's own command line knows no foreign keys.
        if store.sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            for table in ("attempt", "task"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        connection.execute(text(statement))
        found = [(one.seq, one.message) for one in verify(connection).broken]
        raise UndoneError
    return found


def test_a_row_that_tells_otherwise_shows_alone(four: School) -> None:
    assert four.service.audit.verify().ok
    for name, (statement, words) in CASES.items():
        found = altered(four, statement)
        assert any(words in message for _, message in found), (name, found)
        assert all(words in message or "row" in message for _, message in found), (name, found)
    verified = four.service.audit.verify()
    assert verified.ok, verified.broken


def test_the_event_that_it_contradicts_is_named(four: School) -> None:
    with four.service.around.store.reading() as connection:
        (own,) = connection.execute(text(f"SELECT id FROM attempt WHERE {FIRST}")).one()
        # Two devices go on beside each other: whose outcome comes first is chance.
        query = select(event.c.seq).where(
            event.c.run == 1, event.c.kind == "attempt.done", event.c.body.contains(own)
        )
        (seq,) = connection.execute(query).scalars()
    assert altered(four, f"UPDATE attempt SET state = 'failed' WHERE id = '{own}'")[0][0] == seq


@pytest.mark.parametrize("decision", list(Decision))
def test_what_a_person_decided_fits(school: School, world: WorldProcess, decision: Decision) -> None:
    school.gadgets(1)
    school.book("go", "  - {do: gadget.push}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    number = school.submit("go")
    school.work(number, until=doubtful)
    assert school.service.audit.verify().ok
    (doubt,) = school.service.runs.doubts(number)
    school.service.runs.settle(doubt.id, decision, ACTOR, "seen: \0 ü")
    school.work(number, until=lambda progress: progress.done)
    verified = school.service.audit.verify()
    assert verified.ok, verified.broken
    assert f"{ROW}: message" in altered(school, "UPDATE attempt SET message = 'x'")[0][1]


def test_what_another_engine_took_over_fits(school: School, world: WorldProcess) -> None:
    school.gadgets(1)
    school.book("go", f"  - {{do: gadget.brew, with: {{seconds: {gadget.LONG}}}}}\n")
    number = school.submit("go")
    for _ in range(3):
        school.work(number, until=waiting)
        assert school.service.audit.verify().ok
    world.ask("ready", "g0")
    assert school.work(number).run.state == "done"
    assert school.service.audit.verify().ok
    with school.service.around.store.reading() as connection:
        assert connection.execute(select(task.c.state)).scalar_one() == "done"


def test_a_secret_parameter_fits_its_mask(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSH", "quite-secret")
    school.service.around.__dict__["secrets"] = secrets = Secrets(school.data)
    secrets.secret("secret://env/HUSH")
    school.gadgets(1)
    school.book("go", "  - {do: gadget.set, with: {value: 'to quite-secret now'}}\n")
    school.run("go")
    with school.service.around.store.reading() as connection:
        told = connection.execute(select(event.c.body).where(event.c.kind == "attempt.intent")).scalar_one()
        kept = connection.execute(select(attempt.c.params)).scalar_one()
    assert json.loads(told)["params"]["value"] == f"to {MASK} now" and "quite-secret" in kept
    assert school.service.audit.verify().ok
    assert altered(school, 'UPDATE attempt SET params = \'{"value":"to quite-secret then"}\'')


@pytest.mark.parametrize(
    ("value", "told", "fits"),
    [
        ("abc", f"a{MASK}", True), ("abc", f"{MASK}c", True), ("abc", MASK, True), ("ac", f"a{MASK}c", True),
        ("abc", f"b{MASK}", False), ("abc", f"{MASK}b", False), ("aXbXc", f"a{MASK}b{MASK}c", True), ("aXc", f"a{MASK}b{MASK}c", False),
        (["a", {"k": "s3"}], ["a", {"k": MASK}], True), (["b", {"k": "s3"}], ["a", {"k": MASK}], False), ({"k": 1}, {"k": MASK}, False),
        ({"s3": 1}, {MASK: 1}, True), ({"k": 1}, {"k": 2}, False), ([1], [1, 2], False), ("a", f"a{MASK}a", False),
    ],
)  # fmt: skip
def test_a_mask_stands_for_anything(value: object, told: object, fits: bool) -> None:
    assert _masked(value, told) is fits
