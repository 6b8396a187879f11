"""A switch about itself: the system group, BRIDGE-MIB, and ENTITY-MIB where it has that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.snmp import SnmpClient
from pedell_network.results import DeviceInfo
from pedell_network.snmp import codec, mib
from pedell_network.snmp.codec import number, text
from pedell_network.snmp.makers import described

_SYSTEM = (
    mib.SYS_NAME, mib.SYS_DESCR, mib.SYS_OBJECT_ID, mib.SYS_UP_TIME, mib.ENGINE_TIME, mib.BRIDGE_ADDRESS,
    mib.SYS_SERVICES,
)  # fmt: skip
_LAYER_2 = 0x02
_PART = (
    mib.PHYSICAL_MODEL, mib.PHYSICAL_SERIAL, mib.PHYSICAL_SOFTWARE, mib.PHYSICAL_FIRMWARE, mib.PHYSICAL_MAKER,
)  # fmt: skip


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
