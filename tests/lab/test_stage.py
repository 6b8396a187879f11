"""Playing a school in this process: simulators, effects, the control door."""

from __future__ import annotations

import asyncio
import http.client
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pedell.errors import ConflictError, NotFoundError, PedellError
from pedell.lab import effects, process
from pedell.lab.client import LabClient
from pedell.lab.place import Place
from pedell.lab.registration import document
from pedell.lab.school import School, load
from pedell.lab.stage import Stage
from tests.lab.lamp import SCHOOL, BrokenSimulator, LampSimulator

KINDS = {"lamp": LampSimulator}


@pytest.fixture
def school(tmp_path: Path) -> School:
    path = tmp_path / "school.yaml"
    path.write_text(SCHOOL)
    return load(path)


async def say(address: str, word: str) -> str:
    host, port = address.rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{word}\n".encode())
    answer = (await asyncio.wait_for(reader.readline(), 60)).decode().strip()
    writer.close()
    await writer.wait_closed()
    return answer


def test_effects_are_on_disk_when_the_device_answers(school: School, tmp_path: Path) -> None:
    async def play() -> None:
        stage = Stage(KINDS, tmp_path / "effects.jsonl")
        await stage.start(school, {"lab-lamp": "x"}, {})
        try:
            assert await say(stage.roles["one-lamp"].address, "on") == "lit"
            assert effects.counts(tmp_path / "effects.jsonl") == {"one-lamp": {"on": 1}}
        finally:
            await stage.stop()

    asyncio.run(play())


def test_a_kind_without_simulator_is_left_out_with_a_warning(school: School, tmp_path: Path) -> None:
    async def play() -> None:
        stage = Stage(KINDS, tmp_path / "effects.jsonl")
        await stage.start(school, {"lab-lamp": "x"}, {})
        try:
            assert list(stage.roles) == ["one-lamp", "hub"]
            assert "ghost" in stage.warnings[0]
            made = document(school, stage)
        finally:
            await stage.stop()
        lamp, bulb = made["devices"]
        assert lamp["address"].startswith("127.0.0.1:")
        assert bulb["controller"] == "hub"
        assert bulb["links"] == []  # it hung on the ghost
        assert made["controllers"][0]["address"].startswith("127.0.0.1:")

    asyncio.run(play())


def test_addresses_stay_from_one_time_to_the_next(school: School, tmp_path: Path) -> None:
    async def play(ports: dict[str, int]) -> dict[str, int]:
        stage = Stage(KINDS, tmp_path / "effects.jsonl")
        await stage.start(school, {"lab-lamp": "x"}, ports)
        found = stage.ports()
        await stage.stop()
        return found

    first = asyncio.run(play({}))
    assert asyncio.run(play(first)) == first

    async def beside() -> None:
        server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", first["hub"])
        try:
            assert (await play(first))["hub"] != first["hub"]
        finally:
            server.close()
            await server.wait_closed()

    asyncio.run(beside())


def test_one_that_does_not_start_is_named(school: School, tmp_path: Path) -> None:
    async def play() -> None:
        stage = Stage({"lamp": BrokenSimulator}, tmp_path / "effects.jsonl")
        try:
            await stage.start(school, {"lab-lamp": "x"}, {})
        finally:
            await stage.stop()

    with pytest.raises(PedellError, match=r"one-lamp.*no such socket"):
        asyncio.run(play())


def test_effects_survive_a_line_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "effects.jsonl"
    path.write_text('{"at": 1.0, "device": "a", "name": "on", "detail": ""}\n{"at": 2.0, "dev')
    assert [happened.name for happened in effects.read(path)] == ["on"]
    assert list(effects.read(tmp_path / "absent")) == []


@pytest.fixture
def running(school: School, data: Path) -> Iterator[LabClient]:
    """A lab on a thread of this process."""
    place, ready = Place(data), threading.Event()
    thread = threading.Thread(target=process.play, args=(place, school, KINDS, lambda _: ready.set()))
    thread.start()
    assert ready.wait(60)
    while place.running() is None:
        assert thread.is_alive()
    client = LabClient(place)
    yield client
    client.stop()
    thread.join(60)
    assert not place.taken()


def test_the_door_shows_and_changes(running: LabClient) -> None:
    lamp = running.status()["simulators"][0]
    assert (lamp["id"], lamp["state"]["lit"]) == ("one-lamp", False)
    assert running.change("one-*", {"lit": True}) == ["one-lamp", "hub"]
    assert running.status()["simulators"][0]["state"]["lit"] is True
    assert running.fault("one-lamp", "silent", on="on", times=2) == ["one-lamp"]
    assert running.status()["simulators"][0]["faults"] == [
        {"kind": "silent", "on": "on", "times": 2, "used": 0}
    ]
    assert running.heal() == ["one-lamp", "hub"]
    assert asyncio.run(say(lamp["address"], "on")) == "lit"
    assert [(one["device"], one["name"]) for one in running.effects()] == [("one-lamp", "on")]


def test_the_door_says_what_is_wrong(running: LabClient) -> None:
    with pytest.raises(PedellError, match="nothing named nobody"):
        running.fault("nobody", "silent")
    with pytest.raises(PedellError, match="sulky"):
        running.fault("one-lamp", "sulky")
    with pytest.raises(PedellError, match="nothing named"):
        running.change("one-lamp", {"colour": "red"})


@pytest.mark.parametrize(
    ("method", "path", "token", "body", "status"),
    [
        ("GET", "/status", "wrong", "", 401),
        ("GET", "/nowhere", None, "", 404),
        ("POST", "/fault", None, "[1]", 400),
        ("POST", "/fault", None, "{", 400),
        ("POST", "/fault", None, "x" * 100_000, 413),
    ],
)
def test_the_door_is_not_for_everybody(
    running: LabClient, method: str, path: str, token: str | None, body: str, status: int
) -> None:
    connection = http.client.HTTPConnection(running.running.url.removeprefix("http://"), timeout=30)
    try:
        connection.request(method, path, body, {"Authorization": f"Bearer {token or running.running.token}"})
        response = connection.getresponse()
        assert (response.status, "error" in json.loads(response.read())) == (status, True)
    finally:
        connection.close()


def test_there_is_one_lab_per_data_folder(running: LabClient, data: Path) -> None:
    place = Place(data)
    with pytest.raises(ConflictError), place.held():
        pass
    assert stat.S_IMODE((data / "lab/lab.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((data / "secrets/lab-lamp").stat().st_mode) == 0o600


def test_what_a_killed_lab_left_behind_is_not_believed(data: Path) -> None:
    place = Place(data)
    place.folder.mkdir()
    (place.folder / "lab.json").write_text(
        '{"pid": 1, "url": "http://127.0.0.1:1", "token": "x", "started": 0}'
    )
    (place.folder / "lab.lock").write_text("1")
    assert place.running() is None
    assert place.pid() is None
    assert not process.down(place)
    with pytest.raises(NotFoundError):
        LabClient(place)
    with place.held():
        assert place.taken()
    assert not place.taken()
