"""What people type: approvals, hold, release, stop, go, breakers."""

from __future__ import annotations

from contextlib import contextmanager
from unittest import mock

import pytest
from sqlalchemy import insert

from pedell.cli.base import App
from pedell.hooks.plugins import Plugins
from pedell.service.runs import RunRequest
from pedell.store.database import now
from pedell.store.tables.control import breaker
from tests.engine import gadget
from tests.house.commands import document, pedell
from tests.safety.people import ANNA, change


@contextmanager
def at_the_terminal(who):
    with mock.patch.object(App, "actor", who):
        yield


@pytest.fixture
def home(school, monkeypatch):
    monkeypatch.setenv("PEDELL_DATA", str(school.data))
    # The command line knows the gadgets as it would know any installed family.
    monkeypatch.setattr("pedell.service.base.Plugins", lambda: Plugins(modules={"gadget": gadget}))
    school.gadgets(2)
    school.book("go", "  - {do: gadget.erase}\n")
    return school


def submitted(school):
    return school.service.runs.submit(RunRequest("go", "kind=gadget", "new", ANNA, reason="stolen")).approval


def test_list_show_grant(home):
    asked = submitted(home)
    assert "nothing waits" not in pedell("approvals", "list").stdout
    (row,) = document("approvals", "list")["approvals"]
    assert (row["no"], row["state"], row["asked_by"], row["weak"]) == (asked, "asked", "os:1", False)
    shown = pedell("approvals", "show", str(asked)).stdout
    assert "gadget.erase: cannot be undone" in shown and "stolen" in shown and "g1" in shown
    assert document("approvals", "show", str(asked))["count"] == 2
    # Whoever is at this terminal is another user than os:1, but only the operating system says so.
    done = pedell("approvals", "grant", str(asked), "--reason", "I saw it")
    assert "weak" in done.stdout and "runs resume" in done.stdout
    assert "granted (weak)" in pedell("approvals", "list", "--all").stdout
    assert "schwach" in pedell("approvals", "show", str(asked), "--lang", "de").stdout
    assert "nothing waits for a second person" in pedell("approvals", "list").stdout


def test_who_asked_is_refused_with_3(home):
    with at_the_terminal(ANNA):
        asked = submitted(home)
        assert "second person" in pedell("approvals", "grant", str(asked), rc=3).stderr
        pedell("approvals", "refuse", str(asked), rc=2)
        assert document("approvals", "refuse", str(asked), "--reason", "found it")["state"] == "refused"
    pedell("approvals", "show", "77", rc=2)


def test_a_run_says_what_it_needs(home):
    words = ("run", "go", "--on", "kind=gadget", "--ticket", "new", "--no-follow")
    assert "needs a reason" in pedell(*words, rc=3).stderr
    assert "approvals grant 1" in pedell(*words, "--reason", "stolen").stdout
    waiting = pedell("runs", "cancel", "1", "--wait", "5")
    again = pedell("runs", "retry", "1", "--failed", "--reason", "stolen", "--wait", "0", rc=5)
    assert "cancelled" in waiting.stdout and "approvals grant 2" in again.stdout, "also a retry asks anew"
    (left,) = document("runs", "list", "--state", "open")["runs"]
    assert left["state"] == "waiting", "open is what is not over, whether it is in hand or waits"
    assert "no such runs" in pedell("runs", "list", "--state", "done").stdout
    (group,) = document("runs", "waiting")["waiting"]
    assert group["until"] - now() > 3600 * 1_000_000, "not when it looks again, but when the approval expires"
    assert "only a check" in pedell(*words, "--check").stdout
    assert "reason" in pedell(*words, "--now", rc=2).stderr


def test_check_at_the_command_line(home, world):
    done = pedell("run", "go", "--on", "kind=gadget", "--ticket", "new", "--check")
    assert "would call gadget.erase" in done.stdout and not world.effects()
    assert (
        "würde gadget.erase aufrufen"
        in pedell("run", "go", "--on", "kind=gadget", "--ticket", "new", "--check", "--lang", "de").stdout
    )


def test_hold_list_release(home):
    assert ", devices: 2" in pedell("hold", "kind=gadget", "--until", "Friday", "--reason", "exam").stdout
    assert document("hold", "name=g0", "site=s0", "--reason", "repair")["count"] == 1
    first, second = document("hold", "list")["holds"]
    assert (first["selector"], second["selector"], second["until"]) == (
        "kind=gadget",
        "name=g0 site=s0",
        None,
    )
    assert "exam" in pedell("hold", "list").stdout
    pedell("release", "1")
    pedell("release", "2")
    pedell("release", "2", rc=1)
    assert "nothing is held" in pedell("hold", "list").stdout
    assert len(document("hold", "list", "--all")["holds"]) == 2
    pedell("hold", rc=2)
    pedell("hold", "kind=gadget", "--until", "Friday", rc=2)
    pedell("hold", "kind=gadget", "--until", "nie", "--reason", "x", rc=2)


def test_stop_go(home):
    pedell("stop", rc=2)
    assert document("stop", "--reason", "storm")["on"] is True
    assert "goes on" in pedell("go").stdout
    assert document("go") == {"id": "stop", "on": False, "was": False}


def test_breakers(home):
    assert "no group" in pedell("breakers", "list").stdout
    change(
        home, insert(breaker).values(key="site:s0", state="open", failures=8, since=now(), reason="timeout")
    )
    assert "site:s0" in pedell("breakers", "list").stdout
    assert document("breakers", "list")["breakers"][0]["failures"] == 8
    assert document("breakers", "reset", "site:s0") == {"id": "site:s0", "state": "closed"}
    pedell("breakers", "reset", "site:s0", rc=2)
    assert document("breakers", "list") == {"breakers": []}
    assert len(document("breakers", "list", "--all")["breakers"]) == 1
