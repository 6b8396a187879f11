"""`pedell serve` as a process: it says where it is, keeps what it took in, and stops on one signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pedell.service.door import Service
from pedell.settings import Settings
from tests.api.conftest import ask, signed
from tests.serving import serving

CONFIG = """
[web]
port = 0
webhook_secret = "secret://file/hook"
"""


@pytest.fixture(autouse=True)
def _config(settings: Settings) -> None:
    (settings.data / "pedell.toml").write_text(CONFIG)


def tickets(data: Path) -> list[str]:
    with Service(Settings(data=data)) as service:
        return [ticket.title for ticket in service.tickets.list()]


def wait_for(data: Path, count: int) -> list[str]:
    deadline = time.monotonic() + 90
    while len(found := tickets(data)) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_it(settings: Settings, number: signal.Signals) -> None:
    body = json.dumps({"title": "Kein Bild"}).encode()
    with serving(settings.data) as (process, url):
        assert ask(url, "GET", "/health")[0] == 200
        assert ask(url, "POST", "/hooks/generic", body, signed(body))[0] == 200
        assert wait_for(settings.data, 1) == ["Kein Bild"]
        started = time.monotonic()
        process.send_signal(number)
        assert process.wait(60) == 0
        assert time.monotonic() - started < 30
        assert process.stdout
        assert "Traceback" not in process.stdout.read()
        with pytest.raises(OSError):
            ask(url, "GET", "/health")


@pytest.mark.thorough
def test_what_was_answered_survives_a_kill(settings: Settings) -> None:
    bodies = [json.dumps({"title": f"Kein Bild {number}"}).encode() for number in range(20)]
    with serving(settings.data) as (process, url):
        taken = sum(
            ask(url, "POST", "/hooks/generic", body, signed(body, f"d-{number}"))[0] == 200
            for number, body in enumerate(bodies)
        )
        process.kill()
        process.wait(60)
    assert taken == 20
    with serving(settings.data):
        assert sorted(wait_for(settings.data, 20)) == sorted(f"Kein Bild {number}" for number in range(20))


@pytest.mark.thorough
def test_a_taken_port_is_one_line(settings: Settings) -> None:
    with serving(settings.data) as (_, url):
        port = url.rpartition(":")[2]
        again = subprocess.run(
            [sys.executable, "-m", "pedell.cli.main", "serve", "--port", port], capture_output=True, text=True,
            env=os.environ | {"PEDELL_DATA": str(settings.data)}, timeout=120, check=False,
        )  # fmt: skip
    assert again.returncode == 2
    assert "cannot listen" in again.stderr
    assert "Traceback" not in again.stderr


@pytest.mark.matrix(3)
@pytest.mark.parametrize(
    ("config", "words"),
    [
        ('rules = ["mine.yaml"]', "mine.yaml:1:"),
        ('[tickets.rt]\nadapter = "reqest-tracker"', "no adapter reqest-tracker"),
        ('[tickets.rt]\nadapter = "request-tracker"\noptions = {url = "https://rt"}', "token"),
        ('[tickets.generic]\nadapter = "request-tracker"', "cannot be used"),
    ],
)
def test_wrong_settings_are_told_at_the_start(settings: Settings, config: str, words: str) -> None:
    (settings.data / "mine.yaml").write_text("pedell_rules: 2\n")
    (settings.data / "pedell.toml").write_text(config + "\n")
    said = subprocess.run(
        [sys.executable, "-m", "pedell.cli.main", "serve", "--port", "0"], capture_output=True, text=True,
        env=os.environ | {"PEDELL_DATA": str(settings.data)}, timeout=120, check=False,
    )  # fmt: skip
    assert said.returncode == 2
    assert words in said.stderr
    assert "Traceback" not in said.stderr
