"""Finding switches: SSH servers that greet, agents that answer the site's own logins, and the real sshd and snmpd."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pytest
import yaml
from click.testing import CliRunner

from pedell.cli.main import build
from pedell.drivers.api import Deadline, Found
from pedell.errors import PedellError
from pedell.i18n import said
from pedell.testing.calls import PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_network import discovering
from pedell_network.discovering import by_greeting, discover, greeting, login_of
from pedell_network.plugin import pedell_drivers
from pedell_network.snmp.driver import Snmp
from pedell_network.snmp.simulated.switch import SnmpSwitchSimulator
from tests.network.snmp.net_snmp import Snmpd
from tests.network.snmp.test_records import BRIDGE, Recorded
from tests.peers import program

HOST = "127.0.0.1"
SYSTEM = "1.3.6.1.2.1.1"
PROCURVE = (
    f"{SYSTEM}.1.0|4|HP J9773A 2530-24G-PoEP Switch, revision YA.16.02.0012, ROM YA.15.19\n{SYSTEM}.5.0|4|sw-aula\n"
    f"{SYSTEM}.2.0|6|1.3.6.1.4.1.11.2.3.7.11.139\n{BRIDGE}.1.1.0|4x|020000000001\n"
)
PRINTER = f"{SYSTEM}.1.0|4|Etikettendrucker 3\n{SYSTEM}.2.0|6|1.3.6.1.4.1.64000.1\n{SYSTEM}.7.0|2|72\n"


class Greeter:
    """A server that says something to whoever connects, and remembers what it hears."""

    def __init__(self, *words: bytes, stays: bool = True, address: str = HOST) -> None:
        self._words, self._stays = words, stays
        self._listening = socket.create_server((address, 0))
        self.port = int(self._listening.getsockname()[1])
        self.connections, self.heard = 0, b""
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)
        for line in self._open:
            self.heard += _rest(line)
            line.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            for word in self._words:
                line.sendall(word)
            if self._stays:
                self._open.append(line)
            else:
                line.close()


def _rest(line: socket.socket) -> bytes:
    line.settimeout(1)
    try:
        return line.recv(4096)
    except OSError:
        return b""


@pytest.fixture
def at_port(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    return lambda port: monkeypatch.setattr(discovering, "SSH", port)


@pytest.fixture
def nobody(at_port) -> None:
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    at_port(port)


@pytest.mark.parametrize(
    ("words", "stays", "said"),
    [
        ([b"SSH-2.0-Cisco-1.25\r\n"], True, "SSH-2.0-Cisco-1.25"),
        ([b"SSH-2.0-ROS", b"SSH\n"], False, "SSH-2.0-ROSSSH"),
        ([b"Willkommen\r\nnur f\xc3\xbcr Berechtigte\r\n", b"SSH-1.99-x y\r\n"], True, "SSH-1.99-x y"),
        ([b"220 ftp\r\n"], False, ""),
        ([b"\0\xff" * 3000], False, ""),
        ([b"SSH-2.0-" + b"x" * 5000], False, ""),
        ([b"SSH-2.0-ab\x1bc\r\n"], False, ""),
        ([], False, ""),
    ],
)
def test_a_greeting_is_heard_and_nothing_is_said(at_port, words, stays, said):
    with Greeter(*words, stays=stays) as server:
        at_port(server.port)
        assert greeting(HOST, Deadline.after(10)) == said
    assert (server.connections, server.heard) == (1, b"")


def test_a_silent_server_and_nobody_cost_a_bounded_time(at_port, nobody, monkeypatch):
    assert greeting(HOST, Deadline.after(10)) == ""
    assert greeting("keiner.invalid", Deadline.after(10)) == ""
    monkeypatch.setattr(discovering, "_GREETING", 0.1)
    with Greeter() as server:
        at_port(server.port)
        began = time.monotonic()
        assert greeting(HOST, Deadline.after(60)) == ""
        assert time.monotonic() - began < 30
    assert greeting(HOST, Deadline.after(0)) == ""


def test_a_greeting_that_one_firmware_has_names_its_driver_and_another_says_so():
    known = {driver.id for driver in pedell_drivers()}
    for word, driver in (
        ("SSH-2.0-Cisco-1.25", "cisco-ios"),
        ("SSH-2.0-ROSSSH", "mikrotik-routeros"),
        ("SSH-2.0-Comware-7.1.070", "hp-comware"),
    ):
        found = by_greeting(HOST, word)
        assert found is not None and found.driver == driver and driver in known
        assert word in said(found.note, "en") and said(found.note, "de").startswith(
            "allein nach seinem SSH-Gruß"
        )
    other = by_greeting(HOST, "SSH-2.0-OpenSSH_9.2p1 Debian-2", "und mehr")
    assert other is not None and other.driver == ""
    assert said(other.note, "de").startswith("ein SSH-Server, Treiber nicht bekannt: SSH-2.0-OpenSSH_9.2p1")
    assert by_greeting(HOST, "") is None


def test_a_login_is_the_references_and_the_port_alone():
    given = {
        "community": "secret://env/READ", "write_community": "secret://env/WRITE", "port": 1161, "protected_ports": ["1"],
        "poe_index": {"1": "1.1"}, "answer_time": 9, "user": "",
    }  # fmt: skip
    assert Snmp.discovery_login(given) == login_of(given) == {
        "community": "secret://env/READ", "write_community": "secret://env/WRITE", "port": 1161,
    }  # fmt: skip


class Stand:
    """Agents of records, and what is found with logins for them."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.host = stack.enter_context(SimulatorHost())
        self.env = PlainEnv(folder, {"secret://env/READ": "lesen", "secret://env/WRONG": "falschgeraten"})

    def agent(self, walk: str) -> dict[str, object]:
        kind = type("Played", (Recorded,), {"walk": walk})
        address = self.host.start(kind("sw", {"community": "lesen"}))
        return {"community": "secret://env/READ", "port": int(address.rpartition(":")[2])}

    def found(self, *logins: dict[str, object], within: float = 20) -> list[Found]:
        return discover(HOST, logins, Deadline.after(within), self.env)

    @property
    def asked(self) -> str:
        return "\n".join(str(data) for _, data in self.env.transcript)


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setattr(discovering, "_ANSWER", 0.2)
    with ExitStack() as stack:
        yield Stand(stack, tmp_path)


def test_an_agent_tells_the_driver_of_its_command_line_and_snmp_goes_along(stand, at_port):
    login = stand.agent(PROCURVE)
    with Greeter(b"SSH-2.0-Mocana SSH 6.3\r\n") as server:
        at_port(server.port)
        shell, snmp = stand.found({**login, "community": "secret://env/WRONG"}, login)
    assert (shell.driver, shell.options, snmp.driver, snmp.options) == ("hp-procurve", {}, "snmp", login)
    for one in (shell, snmp):
        assert (one.manufacturer, one.model, one.name) == ("HP", "J9773A 2530-24G-PoEP", "sw-aula")
        assert (one.firmware, one.mac, one.kind, one.address) == (
            "YA.16.02.0012",
            "02:00:00:00:00:01",
            "switch",
            HOST,
        )
    assert said(shell.note, "de") == "seine Anmeldung ist noch zu nennen"
    assert server.connections == 1 and server.heard == b""
    assert "SET" not in stand.asked and "lesen" not in stand.asked and "falschgeraten" not in stand.asked


@pytest.mark.usefixtures("nobody")
def test_without_an_ssh_server_it_is_snmp_alone(stand):
    (found,) = stand.found(stand.agent(PROCURVE))
    assert found.driver == "snmp" and "hp-procurve" in found.note
    (found,) = stand.found(stand.agent(PROCURVE.replace("4.1.11.2", "4.1.64000.2")))
    assert (found.driver, found.note) == ("snmp", "")


def test_what_takes_no_login_of_the_site_is_told_so(stand, at_port):
    login = {**stand.agent(PROCURVE), "community": "secret://env/WRONG"}
    with Greeter(b"SSH-2.0-dropbear_2022.83\r\n") as server:
        at_port(server.port)
        (found,) = stand.found(login)
        assert found.driver == "" and "none of the site's SNMP logins" in said(found.note, "en")
        (found,) = stand.found()
        assert "SNMP" not in found.note, "without a login nobody was asked by SNMP"
    assert stand.found(login) == [], "nobody there at all"


@pytest.mark.usefixtures("nobody")
def test_an_agent_that_is_no_switch_is_proposed_as_none(stand):
    (found,) = stand.found(stand.agent(PRINTER))
    assert (found.driver, found.model) == ("", "Etikettendrucker 3")
    assert "kein Switch" in said(found.note, "de")


@pytest.mark.usefixtures("nobody")
def test_only_so_many_logins_are_tried_and_broken_ones_are_passed_over(stand, monkeypatch):
    good = stand.agent(PROCURVE)
    broken = {"community": "im Klartext"}  # the option refuses it: it is no reference
    assert [found.driver for found in stand.found(broken, good)] == ["snmp"]

    def gone(reference: str) -> str:
        raise PedellError(f"{reference} is not there")

    with monkeypatch.context() as patch:
        patch.setattr(stand.env, "secret", gone)
        assert stand.found(good) == []
    monkeypatch.setattr(discovering, "_LOGINS", 1)
    assert stand.found(broken, good) == []


# The command ---------------------------------------------------------------------------------------------


@pytest.fixture
def net() -> str:
    """A part of the loopback network that nobody else uses."""
    chance = random.Random(f"{os.getpid()}/{random.random()}")
    return f"127.{chance.randrange(2, 250)}.{chance.randrange(2, 250)}"


@pytest.fixture
def pedell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("PEDELL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PEDELL_LANG", "en")
    monkeypatch.setenv("READ", "lesen")
    monkeypatch.setenv("OTHER", "anderswo")
    monkeypatch.setattr(discovering, "_ANSWER", 0.2)

    def run(*words: str, fails: int = 0) -> Any:
        result = CliRunner().invoke(build(), words)
        assert result.exit_code == fails, (result.output, result.exception)
        return json.loads(result.stdout) if "--json" in words else result.output

    return run


@pytest.mark.thorough
def test_the_command_asks_with_the_logins_of_the_site_and_proposes_rows(pedell, net, tmp_path, at_port):
    port = random.Random(net).randrange(20_000, 30_000)
    heard: list[SnmpSwitchSimulator] = []
    with ExitStack() as stack:
        host = stack.enter_context(SimulatorHost())
        for place, community in ((2, "lesen"), (3, "anderswo")):
            kind = type("Played", (Recorded,), {"walk": PROCURVE})
            heard.append(kind("sw", {"community": community}))
            host.start(heard[-1], f"{net}.{place}", port)
        for place, word in (
            (2, b"SSH-2.0-Mocana SSH 6.3\r\n"),
            (3, b"SSH-2.0-dropbear\r\n"),
            (4, b"SSH-2.0-ROSSSH\r\n"),
        ):
            listening = stack.enter_context(GreeterAt(f"{net}.{place}", port, word))
            assert listening.port == port
        at_port(port)
        school = tmp_path / "school.yaml"
        school.write_text(f"""
sites: [{{slug: bb, name: BB}}, {{slug: cc, name: CC}}]
devices:
  - {{name: sw-da, kind: switch, site: bb, driver: snmp, address: 10.0.0.1, options: {{community: "secret://env/READ", port: {port}}}}}
  - {{name: sw-fort, kind: switch, site: cc, driver: snmp, address: 10.0.0.2, options: {{community: "secret://env/OTHER", port: {port}}}}}
  - {{name: sw-alt, kind: switch, site: bb, state: retired, driver: snmp, address: 10.0.0.3, options: {{community: "secret://env/OTHER", port: {port}}}}}
""")
        pedell("devices", "import", str(school))
        output = tmp_path / "found.yaml"
        words = ["devices", "discover", "--site", "bb", "--protocol", "snmp", f"{net}.1-{net}.4"]
        document = pedell(*words, "--output", str(output), "--json")
        shown = pedell(*words)
    found = {one["host"].rpartition(".")[2]: one for one in document["proposals"]}
    assert sorted(found) == ["2", "3", "4"]
    assert found["2"]["row"] == {
        "name": f"bb-switch-{net.replace('.', '-')}-2", "kind": "switch", "site": "bb", "driver": "hp-procurve",
        "address": f"{net}.2", "model": "J9773A 2530-24G-PoEP", "mac": "02:00:00:00:00:01", "tags": ["discovered"],
        "also": [{"driver": "snmp", "address": f"{net}.2", "options": {"community": "secret://env/READ", "port": port}}],
    }  # fmt: skip
    assert found["3"]["row"] is None, "a login of another site, or of a retired device, is not tried"
    assert found["4"]["row"]["driver"] == "mikrotik-routeros"
    assert "sw-aula, YA.16.02.0012" in shown and "driver not known: SSH-2.0-dropbear" in shown
    assert "lesen" not in shown and "lesen" not in json.dumps(document)
    assert [one.counts() for one in heard] == [{}, {}]
    rows = yaml.safe_load(output.read_text())["devices"]
    assert [row["address"] for row in rows] == [f"{net}.2", f"{net}.4"]
    pedell("devices", "import", str(output))
    table = pedell(*words, "--output", str(output))
    assert "nobody answered" in table


class GreeterAt(Greeter):
    """A greeter at a place of its own."""

    def __init__(self, address: str, port: int, word: bytes) -> None:
        super().__init__(word, address=address)
        self._listening.close()
        self._listening = socket.create_server((address, port))
        self.port = port


# Real peers ----------------------------------------------------------------------------------------------


@pytest.mark.peer("openssh")
def test_the_real_sshd_is_an_ssh_server_without_a_driver(at_port, stand):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        key = folder / "key"
        subprocess.run([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        with socket.create_server((HOST, 0)) as probe:
            port = probe.getsockname()[1]
        config = folder / "config"
        config.write_text(f"ListenAddress {HOST}:{port}\nHostKey {key}\nPidFile none\nUsePAM no\nUseDNS no\n")
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        log = (folder / "log").open("wb")
        server = subprocess.Popen([program("sshd"), "-D", "-e", "-f", str(config)], stderr=log)
        try:
            at_port(port)
            until = time.monotonic() + 20
            found: list[Found] = []
            while not found and time.monotonic() < until:
                found = stand.found()
            (one,) = found
            assert one.driver == "" and "driver not known: SSH-2.0-OpenSSH" in said(one.note, "en")
        finally:
            server.terminate()
            server.wait(10)
            log.close()
        assert "Accepted" not in (folder / "log").read_text()


@pytest.mark.peer("snmpd")
@pytest.mark.xdist_group("snmpd")
@pytest.mark.usefixtures("nobody")
def test_the_real_agent_with_version_3_and_one_that_only_others_may_ask(stand):
    lines = [
        "createUser leser SHA authentisch1 AES vertraulich1", "rouser leser priv",
        f'override {SYSTEM}.1.0 octet_str "RouterOS CRS326-24G-2S+"', f"override {SYSTEM}.2.0 object_id 1.3.6.1.4.1.14988.1",
        "sysName sw-turm", "sysServices 78",
    ]  # fmt: skip
    stand.env.secrets |= {
        "secret://env/A": "authentisch1",
        "secret://env/P": "vertraulich1",
        "secret://env/X": "verwechselt1",
    }
    with Snmpd(lines) as agent:
        login = {
            "user": "leser", "auth": "sha", "auth_password": "secret://env/A", "privacy": "aes",
            "privacy_password": "secret://env/P", "port": agent.port,
        }  # fmt: skip
        (found,) = stand.found({**login, "auth_password": "secret://env/X"}, login)
        assert (found.driver, found.model, found.name, found.options) == (
            "snmp",
            "CRS326-24G-2S+",
            "sw-turm",
            login,
        )
        assert "mikrotik-routeros" in found.note
        assert stand.found({"community": "secret://env/READ", "port": agent.port}) == []
