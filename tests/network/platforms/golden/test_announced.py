"""Neighbours that say what they can be and have none of it switched on, as Aruba's access points do: they are what they can be.

HPE's AOS-CX 10.1x guide (show lldp neighbor-info) has such an access point; the lines of the others are those of their own goldens
with an empty one. By SNMP it is the same: lldpRemSysCapEnabled without a bit, and lldpRemSysCapSupported.
"""

from __future__ import annotations

import pytest

from pedell_network.allied_telesis_awplus import parse as awplus
from pedell_network.aruba_aoscx import parse as aoscx
from pedell_network.cisco_ios import neighbours as ios
from pedell_network.extreme_exos import parse as exos
from pedell_network.fastpath import parse as fastpath
from pedell_network.hp_comware import parse as comware
from pedell_network.hp_procurve import parse as procurve
from pedell_network.juniper_junos import parse as junos
from pedell_network.lancom_lcossx4 import parse as sx4
from pedell_network.results import Neighbour, Poe
from pedell_network.zyxel_zynos import parse as zynos

AOSCX = """
LLDP Neighbor Information
=========================

Port                           : 1/1/10
Neighbor Entries               : 1
Neighbor Chassis-Name          : 84:d4:7e:00:02:04
Neighbor Chassis-Description   : ArubaOS (MODEL: 325), Version HPE_ANW IAP
Neighbor Chassis-ID            : 84:d4:7e:00:02:04
Neighbor Management-Address    : 169.254.41.250
Chassis Capabilities Available : Bridge, WLAN
Chassis Capabilities Enabled   :

Neighbor Port-ID               : 84:d4:7e:00:02:04
"""
PROCURVE = """ LLDP Remote Device Information Detail

  Local Port   : 7
  ChassisType  : mac-address
  ChassisId    : 84d47e-000204
  SysName      : ap-b204

  System Capabilities Supported  : bridge, wlan-access-point
  System Capabilities Enabled    :

"""
COMWARE = """LLDP neighbor-information of port 7[GigabitEthernet1/0/7]:
 LLDP neighbor index : 1
 Chassis type        : MAC address
 Chassis ID          : 84d4-7e00-0204
 System name         : ap-b204
 System capabilities supported : Bridge, WLAN access point
 System capabilities enabled   :
"""
FASTPATH = """LLDP Remote Device Detail

Local Interface: 0/7

Remote Identifier: 2
Chassis ID: 84:D4:7E:00:02:04
System Name: ap-b204
System Capabilities Supported: bridge, WLAN access point
System Capabilities Enabled:
"""
EXOS = """LLDP Port 7 detected 1 neighbor
  Neighbor: 84:D4:7E:00:02:04/eth0, age 10 seconds
    - Chassis ID type: MAC address (4)
      Chassis ID     : 84:D4:7E:00:02:04
    - System Name: "ap-b204"
    - System Capabilities : "Bridge, WLAN Access Point"
      Enabled Capabilities:
"""
IOS = """------------------------------------------------
Local Intf: Gi1/0/7
Chassis id: 84d4.7e00.0204
Port id: eth0
System Name: ap-b204

System Description:
AP

Time remaining: 107 seconds
System Capabilities: B,W
Enabled Capabilities:
Management Addresses - not advertised
"""
JUNOS = """Neighbour Information:
Chassis ID         : 84:d4:7e:00:02:04
System name        : ap-b204

System capabilities
        Supported  : Bridge WLAN Access Point
        Enabled    :
"""
AWPLUS = """LLDP Detailed Neighbor Information:

Local port1.0.7:
  Neighbors table last updated 0 hrs 0 mins 1 secs ago

  Chassis ID Type .................. MAC address
  Chassis ID ....................... 84d4.7e00.0204
  System Name ...................... ap-b204
  System Capabilities - Supported .. Bridge, WLAN Access Point
                      - Enabled ....
  Management Addresses ............. [not advertised]
"""
SX4 = """Local Interface     : GigabitEthernet 1/7
Chassis ID          : 84-D4-7E-00-02-04
System Name         : ap-b204
System Capabilities : Bridge(-), WLAN Access Point(-)
"""
ZYNOS = """LLDP Remote Device Information:
Local Port: 7
  Chassis id subtype: mac-address
  Chassis id: 84:d4:7e:00:02:04
  System Name: ap-b204
  System Capabilities Supported: bridge wlan-access-point
  System Capabilities Enabled:
"""


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda: aoscx.neighbours(AOSCX), id="AOS-CX"),
        pytest.param(lambda: procurve.neighbours(PROCURVE), id="ProCurve"),
        pytest.param(lambda: comware.neighbours(COMWARE), id="Comware"),
        pytest.param(lambda: fastpath.neighbours(FASTPATH, "0/7"), id="FASTPATH"),
        pytest.param(lambda: exos.neighbours(EXOS), id="EXOS"),
        pytest.param(lambda: ios.lldp(IOS, "Gi1/0/7"), id="IOS"),
        pytest.param(lambda: junos.neighbours(JUNOS, "ge-0/0/7"), id="Junos"),
        pytest.param(lambda: awplus.neighbours(AWPLUS), id="AlliedWare Plus"),
        pytest.param(lambda: sx4.neighbours(SX4), id="LCOS SX 4"),
        pytest.param(lambda: zynos.neighbours(ZYNOS, "7"), id="ZyNOS"),
    ],
)
def test_who_has_nothing_enabled_is_what_he_can_be(found):
    one: Neighbour
    (one,) = found()
    assert (one.mac, one.access_point, one.carries_others) == ("84:d4:7e:00:02:04", True, False)


@pytest.mark.parametrize(
    ("row", "port", "poe", "watts"),
    [
        ("1/1/1    Yes Low      Off     Class  0.0 W   0.0 W Denied       None   4   2", "1/1/1", Poe.DENIED, 0.0),
        ("1/1/2    Yes Low      Off     Usage  0.6 W   0.0 W Searching    N/A    N/A  N/A", "1/1/2", Poe.OFF, 0.0),
        ("1/1/3    Yes Critical Off     Usage 13.9 W  12.3 W Delivering   Single 5   3", "1/1/3", Poe.ON, 12.3),
        ("1/1/4    No  Low      Off     Usage  0.0 W   0.0 W Disabled     N/A    N/A  N/A", "1/1/4", Poe.DISABLED, 0.0),
        ("1/1/5    Yes Low      Off     Usage  0.0 W   0.0 W Faulty       N/A    N/A  N/A", "1/1/5", Poe.FAULT, 0.0),
    ],
)  # fmt: skip
def test_power_as_a_row(row, port, poe, watts):
    """The same guide, `show power-over-ethernet 1/1/1 brief`, on a 4100i, 6000 or 6100."""
    text = f"""Status and Configuration Information for port {port}
  Member 1Power Status
    Available: 370 W  Reserved: 55.60 W  Remaining: 314.40 W
    Always-on PoE Enabled: 1/1
PoE      Pwr Power    Pre-std Alloc PSE Pwr PD Pwr PoE Port     PD     Cls Type
Port     En  Priority Detect  Act   Rsrvd   Draw   Status       Sign
-------  --- ------   ------- ----- ------  ------ ---------    -----  --- ----
{row}
"""
    assert aoscx.power(text, port) == {"poe": poe, "poe_watts": watts}
    assert aoscx.power(text, "1/1/9") == {"poe": None}
