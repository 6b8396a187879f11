"""By hand: from a ticket to a device and back, with devices that misbehave and processes that die."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from pathlib import Path

import pytest

from tests.acceptance.school import DISPLAYS, School, until
from tests.serving import serving

pytestmark = pytest.mark.xdist_group("acceptance")

FIVE = """\
pedell: 1
id: five
title: {en: Five}
description: {en: x, de: x}
steps:
  - do: display.restrat
  - {do: display.status, timeot: 3s, save_as: after}
  - check: "after.power =="
  - do: display.set_volume
    with: {volumen: 3, volume: 3}
"""


def test_from_a_ticket_to_a_device_and_back_in_german(school: School) -> None:
    school("lab", "change", "bbg-b204-board", "panel=1")
    said = school("tickets", "new", "Kein Bild in Raum B204", "--site", "bert-brecht", "--lang", "de").stdout
    assert "im Ticket steht „kein bild“" in said
    number = said.split("Ticket ")[1].split(":")[0]
    where = "site=bert-brecht room=B204 kind=whiteboard"
    assert "stört den Raum" in school("plan", "reset-whiteboard", "--on", where, "--lang", "de").stdout
    done = school("run", "reset-whiteboard", "--on", where, "--ticket", number, "--lang", "de").stdout
    assert "✓ bbg-b204-board  bert-brecht/B204  erledigt" in done
    assert "Nachweis: Sie zeigt wieder ein Bild  stimmt" in done
    assert "Bild aus: ja → nein" in done
    log = school.json("tickets", "log", number)
    assert log["ticket"]["state"] == "solved"
    assert any("bbg-b204-board" in line["text"] and line["kind"] == "note" for line in log["log"])


def test_each_trouble_is_one_line_and_the_others_go_on(school: School, tmp_path: Path) -> None:
    school("lab", "fault", "s002-b201-board", "refuse")
    school("lab", "fault", "s002-b204-projector", "garble")
    school("lab", "fault", "s002-b205-projector", "silent")
    school("lab", "fault", "s002-b202-projector", "closed")
    serial = school.json("devices", "show", "s002-b206-board")["device"]["serial"]
    rows = tmp_path / "moved.csv"
    rows.write_text("name;serial\ns002-b206-board;ANOTHER1\n")
    school("devices", "import", rows)
    ended = school("run", "reset-whiteboard", "--on", f"site=schule-002 {DISPLAYS}", "--ticket", "new", rc=1)
    lines = {line.split()[1]: line for line in ended.stdout.splitlines() if line[:1] in "✓✗"}
    assert len(lines) == 7
    good = {"s002-b203-board", "s002-b204-board"}
    assert {name for name, line in lines.items() if line.startswith("✓")} == good
    assert "does not answer in time" in lines["s002-b205-projector"]
    assert "what is not PJLink" in lines["s002-b204-projector"]
    assert "the inventory says ANOTHER1" in lines["s002-b206-board"]
    assert school.simulator("s002-b206-board")["effects"] == {}, "another device must not be touched"
    number = ended.stdout.split()[1].rstrip(",")
    assert f"pedell runs retry {number} --failed" in ended.stdout
    school("lab", "heal", "s002-*")
    rows.write_text(f"name;serial\ns002-b206-board;{serial}\n")
    school("devices", "import", rows)
    again = school.json("runs", "retry", number, "--failed")
    assert again["counts"] == {"done": 5}


@pytest.mark.thorough
def test_ctrl_c_stops_cleanly_and_leaves_no_display_off(school: School) -> None:
    words = ("run", "reset-whiteboard", "--on", f"site=schule-003 {DISPLAYS}", "--ticket", "new")
    before = school.simulator("s003-b204-projector")
    assert before["state"]["power"] == "on"
    with school.process(*words) as run:
        until(lambda: bool(school.simulator("s003-b204-projector")["effects"]))
        run.send_signal(signal.SIGINT)
        out, _ = run.communicate(timeout=200)
    assert run.returncode == 130, out
    assert "stopping cleanly" in out
    assert "Traceback" not in out
    assert school.simulator("s003-b204-projector")["state"]["power"] in ("on", "warming")
    assert school.json("runs", "list", "--limit", "1")["runs"][0]["state"] in ("cancelled", "done")
    school("runs", "settle")


def test_a_killed_run_is_resumed_and_forgets_no_device(school: School) -> None:
    sites = "site=schule-004,schule-005,schule-006"
    with school.process("run", "reset-whiteboard", "--on", f"{sites} {DISPLAYS}", "--ticket", "new") as run:
        until(lambda: school.effects("s004-") > 3)
        run.send_signal(signal.SIGKILL)
        run.wait(60)
    [open_one] = [row for row in school.json("runs", "list")["runs"] if row["ended"] is None]
    resumed = school.json("runs", "resume", str(open_one["no"]))
    assert resumed["counts"] == {"done": 21}
    for prefix in ("s004", "s005", "s006"):
        for name in ("b204-board", "b204-projector"):
            assert school.simulator(f"{prefix}-{name}")["state"]["power"] == "on"
    assert "has ended already" in school("runs", "resume", str(open_one["no"])).stdout


@pytest.mark.thorough
def test_a_run_goes_on_when_serve_dies_under_it(school: School) -> None:
    words = ("run", "reset-whiteboard", "--on", f"site=schule-007 {DISPLAYS}", "--ticket", "new")
    with serving(school.data, "--port", "0") as (server, _), school.process(*words) as run:
        until(lambda: school.effects("s007-") > 1)
        server.kill()
        out, _ = run.communicate(timeout=200)
    assert run.returncode == 0, out
    assert "another process is the engine; following it" in out
    assert "(7 done)" in out


@pytest.mark.thorough
def test_a_terminal_shows_progress_live(school: School) -> None:
    ours, theirs = pty.openpty()
    words = ("run", "classroom-check", "--on", f"site=schule-008 {DISPLAYS}", "--ticket", "new")
    seen = b""
    with school.process(*words, stdin=theirs, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            ready, _, _ = select.select([ours], [], [], 1)
            try:
                seen += os.read(ours, 65536) if ready else b""
            except OSError:  # the other side is closed
                break
        run.wait(60)
    os.close(ours)
    assert "7/7" in seen.decode(), seen
    assert b"\x1b[" in seen


@pytest.mark.matrix(3)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run reset-whitboard --on room=B204 --ticket new", "did you mean reset-whiteboard?"),
        ("run reset-whiteboard --on rom=B204 --ticket new", "did you mean room?"),
        ("run reset-whiteboard --on room=B999 --ticket new", "no device matches room=B999"),
        ("run reset-whiteboard --on room=B204", "a run belongs to a ticket"),
        ("run reset-whiteboard --ticket new", "on which devices?"),
        ("run reset-whiteboard --on room=B204 --ticket 999", "there is no ticket 999"),
        ("run --proposal 999", "there is no proposal 999"),
        ("runs show 999", "there is no run 999"),
        ("devices show nothing", "there is no device nothing"),
        ("lab fault bbg-b204-board sulk", "KIND must be one of: silent, "),
        ("lab fault nobody silent", "the lab plays nothing named nobody"),
        ("lab change bbg-b204-board colour=red", "has no state named colour"),
    ],
)
def test_wrong_words_are_one_line_and_nothing_happens(school: School, words: str, said: str) -> None:
    quoted = words.split(" ")
    ended = school(*quoted, rc=2)
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stdout == ""


def test_a_playbook_with_five_mistakes_names_all_five(school: School, tmp_path: Path) -> None:
    (tmp_path / "five.yaml").write_text(FIVE)
    (tmp_path / "pedell.toml").write_text(f'data = "{school.data}"\nplaybooks = ["."]\n')
    config = str(tmp_path / "pedell.toml")
    lint = school("playbooks", "lint", tmp_path / "five.yaml", rc=1).stdout
    run = school("run", "five", "--on", "room=B204", "--ticket", "new", rc=2, PEDELL_CONFIG=config).stderr
    for place in ("3:8", "6:9", "7:26", "8:12", "10:12"):
        assert f"five.yaml:{place}: " in lint, lint
        assert f"five.yaml:{place}: " in run, run
    assert "mistakes: 5" in lint


@pytest.mark.thorough
def test_ids_stand_under_id_everywhere(school: School) -> None:
    school("tickets", "new", "Beamer in B202 kaputt", "--site", "bert-brecht")
    for words, name in (
        ("sites list", "sites"),
        ("devices list", "devices"),
        ("playbooks list", "playbooks"),
        ("tickets list", "tickets"),
        ("tickets proposals --state all", "proposals"),
        ("runs list", "runs"),
        ("plugins", "plugins"),
        ("lab status", "simulators"),
        ("doctor", "checks"),
        ("devices check room=B202", "checks"),
    ):
        rows = school.json(*words.split(" "), rc=None)[name]
        assert all(row["id"] for row in rows), words
