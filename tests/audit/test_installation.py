"""Holds, the stop switch, caps and breakers are events of a chain of the installation itself."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, insert, select, update

from pedell.journal import chain
from pedell.model.actor import Actor, VerifiedBy
from pedell.store.tables.control import installation, installation_event
from pedell.store.tables.journal import event, run
from tests.engine.school import ACTOR
from tests.safety.people import settings

TOKEN = Actor("person", "token:anna", VerifiedBy.TOKEN, name="Anna Schmidt")


def told(school, kind=""):
    own = [one for one in school.service.audit.events() if one["run"] is None]
    return [(one["kind"], one["body"]) for one in own if one["kind"].startswith(kind)]


def filled(school):
    school.gadgets(2)
    made, _ = school.service.safety.hold("name=g0", "2h", TOKEN, "exam")
    school.service.safety.release(made.no, ACTOR, "over")
    school.service.safety.stop(ACTOR, "thunderstorm")
    school.service.safety.go(TOKEN, "it is over")
    return made


def test_who_when_and_why(school):
    made = filled(school)
    school.service.safety.go(TOKEN, "again")  # nothing was stopped: nothing is told
    said = told(school)
    assert [kind for kind, _ in said] == ["hold.added", "hold.released", "stop.on", "stop.off"]
    assert said[0][1] == {
        "hold": made.no, "selector": "name=g0", "until": made.until, "reason": "exam",
        "actor": "token:anna", "kind": "person", "verified_by": "token",
    }  # fmt: skip
    assert (said[1][1]["actor"], said[1][1]["verified_by"], said[1][1]["reason"]) == ("os:1", "os", "over")
    assert "Schmidt" not in json.dumps(said), "actors are opaque"
    assert all(one["at"] for one in school.service.audit.events())
    assert school.service.audit.verify().ok and school.service.audit.verify().installation == 4


def test_a_cap_that_refuses_is_told_once_a_commit(school, world):
    settings(school, '[[safety.caps]]\ncapability = "gadget.press"\nper = "site"\nlimit = 1\n')
    school.gadgets(3)
    school.book("go", "  - {do: gadget.press}\n")
    detail = school.run("go")
    assert detail.run.counts == {"done": 1, "failed": 2}
    said = [body for _, body in told(school, "cap.refused")]
    assert sum(body["count"] for body in said) == 2
    assert {(body["scope"], body["limit"], body["run"]) for body in said} == {
        ("gadget.press|site:s0", 1, detail.run.id)
    }
    assert school.service.audit.verify().ok


def test_a_breaker_tells_of_all_it_does(school, world):
    settings(school, "[safety.breakers]\ndevices = 2\npause_minutes = 0.02\n")
    for name in school.gadgets(3):
        world.ask("fault", name, "set", "cut", "1")
    school.book("go", "  - {do: gadget.set, with: {value: a}}\n", more="strategy: {at_once: 1}\n")
    school.run("go", seconds=30)
    kinds = [kind for kind, body in told(school, "breaker.") if body["breaker"] == "site:s0"]
    assert kinds[0] == "breaker.open" and "breaker.half_open" in kinds
    with school.service.around.store.writing() as connection:
        from pedell.store.tables.control import breaker

        connection.execute(update(breaker).where(breaker.c.key == "site:s0").values(state="open"))
    school.service.safety.reset("site:s0", TOKEN, "the switch is back")
    kind, body = told(school)[-1]
    assert kind == "breaker.reset"
    assert (body["breaker"], body["actor"], body["reason"]) == ("site:s0", "token:anna", "the switch is back")


def test_limits_that_are_set_otherwise_are_told_at_the_next_start(school):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.status}\n")
    school.run("go")
    school.run("go")
    ((_, first),) = told(school, "safety.settings")
    assert first["was"] is None and first["now"]["destructive_per_hour"] == 20
    settings(school, "[safety]\ndestructive_per_hour = 500\n")
    school.run("go")
    second = told(school, "safety.settings")[-1][1]
    assert (second["was"]["destructive_per_hour"], second["now"]["destructive_per_hour"]) == (20, 500)
    assert second["actor"].startswith("os:")


def change(school, statement):
    with school.service.around.store.writing() as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "seq", "words"),
    [
        (update(installation_event).where(installation_event.c.seq == 2).values(body="{}"), 2, "was changed"),
        (update(installation_event).where(installation_event.c.seq == 3).values(at=1), 3, "was changed"),
        (delete(installation_event).where(installation_event.c.seq == 2), 2, "is missing"),
        (delete(installation_event).where(installation_event.c.seq == 4), 4, "ends early"),
        (delete(installation_event), 1, "ends early"),
    ],
)
def test_what_is_altered_or_deleted_shows(school, statement, seq, words):
    filled(school)
    change(school, statement)
    result = school.service.audit.verify()
    assert not result.ok
    assert (result.broken[0].seq, words in result.broken[0].message) == (seq, True)


def test_a_chain_that_was_made_anew_does_not_fit_the_runs_that_have_ended(school):
    filled(school)
    school.book("go", "  - {do: gadget.status}\n")
    school.run("go")
    store = school.service.around.store
    with store.writing() as connection:
        # Somebody who can write takes the hold out of the chain and computes the rest again.
        rows = connection.execute(
            select(installation_event).where(installation_event.c.seq != 1).order_by(installation_event.c.seq)
        ).all()
        connection.execute(delete(installation_event))
        head = chain.INSTALLATION_GENESIS
        for seq, row in enumerate(rows, 1):
            head = chain.installation_link(head, seq, row.at, row.kind, row.body)
            connection.execute(
                insert(installation_event).values(seq=seq, at=row.at, kind=row.kind, body=row.body, hash=head)
            )
        connection.execute(
            update(installation).where(installation.c.name == "installation").values(seq=len(rows), head=head)
        )
    result = school.service.audit.verify()
    assert ["carries another head" in one.message for one in result.broken] == [True]


def test_a_run_carries_the_head_of_its_time(school):
    filled(school)
    school.book("go", "  - {do: gadget.status}\n")
    number = school.run("go").run.no
    with school.service.around.store.reading() as connection:
        body = connection.execute(
            select(event.c.body).where(event.c.run == number, event.c.kind == "run.closed")
        ).scalar_one()
        head = connection.execute(select(installation).where(installation.c.name == "installation")).one()
        assert connection.execute(select(run.c.digest).where(run.c.no == number)).scalar_one()
    assert json.loads(body)["installation"] == f"{head.seq}:{head.head}"
