"""Small Business switches' own words: ntc-templates' sample outputs (cisco_s300) in their shape, the examples of Cisco's CLI
guides for the 350 series; the values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.cisco_s300 import parse
from pedell_network.cisco_s300.platform import S300
from pedell_network.results import Mode, Poe, UpDown

STATUS = """                                             Flow Link          Back   Mdix
Port     Type         Duplex  Speed Neg      ctrl State       Pressure Mode
-------- ------------ ------  ----- -------- ---- ----------- -------- -------
gi1      1G-Copper    Full    100   Enabled  Off  Up          Disabled Off
gi4      1G-Copper      --      --     --     --  Down           --     --
gi27     1G-Combo-F   Full    1000  Disabled Off  Up          Disabled Off

                                          Flow    Link
Ch       Type    Duplex  Speed  Neg      control  State
-------- ------- ------  -----  -------- -------  -----------
Po1         --     --      --      --       --    Not Present
"""


def test_status():
    assert parse.status(STATUS, "gi1") == {
        "oper": UpDown.UP,
        "fault": "",
        "duplex": "full",
        "speed": 100,
    }
    assert parse.status(STATUS, "gi4") == {"oper": UpDown.DOWN, "fault": ""}
    assert parse.status(STATUS, "gi27")["speed"] == 1000
    with pytest.raises(DeviceError) as caught:
        parse.status(STATUS, "gi2")
    assert caught.value.error_class is ErrorClass.PROTOCOL


def test_who_switched_it_off():
    text = """                                               Flow    Admin     Back   Mdix
Port     Type         Duplex  Speed  Neg      control  State   Pressure Mode
-------- ------------ ------  -----  -------- -------  -----   -------- ----
gi1/0/1  1G-Copper    Full    10000  Disabled Off      Up      Disabled Off
gi1/0/2  1G-Copper    Full    1000   Disabled Off      Down    Disabled Off
"""
    assert parse.configured(text, "gi1/0/1")["admin"] is UpDown.UP
    assert parse.configured(text, "gi1/0/2")["admin"] is UpDown.DOWN


def test_description_and_vlans():
    names = (
        "Port      Description\n-------   -----------\nfa1       Test\nfa5\ngi4       Eltex2124-8 - gi1/0/5\n"
    )
    assert parse.description(names, "fa1") == {"description": "Test"}
    assert parse.description(names, "fa5") == {"description": ""}
    assert parse.description(names, "gi4") == {"description": "Eltex2124-8 - gi1/0/5"}
    old = (
        "Port : fa1\nPort Mode: Trunk\nGvrp Status: disabled\nIngress Filtering: true\nAcceptable Frame Type: admitAll\n"
        "Ingress UnTagged VLAN ( NATIVE ): 203\n\nPort is member in:\n"
    )
    assert parse.switchport(old, "fa1") == {"mode": Mode.TRUNK, "vlan": 203}
    assert parse.switchport(old.replace("Trunk", "General"), "fa1")["mode"] is Mode.TRUNK
    new = (
        "Name: gi1/0/1\nSwitchport: enable\nAdministrative Mode: access\nOperational Mode: up\nAccess Mode VLAN: 20\n"
        "Access Multicast TV VLAN: none\nTrunking Native Mode VLAN: 1\n"
    )
    assert parse.switchport(new, "gi1/0/1") == {"mode": Mode.ACCESS, "vlan": 20}


MEMBER = (
    "Port : gi5\nPort Mode: {mode}\nIngress UnTagged VLAN ( NATIVE ): 1\n\nPort is member in:\n\n"
    "Vlan               Name               Egress rule Port Membership Type\n"
    "---- -------------------------------- ----------- --------------------\n{rows}\nForbidden VLANS:\n"
)
NATIVE = "1                   1                Untagged           System\n"


@pytest.mark.parametrize(
    ("mode", "rows", "expected"),
    [
        ("Trunk", NATIVE, Mode.ACCESS),
        ("Trunk", NATIVE + "20                  20                 Tagged           Static\n", Mode.TRUNK),
        ("Trunk", "20                  20                Untagged           Static\n", Mode.TRUNK),
        ("Trunk", "1                   1                 Tagged           Static\n", Mode.TRUNK),
        ("Trunk", "", Mode.TRUNK),
        ("General", NATIVE, Mode.TRUNK),
        ("Access", NATIVE, Mode.ACCESS),
    ],
)
def test_a_trunk_of_its_native_vlan_alone_is_an_access_port(mode, rows, expected):
    """The 300 series comes with all ports as trunks; a port that carries no tagged VLAN is none."""
    assert parse.switchport(MEMBER.format(mode=mode, rows=rows), "gi5") == {"mode": expected, "vlan": 1}


@pytest.mark.parametrize(
    ("carried", "expected"),
    [("1", Mode.ACCESS), ("1,11,90", Mode.TRUNK), ("11", Mode.TRUNK), ("", Mode.TRUNK)],
)
def test_likewise_on_the_350(carried, expected):
    """VLANs in brackets, (Inactive), are not on the switch."""
    text = (
        "Name: gi1/0/1\nSwitchport: enable\nAdministrative Mode: trunk\nOperational Mode: up\nAccess Mode VLAN: 1\n"
        f"Trunking Native Mode VLAN: 1\nTrunking VLANs: {carried}\n                        2-4094 (Inactive)\n"
    )
    assert parse.switchport(text, "gi1/0/1") == {"mode": expected, "vlan": 1}


@pytest.mark.parametrize(
    ("row", "poe"),
    [
        ("gi1   IP Phone Model A              Auto       On           High      Class0", Poe.ON),
        ("gi1                                 Auto       Searching    Low       Class0", Poe.OFF),
        ("gi1                                 Never      Off          Low       Class0", Poe.DISABLED),
        ("gi1   Auto   Fault  0.0  0  N/A  low", Poe.FAULT),
        ("gi1  Auto  off        low      class0  30000 (30000)     N/A", Poe.OFF),
    ],
)
def test_power(row, poe):
    assert parse.power(f"Port ...\n----- ------\n{row}\n\n", "gi1") == {"poe": poe}
    assert parse.power("% Wrong\n", "gi1") == {"poe": None}


def test_how_power_is_given():
    text = "interface gigabitethernet5\n power inline auto time-range unterricht\n!\n"
    assert parse.power_setting(text, "gi5") == "auto time-range unterricht"
    assert parse.power_setting("interface gigabitethernet5\n power inline never\n", "gi5") == ""
    assert parse.power_setting("interface gigabitethernet5\n", "gi5") == "auto"


def test_addresses_and_neighbours():
    macs = """Flags: I - Internal usage VLAN
Aging time is 300 sec

    Vlan          Mac Address         Port       Type
------------ --------------------- ---------- ----------
     1         00:08:32:0f:00:61       0         self
    300        00:1d:9c:a1:46:86      gi7      dynamic
    400        00:00:BC:39:be:03      gi1      static
"""
    assert parse.addresses(macs) == (
        ("00:1d:9c:a1:46:86", 300, "gi7"),
        ("00:00:bc:39:be:03", 400, "gi1"),
    )
    near = """System capability legend:
B - Bridge; R - Router; W - Wlan Access Point; T - telephone;
TP - Two Ports MAC Relay; S - S-VLAN; C - C-VLAN; O - Other

  Port        Device ID        Port ID       System Name    Capabilities  TTL
--------- ----------------- ------------- ----------------- ------------ -----
gi10      f8:b1:56:ac:07:64 f8:b1:56:ac:0                        O       3482
                            7:64
gi21      28:6f:7f:0b:75:a0      Gi0      schulhaus-am-tor     W, B      105
                                          turm-AP03.schule.
                                          example
"""
    camera, point = parse.neighbours(near.replace("schulhaus-am-tor ", "schulhaus-am-tor-"))
    assert (camera.port, camera.mac, camera.remote_port, camera.name, camera.capabilities) == (
        "gi10",
        "f8:b1:56:ac:07:64",
        "f8:b1:56:ac:07:64",
        "",
        ("other",),
    )
    assert (point.port, point.name, point.access_point) == (
        "gi21",
        "schulhaus-am-tor-turm-AP03.schule.example",
        True,
    )


def test_who_it_is():
    old = "SW version    1.3.7.18 ( date  12-Jan-2014 time  18:02:59 )\nBoot version    1.1.0.6\nHW version    V02\n"
    new = "Active-image: flash://system/images/image1.bin\n  Version: 2.4.0.94\n  MD5 Digest: 6f5be2\n"
    assert parse.version(old) == {"firmware": "1.3.7.18"}
    assert parse.version(new) == {"firmware": "2.4.0.94"}
    assert parse.serial("Serial number : IDN123456AA\n") == {"serial": "IDN123456AA"}
    text = (
        "System Description:                       24-Port 10/100 PoE Managed Switch\n"
        "System Up Time (days,hour:min:sec):       70,03:16:47\nSystem Contact:\n"
        "System Name:                              sw-poe-2\nSystem Location:                          Keller, Raum\n"
        "                                          11\nSystem MAC Address:                       34:bd:c8:36:2a:41\n"
    )
    assert parse.system(text) == {
        "name": "sw-poe-2",
        "mac": "34:bd:c8:36:2a:41",
        "model": "24-Port 10/100 PoE Managed Switch",
        "uptime": 70 * 86400 + 3 * 3600 + 16 * 60 + 47,
    }


def test_a_message_of_the_log_is_no_refusal():
    assert S300.refusals("%COPY-N-TRAP: The copy operation was completed successfully\n") is None
    for text in (
        "% Unrecognized command\n",
        "% bad parameter value\n",
        "Port gi3: VLAN was not created by user.\n",
    ):
        found = S300.refusals(text)
        assert found is not None
        assert found.error_class is ErrorClass.REFUSED
