"""A switch about itself: the system group, BRIDGE-MIB, and ENTITY-MIB or its maker's own objects.

Sources of the makers' own: walks of a Zyxel XMG1915-10EP and of MikroTik's (librenms/librenms, tests/snmpsim); SNMP::Info's classes
for Netgear, EdgeSwitch and TP-Link; several public readers of D-Link's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.snmp import SnmpClient
from pedell.transports.snmp_values import Oid, oid
from pedell_network.results import DeviceInfo
from pedell_network.snmp import codec, mib
from pedell_network.snmp.codec import number, text
from pedell_network.snmp.makers import described, enterprise_of

_SYSTEM = (
    mib.SYS_NAME, mib.SYS_DESCR, mib.SYS_OBJECT_ID, mib.SYS_UP_TIME, mib.ENGINE_TIME, mib.BRIDGE_ADDRESS,
    mib.SYS_SERVICES,
)  # fmt: skip
_LAYER_2 = 0x02
_PART = (
    mib.PHYSICAL_MODEL, mib.PHYSICAL_SERIAL, mib.PHYSICAL_SOFTWARE, mib.PHYSICAL_FIRMWARE, mib.PHYSICAL_MAKER,
)  # fmt: skip
_INVENTORY = oid("1.3.6.1.4.1.4413.1.1.1.1.1")
# Model, serial number and firmware where a maker without ENTITY-MIB tells them; None where sysDescr or nothing does.
_OWN: Mapping[int, tuple[Oid | None, Oid, Oid]] = {
    # agentSerialNumber; probeSoftwareRev of RMON2.
    171: (None, oid("1.3.6.1.4.1.171.12.1.1.12.0"), oid("1.3.6.1.2.1.16.19.2.0")),
    # ZYXEL-ES-COMMON: sysProductModel, sysProductSerialNumber, sysSwVersionString, which has its day behind a line.
    890: (oid("1.3.6.1.4.1.890.1.15.3.1.11.0"), oid("1.3.6.1.4.1.890.1.15.3.1.12.0"), oid("1.3.6.1.4.1.890.1.15.3.1.6.0")),
    # FASTPATH: agentInventoryMachineModel, agentInventorySerialNumber, agentInventorySoftwareVersion.
    4413: ((*_INVENTORY, 3, 0), (*_INVENTORY, 4, 0), (*_INVENTORY, 13, 0)),
    10002: ((*_INVENTORY, 3, 0), (*_INVENTORY, 4, 0), (*_INVENTORY, 13, 0)),
    4526: (None, oid("1.3.6.1.4.1.4526.10.1.1.1.4.0"), oid("1.3.6.1.4.1.4526.10.1.1.1.13.0")),
    # tpSysInfoHwVersion, tpSysInfoSerialNum, tpSysInfoSwVersion.
    11863: (oid("1.3.6.1.4.1.11863.6.1.1.5.0"), oid("1.3.6.1.4.1.11863.6.1.1.8.0"), oid("1.3.6.1.4.1.11863.6.1.1.6.0")),
    # mtxrSerialNumber, mtxrLicVersion.
    14988: (None, oid("1.3.6.1.4.1.14988.1.1.7.3.0"), oid("1.3.6.1.4.1.14988.1.1.4.4.0")),
}  # fmt: skip


@dataclass(frozen=True)
class Identified:
    """Who answers.

    Attributes:
        info: what it says of itself.
        driver: id of the driver for its command line; empty where that is not known.
        bridges: whether it is a switch, for all that is told: by its maker, its bridge address, or layer 2 in sysServices.
    """

    info: DeviceInfo
    driver: str
    bridges: bool


def identify(client: SnmpClient, deadline: Deadline) -> Identified:
    """What ENTITY-MIB says of the chassis comes first, then what the description tells.

    Raises DeviceError; PROTOCOL where nothing is told.
    """
    found = client.get(_SYSTEM, deadline)
    if not found.keys() & {mib.SYS_UP_TIME, mib.SYS_DESCR, mib.SYS_NAME}:
        raise DeviceError(ErrorClass.PROTOCOL, "the agent does not tell about its system")
    descr, object_id = found.get(mib.SYS_DESCR), found.get(mib.SYS_OBJECT_ID)
    lines = descr.decode("utf-8", "replace").strip("\0 \r\n") if isinstance(descr, bytes) else ""
    told = described(object_id if isinstance(object_id, tuple) else None, lines)
    classes = client.walk(mib.PHYSICAL_CLASS, deadline)
    # PhysicalClass chassis(3); a stack has several, and the first is the one that answers.
    chassis = next((at for at, kind in classes.items() if kind == 3), None)
    part = client.get([column + chassis for column in _PART], deadline) if chassis else {}
    model, serial, software, firmware, maker = (
        text(part.get(column + (chassis or ())), 64) for column in _PART
    )
    own = _OWN.get(enterprise_of(object_id if isinstance(object_id, tuple) else None))
    if own and not (model and serial and (software or firmware)):
        wanted = [name for name in own if name is not None]
        said = client.get(wanted, deadline)
        named, numbered, runs = (text(said.get(name), 64) if name else "" for name in own)
        model, serial, software = model or named, serial or numbered, software or runs.partition(" |")[0]
    address = found.get(mib.BRIDGE_ADDRESS)
    services = number(found.get(mib.SYS_SERVICES)) or 0
    info = DeviceInfo(
        name=text(found.get(mib.SYS_NAME), 64),
        manufacturer=maker or told.maker,
        model=model or told.model or text(re.split(r"[,;\r\n]", lines)[0].encode(), 64),
        serial=serial,
        mac=codec.mac(address) if isinstance(address, bytes) else "",
        firmware=software or firmware or told.firmware,
        uptime=_uptime(number(found.get(mib.SYS_UP_TIME)), number(found.get(mib.ENGINE_TIME))),
    )
    return Identified(info, told.driver, bool(told.driver or info.mac.strip("0:") or services & _LAYER_2))


def _uptime(ticks: int | None, seconds: int | None) -> int | None:
    # sysUpTime starts again after 497 days; the engine's time counts seconds since the same start.
    return None if ticks is None else max(ticks // 100, seconds or 0)
