"""`pedell run restart-switch-port` as a person types it: on a real bridge, and on the simulated switch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.network.conftest import Bench
from tests.network.real_switch import RealSwitch
from tests.network.test_real import FarEnd
from tests.peers import need

SCHOOL = """\
sites: [{slug: bert-brecht, name: Bert-Brecht-Gymnasium, campus: nord, rooms: [{name: B204, title: Physik}]}]
devices:
  - {name: sw, kind: switch, site: bert-brecht, driver: DRIVER, address: "ADDRESS", options: OPTIONS}
  - {name: board, kind: whiteboard, site: bert-brecht, room: B204, driver: pjlink, address: "127.0.0.1:1"}
links: [{device: board, kind: uplink, to: sw, detail: PORT}]
"""


class Counted(set[Any]):
    """A simulator's connections, and how many there were."""

    all = 0

    def add(self, line: Any) -> None:
        super().add(line)
        self.all += 1


def pedell(data: Path, *words: str, code: int = 0) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "pedell.cli.main", *words, "--json"],
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, "PEDELL_DATA": str(data)},
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def school(data: Path, driver: str, address: str, options: dict[str, str], port: str) -> None:
    file = data / "school.yaml"
    text = SCHOOL.replace("DRIVER", driver).replace("ADDRESS", address).replace("PORT", port)
    file.write_text(text.replace("OPTIONS", json.dumps(options)))
    pedell(data, "devices", "import", str(file))


def secret(data: Path, name: str, text: str) -> str:
    folder = data / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o600)
    return f"secret://file/{name}"


def restart(data: Path, selector: str, *inputs: str, code: int = 0) -> str:
    words = [word for given in ("pause=0.5", *inputs) for word in ("-i", given)]
    found = pedell(
        data,
        "run",
        "restart-switch-port",
        "--on",
        selector,
        "--ticket",
        "new",
        "--reason",
        "test",
        *words,
        code=code,
    )
    return json.dumps(found, ensure_ascii=False)


@pytest.fixture
def real() -> Iterator[RealSwitch]:
    need("netns")
    need("openssh")
    made = RealSwitch(frr=False)
    yield made
    made.close()


@pytest.mark.thorough
@pytest.mark.peer("netns", "openssh")
def test_on_a_real_bridge(real: RealSwitch, data: Path):
    options = {"username": "root", "key": secret(data, "key", real.key)}
    school(data, "linux-bridge", real.address, options, "port2")
    assert "not known" in restart(data, "name=sw", "port=port1", code=1)
    assert real.fingerprint in json.dumps(pedell(data, "devices", "pin-key", "name=sw"))
    with FarEnd(real, 1) as far:
        told = restart(data, "name=sw", "port=port1")
    assert far.seen == [True, False, True]
    assert '"oper": "up"' in told
    with FarEnd(real, 2) as far:
        restart(data, "name=board")
    assert far.seen == [True, False, True]
    assert "our own connection" in restart(data, "name=sw", "port=mgmt0", code=1)
    assert pedell(data, "audit", "verify")


def test_on_the_simulated_switch(bench, data: Path):
    made: Bench = bench(secret="oben")
    made.sim.change(port="Gi1/0/3", wedged=True)
    options = {
        "username": "pedell",
        "password": secret(data, "password", "schule"),
        "enable": secret(data, "enable", "oben"),
        "host_key": "accept-new",
    }
    school(data, "cisco-ios", made.address, options, "Gi1/0/3")
    counted = made.sim._connections = Counted()
    restart(data, "name=board")
    assert counted.all == 2  # one to learn the key, one for all steps of the run
    assert made.sim.state()["ports"]["Gi1/0/3"]["oper"] == "up"
    assert made.sim.counts() == {"shut": 1, "no shut": 1}
    assert "sw-keller" in restart(data, "name=sw", "port=Gi1/0/8", code=1)
    told = restart(data, "name=sw", "port=Gi1/0/8", "force=true", code=1)
    assert "Why is it forced?" in told
    assert made.sim.counts() == {"shut": 1, "no shut": 1}
    told = restart(data, "name=sw", "port=Gi1/0/8", "force=true", "reason=new fibre")
    assert "Reason: new fibre" in told
    assert made.sim.counts() == {"shut": 2, "no shut": 2}
    (spoken,) = pedell(data, "runs", "show", "1", "--transcript")["transcripts"]
    assert (spoken["device"], spoken["capability"]) == ("sw", "network.port_restart")
    lines = "\n".join(spoken["lines"])
    assert lines.index("> shutdown") < lines.index("> no shutdown")
    assert "schule" not in lines and "oben" not in lines
    assert "transcripts" not in pedell(data, "runs", "show", "1")
