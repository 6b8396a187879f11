"""The history of configurations: versions, names that change, many writers, and crashes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pedell.configs import history as module
from pedell.configs.history import History, Subject
from pedell.errors import NotFoundError, StoreError

SWITCH = Subject("01J8ZQXK7G4N5T6V8W9YABCDEF", "sw-b2", "bert-brecht")


def files(data: Path) -> list[str]:
    return sorted(str(path.relative_to(data / "configs")) for path in (data / "configs").rglob("*.cfg"))


def git(data: Path, *words: str) -> str:
    """What the real git says of the repository."""
    done = subprocess.run(
        ["git", "-C", str(data / "configs" / "history.git"), *words],
        capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_copy_that_does_not_differ_leaves_no_trace(tmp_path):
    history = History(tmp_path)
    first = history.store(SWITCH, "hostname a\n", "run 17, ticket 4711")
    again = history.store(SWITCH, "hostname a\n", "run 18, ticket 4712")
    other = history.store(SWITCH, "hostname b\n", "run 19, ticket 4713")
    assert [one.changed for one in (first, again, other)] == [True, False, True]
    assert first.revision != other.revision
    assert files(tmp_path) == ["bert-brecht/sw-b2-YABCDEF.cfg".replace("YABCDEF", "9YABCDEF"[-8:])]
    assert [one.why for one in history.revisions(SWITCH)] == ["run 19, ticket 4713", "run 17, ticket 4711"]
    plain = tmp_path / other.file
    assert plain.read_text() == "hostname b\n"
    assert plain.stat().st_mode & 0o077 == 0


def test_versions_are_found_and_compared(tmp_path):
    history = History(tmp_path)
    for number in range(4):
        history.store(SWITCH, f"hostname a\nvlan {number}\n", f"run {number}, ticket 1")
        history.store(Subject("01J8ZQXK7G4N5T6V8W9YOTHER1", "sw-c1", "bert-brecht"), f"x {number}\n")
    newest, before = history.chosen(SWITCH)
    assert history.diff(newest, before).splitlines()[2:] == [
        "@@ -1,2 +1,2 @@",
        " hostname a",
        "-vlan 2",
        "+vlan 3",
    ]
    last_but_one, _ = history.chosen(SWITCH, "-1")
    assert history.text(last_but_one) == "hostname a\nvlan 2\n"
    named, _ = history.chosen(SWITCH, last_but_one.id[:10].upper())
    assert named == last_but_one
    oldest, nothing = history.chosen(SWITCH, "-3")
    assert nothing is None and "+hostname a" in history.diff(oldest, None)
    for wrong in ("-4", "abc", "ffffffffff", "zzzz"):
        with pytest.raises(NotFoundError):
            history.chosen(SWITCH, wrong)
    now = datetime.now(UTC)
    assert history.chosen(SWITCH, since=now + timedelta(days=1))[1] == newest
    assert history.chosen(SWITCH, since=now - timedelta(days=1))[1] is None


def test_a_device_without_a_copy(tmp_path):
    with pytest.raises(NotFoundError, match="no copy") as caught:
        History(tmp_path).chosen(SWITCH)
    assert "backup-switches" in caught.value.hint
    assert not (tmp_path / "configs").exists(), "looking makes nothing"


def test_a_device_that_was_renamed_or_moved_keeps_its_history(tmp_path):
    history = History(tmp_path)
    history.store(SWITCH, "hostname a\n")
    moved = Subject(SWITCH.id, "sw-b3", "anne-frank")
    assert history.store(moved, "hostname a\n").changed is False
    assert history.store(moved, "hostname b\n").changed is True
    assert [name.split("/")[0] for name in files(tmp_path)] == ["anne-frank"]
    assert len(history.revisions(moved)) == 3
    assert history.text(history.revisions(moved)[-1]) == "hostname a\n"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ".git", "sw\nDevice: x", "", "ü" * 300, "HEAD"])
def test_hostile_names_stay_in_their_folder(tmp_path, name):
    history = History(tmp_path)
    stored = history.store(Subject(SWITCH.id, name, name), "hostname a\n")
    assert (tmp_path / stored.file).resolve().is_relative_to((tmp_path / "configs").resolve())
    assert len(history.revisions(Subject(SWITCH.id, name, name))) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["configs"]


def test_names_that_differ_in_what_files_cannot_have_are_two(tmp_path):
    history = History(tmp_path)
    one, two = Subject("01J0000000000000000000AAAA", "a/b"), Subject("01J0000000000000000000BBBB", "a:b")
    assert history.store(one, "x\n").file != history.store(two, "y\n").file
    assert history.text(history.chosen(one)[0]) == "x\n"


def test_a_crash_between_commit_and_file_is_healed(tmp_path):
    history = History(tmp_path)
    stored = history.store(SWITCH, "hostname a\n")
    (tmp_path / stored.file).unlink()
    assert history.store(SWITCH, "hostname a\n").changed is False
    assert (tmp_path / stored.file).read_text() == "hostname a\n"
    (tmp_path / stored.file).write_text("half a")
    history.store(SWITCH, "hostname a\n")
    assert (tmp_path / stored.file).read_text() == "hostname a\n"


def test_a_writer_that_dies_leaves_nothing_half(tmp_path, monkeypatch):
    history = History(tmp_path)
    history.store(SWITCH, "hostname a\n")

    def dies(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.Path, "replace", dies)
    with pytest.raises(StoreError, match="No space left"):
        history.store(SWITCH, "hostname b\n" * 1000)
    monkeypatch.undo()
    folder = tmp_path / "configs" / "bert-brecht"
    assert [path.name for path in folder.iterdir()] == [path.name for path in folder.glob("*.cfg")], "no rest"
    assert history.store(SWITCH, "hostname c\n").changed is True
    assert next(folder.glob("*.cfg")).read_text() == "hostname c\n"


def test_one_waits_for_the_other_but_not_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.1)
    history = History(tmp_path)
    with history._alone(), pytest.raises(StoreError, match="too long"):
        History(tmp_path).store(SWITCH, "hostname a\n")


WRITER = """
import sys
from pathlib import Path
from pedell.configs.history import History, Subject
for number in range(6):
    for device in range(4):
        subject = Subject(f"01J000000000000000000{sys.argv[2]}{device}ABC", f"sw-{sys.argv[2]}-{device}", "schule")
        assert History(Path(sys.argv[1])).store(subject, f"hostname x\\nvlan {number}\\n", f"run {number}, ticket 1").changed
"""


def test_many_processes_and_threads_lose_nothing(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(number)], stderr=subprocess.PIPE)
        for number in range(3)
    ]
    threads = []
    for number in range(3):
        subject = Subject(f"01J000000000000000000T{number}ABC", f"thread-{number}", "schule")
        work = lambda subject=subject: [History(tmp_path).store(subject, f"v {n}\n") for n in range(6)]  # noqa: E731
        threads.append(threading.Thread(target=work))
        threads[-1].start()
    for thread in threads:
        thread.join(120)
    for process in processes:
        _, trouble = process.communicate(timeout=200)
        assert process.returncode == 0, trouble
    history = History(tmp_path)
    for number in range(3):
        for device in range(4):
            subject = Subject(f"01J000000000000000000{number}{device}ABC", f"sw-{number}-{device}", "schule")
            assert [one.why for one in history.revisions(subject)] == [
                f"run {n}, ticket 1" for n in range(5, -1, -1)
            ]
        assert len(history.revisions(Subject(f"01J000000000000000000T{number}ABC", "x"))) == 6
    assert len(files(tmp_path)) == 15
    if shutil.which("git"):
        assert git(tmp_path, "fsck", "--strict") == ""
        assert git(tmp_path, "rev-list", "--count", "main").strip() == str(3 * 4 * 6 + 3 * 6)
        newest = history.chosen(Subject("01J00000000000000000000ABC", "sw-0-0", "schule"))[0]
        assert git(tmp_path, "show", f"{newest.id}:{newest.file}") == "hostname x\nvlan 5\n"
        assert "Pedell <pedell@localhost>" in git(tmp_path, "log", "-1")


def test_loose_objects_are_packed(tmp_path, monkeypatch):
    history = History(tmp_path)
    for number in range(10):
        history.store(SWITCH, f"hostname {number}\n")
    objects = tmp_path / "configs" / "history.git" / "objects"
    monkeypatch.setattr(
        module, "_SAMPLE", next(path.name for path in objects.iterdir() if len(path.name) == 2)
    )
    monkeypatch.setattr(module, "_LOOSE", 0)
    history.store(SWITCH, "hostname 10\n")
    assert list((objects / "pack").glob("*.pack"))
    assert len(history.revisions(SWITCH)) == 11
    assert history.text(history.revisions(SWITCH)[-1]) == "hostname 0\n"
