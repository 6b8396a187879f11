"""What sysObjectID and sysDescr tell. The sentences are the makers' own, as public walks have them (snmpsim-data; LibreNMS'
recordings procurve, arubaos-cx, edgeswitch, jetstream, zynos, awplus and their like).
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell_network.plugin import pedell_drivers
from pedell_network.snmp.makers import Described, described

IOS = (
    "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(2)E6, RELEASE SOFTWARE (fc1)\r\n"
    "Technical Support: http://www.cisco.com/techsupport"
)
OLD_IOS = (
    "Cisco Internetwork Operating System Software \r\nIOS (tm) C2950 Software (C2950-I6Q4L2-M), Version 12.1(22)EA4, "
    "RELEASE SOFTWARE (fc1)"
)
VRP = (
    "S5720-36C-EI-AC \r\nHuawei Versatile Routing Platform Software \r\n VRP (R) software,Version 5.160 "
    "(S5720 V200R007C00SPC500) \r\n Copyright (C) 2007 Huawei Technologies Co., Ltd."
)
HPE = (
    "HPE Comware Platform Software, Software Version 7.1.070, Release 3506P02 HPE 5130-48G-PoE+-4SFP+ (370W) EI JG937A\r\n"
    "Copyright (c) 2010-2019 Hewlett Packard Enterprise Development LP"
)
CASES = [
    (9, IOS, "Cisco", "C2960X", "15.2(2)E6", "cisco-ios"),
    (9, OLD_IOS, "Cisco", "C2950", "12.1(22)EA4", "cisco-ios"),
    (9, "Cisco IOS Software [Fuji], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 16.9.4, RELEASE", "Cisco", "", "16.9.4", "cisco-ios"),
    (9, "Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 6.0(2)N2(3), RELEASE SOFTWARE", "Cisco", "", "6.0(2)N2(3)", ""),
    (9, "SG300-28PP 28-Port Gigabit PoE+ Managed Switch", "Cisco", "SG300-28PP", "", "cisco-s300"),
    (9, "SG250-08 8-Port Gigabit Smart Switch", "Cisco", "SG250-08", "", ""),
    (11, "ProCurve J9020A Switch 2510-48, revision U.11.11, ROM R.10.06", "HP", "J9020A Switch 2510-48", "U.11.11", "hp-procurve"),
    (11, "Aruba JL256A 2930F-48G-PoE+-4SFP+ Switch, revision WC.16.10.0009, ROM WC.16", "HP", "JL256A 2930F-48G-PoE+-4SFP+", "WC.16.10.0009", "hp-procurve"),
    (25506, HPE, "H3C", "HPE 5130-48G-PoE+-4SFP+ (370W) EI JG937A", "7.1.070, Release 3506P02", "hp-comware"),
    (25506, "H3C Switch E528 Software Version 5.20, Release 1513P62\r\nCopyright", "H3C", "H3C Switch E528", "5.20, Release 1513P62", "hp-comware"),
    (47196, "Aruba JL635A 8325 GL.10.04.2000", "Aruba", "JL635A 8325", "GL.10.04.2000", "aruba-aoscx"),
    (2636, "Juniper Networks, Inc. ex2300-24t Ethernet Switch, kernel JUNOS 15.1X53-D590.1, Build date", "Juniper", "ex2300-24t", "15.1X53-D590.1", "juniper-junos"),
    (14988, "RouterOS CRS326-24G-2S+", "MikroTik", "CRS326-24G-2S+", "", "mikrotik-routeros"),
    (4413, "EdgeSwitch 24-Port 250W, 1.0.1.4720839, Linux 3.6.5-f4a26ed5", "Ubiquiti", "EdgeSwitch 24-Port 250W", "1.0.1.4720839", "ubiquiti-edgeswitch"),
    (4413, "USW-24-PoE, 5.43.23.12533, Linux 3.6.5", "Ubiquiti", "USW-24-PoE", "5.43.23.12533", "ubiquiti-unifiswitch"),
    (4526, "M4300-28G ProSAFE 24-port 1G and 2-port 10GBASE-T, 12.0.9.3, 1.0.0.9", "Netgear", "M4300-28G", "12.0.9.3", "netgear-prosafe"),
    (4526, "GS724Tv4 ProSafe 24-port Gigabit Smart Switch", "Netgear", "GS724Tv4", "", ""),
    (11863, "JetStream 48-Port Gigabit L2 Managed Switch with 4 SFP Slots", "TP-Link", "48-Port Gigabit L2 Managed Switch with 4 SFP Slots", "", "tplink-jetstream"),
    (171, "DES-3200-18 Fast Ethernet Switch", "D-Link", "DES-3200-18", "", "dlink-ds"),
    (171, "D-Link DES-3028 Fast Ethernet Switch", "D-Link", "DES-3028", "", ""),
    (890, "GS1900-8", "Zyxel", "GS1900-8", "", ""),
    (890, "XGS2210-28", "Zyxel", "XGS2210-28", "", "zyxel-zynos"),
    (207, "Allied Telesis router/switch, AW+ v5.4.7-2.1", "Allied Telesis", "", "5.4.7-2.1", "allied-telesis-awplus"),
    (1916, "ExtremeXOS (X440G2-24p-10G4) version 22.3.1.4 v22.3.1.4-patch1-5 by release-manager", "Extreme Networks", "X440G2-24p-10G4", "22.3.1.4", "extreme-exos"),
    (1991, "Brocade Communications Systems, Inc. ICX6430-24, IronWare Version 08.0.30tT311 Compiled on", "Brocade", "ICX6430-24", "08.0.30tT311", ""),
    (2011, VRP, "Huawei", "S5720-36C-EI-AC", "5.160 (S5720 V200R007C00SPC500)", ""),
    (30065, "Arista Networks EOS version 4.20.5F running on an Arista Networks DCS-7150S-52-CL", "Arista", "DCS-7150S-52-CL", "4.20.5F", ""),
    (14823, "ArubaOS (MODEL: Aruba7210), Version 6.5.1.6", "Aruba", "", "", ""),
    (8072, "Linux sw1 6.1.0-13-amd64", "", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("enterprise", "descr", "maker", "model", "firmware", "driver"), CASES, ids=lambda value: str(value)[:24]
)
def test_a_description_is_taken_apart(enterprise, descr, maker, model, firmware, driver):
    assert described((1, 3, 6, 1, 4, 1, enterprise, 1, 1), descr) == Described(maker, model, firmware, driver)


def test_the_same_words_of_another_maker_mean_nothing():
    assert described((1, 3, 6, 1, 4, 1, 8072, 3), IOS) == Described()
    assert described(None, IOS) == Described()


def test_every_driver_that_is_named_exists():
    drivers = {driver.id for driver in pedell_drivers()}
    assert {case[5] for case in CASES} - {""} <= drivers


@given(st.integers(0, 70_000), st.text(max_size=400))
def test_any_text_is_survived(enterprise, descr):
    described((1, 3, 6, 1, 4, 1, enterprise), descr)
