"""The SNMP driver against the real agent of net-snmp, and net-snmp's tools against the simulator."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell.transports.snmp import Community, Setting, SnmpClient, User, oid
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.snmp.driver import Snmp
from tests.network.conftest import ask
from tests.network.snmp.net_snmp import Snmpd
from tests.peers import need, program

pytestmark = pytest.mark.xdist_group("snmpd")
AUTH, PRIVACY = "authentisch1", "vertraulich1"
USERS = {
    "sha-aes": ("SHA", "AES"), "sha256-aes256": ("SHA-256", "AES-256"), "sha224-aes": ("SHA-224", "AES"),
    "sha384-aes192": ("SHA-384", "AES-192"), "sha512-aes": ("SHA-512", "AES"), "sha-none": ("SHA", ""), "md5-des": ("MD5", "DES"),
}  # fmt: skip
IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"


def switch() -> list[str]:
    """A switch of two ports, in net-snmp's own words: the tables of the fact sheet's golden examples."""
    rows = []
    for number in (5, 6):
        at = 10100 + number
        rows += [
            (f"{IFX}.1.{at}", "octet_str", f'"Gi1/0/{number}"'), (f"{IF}.2.{at}", "octet_str", f'"GigabitEthernet1/0/{number}"'),
            (f"{IFX}.18.{at}", "octet_str", f'"Raum {number}"'), (f"{IF}.3.{at}", "integer", 6),
            (f"{IF}.7.{at}", "integer", 1), (f"{IF}.8.{at}", "integer", 1), (f"{IFX}.15.{at}", "uinteger", 1000),
            (f"1.3.6.1.2.1.17.1.4.1.2.{number}", "integer", at),
            (f"1.3.6.1.2.1.105.1.1.1.3.1.{number}", "integer", 1), (f"1.3.6.1.2.1.105.1.1.1.6.1.{number}", "integer", 3),
            (f"1.3.6.1.2.1.17.7.1.4.5.1.1.{number}", "uinteger", 20),
        ]  # fmt: skip
    rows += [
        ("1.3.6.1.2.1.17.7.1.2.2.1.2.30.0.17.34.51.68.85", "integer", 5),
        ("1.3.6.1.2.1.17.7.1.2.2.1.3.30.0.17.34.51.68.85", "integer", 3),
        ("1.3.6.1.2.1.17.7.1.4.3.1.2.20", "octet_str", "0x0C"), ("1.3.6.1.2.1.17.7.1.4.3.1.4.20", "octet_str", "0x0C"),
        ("1.3.6.1.2.1.17.7.1.4.3.1.2.30", "octet_str", "0x00"), ("1.3.6.1.2.1.17.7.1.4.3.1.4.30", "octet_str", "0x00"),
    ]  # fmt: skip
    return [f"override -rw .{name} {kind} {value}" for name, kind, value in rows]


@pytest.fixture(scope="module")
def agent() -> Iterator[Snmpd]:
    need("snmpd")
    lines = ["rocommunity lesen", "rwcommunity schreiben", *switch()]
    for user, (auth, privacy) in USERS.items():
        secret = f"{privacy} {PRIVACY}" if privacy else ""
        lines += [
            f"createUser {user} {auth} {AUTH} {secret}",
            f"rwuser {user} {'priv' if privacy else 'auth'}",
        ]
    with Snmpd(lines) as made:
        yield made


SECRETS = {
    "secret://env/READ": "lesen", "secret://env/WRITE": "schreiben", "secret://env/AUTH": AUTH, "secret://env/PRIV": PRIVACY,
}  # fmt: skip


def driver(agent: Snmpd, data, **options: object) -> tuple[Snmp, PlainEnv]:
    env = PlainEnv(data, SECRETS)
    given = {"answer_time": 1.0, "retries": 1, **options}
    made = Snmp(Target("01J", "sw", "switch", "snmp", agent.address, options=given), env)
    made.connect(Deadline.after(10))
    return made, env


COMMUNITIES = {"community": "secret://env/READ", "write_community": "secret://env/WRITE"}


@pytest.mark.peer("snmpd")
def test_the_golden_examples(agent, tmp_path):
    made, env = driver(agent, tmp_path, **COMMUNITIES)
    found = ask(made, "find_mac", mac="00:11:22:33:44:55")
    assert (found.port, found.vlan, found.addresses) == ("Gi1/0/5", 30, 1)
    status = ask(made, "port_status", port="gi1/0/5")
    assert (status.admin, status.oper, status.speed, status.poe) == (UpDown.UP, UpDown.UP, 1000, Poe.ON)
    assert (status.mode, status.vlan, status.description) == (Mode.ACCESS, 20, "Raum 5")
    ask(made, "port_restart", port="Gi1/0/5", pause=0.5)
    ask(made, "poe_cycle", port="Gi1/0/5", pause=0.5)
    sent = [str(data) for way, data in env.transcript if way == ">" and str(data).startswith("SET")]
    assert sent == [
        "SET 1.3.6.1.2.1.2.2.1.7.10105=2",
        "SET 1.3.6.1.2.1.2.2.1.7.10105=1",
        "SET 1.3.6.1.2.1.105.1.1.1.3.1.5=2",
        "SET 1.3.6.1.2.1.105.1.1.1.3.1.5=1",
    ]
    told = "\n".join(str(data) for _, data in env.transcript)
    assert "lesen" not in told and "schreiben" not in told


@pytest.mark.peer("snmpd")
def test_a_vlan_is_taken_by_a_real_agent_with_its_types(agent, tmp_path):
    made, _ = driver(agent, tmp_path, **COMMUNITIES)
    assert ask(made, "set_access_vlan", port="Gi1/0/6", vlan=30).after.vlan == 30
    assert ask(made, "set_access_vlan", port="Gi1/0/6", vlan=20).after.vlan == 20


@pytest.mark.peer("snmpd")
@pytest.mark.parametrize("user", sorted(USERS))
def test_version_3(agent, tmp_path, user):
    auth, privacy = USERS[user]
    options = {"user": user, "auth": auth.lower().replace("-", ""), "auth_password": "secret://env/AUTH"}
    if privacy:
        options |= {"privacy": privacy.lower().replace("-", ""), "privacy_password": "secret://env/PRIV"}
    made, env = driver(agent, tmp_path, **options)
    done = ask(made, "port_disable", port="Gi1/0/6")
    assert done.after.admin is UpDown.DOWN
    assert ask(made, "port_enable", port="Gi1/0/6").after.admin is UpDown.UP
    told = "\n".join(str(data) for _, data in env.transcript)
    assert AUTH not in told and PRIVACY not in told


@pytest.mark.peer("snmpd")
@pytest.mark.parametrize(
    ("login", "words"),
    [
        (User("sha-aes", "sha", "falsch-falsch", "aes", PRIVACY), "authentication password"),
        (User("niemand", "sha", AUTH, "aes", PRIVACY), "user is not known"),
        (User("sha-none", "sha", AUTH, "aes", PRIVACY), "another security level"),
        (User("sha-aes", "sha", AUTH), "authorizationError"),
    ],
)
def test_a_wrong_login_of_version_3_is_told(agent, login, words):
    client = SnmpClient("127.0.0.1", agent.port, login, answer_time=1.0, retries=1)
    with pytest.raises(DeviceError, match=words) as caught:
        client.get([oid("1.3.6.1.2.1.1.3.0")], Deadline.after(10))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)


@pytest.mark.peer("snmpd")
def test_one_name_with_two_passwords_at_two_agents(agent):
    """An engine of pysnmp knows a user by name only: each login has its own."""
    lines = ["createUser sha-aes SHA anderswo-1 AES anderswo-2", "rwuser sha-aes priv"]
    with Snmpd(lines) as other:
        for _ in range(2):
            for port, auth, privacy in (
                (agent.port, AUTH, PRIVACY),
                (other.port, "anderswo-1", "anderswo-2"),
            ):
                client = SnmpClient("127.0.0.1", port, User("sha-aes", "sha", auth, "aes", privacy))
                assert client.get([oid("1.3.6.1.2.1.1.3.0")], Deadline.after(10))


@pytest.mark.peer("snmpd")
def test_the_reading_community_is_refused_by_name(agent):
    client = SnmpClient("127.0.0.1", agent.port, Community("lesen"))
    with pytest.raises(DeviceError, match="noAccess") as caught:
        client.set([Setting(oid("1.3.6.1.2.1.2.2.1.7.10105"), 2)], Deadline.after(5))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)


@pytest.mark.peer("snmpd")
def test_wrong_types_and_what_is_not_there(agent):
    client = SnmpClient("127.0.0.1", agent.port, Community("schreiben"))
    for setting, kind in (
        (Setting(oid("1.3.6.1.2.1.2.2.1.7.10105"), 2, "unsigned"), ErrorClass.REFUSED),
        (Setting(oid("1.3.6.1.2.1.17.4.4.4.4.0"), 2), ErrorClass.UNSUPPORTED),
    ):
        with pytest.raises(DeviceError) as caught:
            client.set([setting], Deadline.after(5))
        assert (caught.value.error_class, caught.value.happened) == (kind, Happened.NO)
    absent = oid("1.3.6.1.2.1.17.4.4.4.4.0")
    assert client.get([absent], Deadline.after(5)) == {}
    assert client.walk(absent, Deadline.after(5)) == {}
    with pytest.raises(DeviceError, match="more than 30 rows"):
        client.walk(oid("1.3.6.1.2.1"), Deadline.after(10), limit=30)


@pytest.mark.thorough
@pytest.mark.peer("snmpd")
@pytest.mark.parametrize("same", [True, False], ids=["restarted", "replaced"])
def test_an_agent_that_started_anew_is_talked_to_on(same):
    """Version 3 believes an agent's identity and clock; cheap switches have a new one after each restart."""
    login = User("sha-aes", "sha", AUTH, "aes", PRIVACY)
    lines = [f"createUser sha-aes SHA {AUTH} AES {PRIVACY}", "rwuser sha-aes priv"]
    with Snmpd([*lines, *(["exactEngineID 0x8000000001020304"] if same else [])]) as made:
        client = SnmpClient("127.0.0.1", made.port, login, answer_time=0.5, retries=1)
        for _ in range(2):
            assert client.get([oid("1.3.6.1.2.1.1.3.0")], Deadline.after(10))
            made.stop()
            made.start()
        assert client.get([oid("1.3.6.1.2.1.1.3.0")], Deadline.after(10))


# The simulator, seen by tools that know nothing of it --------------------------------------------------------------


def tool(name: str, made, *words: str, community: str = "private") -> subprocess.CompletedProcess[str]:
    place = ["-m", "", "-v2c", "-c", community, "-On", "-t", "1", "-r", "1", made.address]
    return subprocess.run(
        [program(name), *place, *words], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.thorough
@pytest.mark.peer("snmpd")
def test_net_snmps_tools_read_and_write_the_simulator(bench):
    need("snmpd")
    made = bench()
    whole = tool("snmpbulkwalk", made, ".1")
    assert whole.returncode == 0, whole.stderr
    rows = whole.stdout.splitlines()
    assert len(rows) > 250
    assert ".1.3.6.1.2.1.2.2.1.7.10103 = INTEGER: 1" in rows
    assert ".1.3.6.1.2.1.17.7.1.4.5.1.1.3 = Gauge32: 20" in rows
    assert re.search(r"\.1\.0\.8802\.1\.1\.2\.1\.4\.1\.1\.9\.0\.505\.1 = STRING: \"ap-b204\"", whole.stdout)
    one_by_one = tool("snmpwalk", made, ".1")
    assert [row.split(" = ")[0] for row in one_by_one.stdout.splitlines()] == [
        row.split(" = ")[0] for row in rows
    ]
    assert tool("snmpset", made, "1.3.6.1.2.1.2.2.1.7.10103", "i", "2").returncode == 0
    assert made.sim.state()["ports"]["Gi1/0/3"]["oper"] == "down"
    assert (
        "noAccess" in tool("snmpset", made, "1.3.6.1.2.1.2.2.1.7.10103", "i", "1", community="public").stderr
    )
    assert "wrongType" in tool("snmpset", made, "1.3.6.1.2.1.17.7.1.4.5.1.1.3", "i", "30").stderr
    assert "inconsistentValue" in tool("snmpset", made, "1.3.6.1.2.1.17.7.1.4.5.1.1.3", "u", "31").stderr
    assert "Timeout" in tool("snmpget", made, "1.3.6.1.2.1.1.3.0", community="wrong").stderr
    assert ask(bench().connected(), "port_status", PlainCall(5), port="Gi1/0/3").admin is UpDown.UP
