"""The witness itself: who talks to a gadget while somebody else does is remembered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.world import WorldProcess


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldProcess]:
    made = WorldProcess(tmp_path)
    yield made
    made.close()


def line(world: WorldProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", world.port), timeout=30)


def say(talk: socket.socket, text: str) -> bytes:
    talk.sendall(text.encode() + b"\n")
    return talk.recv(100)


def test_one_after_the_other(world: WorldProcess):
    with line(world) as first:
        say(first, "hello g0")
    with line(world) as second:
        say(second, "hello g0")
    assert world.overlaps() == []


def test_two_at_once(world: WorldProcess):
    with line(world) as first, line(world) as second:
        say(first, "hello g0")
        say(second, "hello g0")
        assert world.overlaps() == ["g0"]


def test_the_end_of_a_line_may_come_late(world: WorldProcess):
    with line(world) as first, line(world) as second:
        say(first, "hello g0")
        second.sendall(b"hello g0\n")
        first.close()
        assert second.recv(100) == b"ok\n"
        assert world.overlaps() == []
