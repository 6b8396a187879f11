"""From what happens to what people read: causes, told once, sent at least once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert, select, update

from pedell.drivers.deadline import Deadline
from pedell.engine.settle import Decision
from pedell.errors import ConfigError, StoreError
from pedell.hooks.plugins import Plugins
from pedell.notify import outbox
from pedell.notify.notifier import Notice, NoticeKind, Notifier, NotifyError
from pedell.schedule.model import CatchUp
from pedell.service.engine_part import EnginePart
from pedell.service.schedules import Wanted
from pedell.store.database import now
from pedell.store.tables.control import breaker
from pedell.store.tables.journal import run
from pedell.store.tables.notices import notice, told
from pedell.store.tables.schedules import fire, schedule
from tests.engine import gadget
from tests.engine.school import ACTOR, School, open_service
from tests.notify import paper

HOUR = 3600 * 1_000_000


@pytest.fixture
def told_people() -> list[Notice]:
    paper.Paper.sent = []
    paper.Paper.fail = None
    return paper.Paper.sent


@pytest.fixture
def door(school: School, told_people: list[Notice]) -> School:
    return configured(school, '[notify.paper]\nnotifier = "paper"\n')


def configured(school: School, section: str) -> School:
    school.service.around.close()
    config = school.data / "pedell.toml"
    config.write_text(config.read_text() + 'language = "en"\n' + section)
    school.service = open_service(school.data)
    school.service.around.__dict__["plugins"] = Plugins(modules={"gadget": gadget, "paper": paper})
    return school


def turn(door: School) -> None:
    door.service.notify.turn(Deadline.after(60))


def test_doubts_of_a_run_are_told_together_and_once(door: School, world, told_people: list[Notice]) -> None:
    door.gadgets(25, sites=5)  # a breaker would open for more on one site
    door.book("push", "  - {do: gadget.push}\n")
    for n in range(25):
        world.ask("fault", f"g{n}", "press", "drop", "1")
    number = door.submit("push")
    door.work(number)
    for _ in range(3):
        turn(door)
    assert [(one.kind, one.subject) for one in told_people] == [
        (NoticeKind.IN_DOUBT, f"Run {number} (push): did it happen?")
    ]
    lines = told_people[0].text.splitlines()
    assert lines[-1] == "and 5 more" and len(lines) == outbox.LINES + 1
    assert f"pedell runs settle {number}" in lines[0] and lines[0].startswith("g")
    assert f"run:{number}" in told_people[0].links
    assert "tester" not in str(told_people)
    host = door.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        for doubt in door.service.runs.doubts(number):
            door.service.runs.settle(doubt.id, Decision.DONE, ACTOR, "looked")
        door.wait(number, until=lambda p: p.done)
    finally:
        host.stop(Deadline.after(60))
    turn(door)
    with door.service.around.store.reading() as connection:
        assert connection.execute(select(told.c.key)).all() == []
    assert len(told_people) == 1


def test_a_second_person_is_called_once(door: School, told_people: list[Notice]) -> None:
    door.gadgets(3)
    door.book("erase", "  - {do: gadget.erase}\n")
    number = door.submit("erase", reason="the pupils have gone")
    door.work(number, until=lambda p: p.resting)
    for _ in range(2):
        turn(door)
    assert [(one.kind, one.subject) for one in told_people] == [
        (NoticeKind.APPROVAL, f"Run {number} (erase) waits for a second person")
    ]
    assert told_people[0].text.startswith("Devices: 3. ")
    assert "pupils" not in told_people[0].text, "a reason may name people"
    [group] = door.service.watch.waiting()
    assert (group.reason, group.count) == ("approval", 3)


def test_a_breaker_is_told_each_time_it_opens(door: School, told_people: list[Notice]) -> None:
    store = door.service.around.store
    with store.writing() as connection:
        connection.execute(insert(breaker).values(key="site:s0", state="open", since=now(), reason="8 of 9"))
    turn(door)
    with store.writing() as connection:
        connection.execute(update(breaker).values(state="half_open", since=now()))
    turn(door)
    assert [one.text for one in told_people] == ["site:s0: 8 of 9. When it is mended: pedell breakers reset"]
    with store.writing() as connection:
        connection.execute(update(breaker).values(state="closed"))
    turn(door)
    with store.writing() as connection:
        connection.execute(update(breaker).values(state="open"))
    turn(door)
    assert [one.kind for one in told_people] == [NoticeKind.BREAKER] * 2


def test_a_breaker_that_really_opens(door: School, world, told_people: list[Notice]) -> None:
    door.gadgets(12)
    door.book("set", "  - {do: gadget.set, with: {value: x}}\n", more="strategy: {at_once: 1}\n")
    for n in range(12):
        world.ask("fault", f"g{n}", "set", "cut")
    number = door.submit("set")
    door.work(number, until=lambda p: p.done or p.resting)
    turn(door)
    assert [one.kind for one in told_people] == [NoticeKind.BREAKER]
    assert told_people[0].text.startswith("site:s0: ")


def test_nights_that_did_not_start_or_end(door: School, told_people: list[Notice]) -> None:
    door.gadgets(1)
    door.book("look", "  - {do: gadget.status}\n")
    made = [
        door.service.schedules.add(
            Wanted(name, "0 2 * * *", "look", "kind=gadget", {}, catch_up=CatchUp.LAST), ACTOR
        )
        for name in ("missed", "fine")
    ]
    unbegun, unended, ticket = (door.submit("look", priority=p, inputs={}) for p in (10, 10, 0))
    turn(door)
    assert told_people == []
    with door.service.around.store.writing() as connection:
        connection.execute(
            update(schedule).where(schedule.c.name == "missed").values(looked=now() - 26 * HOUR)
        )
        connection.execute(
            insert(fire).values(
                schedule=made[1].no,
                nominal="x",
                due=now() - HOUR,
                at=now(),
                state="failed",
                note="no such playbook",
            )
        )
        connection.execute(update(run).where(run.c.no.in_([unbegun, ticket])).values(created=now() - HOUR))
        connection.execute(
            update(run)
            .where(run.c.no == unended)
            .values(created=now() - 13 * HOUR, started=now() - 13 * HOUR)
        )
    turn(door)
    assert [one.kind for one in told_people] == [NoticeKind.NIGHT]
    lines = sorted(told_people[0].text.splitlines())
    assert [line.split(" at ")[0] for line in lines] == [
        "fine could not run: no such playbook",
        "missed should have fired",
        f"run {unbegun} (look) has not begun yet",
        f"run {unended} (look) has not ended yet",
    ]


def test_the_engines_end(door: School, told_people: list[Notice], monkeypatch: pytest.MonkeyPatch) -> None:
    notify = door.service.notify
    notify.engine_ended("the disk is full")
    assert told_people == []
    turn(door)
    assert told_people[0].kind is NoticeKind.ENGINE and "the disk is full" in told_people[0].text

    def full() -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(door.service.around.store, "writing", full)
    notify.engine_ended("once more")
    assert "once more" in told_people[1].text
    paper.Paper.fail = RuntimeError("a bug in the notifier")
    notify.engine_ended("nobody hears it")


def test_what_does_not_arrive_is_sent_again(door: School, told_people: list[Notice], monkeypatch) -> None:
    monkeypatch.setattr(outbox, "PAUSES", (1, 1))
    paper.Paper.fail = NotifyError("the mail server sleeps")
    door.service.notify.engine_ended("x")
    for _ in range(3):
        turn(door)
    with door.service.around.store.reading() as connection:
        row = connection.execute(select(notice.c.state, notice.c.tries, notice.c.error)).one()
    assert tuple(row) == ("due", 3, "the mail server sleeps")
    paper.Paper.fail = None
    turn(door)
    assert len(told_people) == 1
    with door.service.around.store.reading() as connection:
        assert connection.execute(select(notice.c.state, notice.c.error)).one() == ("sent", "")
    assert door.service.notify.counts() == {"sent": 1}


def test_given_up_after_days(door: School, told_people: list[Notice]) -> None:
    paper.Paper.fail = RuntimeError("a bug with a secret in it")
    door.service.notify.engine_ended("x")
    with door.service.around.store.writing() as connection:
        connection.execute(update(notice).values(created=now() - outbox.GIVE_UP - 1))
    turn(door)
    with door.service.around.store.reading() as connection:
        assert connection.execute(select(notice.c.state, notice.c.error)).one() == (
            "dead", "RuntimeError in the notifier",
        )  # fmt: skip
    with door.service.around.store.writing() as connection:
        connection.execute(update(notice).values(created=now() - outbox.KEEP - 1))
    door.service.notify.outbox.sweep()
    assert door.service.notify.counts() == {}


def test_a_sender_that_died_is_followed_by_another(
    door: School, told_people: list[Notice], monkeypatch
) -> None:
    door.service.notify.engine_ended("x")
    paper.Paper.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        turn(door)
    paper.Paper.fail = None
    turn(door)
    assert told_people == [], "somebody else has it"
    with door.service.around.store.writing() as connection:
        connection.execute(update(notice).values(claimed_until=now() - 1))
    turn(door)
    assert len(told_people) == 1


@pytest.mark.parametrize("column", ["next_at", "claimed_until"])
def test_a_clock_that_was_set_back_keeps_no_notice_back(
    door: School, told_people: list[Notice], column: str
) -> None:
    """The clock was days ahead when the notice was tried, and its sender died; then it was set right."""
    paper.Paper.fail = NotifyError("no route to paper")
    door.service.notify.engine_ended("x")
    turn(door)
    paper.Paper.fail = None
    with door.service.around.store.writing() as connection:
        ahead = {"next_at": 0, "claimed_until": 0} | {column: now() + 48 * HOUR}
        connection.execute(update(notice).values(**ahead))
    turn(door)
    assert len(told_people) == 1


def test_only_kinds_that_are_wanted(school: School, told_people: list[Notice]) -> None:
    door = configured(school, '[notify.paper]\nnotifier = "paper"\nkinds = ["breaker"]\n')
    door.service.notify.engine_ended("x")
    turn(door)
    assert told_people == []


@pytest.mark.parametrize(
    "section", ['notifier = "pigeon"', 'notifier = "paper"\noptions = {colour = "blue"}']
)
def test_wrong_settings_are_told_at_the_start(school: School, section: str) -> None:
    with pytest.raises(ConfigError):
        configured(school, f"[notify.x]\n{section}\n").service.notify.check_settings()


def test_without_notifiers_nothing_is_written(school: School) -> None:
    with school.service.around.store.writing() as connection:
        connection.execute(insert(breaker).values(key="k", state="open", since=now(), reason="r"))
    turn(school)
    with school.service.around.store.reading() as connection:
        assert connection.execute(select(told.c.key)).all() == []


def test_a_notifier_is_offered_by_a_plugin(door: School) -> None:
    assert issubclass(door.service.around.plugins.notifiers["paper"], Notifier)
    assert {"email", "webhook"} <= set(Plugins().notifiers)


def test_the_engines_part_tells_why_it_ended(door: School, told_people: list[Notice]) -> None:
    heard: list[str] = []
    ended = threading.Event()

    def broken(words: str) -> None:
        door.service.notify.engine_ended(words)
        ended.set()

    part = EnginePart(door.service.runs, heard.append, broken)
    part.start()
    try:
        part._host.engine.halt(StoreError("the line to the database was lost"))
        assert ended.wait(60)
    finally:
        part.stop(Deadline.after(60))
    turn(door)
    assert [one.kind for one in told_people] == [NoticeKind.ENGINE]
    assert "the line to the database was lost" in told_people[0].text
    assert part.ended_by_itself and len(heard) == 1
