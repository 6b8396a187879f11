"""What a Linux bridge's driver says of a change that stops in the middle."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell_network.guards import Facts
from pedell_network.linux_bridge.driver import LinuxBridge
from pedell_network.results import Mode, PortStatus, UpDown
from tests.network.conftest import SECRETS, ask
from tests.network.odd_switch import OddSwitch, Script


def test_a_port_between_two_vlans_is_in_doubt(tmp_path, monkeypatch):
    driver = LinuxBridge(Target("1", "sw", "switch", "linux-bridge", "10.0.0.2"), PlainEnv(tmp_path, {}))
    status = PortStatus(port="swp1", admin=UpDown.UP, oper=UpDown.UP, mode=Mode.ACCESS, vlan=10)
    monkeypatch.setattr(driver, "read_facts", lambda *_: Facts(status, (), 0, False))
    said: list[str] = []

    def run(command: str, _deadline: Deadline, *, effect: bool = False) -> str:
        assert effect
        said.append(command)
        if " del " in command:
            raise DeviceError(ErrorClass.REFUSED, "RTNETLINK answers: Operation not permitted")
        return ""

    monkeypatch.setattr(driver, "run", run)
    with pytest.raises(DeviceError, match="may still be in VLAN 10") as caught:
        ask(driver, "set_access_vlan", port="swp1", vlan=20)
    assert said == ["bridge vlan add dev swp1 vid 20 pvid untagged", "bridge vlan del dev swp1 vid 10"]
    assert caught.value.happened is Happened.UNKNOWN


def test_an_answer_without_an_end_leaves_a_change_in_doubt(tmp_path):
    switch = OddSwitch()
    script = Script(prompts={"shell": b"root@sw:~# "}, answers={})
    given = {"username": "pedell", "password": "secret://env/PASSWORD", "host_key": "accept-new"}
    target = Target("1", "sw", "switch", "linux-bridge", switch.start(script), options=given)
    driver = LinuxBridge(target, PlainEnv(tmp_path, SECRETS))
    try:
        for effect, happened in ((False, Happened.NO), (True, Happened.UNKNOWN)):
            with pytest.raises(DeviceError, match="has no end") as caught:
                driver.run("ip link set dev swp1 down", Deadline.after(10), effect=effect)
            assert caught.value.happened is happened
    finally:
        driver.close()
        switch.stop()


SHOWN = {
    "ip -j -s link show dev swp1": """[{"ifname":"swp1","flags":["BROADCAST","UP","LOWER_UP"],"master":"br0"}]""",
    "ip -j -s link show dev swp2": """[{"ifname":"swp2","flags":["SLAVE","UP","LOWER_UP"],"master":"bond0"}]""",
    "bridge -j fdb show br br0": """[{"mac":"00:50:56:07:00:01","ifname":"swp1","flags":[],"state":""}]""",
    "ip -j route get 192.0.2.9": """[{"dst":"192.0.2.9","dev":"mgmt0"}]""",
    "ip -j route show default": """[{"dst":"default","gateway":"10.0.0.254","dev":"br0","flags":[]}]""",
    "ip -j neigh show 10.0.0.254 dev br0": """[{"dst":"10.0.0.254","lladdr":"00:50:56:07:00:01"}]""",
}


@pytest.mark.parametrize(
    ("port", "reason"), [("swp1", "the default gateway is behind it"), ("swp2", "belongs to a bundle")]
)
def test_the_gateway_and_bonds_are_guarded(tmp_path, monkeypatch, port, reason):
    driver = LinuxBridge(Target("1", "sw", "switch", "linux-bridge", "10.0.0.2"), PlainEnv(tmp_path, {}))

    def run(command: str, _deadline: Deadline, *, effect: bool = False) -> str:
        assert not effect
        if command not in SHOWN:
            raise DeviceError(ErrorClass.REFUSED, "status 1")
        return SHOWN[command]

    monkeypatch.setattr(driver, "run", run)
    monkeypatch.setattr(driver, "session", lambda _: SimpleNamespace(local_address="192.0.2.9"))
    with pytest.raises(DeviceError, match=reason) as caught:
        ask(driver, "port_restart", PlainCall(60), port=port)
    assert ";" not in caught.value.message
