"""The simulator by itself, asked by Python's own HTTP client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from pedell.testing.simhost import SimulatorHost
from pedell_ipad_mdm.jamf_pro.simulator import JamfProSimulator
from tests.ipad_mdm.conftest import SERIAL, School, eventually


class Curl:
    """One connection, kept open."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.wire = HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        self.token = ""

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        self.wire.request(method, "/api" + path, data, headers)
        answer = self.wire.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def login(self, **words: str) -> int:
        form = {
            "grant_type": "client_credentials",
            "client_id": "pedell",
            "client_secret": "lab-secret",
            **words,
        }
        status, body = self.ask("POST", "/oauth/token", urlencode(form).encode())
        self.token = body.get("access_token", "")
        return status

    def command(self, ids: list[str], **data: object) -> tuple[int, Any]:
        clients = [{"managementId": each} for each in ids]
        return self.ask("POST", "/v2/mdm/commands", {"clientData": clients, "commandData": data})


@pytest.fixture
def curl(school: School) -> Iterator[Curl]:
    client = Curl(school.address)
    yield client
    client.wire.close()


def test_login(curl: Curl) -> None:
    assert curl.ask("GET", "/v2/mobile-devices/detail")[0] == 401
    assert curl.login(client_secret="falsch") == 401
    assert curl.login() == 200
    assert curl.ask("GET", "/v2/mobile-devices/detail")[0] == 200


def test_a_token_ends(make_school: Callable[..., School]) -> None:
    school = make_school(token_seconds=60)
    curl = Curl(school.address)
    curl.login()
    school.change(clock_offset=61.0)
    assert curl.ask("GET", "/v2/mobile-devices/detail")[0] == 401
    curl.wire.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/mdm/commands", 400),
        ("/v2/mdm/commands?filter=uuid==", 400),
        ("/v2/mdm/commands?filter=colour==red", 400),
        ("/v2/mdm/commands?filter=uuid==x", 200),
        ("/v2/mobile-devices/detail?section=SECRETS", 400),
        ("/v2/mobile-devices/detail?page=x", 400),
        ("/v2/mobile-devices/2", 200),
        ("/v2/mobile-devices/99", 404),
        ("/v2/mobile-devices?page-size=1", 200),
        ("/v9/anything", 404),
    ],
)
def test_reads(curl: Curl, path: str, status: int) -> None:
    curl.login()
    assert curl.ask("GET", path)[0] == status


def test_pages_from_zero(make_school: Callable[..., School]) -> None:
    school = make_school(ipads=5)
    curl = Curl(school.address)
    curl.login()
    query = "/v2/mobile-devices/detail?section=HARDWARE&page-size=2&sort=serialNumber:asc&page="
    pages = [curl.ask("GET", f"{query}{number}")[1] for number in range(4)]
    curl.wire.close()
    assert [len(page["results"]) for page in pages] == [2, 2, 1, 0]
    assert {page["totalCount"] for page in pages} == {5}


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"commandType": "UNLOCK_THE_DOOR"}, 400),
        ({}, 400),
        ({"commandType": "ENABLE_LOST_MODE", "lostModeFootnote": "x"}, 400),
        (
            {
                "commandType": "ERASE_DEVICE",
                "returnToService": {"enabled": True, "wifiProfileData": "kein Base64"},
            },
            400,
        ),
        ({"commandType": "ERASE_DEVICE", "returnToService": {"enabled": "ja"}}, 400),
        ({"commandType": "DEVICE_LOCK"}, 201),
    ],
)
def test_commands_are_checked(school: School, curl: Curl, data: dict[str, object], status: int) -> None:
    curl.login()
    assert curl.command([school.ipad()["management_id"]], **data)[0] == status


def test_an_unknown_ipad_and_a_body_that_is_no_json(curl: Curl) -> None:
    curl.login()
    assert curl.command(["nobody"], commandType="DEVICE_LOCK")[0] == 404
    assert curl.command([], commandType="DEVICE_LOCK")[0] == 400
    assert curl.ask("POST", "/v2/mdm/commands", b"{")[0] == 400


def test_twice_queued_is_twice_done(school: School, curl: Curl) -> None:
    curl.login()
    ids = [school.ipad()["management_id"]]
    for _ in range(2):
        assert curl.command(ids, commandType="RESTART_DEVICE")[0] == 201
    eventually(lambda: school.count("restart") == 2, "two restarts")
    assert school.simulator.counts() == {"restart": 2}


def test_a_restart_takes_the_ipad_away_for_a_while(school: School, curl: Curl) -> None:
    curl.login()
    school.change(ipad=SERIAL, rejoins=False)
    curl.command([school.ipad()["management_id"]], commandType="RESTART_DEVICE")
    eventually(lambda: not school.ipad()["online"], "it is away")
    curl.command([school.ipad()["management_id"]], commandType="DEVICE_INFORMATION")
    school.change(ipad=SERIAL, locked=False)
    eventually(lambda: school.count("inventory") == 1, "somebody unlocked it")


def test_without_a_network_an_erased_ipad_does_not_come_back(school: School, curl: Curl) -> None:
    curl.login()
    service = {"enabled": True}
    curl.command([school.ipad()["management_id"]], commandType="ERASE_DEVICE", returnToService=service)
    eventually(lambda: not school.ipad()["managed"], "it is gone")
    school.change(ipad="DMPX00000002", ethernet=True)
    curl.command(
        [school.ipad("DMPX00000002")["management_id"]], commandType="ERASE_DEVICE", returnToService=service
    )
    eventually(lambda: school.count("enrolled", "DMPX00000002") == 1, "the one with a cable is back")


def test_the_state_can_be_shown(school: School) -> None:
    assert json.loads(json.dumps(school.simulator.state()))["ipads"][SERIAL]["awake"] is True


@pytest.mark.parametrize("values", [{"colour": "red"}, {"ipad": "nobody", "awake": True}, {"queue": []}])
def test_what_cannot_be_changed(school: School, values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no |there is no"):
        school.change(**values)


def test_what_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="colour"):
        JamfProSimulator("jamf", {"colour": "red"})
    with pytest.raises(ValueError, match="colour"):
        JamfProSimulator("jamf", {"ipads": [{"colour": "red"}]})


def test_stopping_ends_open_connections_and_timers(host: SimulatorHost) -> None:
    simulator = JamfProSimulator("jamf", {"restart_seconds": 60.0})
    curl = Curl(host.start(simulator))
    curl.login()
    curl.command([simulator.state()["ipads"][SERIAL]["management_id"]], commandType="RESTART_DEVICE")
    started = time.monotonic()
    host.stop(simulator)
    assert time.monotonic() - started < 30, "the restart takes a minute"
    curl.wire.close()


def test_a_city_of_ipads_is_made_quickly() -> None:
    started = time.monotonic()
    simulator = JamfProSimulator("jamf", {"ipads": 20_000})
    assert len(simulator.state()["ipads"]) == 20_000
    assert time.monotonic() - started < 30
