"""Names of objects, from the standard MIBs and some of makers'.

Sources: RFC 3418 (SNMPv2-MIB), RFC 2863 (IF-MIB), RFC 3635 (EtherLike-MIB), RFC 4188 (BRIDGE-MIB), RFC 4363
(Q-BRIDGE-MIB), RFC 3621 (POWER-ETHERNET-MIB), RFC 4133 (ENTITY-MIB), RFC 4293 (IP-MIB), RFC 4292, IEEE 802.1AB
(LLDP-MIB), IEEE 802.3ad (dot3ad), CISCO-VTP-MIB, CISCO-VLAN-MEMBERSHIP-MIB, CISCO-PAGP-MIB, CISCO-CDP-MIB,
CISCO-POWER-ETHERNET-EXT-MIB, HH3C-LswVLAN-MIB, HH3C-STACK-MIB, HUAWEI-L2IF-MIB.
"""

from __future__ import annotations

from pedell.transports.snmp_values import oid

SYS_DESCR = oid("1.3.6.1.2.1.1.1.0")
SYS_OBJECT_ID = oid("1.3.6.1.2.1.1.2.0")
SYS_UP_TIME = oid("1.3.6.1.2.1.1.3.0")
SYS_NAME = oid("1.3.6.1.2.1.1.5.0")
SYS_SERVICES = oid("1.3.6.1.2.1.1.7.0")
"""Sum of 2 to the power of (layer - 1): 2 is a bridge, 4 a router, 72 a host."""
ENGINE_TIME = oid("1.3.6.1.6.3.10.2.1.3.0")

_IF = oid("1.3.6.1.2.1.2.2.1")
IF_INDEX = (*_IF, 1)
IF_DESCR = (*_IF, 2)
IF_TYPE = (*_IF, 3)
IF_SPEED = (*_IF, 5)
IF_PHYS_ADDRESS = (*_IF, 6)
IF_ADMIN_STATUS = (*_IF, 7)
IF_OPER_STATUS = (*_IF, 8)
IF_LAST_CHANGE = (*_IF, 9)
IF_IN_ERRORS = (*_IF, 14)
IF_OUT_ERRORS = (*_IF, 20)
_IFX = oid("1.3.6.1.2.1.31.1.1.1")
IF_NAME = (*_IFX, 1)
IF_HIGH_SPEED = (*_IFX, 15)
IF_ALIAS = (*_IFX, 18)
IF_STACK = oid("1.3.6.1.2.1.31.1.2.1.3")
"""ifStackStatus: which interface runs on top of which, index higher.lower."""
_DOT3 = oid("1.3.6.1.2.1.10.7.2.1")
FCS_ERRORS = (*_DOT3, 3)
DUPLEX = (*_DOT3, 19)
LAG_OF = oid("1.2.840.10006.300.43.1.2.1.1.13")
"""dot3adAggPortAttachedAggID: the aggregate that a port is part of, 0 for none."""

BRIDGE_ADDRESS = oid("1.3.6.1.2.1.17.1.1.0")
BRIDGE_PORT_IF = oid("1.3.6.1.2.1.17.1.4.1.2")
FDB_PORT = oid("1.3.6.1.2.1.17.4.3.1.2")
FDB_STATUS = oid("1.3.6.1.2.1.17.4.3.1.3")
Q_FDB_PORT = oid("1.3.6.1.2.1.17.7.1.2.2.1.2")
Q_FDB_STATUS = oid("1.3.6.1.2.1.17.7.1.2.2.1.3")
VLAN_FDB = oid("1.3.6.1.2.1.17.7.1.4.2.1.3")
VLAN_NOW_EGRESS = oid("1.3.6.1.2.1.17.7.1.4.2.1.4")
VLAN_NOW_UNTAGGED = oid("1.3.6.1.2.1.17.7.1.4.2.1.5")
VLAN_EGRESS = oid("1.3.6.1.2.1.17.7.1.4.3.1.2")
VLAN_UNTAGGED = oid("1.3.6.1.2.1.17.7.1.4.3.1.4")
PVID = oid("1.3.6.1.2.1.17.7.1.4.5.1.1")

POE_ADMIN = oid("1.3.6.1.2.1.105.1.1.1.3")
POE_STATUS = oid("1.3.6.1.2.1.105.1.1.1.6")

_PHYSICAL = oid("1.3.6.1.2.1.47.1.1.1.1")
PHYSICAL_CLASS = (*_PHYSICAL, 5)
PHYSICAL_FIRMWARE = (*_PHYSICAL, 9)
PHYSICAL_SOFTWARE = (*_PHYSICAL, 10)
PHYSICAL_SERIAL = (*_PHYSICAL, 11)
PHYSICAL_MAKER = (*_PHYSICAL, 12)
PHYSICAL_MODEL = (*_PHYSICAL, 13)
PHYSICAL_ALIAS = oid("1.3.6.1.2.1.47.1.3.2.1.2")
"""entAliasMappingIdentifier, index physical and logical: the row of another table that a part is."""

OWN_ADDRESS = oid("1.3.6.1.2.1.4.20.1.2")
"""ipAdEntIfIndex: the interface that has an address of the switch's own."""
OWN_MASK = oid("1.3.6.1.2.1.4.20.1.3")
ARP = oid("1.3.6.1.2.1.4.22.1.2")
NEIGHBOUR = oid("1.3.6.1.2.1.4.35.1.4")
"""ipNetToPhysicalPhysAddress, index ifIndex.type.length.address: what newer agents have instead of ARP's table."""
INET_ROUTE = oid("1.3.6.1.2.1.4.24.7.1.7")
"""inetCidrRouteIfIndex, index destination, prefix, policy and next hop."""
ROUTE_NEXT_HOP = oid("1.3.6.1.2.1.4.21.1.7")
CIDR_NEXT_HOP = oid("1.3.6.1.2.1.4.24.4.1.4")

_LLDP = oid("1.0.8802.1.1.2.1")
LLDP_LOCAL_SUBTYPE = (*_LLDP, 3, 7, 1, 2)
LLDP_LOCAL_ID = (*_LLDP, 3, 7, 1, 3)
LLDP_LOCAL_DESCR = (*_LLDP, 3, 7, 1, 4)
LLDP_REMOTE = (*_LLDP, 4, 1, 1)
LLDP_ADDRESS = (*_LLDP, 4, 2, 1)

CISCO = oid("1.3.6.1.4.1.9.1")
CISCO_VLAN_STATE = oid("1.3.6.1.4.1.9.9.46.1.3.1.1.2")
CISCO_TRUNK = oid("1.3.6.1.4.1.9.9.46.1.6.1.1.14")
"""vlanTrunkPortDynamicStatus: trunking(1), notTrunking(2)."""
CISCO_TRUNK_WANTED = oid("1.3.6.1.4.1.9.9.46.1.6.1.1.13")
"""vlanTrunkPortDynamicState: on(1), off(2), desirable(3), auto(4), onNoNegotiate(5)."""
CISCO_NATIVE = oid("1.3.6.1.4.1.9.9.46.1.6.1.1.5")
"""vlanTrunkPortNativeVlan."""
CISCO_BUNDLE = oid("1.3.6.1.4.1.9.9.98.1.1.1.1.8")
"""pagpGroupIfIndex: the EtherChannel that a port is one link of, also of one without LACP; 0 or its own for none."""
CISCO_CDP = oid("1.3.6.1.4.1.9.9.23.1.2.1.1")
"""cdpCacheEntry, index ifIndex and a number."""
CISCO_CDP_RUNS = oid("1.3.6.1.4.1.9.9.23.1.3.1.0")
"""cdpGlobalRun: true(1), false(2)."""
CISCO_POWER_PART = oid("1.3.6.1.4.1.9.9.402.1.2.1.11")
"""cpeExtPsePortEntPhyIndex, index as pethPsePortTable's: the entPhysicalIndex of the port that a row is of."""
CISCO_VLAN = oid("1.3.6.1.4.1.9.9.68.1.2.2.1.2")
"""vmVlan: the VLAN of an access port, by ifIndex."""

COMWARE_TYPE = oid("1.3.6.1.4.1.25506.8.35.1.1.1.5")
"""hh3cifVLANType, by ifIndex: vLANTrunk(1), access(2), hybrid(3), fabric(4)."""
COMWARE_STACK = oid("1.3.6.1.4.1.25506.2.91.5.1.1")
"""hh3cStackBelongToPort, by entPhysicalIndex: the IRF port that a port is part of, 0 for none."""
HUAWEI_PORT_IF = oid("1.3.6.1.4.1.2011.5.25.42.1.1.1.3.1.2")
"""hwL2IfPortIfIndex, by a number of its own, which is the bridge port's."""
HUAWEI_PORT_TYPE = oid("1.3.6.1.4.1.2011.5.25.42.1.1.1.3.1.3")
"""hwL2IfPortType: invalid(0), trunk(1), access(2), hybrid(3)."""
