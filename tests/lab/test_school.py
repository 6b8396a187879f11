"""The school as data."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pedell.errors import ConfigError
from pedell.lab.place import Place
from pedell.lab.school import SHIPPED, load
from pedell.lab.secrets import reveal, secret_names
from tests.lab.lamp import SCHOOL


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "school.yaml"
    path.write_text(SCHOOL)
    return path


def test_names_are_filled_in_for_each_site(file: Path) -> None:
    school = load(file, sites=3)
    assert [site.slug for site in school.sites] == ["first", "school-002", "school-003"]
    assert [played.name for played in school.played] == [
        "one-lamp", "one-ghost", "s002-lamp", "s002-ghost", "s003-lamp", "s003-ghost", "hub",
    ]  # fmt: skip
    hub = school.played[-1]
    assert [(device.site, device.part.name) for device in hub.devices] == [
        ("first", "one-bulb"), ("school-002", "s002-bulb"), ("school-003", "s003-bulb"),
    ]  # fmt: skip
    assert [device["name"] for device in hub.settings["devices"]] == ["one-bulb", "s002-bulb", "s003-bulb"]


def test_some_stand_at_the_first_site_only(file: Path) -> None:
    more = (
        'first:\n  - {simulator: lamp, device: {name: "{site}-only", kind: lamp, driver: lamp, room: A2}}\n'
    )
    file.write_text(SCHOOL + more)
    names = [played.name for played in load(file, sites=3).played]
    assert [name for name in names if name.endswith("-only")] == ["one-only"]


def test_a_device_and_its_simulator_have_one_serial_number_that_the_seed_fixes(file: Path) -> None:
    lamp, again, other = (load(file, seed=seed).played[0] for seed in (1, 1, 2))
    assert lamp.settings["serial"] == lamp.devices[0].part.serial == again.devices[0].part.serial
    assert lamp.devices[0].part.mac.startswith("02:")
    assert lamp.devices[0].part.serial != other.devices[0].part.serial


def test_labs_beside_each_other_have_broadcasts_of_their_own(tmp_path: Path) -> None:
    ports = [Place(tmp_path / name).broadcast_port() for name in ("one", "one", "other")]
    assert ports[0] == ports[1] != ports[2]
    woken = [
        played for played in load(SHIPPED, broadcast_port=ports[2]).played if "wake_port" in played.settings
    ]
    assert len(woken) == 2
    for played in woken:
        assert int(played.settings["wake_port"]) == ports[2]
        assert played.devices[0].part.options["wake"] == f"127.255.255.255:{ports[2]}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as alone:
        alone.bind(("127.255.255.255", ports[2]))
        assert Place(tmp_path / "other").broadcast_port() != ports[2]


def test_secrets_are_revealed_to_simulators_only(file: Path) -> None:
    school = load(file)
    assert secret_names(school) == {"lab-lamp"}
    played = school.played[0]
    assert reveal(played.settings, {"lab-lamp": "s3cret"})["password"] == "s3cret"
    assert played.devices[0].part.options["password"] == "secret://file/lab-lamp"


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        ('{name: "{site}-lamp"', '{name: "{place}-lamp"', "place"),
        ('{name: "{site}-lamp"', '{name: "{0}-lamp"', "placeholder"),
        ('{name: "{site}-lamp"', '{name: "{site-lamp"', "placeholder"),
        ("controller: {name: hub, kind: hub}", "controller: {kind: hub}", "needs a name"),
        ("controller: {name: hub, kind: hub}", "controller: null", "either a device or a controller"),
    ],
)
def test_a_mistake_is_told_in_words(file: Path, good: str, bad: str, why: str) -> None:
    assert good in SCHOOL
    file.write_text(SCHOOL.replace(good, bad))
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert why in " ".join([caught.value.message, *map(str, caught.value.findings)])


def test_every_mistake_is_named(file: Path) -> None:
    file.write_text(SCHOOL.replace("rooms:", "zimmer:"))
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert any("zimmer" in str(finding) for finding in caught.value.findings)


@pytest.mark.parametrize("sites", [1, 155])
def test_the_shipped_school_has_no_name_and_no_serial_number_twice(sites: int) -> None:
    school = load(SHIPPED, sites=sites)
    devices = [device for played in school.played for device in played.devices]
    names = [device.part.name for device in devices]
    assert len(set(names)) == len(names)
    serials = [device.part.serial for device in devices if device.part.serial]
    assert len(set(serials)) == len(serials)
    rooms = {room.name for room in school.rooms}
    assert {device.part.room for device in devices} - {""} <= rooms
    assert {link.to for device in devices for link in device.part.links} <= set(names)


def test_a_mistake_has_its_line_and_is_told_in_words(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(SHIPPED.read_text("utf-8").replace("simulators:", "simulators:\n  - {simulator: [x]}", 1))
    with pytest.raises(ConfigError) as raised:
        load(path)
    (line,) = [n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "[x]" in text]
    found = raised.value.findings[0]
    assert (found.line, found.source) == (line, str(path)) and "must be a text" in found.message
