"""Finding displays on addresses of their own, with their real ports, through the command."""

from __future__ import annotations

import json
import os
import random
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from pedell.cli.main import build
from pedell.hooks.plugins import Plugins
from pedell.inventory.knocking import open_ports
from pedell.service.door import Service
from pedell.settings import load
from pedell_whiteboards import plugin
from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator

SITE = "sites: [{slug: bb, name: BB}]\n"


@pytest.fixture
def net() -> str:
    """A part of the loopback network that nobody else uses."""
    chance = random.Random(f"{os.getpid()}/{random.random()}")
    return f"127.{chance.randrange(2, 250)}.{chance.randrange(2, 250)}"


@pytest.fixture
def pedell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("PEDELL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PEDELL_LANG", "en")

    def run(*words: str, fails: int = 0) -> Any:
        result = CliRunner().invoke(build(), words)
        assert result.exit_code == fails, (result.output, result.exception)
        return json.loads(result.stdout) if "--json" in words else result.output

    return run


@pytest.fixture
def school(tmp_path, pedell):
    file = tmp_path / "school.yaml"
    file.write_text(SITE)
    pedell("devices", "import", str(file))
    return tmp_path


def devices(school: Path) -> list[Any]:
    service = Service(load({"PEDELL_DATA": str(school / "data")}))
    try:
        return list(service.inventory.devices().devices)
    finally:
        service.around.close()


def found(document: Any) -> dict[str, tuple[str, str, str | None]]:
    return {
        one["host"].rpartition(".")[2]: (
            ",".join(found["driver"] for found in one["found"]),
            (one["row"] or {}).get("serial", ""),
            one["known"] and one["known"]["by"],
        )
        for one in document["proposals"]
    }


def test_addresses_are_asked_and_rows_proposed(school, pedell, net, lab):
    lab.host.start(SamsungMdcSimulator("m", {"serial": "0TX5HCNN", "model": "WA75C"}), f"{net}.2", 1515)
    lab.host.start(PjlinkSimulator("p", {"serial": "0012", "model": 'EB "L"\r\n#x'}), f"{net}.3", 4352)
    lab.host.start(PjlinkSimulator("q", {"password": "geheim"}), f"{net}.4", 4352)
    both = f"{net}.5"
    lab.host.start(SamsungMdcSimulator("b1", {"serial": "BOTH"}), both, 1515)
    lab.host.start(PjlinkSimulator("b2", {"serial": "BOTH"}), both, 4352)
    output = school / "found.yaml"
    protocols = [word for name in ("pjlink", "samsung-mdc") for word in ("--protocol", name)]
    words = ["devices", "discover", "--site", "bb", f"{net}.1-{net}.6", *protocols, "--output", str(output)]
    document = pedell(*words, "--json")
    assert document["asked"] == 6
    assert found(document) == {
        "2": ("samsung-mdc", "0TX5HCNN", None),
        "3": ("pjlink", "0012", None),
        "4": ("pjlink", "", None),
        "5": ("samsung-mdc,pjlink", "BOTH", None),
    }
    assert "password" in document["proposals"][2]["found"][0]["note"]
    assert devices(school) == [], "it proposes and does nothing"
    rows = yaml.safe_load(output.read_text())["devices"]
    assert rows[0] == {
        "name": f"bb-whiteboard-{net.replace('.', '-')}-2", "kind": "whiteboard", "site": "bb", "driver": "samsung-mdc",
        "address": f"{net}.2", "model": "WA75C", "serial": "0TX5HCNN", "tags": ["discovered"],
    }  # fmt: skip
    assert rows[3]["also"] == [{"driver": "pjlink", "address": both, "options": {}}]
    # What it wrote is what the import takes; asked again, all of it is there already.
    pedell("devices", "import", str(output))
    assert len(devices(school)) == 4
    again = pedell(*words, "--json")
    assert {known for _, _, known in found(again).values()} == {"serial", "address"}
    assert yaml.safe_load(output.read_text())["devices"] is None
    assert "# " in output.read_text()


@pytest.mark.thorough
def test_a_display_with_the_other_id_that_models_come_with_is_found(school, pedell, net, lab):
    # Samsung: 0 on most models, 1 on some; one with another id is silent.
    lab.host.start(SamsungMdcSimulator("m", {"id": 0, "serial": "ZERO"}), f"{net}.2", 1515)
    lab.host.start(SamsungMdcSimulator("n", {"id": 7, "serial": "SEVEN"}), f"{net}.3", 1515)
    words = ["devices", "discover", "--site", "bb", "--protocol", "samsung-mdc"]
    document = pedell(*words, f"{net}.2-{net}.3", "--json")
    assert found(document) == {"2": ("samsung-mdc", "ZERO", None)}
    assert document["proposals"][0]["row"]["options"] == {"display": 0}


def test_no_effect_reaches_a_device(school, pedell, net, lab):
    simulators = [SamsungMdcSimulator("m", {"power": "standby"}), PjlinkSimulator("p", {"power": "standby"})]
    for simulator, port in zip(simulators, (1515, 4352), strict=True):
        lab.host.start(simulator, f"{net}.2", port)
    text = pedell("devices", "discover", "--site", "bb", f"{net}.2")
    assert len(yaml.safe_load(text)["devices"]) == 1
    assert [simulator.counts() for simulator in simulators] == [{}, {}]


def test_a_network_is_searched_and_no_other_address_asked(school, pedell, net, lab):
    settings = {"search_port": 4352, "search_host": f"{net}.255", "mac": "02:00:00:00:00:09", "serial": "S9"}
    lab.host.start(PjlinkSimulator("p", settings), f"{net}.9", 4352)
    lab.host.start(SamsungMdcSimulator("m", {}), f"{net}.2", 1515)
    document = pedell(
        "devices", "discover", "--site", "bb", "--network", f"{net}.0/24", "--seconds", "1", "--json"
    )
    assert found(document) == {"9": ("pjlink", "S9", None)}
    assert document["proposals"][0]["row"]["mac"] == "02:00:00:00:00:09"
    assert document["errors"] == []


def test_what_is_in_the_inventory_is_known_by_serial_mac_or_address(school, pedell, net, lab):
    file = school / "more.yaml"
    file.write_text(f"""
devices:
  - {{name: old-board, kind: whiteboard, site: bb, driver: samsung-mdc, address: 10.0.0.1, serial: 0tx5hcnn}}
  - {{name: at-three, kind: projector, site: bb, driver: pjlink, address: "tcp://{net}.3:4352"}}
""")
    pedell("devices", "import", str(file))
    lab.host.start(SamsungMdcSimulator("m", {"serial": "0TX5HCNN"}), f"{net}.2", 1515)
    lab.host.start(PjlinkSimulator("p", {"class": 1}), f"{net}.3", 4352)
    text = pedell("devices", "discover", "--site", "bb", f"{net}.2", f"{net}.3")
    assert "is in the inventory as old-board, by its serial number" in text
    assert "its address is in the inventory as at-three" in text
    assert yaml.safe_load(text)["devices"] is None
    german = pedell("devices", "discover", "--site", "bb", f"{net}.2", "--lang", "de")
    assert "steht im Inventar als old-board" in german


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--site", "bb"], 2, "name addresses"),
        (["--site", "nowhere", "10.0.0.1"], 2, "nowhere"),
        (["--site", "bb", "10.0.0.0/8"], 2, "more than 4096"),
        (["--site", "bb", "10.0.0.9-10.0.0.2"], 2, "ends before"),
        (["--site", "bb", "http://x"], 2, "is not an address"),
        (["--site", "bb", "10.4.2.300"], 2, "is not an address"),
        (["--site", "bb", "--network", "10.0.0.300/24"], 2, "is not a network"),
        (["--site", "bb", "--protocol", "fax", "10.0.0.1"], 2, "fax"),
    ],
)
def test_mistakes_are_told_in_one_line(school, pedell, words, code, said):
    from pedell.errors import PedellError

    result = CliRunner().invoke(build(), ["devices", "discover", *words])
    text = result.output if isinstance(result.exception, SystemExit) else str(result.exception)
    assert said in text
    if not isinstance(result.exception, SystemExit):
        assert isinstance(result.exception, PedellError)


@pytest.mark.thorough
def test_each_protocol_is_told_from_all_others(school, pedell, net, lab):
    """Everybody asks everybody; only the one who understands proposes, and nothing happens to the devices."""
    plugins = Plugins((), {"whiteboards": plugin})
    asked = [driver for driver in plugins.drivers.values() if driver.discovers and driver.discovery_port()]
    simulators = [plugins.simulators[driver.id]("d", {}) for driver in asked]
    for number, (driver, simulator) in enumerate(zip(asked, simulators, strict=True), 2):
        lab.host.start(simulator, f"{net}.{number}", driver.discovery_port())
    document = pedell("devices", "discover", "--site", "bb", f"{net}.1-{net}.{len(asked) + 1}", "--json")
    assert [[found["driver"] for found in proposal["found"]] for proposal in document["proposals"]] == [
        [driver.id] for driver in asked
    ]
    assert [simulator.counts() for simulator in simulators] == [{}] * len(asked)


def test_which_ports_are_open():
    with socket.create_server(("127.0.0.1", 0)) as open_one, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports = [listening.getsockname()[1] for listening in (open_one, closed)]
        assert open_ports("127.0.0.1", ports, 60) == {ports[0]}
        assert open_ports("no-such-host.invalid", ports, 60) == frozenset()


def test_a_port_that_answers_nothing_takes_the_time_given_and_no_longer():
    with socket.socket() as full, ExitStack() as fillers:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # more than it keeps waiting: further ones hear nothing
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        begun = time.monotonic()
        assert open_ports("127.0.0.1", [full.getsockname()[1]], 0.2) == frozenset()
        assert 0.2 <= time.monotonic() - begun < 30
