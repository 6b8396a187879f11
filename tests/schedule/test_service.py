"""Schedules at the service's door and the command line: from a rule to a run with its maintenance ticket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pedell.cli.main import run
from pedell.errors import ConflictError, NotFoundError, UsageError
from pedell.model.actor import os_actor
from pedell.schedule import rows
from pedell.schedule.fires import look
from pedell.schedule.model import CatchUp, FireState
from pedell.schedule.rule import SECOND
from pedell.service.door import Service
from pedell.service.schedules import Wanted
from pedell.settings import load
from pedell.store.database import now

INVENTORY = """
sites:
  - {slug: one, name: One, rooms: [{name: A1}]}
  - {slug: two, name: Two, rooms: [{name: A1}]}
devices:
  - {name: p1, kind: projector, driver: pjlink, site: one, room: A1, address: "127.0.0.1:1"}
  - {name: p2, kind: projector, driver: pjlink, site: two, room: A1, address: "127.0.0.1:2"}
"""


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    del data
    with Service(load()) as made:
        plan = made.inventory.import_text(INVENTORY, name="test.yaml", source="test")
        assert not plan.findings
        yield made


def wanted(
    name: str = "night", selector: str = "site=one", cron: str = "30 2 * * *", **more: object
) -> Wanted:
    return Wanted(name, cron, "classroom-check", selector, {}, **more)  # type: ignore[arg-type]


def test_a_night_becomes_a_run_with_its_ticket(service: Service) -> None:
    schedules = service.schedules
    made = schedules.add(wanted(), os_actor())
    other = schedules.add(wanted("night-too", cron="45 2 * * *"), os_actor())
    [due] = schedules.next(made, 1)
    at = due.at + 3600 * SECOND
    [fired] = look(service.around.store, made.no, schedules.prepare, at)
    assert fired.state is FireState.STARTED
    [too] = look(service.around.store, other.no, schedules.prepare, at)
    [number] = fired.runs
    detail = service.runs.show(number)
    assert (detail.run.playbook, detail.run.selector) == ("classroom-check", "site=one")
    assert detail.run.actor == f"schedule:{made.no}"
    night = due.nominal[:10]
    with service.around.store.reading() as connection:
        found = connection.exec_driver_sql("SELECT key, kind, title FROM ticket").all()
    # One maintenance ticket per night and site, also for two schedules.
    assert [tuple(row) for row in found] == [
        (f"maintenance:one:{night}", "maintenance", f"Maintenance one, {night}")
    ]
    # Same ticket, playbook and devices while the run is open: the same run.
    assert too.runs == fired.runs


def test_each_site_has_its_own_run_and_ticket(service: Service) -> None:
    made = service.schedules.add(wanted(selector="kind=projector"), os_actor())
    [due] = service.schedules.next(made, 1)
    [fired] = look(service.around.store, made.no, service.schedules.prepare, due.at)
    with service.around.store.reading() as connection:
        keys = connection.exec_driver_sql("SELECT key FROM ticket ORDER BY key").scalars().all()
    assert keys == [f"maintenance:{site}:{due.nominal[:10]}" for site in ("one", "two")]
    details = [service.runs.show(number) for number in fired.runs]
    assert [[task.device for task in detail.tasks] for detail in details] == [["p1"], ["p2"]]


def test_a_playbook_that_is_gone_is_a_failed_time(service: Service) -> None:
    made = service.schedules.add(wanted(), os_actor())
    with service.around.store.writing() as connection:
        rows.change(connection, made.no, playbook="gone")
    [due] = service.schedules.next(made, 1)
    [fired] = look(service.around.store, made.no, service.schedules.prepare, due.at)
    assert fired.state is FireState.FAILED
    assert "there is no playbook gone" in fired.note
    [kept] = service.schedules.history(made, 5)
    assert kept.note == fired.note


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "needs a name"), ({"name": "7"}, "needs a name"), ({"name": "x" * 65}, "needs a name"), ({"name": "a\nb"}, "needs a name"),
        ({"cron": "x"}, "five fields"), ({"timezone": "Mars"}, "time zone"), ({"selector": "site="}, ""), ({"selector": "site=nowhere"}, "no device"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_not_added(service: Service, more: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        service.schedules.add(wanted(**{"name": "n", **more}), os_actor())
    assert words in caught.value.message
    assert service.schedules.list() == []


def test_names_are_unique_until_removed(service: Service) -> None:
    schedules = service.schedules
    made = schedules.add(wanted(), os_actor())
    with pytest.raises(ConflictError):
        schedules.add(wanted(), os_actor())
    assert schedules.get(made.name) == schedules.get(str(made.no)) == schedules.get(made.id.lower())
    schedules.remove(made)
    with pytest.raises(NotFoundError):
        schedules.get(made.name)
    again = schedules.add(wanted(catch_up=CatchUp.NONE), os_actor())
    assert again.no != made.no


def test_a_pause_is_not_caught_up(service: Service) -> None:
    made = service.schedules.add(wanted(cron="* * * * *"), os_actor())
    with service.around.store.writing() as connection:
        rows.change(connection, made.no, looked=now() - 600 * SECOND)
    service.schedules.pause(made)
    assert look(service.around.store, made.no, service.schedules.prepare, now()) == []
    service.schedules.resume(service.schedules.get("night"))
    assert service.schedules.get("night").looked > now() - 60 * SECOND


def test_commands(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    add = [
        "schedules",
        "add",
        "night",
        "--cron",
        "30 2 * * 1-5",
        "--playbook",
        "classroom-check",
        "--on",
        "site=one",
    ]
    assert run([*add, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    first = datetime.fromtimestamp(made["next"][0]["due"] / SECOND, UTC)
    assert timedelta(0) < first - datetime.now(UTC) < timedelta(days=4)
    assert run(add) == 1
    assert "already" in capsys.readouterr().err
    assert run(["schedules", "list"]) == 0
    assert "30 2 * * 1-5" in capsys.readouterr().out
    assert run(["schedules", "next", "night", "--count", "3", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["schedules"][0]["next"]) == 3
    assert run(["schedules", "pause", "night", "--lang", "de"]) == 0
    assert "angehalten" in capsys.readouterr().out
    assert run(["schedules", "next"]) == 0
    assert "paused" in capsys.readouterr().out
    assert run(["schedules", "resume", "night"]) == 0
    assert "goes on" in capsys.readouterr().out
    assert run(["schedules", "run-now", "night", "--json"]) == 0
    [number] = json.loads(capsys.readouterr().out)["runs"]
    assert service.runs.show(number).run.reason.startswith("night now:")
    assert run(["schedules", "history", "--json"]) == 0
    [fire] = json.loads(capsys.readouterr().out)["fires"]
    assert (fire["run"], fire["state"], fire["schedule"]) == (number, "started", "night")
    assert run(["schedules", "history", "night"]) == 0
    assert run(["schedules", "remove", made["id"]]) == 0
    capsys.readouterr()
    assert run(["schedules", "list"]) == 0
    assert "no schedules" in capsys.readouterr().out
    assert run(["schedules", "pause", "night"]) == 2
    assert (
        run(["schedules", "add", "x", "--cron", "* * *", "--playbook", "classroom-check", "--on", "site=one"])
        == 2
    )
