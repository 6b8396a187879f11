"""A real `pedell serve` tells a real receiver."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from tests.house.commands import pedell
from tests.notify.receiver import SECRET, Receiver
from tests.serving import serving

CONFIG = """
language = "de"
[notify.chat]
notifier = "webhook"
options = {{ url = "{url}", secret = "secret://file/hook" }}
"""


@pytest.fixture
def told(data: Path, receiver: Receiver) -> Path:
    pedell("init")
    config = data / "pedell.toml"
    # Sections of the starter come last: what has none must stand before them.
    config.write_text(CONFIG.format(url=receiver.url) + config.read_text())
    secret = data / "secrets" / "hook"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    return data


def wait_for(receiver: Receiver, count: int) -> None:
    end = time.monotonic() + 60
    while len(receiver.notices) < count:
        assert time.monotonic() < end, "no notice"
        time.sleep(0.02)


def open_breaker(data: Path) -> None:
    with sqlite3.connect(data / "pedell.db", timeout=60) as line:
        line.execute("INSERT INTO breaker VALUES ('site:bert-brecht', 'open', 8, 1, '8 Geräte')")
    line.close()


@pytest.mark.thorough
def test_a_breaker(told: Path, receiver: Receiver) -> None:
    with serving(told, "--port", "0") as (process, _):
        open_breaker(told)
        wait_for(receiver, 1)
        process.terminate()
        assert process.wait(60) == 0
    assert (receiver.bad, len(receiver.notices)) == (0, 1)
    assert receiver.notices[0]["subject"] == "Geräte werden in Ruhe gelassen, weil zu viele versagten"
    assert receiver.notices[0]["links"] == ["breaker:site:bert-brecht"]


@pytest.mark.thorough
def test_a_receiver_that_was_away(told: Path, receiver: Receiver) -> None:
    receiver.status = 503
    with serving(told, "--port", "0"):
        open_breaker(told)
        end = time.monotonic() + 60
        while not receiver.paths:
            assert time.monotonic() < end
            time.sleep(0.02)
    receiver.status = 200
    with sqlite3.connect(told / "pedell.db", timeout=60) as line:
        line.execute("UPDATE notice SET next_at = 0, claimed_until = 0")
    line.close()
    with serving(told, "--port", "0"):
        wait_for(receiver, 1)


def test_a_wrong_setting_is_told_at_the_start(told: Path) -> None:
    config = told / "pedell.toml"
    config.write_text(config.read_text().replace('notifier = "webhook"', 'notifier = "pigeon"'))
    assert "pigeon" in pedell("serve", "--port", "0", rc=2).stderr


def test_the_commands(told: Path, receiver: Receiver) -> None:
    pedell("notify", "test", "chat")
    assert [one["kind"] for one in receiver.notices] == ["engine"]
    assert "chat" in pedell("notify", "list").stdout
    receiver.status = 500
    pedell("notify", "test", "chat", rc=1)
    pedell("notify", "test", "nobody", rc=2)
