"""The guards on a real switch: what announces itself by real LLDP behind a port is believed, by SSH and by SNMP."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from pedell.drivers.api import Deadline, DeviceError, Driver, ErrorClass, Happened, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell_network.linux_bridge.driver import LinuxBridge
from pedell_network.results import UpDown
from pedell_network.snmp.driver import Snmp
from tests.network.announcing import Announcing
from tests.network.conftest import ask
from tests.network.test_real import connect
from tests.peers import need
from tests.ports import free

pytestmark = pytest.mark.xdist_group("real-switch")


@pytest.fixture(scope="module")
def real() -> Iterator[Announcing]:
    for peer in ("netns", "openssh", "lldpd", "snmpd"):
        need(peer)
    made = Announcing(snmp=free(kind=socket.SOCK_DGRAM))
    yield made
    made.close()


@pytest.fixture(params=["ssh", "snmp"])
def driver(request: pytest.FixtureRequest, real: Announcing, tmp_path) -> Iterator[Driver]:
    if request.param == "ssh":
        made: Driver = connect(LinuxBridge, real, tmp_path)
    else:
        secrets = {"secret://env/READ": "lesen", "secret://env/WRITE": "schreiben"}
        options = {
            "community": "secret://env/READ",
            "write_community": "secret://env/WRITE",
            "answer_time": 2.0,
        }
        made = Snmp(
            Target("01JREAL", "sw", "switch", "snmp", real.agent, options=options),
            PlainEnv(tmp_path, secrets),
        )
        made.connect(Deadline.after(60))
    until = time.monotonic() + 120
    while len(heard(made)) < 2:
        assert time.monotonic() < until, f"heard {heard(made)}\n{real.logs()}"
        time.sleep(0.1)
    yield made
    made.close()


def heard(driver: Driver) -> dict[str, object]:
    try:
        return {one.port: one for one in ask(driver, "neighbours").neighbours}
    except DeviceError as error:
        if error.error_class is not ErrorClass.UNSUPPORTED:
            raise
        return {}


@pytest.mark.peer("netns", "openssh", "lldpd", "snmpd")
def test_a_port_with_a_real_switch_behind_it_is_not_touched(driver: Driver, real: Announcing):
    near = heard(driver)
    assert (near["port1"].name, near["port2"].name) == ("sw-nachbar", "pc-lehrer")
    assert near["port1"].carries_others and not near["port2"].carries_others
    assert (near["port1"].capabilities, near["port2"].capabilities) == (("bridge",), ("station",))
    assert near["port1"].address == "10.99.0.11"
    assert near["port1"].mac == real.mac(1)
    for verb in ("port_restart", "port_disable"):
        with pytest.raises(DeviceError, match="sw-nachbar behind it is a switch") as caught:
            ask(driver, verb, port="port1")
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert real.carrier(1), "nobody was cut off"


@pytest.mark.peer("netns", "openssh", "lldpd", "snmpd")
def test_a_port_with_a_computer_behind_it_is(real: Announcing, tmp_path):
    made = connect(LinuxBridge, real, tmp_path)
    until = time.monotonic() + 120
    while "port2" not in heard(made):
        assert time.monotonic() < until, real.logs()
        time.sleep(0.1)
    try:
        done = ask(made, "port_restart", PlainCall(60), port="port2", pause=0.5)
        assert done.after.oper is UpDown.UP
        assert ask(made, "find_mac", neighbour="SW-NACHBAR").port == "port1"
    finally:
        made.close()
