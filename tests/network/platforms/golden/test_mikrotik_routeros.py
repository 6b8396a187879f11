"""RouterOS' own words: ntc-templates' sample outputs (mikrotik_routeros) and MikroTik's manual, RouterOS 6 and 7; the
values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.mikrotik_routeros import parse
from pedell_network.mikrotik_routeros.platform import ROUTEROS
from pedell_network.results import Mode, Poe, UpDown


def test_flags_and_a_comment_with_blanks():
    text = """ 0 RS comment=AP B204 (neu) name=ether5 default-name=ether5 type=ether mtu=1500 mac-address=48:8F:5A:00:00:05
 1 XS name=ether6 default-name=ether6 type=ether
 2 R  name=bridge1 type=bridge
"""
    found = parse.interface(text, "ether5")
    assert (found["admin"], found["oper"], found["description"]) == (UpDown.UP, UpDown.UP, "AP B204 (neu)")
    off = parse.interface(text, "ether6")
    assert (off["admin"], off["oper"]) == (UpDown.DOWN, UpDown.DOWN)
    assert parse.interface(text, "bridge1")["mode"] is Mode.ROUTED
    with pytest.raises(DeviceError) as caught:
        parse.interface("", "ether7")
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_monitor():
    text = """                      name: ether1
                    status: link-ok
          auto-negotiation: done
                      rate: 2.5Gbps
               full-duplex: yes
           tx-flow-control: no
               advertising: 10M-half,10M-full,100M-half,100M-full,1000M-half,1000M-full
"""
    assert parse.monitor(text, "ether1") == {"speed": 2500, "duplex": "full"}
    assert parse.monitor(text.replace("link-ok", "no-link"), "ether1") == {}


def test_hosts_of_both_releases_without_our_own():
    text = """0 D E mac-address=11:22:33:44:55:01 interface=ether4 bridge=lan-bridge on-interface=ether4
1 D E mac-address=11:22:33:44:55:02 vid=20 interface=ether3 bridge=lan-bridge on-interface=ether3 age=4s
2 DLE mac-address=11:22:33:44:55:03 interface=lan-bridge bridge=lan-bridge on-interface=lan-bridge
3 DL  mac-address=11:22:33:44:55:04 interface=ether4 bridge=lan-bridge on-interface=ether4
"""
    assert parse.addresses(text) == (
        ("11:22:33:44:55:01", None, "ether4"),
        ("11:22:33:44:55:02", 20, "ether3"),
    )


@pytest.mark.parametrize(
    ("way", "state", "poe", "setting"),
    [
        ("auto-on", "powered-on", Poe.ON, "auto-on"),
        ("forced-on", "waiting-for-load", Poe.OFF, "forced-on"),
        ("off", "disabled", Poe.DISABLED, ""),
        ("auto-on", "short-circuit", Poe.FAULT, "auto-on"),
    ],
)
def test_power(way, state, poe, setting):
    text = f"                name: ether9\n             poe-out: {way}\n      poe-out-status: {state}\n       poe-out-power: 24.3W\n"
    found = parse.power(text, "ether9")
    assert (found["poe"], found["poe_watts"]) == (poe, 24.3 if poe is Poe.ON else 0.0)
    assert parse.power_setting(text, "ether9") == setting


def test_powered_without_a_meter():
    assert parse.power(" poe-out: auto-on\n poe-out-status: powered-on\n", "ether1") == {
        "poe": Poe.ON,
        "poe_watts": None,
    }


def test_neighbours_by_lldp_and_by_mikrotiks_own():
    text = """ 0 interface=ether5,bridge1 address=192.0.2.9 mac-address=F0:9F:C2:01:02:04 identity=ap-b204 system-caps=bridge,wlan-ap system-caps-enabled=bridge,wlan-ap
 1 interface=sfp1 mac-address=48:8F:5A:00:00:01 identity=MikroTik Keller platform=MikroTik version=7.16 board=CRS328-24P-4S+
 2 interface=ether7 mac-address=48:8F:5A:00:00:02 identity=flur platform=MikroTik board=cAPGi-5acD2nD
"""
    point, switch, own = parse.neighbours(text)
    assert (point.port, point.name, point.access_point) == ("ether5", "ap-b204", True)
    assert (switch.name, switch.carries_others) == ("MikroTik Keller", True)
    assert (own.port, own.access_point, own.carries_others) == ("ether7", True, False)


def test_the_rest():
    assert parse.resource("     uptime: 1w2d3h4m5s\n    version: 7.16.1 (stable)\n")["uptime"] == 788645
    six = " 0 A S  dst-address=0.0.0.0/0 gateway=192.0.2.1 gateway-status=192.0.2.1 reachable via bridge\n"
    seven = " 0 As dst-address=0.0.0.0/0 routing-table=main gateway=192.0.2.1%bridge1 distance=1\n"
    off = " 0 Xs dst-address=0.0.0.0/0 gateway=192.0.2.1\n"
    assert [parse.gateway(text) for text in (six, seven, off)] == ["192.0.2.1", "192.0.2.1", ""]
    bonds = " 0 R name=bond1 mtu=1500 slaves=sfp1,sfp2 mode=802.3ad\n"
    assert parse.bundled(bonds) == {"bond1", "sfp1", "sfp2"}
    tagged = " 0 bridge=bridge1 vlan-ids=20 tagged=bridge1,sfp1 untagged=ether3 current-tagged=bridge1,sfp1\n"
    assert parse.tagged(tagged, "sfp1") == {"mode": Mode.TRUNK}
    assert parse.tagged(tagged, "ether3") == {}
    first = (
        "# nov/28/2026 08:00:00 by RouterOS 6.49.10\n# software id = X\n/interface bridge\nadd name=bridge1\n"
    )
    assert parse.exported(first) == parse.exported(first.replace("08:00:00", "09:00:00"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bad command name interfac (line 1 column 2)\n", ErrorClass.REFUSED),
        ("expected end of command (line 1 column 30)\n", ErrorClass.REFUSED),
        ("input does not match any value of numbers\n", ErrorClass.REFUSED),
        ("no such item\n", ErrorClass.REFUSED),
        ("failure: already have such address\n", ErrorClass.REFUSED),
        ("syntax error (line 1 column 7)\n", ErrorClass.REFUSED),
        ("not enough permissions (9)\n", ErrorClass.AUTH),
        ("                name: ether9\n             poe-out: off\n", None),
        ("", None),
    ],
)
def test_refusals(text, kind):
    found = ROUTEROS.refusals(text)
    assert (found.error_class if found else None) is kind


@pytest.mark.parametrize(
    ("told", "point", "carries"),
    [
        # networktocode/ntc-templates, tests/mikrotik_routeros/ip_neighbor_print_detail: a hEX PoE lite has no radio, and says
        # wlan-ap all the same.
        ("platform=MikroTik board=RB750UPr2 system-caps=bridge,router system-caps-enabled=bridge,wlan-ap,router", False, True),
        ("platform=MikroTik board=RB450Gx4 system-caps=bridge,router system-caps-enabled=router", False, True),
        ('platform=MikroTik board=RB1100x4 system-caps="" system-caps-enabled=""', False, True),
        ("platform=MikroTik board=RB952Ui-5ac2nD system-caps-enabled=bridge,wlan-ap,router", True, False),
        ("platform=MikroTik board=C52iG-5HaxD2HaxD", True, False),
        ("platform=MikroTik board=CRS326-24G-2S+ system-caps-enabled=bridge", False, True),
        # By CDP alone, whose kinds are not told.
        ("platform=cisco WS-C2960X-48FPD-L board= discovered-by=cdp", False, True),
        ("platform=Cisco IP Phone 7962 discovered-by=cdp", False, False),
        ("platform=cisco AIR-CAP2602I-E-K9 discovered-by=cdp", False, False),
        ("platform=Debian system-caps=bridge,station-only system-caps-enabled=station-only discovered-by=lldp", False, False),
    ],
)  # fmt: skip
def test_of_which_kind_a_neighbour_is(told, point, carries):
    text = f" 0 interface=ether5,bridge1 mac-address=48:8F:5A:00:00:01 identity=nachbar {told}\n"
    (found,) = parse.neighbours(text)
    assert (found.access_point, found.carries_others) == (point, carries)


def test_a_line_wider_than_the_terminal_goes_on_in_the_next():
    tagged = "bridge1," + ",".join(f"ether{number}" for number in range(1, 24))
    text = f" 0 bridge=bridge1 vlan-ids=20 tagged={tagged}"
    wrapped = (
        "\n".join(text[at : at + 80] for at in range(0, len(text), 80)) + "\n 1 bridge=bridge1 vlan-ids=30\n"
    )
    assert parse.tagged(wrapped, "ether23") == {"mode": Mode.TRUNK}
    assert [values["vlan-ids"] for _, values in parse.items(wrapped)] == ["20", "30"]


def test_vlans_on_top_of_a_port_and_headers_that_a_chip_adds():
    above = (
        " 0 R name=vlan20 mtu=1500 l2mtu=1594 arp=enabled vlan-id=20 interface=ether1 use-service-tag=no\n"
    )
    assert parse.tagged_above(above, "ether1") == {"mode": Mode.TRUNK}
    assert parse.tagged_above(above, "ether2") == {}
    chip = " 0 name=ether1 switch=switch1 vlan-mode=secure vlan-header=add-if-missing default-vlan-id=auto\n"
    assert parse.tagged_by_chip(chip, "ether1") == {"mode": Mode.TRUNK}
    assert parse.tagged_by_chip(chip.replace("add-if-missing", "always-strip"), "ether1") == {}
