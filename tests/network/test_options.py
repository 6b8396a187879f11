"""Options, texts and guards without a switch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.transports import ssh
from pedell_network.guards import Facts, objections
from pedell_network.options import LEGACY_NAMES, SwitchOptions
from pedell_network.results import Mode, Neighbour, PortStatus, UpDown
from pedell_network.texts import MASK, clean, mask_secrets, one_line

LOGIN = {"username": "pedell", "password": "secret://env/PASSWORD"}
PORT = PortStatus(port="Gi1/0/5", admin=UpDown.UP, oper=UpDown.UP, mode=Mode.ACCESS)


def test_the_names_of_old_algorithms_are_the_transports():
    assert {name for names in ssh.LEGACY.values() for name in names} == LEGACY_NAMES


@pytest.mark.parametrize("prefix", ["", "Gi", "ge-", "0", "1:", "port1.0.", "GigabitEthernet 1/", "2.5G 1/"])
def test_what_a_number_alone_may_mean(prefix):
    assert SwitchOptions.model_validate({**LOGIN, "port_prefix": prefix}).port_prefix == prefix


@pytest.mark.parametrize("prefix", ["Gi;reload", "Gi\n", "$(x)", "a" * 31, "ä"])
def test_what_it_may_not(prefix):
    with pytest.raises(ValueError, match="port_prefix"):
        SwitchOptions.model_validate({**LOGIN, "port_prefix": prefix})


def test_nothing_speaks_against_an_ordinary_port():
    assert objections(Facts(PORT, (), 3, False), 8) == ()
    assert objections(Facts(PORT, None, None, None), 8) == ()


def test_an_access_point_excuses_trunk_and_addresses_but_no_switch_behind_it():
    point = Neighbour(port="Gi1/0/5", name="ap", capabilities=("bridge", "access_point"))
    switch = Neighbour(port="Gi1/0/5", name="sw", capabilities=("bridge",))
    trunk = PORT.model_copy(update={"mode": Mode.TRUNK})
    assert objections(Facts(trunk, (point,), 50, False), 8, access_point=True) == ()
    assert len(objections(Facts(trunk, (point,), 50, False), 8)) == 2
    assert objections(Facts(trunk, (point, switch), 50, False), 8, access_point=True) != ()
    assert objections(Facts(trunk, (point,), 50, True, protected=True), 8, access_point=True) != ()


def test_secrets_of_configurations():
    config = """\
hostname sw1
enable secret 9 $9$abc
username pedell privilege 15 password 7 0822455D0A16
snmp-server community geheim1 RO
snmp-server user nms grp v3 auth sha geheim2 priv aes 128 geheim3
radius server schule
 key 7 1234geheim4
tacacs-server key geheim5
key chain k
  key-string geheim6
wpa-psk ascii 0 geheim7
 description secretary room
 ip ospf message-digest-key 1 md5 geheim8
crypto isakmp key geheim9 address 10.0.0.1
 switchport access vlan 20
"""
    masked = mask_secrets(config)
    for secret in ("$9$abc", "0822455D0A16", *(f"geheim{number}" for number in range(1, 10))):
        assert secret not in masked, secret
    assert "description secretary room" in masked
    assert "switchport access vlan 20" in masked
    assert "hostname sw1" in masked
    assert masked.count("\n") == config.count("\n")
    assert MASK in masked


@given(st.text(max_size=300))
def test_text_becomes_harmless(text):
    assert not any(ord(c) < 32 and c not in "\n\t" for c in clean(text))
    assert "\n" not in one_line(text)
    mask_secrets(text)
