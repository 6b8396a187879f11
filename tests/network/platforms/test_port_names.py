"""A port that is not there is answered with the names that are near, however it is written."""

from __future__ import annotations

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_network import names
from pedell_network.cisco_ios import ports as cisco
from tests.network.platforms.cases import CASES, each
from tests.network.platforms.conftest import ask

LISTING = [case for case in CASES if case.driver.platform.ports or case.kind == "mikrotik-routeros"]


@pytest.mark.matrix(10)
@each(LISTING)
def test_a_port_that_is_not_there_names_those_that_are_near(stand):
    driver = stand.connected()
    for verb in ("port_status", "port_restart", "port_enable"):
        with pytest.raises(DeviceError) as caught:
            ask(driver, verb, port=stand.port(88))
        assert caught.value.error_class is ErrorClass.PRECONDITION
        assert caught.value.happened is Happened.NO
        assert caught.value.message == f"the switch has no port {stand.port(88)}"
        assert caught.value.hint.startswith(f"it has {stand.port(1)} to ")
        assert caught.value.hint.endswith(stand.port(8))
    assert not stand.sim.effects


@pytest.mark.matrix(10)
@each(LISTING)
def test_its_list_names_every_port_and_nothing_else(stand):
    assert set(stand.connected().port_names(Deadline.after(20))) == {
        stand.port(number) for number in range(1, 9)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_the_word_of_a_configuration_may_stand_before_a_port(case):
    platform = case.driver.platform
    for words in ("interface {}", "Port {}", " interface  {}"):
        assert platform.port_name(names.bare(words.format(case.port(3))), "") == case.port(3)


def test_cisco_too():
    assert cisco.port("interface GigabitEthernet 1/0/5") == "Gi1/0/5"


IOS = """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   Drucker Gi1/0/9    connected    20         a-full a-1000 10/100/1000BaseTX
Gi1/0/10                     notconnect   20           auto   auto 10/100/1000BaseTX
Te1/1/1   Uplink             connected    trunk        full    10G SFP-10GBase-SR
Po1                          connected    trunk      a-full    10G
"""


def test_a_list_is_read_by_the_beginnings_of_its_lines():
    """Shape: networktocode/ntc-templates, tests/cisco_ios/show_interfaces_status; the values are ours."""
    assert names.listed(IOS, cisco.short) == ("Gi1/0/1", "Gi1/0/10", "Te1/1/1", "Po1")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("Gi1/0/11", "it has Gi1/0/1 to Te1/1/1; near are Gi1/0/1, Gi1/0/2, Gi1/0/10"),
        ("Fo9/9/9", "it has Gi1/0/1 to Te1/1/1"),
    ],
)
def test_what_is_near(asked, hint):
    error = names.no_such_port(asked, asked, ["Gi1/0/10", "Gi1/0/2", "Te1/1/1", "Gi1/0/1"])
    assert error is not None and error.hint == hint


def test_no_error_where_the_port_is_there_or_nothing_is_listed():
    assert names.no_such_port("gi1", "Gi1", ["Gi1"]) is None
    assert names.no_such_port("gi1", "Gi1", []) is None


@pytest.mark.parametrize("text", ["Po1", "port-channel 3", "lag 2", "Trk1", "sa1", "LAG7", "ae0"])
def test_a_bundle_is_told_from_a_port(text):
    assert names.is_bundle(text)


def test_any_list_at_all_is_read_in_time():
    assert names.listed("Gi1/0/1 x\n" * 50_000, cisco.short) == ("Gi1/0/1",)
    assert len(names.listed("".join(f"Gi1/0/{number}\n" for number in range(9000)), cisco.short)) <= 2000


def test_a_protected_port_that_cannot_be_one_is_named_as_an_option(stand_of):
    driver = stand_of(CASES[0]).connected(protected_ports=["Keller"])
    with pytest.raises(DeviceError, match="option protected_ports: 'Keller' is not a port") as caught:
        ask(driver, "port_restart", port=CASES[0].port(3))
    assert caught.value.happened is Happened.NO
