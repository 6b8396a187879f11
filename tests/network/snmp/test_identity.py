"""What a switch without ENTITY-MIB says of itself in its maker's own objects, as public walks have them; the values are ours."""

from __future__ import annotations

import pytest

from tests.network.conftest import ask
from tests.network.snmp.test_records import Recorded, interface

_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_FASTPATH = "1.3.6.1.4.1.4413.1.1.1.1.1"


@pytest.mark.parametrize(
    ("maker", "descr", "own", "told"),
    [
        pytest.param(
            "890.1.15", "XMG1915-10EP",
            "1.3.6.1.4.1.890.1.15.3.1.6.0|4|V4.80(ACGP.3) | 11/26/2024\n1.3.6.1.4.1.890.1.15.3.1.11.0|4|XMG1915-10EP\n"
            "1.3.6.1.4.1.890.1.15.3.1.12.0|4|S232L00000001\n",
            ("Zyxel", "XMG1915-10EP", "S232L00000001", "V4.80(ACGP.3)"), id="Zyxel",
        ),
        pytest.param(
            "14988.1", "RouterOS CRS326-24G-2S+",
            "1.3.6.1.4.1.14988.1.1.4.4.0|4|6.49.7\n1.3.6.1.4.1.14988.1.1.7.3.0|4|71B100000001\n",
            ("MikroTik", "CRS326-24G-2S+", "71B100000001", "6.49.7"), id="MikroTik",
        ),
        pytest.param(
            "11863.5", "JetStream 48-Port Gigabit L2 Managed Switch with 4 SFP Slots",
            "1.3.6.1.4.1.11863.6.1.1.5.0|4|T1600G-52TS 1.0\n1.3.6.1.4.1.11863.6.1.1.6.0|4|1.0.4 Build 20160412 Rel.43153(s)\n"
            "1.3.6.1.4.1.11863.6.1.1.8.0|4|2161700000001\n",
            ("TP-Link", "T1600G-52TS 1.0", "2161700000001", "1.0.4 Build 20160412 Rel.43153(s)"), id="TP-Link",
        ),
        pytest.param(
            "4413", "EdgeSwitch 24-Port 250W, 1.0.1.4720839, Linux 3.6.5-f4a26ed5",
            f"{_FASTPATH}.3.0|4|ES-24-250W\n{_FASTPATH}.4.0|4|44D9E7000001\n{_FASTPATH}.13.0|4|1.0.1.4720839\n",
            ("Ubiquiti", "ES-24-250W", "44D9E7000001", "1.0.1.4720839"), id="EdgeSwitch",
        ),
        pytest.param(
            "4526.100.10.24", "M4300-28G ProSAFE 24-port 1G and 2-port 10GBASE-T, 12.0.9.3, 1.0.0.9",
            "1.3.6.1.4.1.4526.10.1.1.1.4.0|4|4B000000001\n1.3.6.1.4.1.4526.10.1.1.1.13.0|4|12.0.9.3\n",
            ("Netgear", "M4300-28G", "4B000000001", "12.0.9.3"), id="Netgear",
        ),
        pytest.param(
            "171.10.113.5.1", "DES-3200-18 Fast Ethernet Switch",
            "1.3.6.1.4.1.171.12.1.1.12.0|4|P1AB000000001\n1.3.6.1.2.1.16.19.2.0|4|1.85.B008\n",
            ("D-Link", "DES-3200-18", "P1AB000000001", "1.85.B008"), id="D-Link",
        ),
        pytest.param(
            "171.10.113.5.1", "DES-3200-18 Fast Ethernet Switch", "", ("D-Link", "DES-3200-18", "", ""), id="who tells nothing",
        ),
        pytest.param(
            "890.1.15", "XGS4600-32",
            f"{_ENTITY}.5.1|2|3\n{_ENTITY}.11.1|4|S17\n{_ENTITY}.13.1|4|XGS4600-32\n{_ENTITY}.10.1|4|V4.60\n"
            "1.3.6.1.4.1.890.1.15.3.1.12.0|4|other\n",
            ("Zyxel", "XGS4600-32", "S17", "V4.60"), id="ENTITY-MIB comes first",
        ),
    ],
)  # fmt: skip
def test_who_a_switch_is(bench, maker, descr, own, told):
    walk = f"1.3.6.1.2.1.1.1.0|4|{descr}\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.{maker}\n{own}" + interface(1, "1")
    driver = bench(kind=type("Maker", (Recorded,), {"walk": walk})).connected()
    info = ask(driver, "device_info")
    assert (info.manufacturer, info.model, info.serial, info.firmware) == told
