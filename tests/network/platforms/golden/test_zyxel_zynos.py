"""ZyNOS's own words: as an ES-2024A and a GS-4012F printed them to the NOC project (3.80, 3.90), as public programs quote a
GS1920 (4.50), an XGS1930 (5.00) and an XS1930 (4.80), and for power as the CLI Reference Guide does; the values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_network.masking import MASK, mask_secrets, steady
from pedell_network.pager import is_more
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.zyxel_zynos import parse
from pedell_network.zyxel_zynos.platform import ZYNOS
from tests.network.platforms.cases import CASES
from tests.network.platforms.conftest import ask

CASE = next(case for case in CASES if case.kind == "zyxel-zynos")

INTERFACE = """  Port Info\tPort NO.\t\t:10
  \t\tLink\t\t\t:100M/F Copper
  \t\tStatus\t\t\t:FORWARDING
  \t\tLACP\t\t\t:Disabled
  \t\tTxPkts\t\t\t:852150
  \t\tErrors\t\t\t:7
  \t\tTx KBs/s\t\t:294.344
  \t\tUp Time\t\t\t:185:48:41
  TX Packet\tTx Packets\t\t:852150
  \t\tPause\t\t\t:0
  TX Collison\tSingle\t\t\t:0
  Error Packet\tRX CRC\t\t\t:3
  \t\tLength\t\t\t:0
  Distribution\t64\t\t\t:2444805
"""


def test_a_port_of_an_es_2024a():
    assert parse.link(INTERFACE, "10") == {
        "oper": UpDown.UP,
        "speed": 100,
        "duplex": "full",
        "bundle": False,
        "input_errors": 7,
        "crc_errors": 3,
        "last_change": 185 * 3600 + 48 * 60 + 41,
    }
    with pytest.raises(DeviceError, match="show interfaces 1"):
        parse.link(INTERFACE, "1")


@pytest.mark.parametrize(
    ("words", "oper", "speed"),
    [
        ("1000M/F  ", UpDown.UP, 1000),
        ("1G/F", UpDown.UP, 1000),
        ("10G/F SFP+", UpDown.UP, 10_000),
        ("2.5G/F", UpDown.UP, 2500),
        ("Down  ", UpDown.DOWN, None),
    ],
)
def test_links(words, oper, speed):
    found = parse.link(INTERFACE.replace("100M/F Copper", words), "10")
    assert (found["oper"], found.get("speed")) == (oper, speed)


def test_a_bundle_of_a_gs_4012f():
    text = (
        INTERFACE.replace("100M/F Copper", "Down  ")
        .replace("Disabled", "Enabled")
        .replace("185:48:41", ":00:00")
    )
    assert parse.link(text, "10")["bundle"] is True
    trunk = (
        "Group ID 1:\tactive \n  Status: LACP\n  Member number: 2\t  Member:8 9 \n"
        "Group ID 2:\tinactive \n  Status: -\n  Member number: 0\t\n"
    )
    assert parse.bundled(trunk) == {"8", "9"}


def test_what_is_configured():
    text = """  Port Configurations:


  Port No \t:9
    Active \t:No
    Name  \t:Kamera Hof 2:1
    PVID \t:20\t\tFlow Control \t:No
    Type \t:10/100/1000M\tSpeed/Duplex \t:auto
    BPDU \t:peer\t\t802.1p Priority :0
"""
    assert parse.configured(text, "9") == {"admin": UpDown.DOWN, "description": "Kamera Hof 2:1", "vlan": 20}
    nameless = text.replace("Kamera Hof 2:1", "").replace(":No\n    Name", ":Yes\n    Name")
    assert parse.configured(nameless, "9") == {"admin": UpDown.UP, "description": "", "vlan": 20}


VLANS = """  The Number of VLAN :    33
  Idx.  VID   Status     Elap-Time    TagCtl
  ----  ----  ---------  -----------  ---------------------------------------

     1     1     Static      0:50:46  Untagged :
                                      Tagged   :

     2   851     Static      0:50:46  Untagged :5-6,10
                                      Tagged   :1-4,11-12

    31  1100     Static      0:50:47  Untagged :1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,
                                      43,45-48
                                      Tagged   :50
"""


@pytest.mark.parametrize(
    ("port", "untagged", "tagged"),
    [("5", [851, 1100], []), ("12", [], [851]), ("48", [1100], []), ("50", [], [1100]), ("49", [], [])],
)
def test_vlans_of_a_gs_4012f(port, untagged, tagged):
    assert parse.members(VLANS, port) == (untagged, tagged)
    expected = {"mode": Mode.TRUNK if tagged else Mode.ACCESS} if untagged or tagged else {}
    assert parse.mode(VLANS, port) == expected


POWER = """  Averaged Junction Temperature: 46 (c), 114 (f).

  Port State   PD  Class Priority Consumption (mW) MaxPower(mW)
  ---- ------- --- ----- -------- ---------------- ------------
     1 Enable  on      3      Low             4600        15400
     2 Enable  off     0      Low                0            0
     3 Disable off     0     High                0            0
  Total Power:185.0(W)
"""


def test_power_as_the_guide_shows_it():
    assert parse.power(POWER, "1") == {"poe": Poe.ON, "poe_watts": 4.6}
    assert parse.power(POWER, "2") == {"poe": Poe.OFF, "poe_watts": 0.0}
    assert parse.power(POWER, "3") == {"poe": Poe.DISABLED, "poe_watts": 0.0}
    assert parse.power(POWER, "25") == {"poe": None}
    # Other firmware has other columns, and whatever is not one of consumption tells nothing of watts.
    assert parse.power(POWER.replace("PD ", "   "), "1") == {"poe": Poe.ON, "poe_watts": 4.6}
    assert parse.power(POWER.replace("Consumption (mW)", "Current         "), "1") == {
        "poe": Poe.OFF,
        "poe_watts": None,
    }


def test_addresses_of_an_xgs1930():
    text = """Port      VLAN ID        MAC Address         Type
51        1              00:15:5d:0a:0b:0c   Dynamic
  21      3              5c:6a:80:aa:bb:cc   Dynamic
T1        3              5c:6a:80:aa:bb:cd   Dynamic
CPU       1              bc:99:11:00:11:22   Static
"""
    assert parse.addresses(text) == (
        ("00:15:5d:0a:0b:0c", 1, "51"),
        ("5c:6a:80:aa:bb:cc", 3, "21"),
        ("5c:6a:80:aa:bb:cd", 3, "T1"),
    )


def test_neighbours_as_the_noc_project_reads_them():
    listed = """LLDP Remote Device Information:

LocalPort Chassis ID        Port ID  Port Description     System Name
5         f0:9f:c2:01:02:04 eth0                          ap-b204
7         telefon-b204      1                             telefon-b204
24        00:1e:14:00:00:01 Gi1/0/48                      sw-keller

"""
    assert [(found.port, found.mac) for found in parse.announced(listed)] == [
        ("5", "f0:9f:c2:01:02:04"),
        ("7", ""),
        ("24", "00:1e:14:00:00:01"),
    ]
    detail = """LLDP Remote Device Information Detail:

Local Port: 24
  Chassis id subtype: mac-address
  Chassis id: 00:1e:14:00:00:01
  Port id subtype: local-assigned
  Port id:48
  Port Description:Uplink
  System Name: sw-keller
  System Description: GS2220
  System Capabilities Supported: bridge router
  System Capabilities Enabled: bridge
  Chassis id subtype: mac-address
  Chassis id: f0:9f:c2:01:02:04
  Port id subtype: mac-address
  Port id: f0:9f:c2:01:02:04
  System Name: ap-b204
  System Capabilities Enabled: bridge wlan-access-point router
  Management Address: 10.0.0.44
"""
    switch, point = parse.neighbours(detail, "24")
    assert (switch.name, switch.mac, switch.remote_port) == ("sw-keller", "00:1e:14:00:00:01", "48")
    assert switch.carries_others
    assert (point.port, point.address) == ("24", "10.0.0.44")
    assert point.access_point
    with pytest.raises(DeviceError) as caught:
        parse.announced("LLDP is disabled.\n")
    assert caught.value.error_class is ErrorClass.UNSUPPORTED


def test_who_it_is():
    text = """
Product Model\t\t: XGS1930-52HP
System Name\t\t: sw-turnhalle
System up Time\t\t:   1194:30:49 (29bcf6c1 ticks)
Ethernet Address\t: bc:99:11:00:11:22
ZyNOS F/W Version\t: V5.00(ABHV.0) | 06/27/2025
Hardware Version\t: V1.4
Serial Number\t\t: S231L40001234
"""
    found = parse.system(text)
    assert (found["name"], found["model"], found["serial"]) == (
        "sw-turnhalle",
        "XGS1930-52HP",
        "S231L40001234",
    )
    assert (found["firmware"], found["mac"]) == ("V5.00(ABHV.0)", "bc:99:11:00:11:22")
    assert found["uptime"] == 1194 * 3600 + 30 * 60 + 49
    assert parse.system(text.replace("Serial Number", "Bootbase"))["serial"] == ""


def test_the_gateway_and_who_has_which_address():
    assert parse.arp(
        "  Index   IP               MAC                VLAN  Age(s)  Type\n"
        "     1    10.221.92.129    00:16:76:88:d6:cf  2860   300    dynamic\n"
    ) == {"10.221.92.129": "00:16:76:88:d6:cf"}
    assert (
        parse.reached(
            "  Index   IP               MAC                VLAN  Age(s)  Type\n     1    10.0.0.1  00:16:76:88:d6:cf  7  5    dynamic\n"
        )
        == {}
    )
    # The columns of the screen "ARP Table" in Zyxel's user guides since 4.30, where CPU means the switch itself.
    told = (
        "  Index   IP               MAC                VLAN  Port   Age(s)  Type\n"
        "     1    10.0.0.1         00:16:76:88:d6:cf  1     24     300     dynamic\n"
        "     2    10.0.0.2         00:16:76:88:d6:ce  1     CPU    0       static\n"
    )
    assert parse.reached(told) == {"10.0.0.1": "24"}
    assert set(parse.arp(told)) == {"10.0.0.1", "10.0.0.2"}
    assert parse.gateway("vlan 1\n  ip address default-gateway 10.0.0.1\nexit\n") == "10.0.0.1"
    assert parse.gateway("ip route 0.0.0.0 0.0.0.0 10.0.0.9\n") == "10.0.0.9"
    assert parse.gateway("ip route 10.1.0.0 255.255.0.0 10.0.0.9\n") == ""


def test_a_configuration_without_what_changes_by_itself():
    text = """  Building configuration...

  Current configuration:

; Product Name = GS2220-28HP
vlan 1
  fixed 1-8
exit
time 14:03:22
time date 11/28/2026
time timezone 100
"""
    assert (
        steady(parse.running(text))
        == "; Product Name = GS2220-28HP\nvlan 1\n  fixed 1-8\nexit\ntime timezone 100\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "admin-password cipher §",
        "admin-password §",
        "password cipher § privilege 14",
        "logins username lehrer password cipher § privilege 3",
        "snmp-server get-community §",
        "snmp-server set-community §",
        "snmp-server trap-community §",
        "snmp-server username u sec-level priv auth md5 auth-password § priv aes priv-password § group admin",
        "radius-server host 1 10.0.0.9 auth-port 1812 key §",
        "radius-accounting host 1 10.0.0.9 acct-port 1813 key §",
        "tacacs-server host 1 10.0.0.9 key §",
        "tacacs-accounting host 1 10.0.0.9 key §",
        "mac-authentication password §",
        "cluster member 00:13:49:00:00:01 password §",
    ],
)
def test_secrets_as_the_guide_writes_them(line):
    masked = mask_secrets(f"hostname sw1\n  {line.replace('§', 'GeHeim9abc')}\nvlan 20\n")
    assert "GeHeim" not in masked
    assert masked.count(MASK) == line.count("§")
    assert masked.startswith("hostname sw1\n")
    assert masked.endswith("\nvlan 20\n")


@pytest.mark.parametrize(
    "text",
    [
        '%Invalid command "configure"\n',
        "  invalid command run\n",
        "Illegal parameter\n",
        "Can not open TFTP connection\n",
        "  Port 99 is out of range.\n",
    ],
)
def test_refusals(text):
    found = ZYNOS.refusals(text)
    assert found is not None
    assert found.error_class is ErrorClass.REFUSED


def test_an_answer_is_no_refusal():
    assert ZYNOS.refusals(INTERFACE) is None
    assert (
        ZYNOS.refusals("  Port No \t:9\n    Active \t:No\n    Name  \t:invalid port\n    PVID \t:20\n")
        is None
    )


@pytest.mark.parametrize("line", ["-- more --, next page: Space, continue: c, quit: ESC", "--More--"])
def test_pagers_of_a_gs1920_and_an_xgs1930(line):
    assert is_more(line)


@pytest.mark.parametrize(
    ("text", "name"), [("5", "5"), ("port 5", "5"), ("05", None), ("1/5", None), ("100", None)]
)
def test_names(text, name):
    assert parse.port_name(text, "") == name


def test_a_command_line_that_only_shows(stand_of):
    """A GS1920 knows no `configure`: that is told as what it is, and nothing has happened."""
    stand = stand_of(CASE)
    stand.sim.switch.extra["reads_only"] = True
    driver = stand.connected()
    assert ask(driver, "port_status", port="3").admin is UpDown.UP
    for verb, more in {"port_disable": {}, "poe_cycle": {}, "set_access_vlan": {"vlan": 30}}.items():
        with pytest.raises(DeviceError, match="shows and changes nothing") as caught:
            ask(driver, verb, port="3", **more)
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert not stand.sim.counts()


def test_a_port_leaves_every_other_vlan(stand_of):
    """Many leave a port in VLAN 1 as well: an access port is in one."""
    stand = stand_of(CASE)
    stand.sim.switch.extra["members"] = {"3": {1: False, 20: False}}
    assert ask(stand.connected(), "set_access_vlan", port="3", vlan=30).after.vlan == 30
    assert stand.sim.switch.extra["members"]["3"] == {30: False}


def test_a_change_of_vlan_that_breaks_in_the_middle_is_mended_by_another(stand_of):
    stand = stand_of(CASE)
    driver = stand.connected()
    stand.sim.misbehave("refuse", on="interface", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "set_access_vlan", port="3", vlan=30)
    assert caught.value.happened is Happened.UNKNOWN
    assert stand.sim.switch.extra["members"]["3"] == {20: False, 30: False}
    assert ask(driver, "set_access_vlan", port="3", vlan=30).after.vlan == 30
    assert stand.sim.switch.extra["members"]["3"] == {30: False}
