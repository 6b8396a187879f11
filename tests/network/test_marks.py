"""A changed secret shows in a copy; what it is, or that another switch has the same, does not."""

from __future__ import annotations

import stat
import threading

import pytest

from pedell.configs.history import History, Subject
from pedell.drivers.api import DeviceError, ErrorClass, Target
from pedell_network.backup import keep
from pedell_network.marks import KEY, marker, new_marks, settled
from pedell_network.masking import MASK, mask_secrets

CONFIG = "hostname sw\nenable secret 9 {}\nsnmp-server community {} RO\nvlan 20\n"


def target(name: str = "sw") -> Target:
    return Target(f"01J8ZQXK7G4N5T6V8W9YABCD{name[:2].upper()}", name, "switch", "cisco-ios", "10.0.0.1")


def copy(data, *readings: str, name: str = "sw") -> tuple[bool, str, int]:
    """Whether the copy is a new version, its text, and how often it was read; the last reading is what comes again."""
    asked: list[str] = []

    def read() -> str:
        asked.append(readings[min(len(asked), len(readings) - 1)])
        return asked[-1]

    device = target(name)
    kept = keep(data, device, read)
    return kept.changed, History(data).latest(Subject(device.id, device.name, device.site)), len(asked)


def test_a_changed_secret_shows_and_nothing_else_does(tmp_path):
    _, before, asked = copy(tmp_path, CONFIG.format("eins", "lesen"))
    assert asked == 2, "the first copy is read twice"
    assert copy(tmp_path, CONFIG.format("eins", "lesen")) == (False, before, 1)
    changed, after, _ = copy(tmp_path, CONFIG.format("zwei", "lesen"))
    assert changed
    (old, new) = (
        set(before.splitlines()) - set(after.splitlines()),
        set(after.splitlines()) - set(before.splitlines()),
    )
    assert [line.rsplit(MASK)[0] for line in (*old, *new)] == ["enable secret 9 "] * 2
    assert not any(word in before + after for word in ("eins", "zwei", "lesen"))


def test_the_same_secret_has_another_mark_on_another_switch_and_in_another_installation(tmp_path):
    marks = {marker(tmp_path / folder, device)("geheim") for folder in "ab" for device in ("x", "y", "z")}
    assert len(marks) > 4, "of six, where one in 65,536 is the same by chance"
    assert marker(tmp_path / "a", "x")("geheim") == marker(tmp_path / "a", "x")("geheim")


def test_quotes_and_wrapped_lines_change_nothing(tmp_path):
    mark = marker(tmp_path, "x")
    one, two = (mask_secrets(f"enable secret {text}\n", mark) for text in ("abc", '"abc"'))
    assert one == two
    one, two = (
        mask_secrets(f"/ppp secret\nadd password={text}\n", mark) for text in ('"abcdef"', '"abc\\\n    def"')
    )
    assert one == two


def test_a_switch_that_encrypts_anew_each_time_makes_no_versions(tmp_path):
    salted = [
        f"hostname sw\nwpa-passphrase {word}\nenable secret 9 fest\n"
        for word in ("aa1", "bb2", "cc3", "dd4", "ee5")
    ]
    _, first, _ = copy(tmp_path, *salted[:2])
    assert f"wpa-passphrase {MASK}\n" in first
    assert f"enable secret 9 {MASK}\n" not in first, "what stays the same keeps its mark"
    assert copy(tmp_path, *salted[2:4]) == (False, first, 2)
    assert copy(tmp_path, *salted[3:5])[0] is False


def test_the_key_is_private_and_made_once_by_many_at_once(tmp_path):
    marks: list[str] = []
    threads = [
        threading.Thread(target=lambda: marks.append(marker(tmp_path, "x")("geheim"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(marks) == 8 and len(set(marks)) == 1
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600
    assert [one.name for one in (tmp_path / KEY).parent.iterdir()] == ["configuration-marks"]


def test_a_key_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "secrets").write_text("in the way")
    with pytest.raises(DeviceError, match="configuration-marks") as caught:
        copy(tmp_path, CONFIG.format("eins", "lesen"))
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_marks_are_told_from_what_only_looks_like_one():
    assert not new_marks("a\n", "")
    assert not new_marks(f"x {MASK}\n", "")
    assert new_marks(f"x {MASK}12ab\n", f"x {MASK}12ac\n")
    assert (
        settled(f"x {MASK}12ab\ny {MASK}0000", f"x {MASK}12ac\ny {MASK}0000\n") == f"x {MASK}\ny {MASK}0000"
    )
