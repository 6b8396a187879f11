"""The guards of the tests themselves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests import guards, peers


def test_a_thread_left_behind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "GRACE", 0.0)
    gate = threading.Event()
    before = set(threading.enumerate())
    thread = threading.Thread(target=gate.wait, name="straggler", daemon=True)
    thread.start()
    try:
        assert guards.left_behind(before, guards.children()) == ["thread straggler"]
    finally:
        gate.set()
        thread.join()


def test_a_process_left_behind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "GRACE", 0.0)
    before = guards.children()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in guards.inheritors("HOME", os.environ["HOME"])
        assert child.pid in guards.orphans("HOME", os.environ["HOME"], set())
        (line,) = guards.left_behind(set(threading.enumerate()), before)
    assert str(child.pid) in line


def test_other_machines_are_out_of_reach() -> None:
    with socket.socket() as line, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        line.connect(("192.0.2.1", 9))
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_home_is_not_the_users() -> None:
    assert Path.home() != Path(os.environ["PEDELL_TESTS_REAL_HOME"])
    assert "PEDELL_DATA" not in os.environ


def test_data_folder(data: Path) -> None:
    assert os.environ["PEDELL_DATA"] == str(data)
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("name", sorted(peers.PEERS))
def test_every_peer_has_a_check_that_answers_in_words(name: str) -> None:
    assert isinstance(peers.reason(name), str)
