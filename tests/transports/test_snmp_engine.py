"""SNMP engines that are let go end with their socket, and not while somebody waits for an answer on it."""

from __future__ import annotations

import asyncio

import pytest

from pedell.transports import snmp_engine
from pedell.transports.snmp_values import User

PLACE = ("127.0.0.1", 161)


class Engine:
    def __init__(self) -> None:
        self.closed = 0

    def close_dispatcher(self) -> None:
        self.closed += 1


@pytest.fixture(autouse=True)
def _engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snmp_engine, "SnmpEngine", Engine)
    monkeypatch.setattr(snmp_engine, "_engines", type(snmp_engine._engines)())


def user(name: str) -> User:
    return User(name, "sha", "streng-geheim", None, "")


def test_one_in_use_ends_with_its_last_user() -> None:
    async def play() -> None:
        login = user("a")
        snmp_engine._start_afresh(login, PLACE)
        kept = snmp_engine._kept(login, PLACE)
        with kept:
            with kept:
                snmp_engine._start_afresh(login, PLACE)
                assert snmp_engine._kept(login, PLACE) is not kept
            assert kept.engine.closed == 0, "somebody waits for an answer on its socket"
        assert kept.engine.closed == 1

    asyncio.run(play())


def test_an_idle_one_makes_room_at_once() -> None:
    async def play() -> None:
        first = snmp_engine._kept(user("first"), PLACE)
        for number in range(snmp_engine.ENGINES):
            snmp_engine._kept(user(f"user {number}"), PLACE)
        assert first.engine.closed == 1
        assert len(snmp_engine._engines) == snmp_engine.ENGINES

    asyncio.run(play())
