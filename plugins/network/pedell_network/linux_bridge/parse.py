"""What iproute2, lldpcli and a few files say. Pure functions; output is hostile text.

Sources: iproute2 6.1 (`ip -j`, `bridge -j`; tried against a live kernel), lldpd 1.0.16 (`lldpcli -f json0`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.results import DeviceInfo, Mode, Neighbour, PortStatus, UpDown
from pedell_network.texts import one_line

MARK = "pedell-rc="
# An interface's name as the kernel takes it (dev_valid_name), without what a shell would understand.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,14}")
_CAPABILITIES = {
    "bridge": "bridge", "router": "router", "wlan": "access_point", "telephone": "phone", "tel": "phone",
    "repeater": "repeater", "docsis": "docsis", "station": "station", "other": "other",
}  # fmt: skip


def port(text: str) -> str:
    """An interface's name. Raises PRECONDITION where it cannot be one."""
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise DeviceError(
            ErrorClass.PRECONDITION, f"{name[:40]!r} is not an interface", hint="such as swp5 or eth0"
        )
    return name


def refusal(text: str) -> DeviceError | None:
    """What a command's status says; every command ends by printing it behind MARK."""
    found = re.search(rf"{MARK}(\d+)\s*\Z", text)
    if found is None:
        return DeviceError(ErrorClass.PROTOCOL, "the shell's answer has no end")
    if found[1] == "0":
        return None
    said = one_line(text[: found.start()], 160)
    if re.search(r"(?i)not permitted|permission denied|password is required|not allowed", said):
        return DeviceError(ErrorClass.AUTH, f"the login may not do this: {said}", hint="option sudo: true")
    if found[1] == "127" or "connect to socket" in said:
        return DeviceError(ErrorClass.UNSUPPORTED, said or "no such command")
    return DeviceError(ErrorClass.REFUSED, f"the switch says: {said or 'status ' + found[1]}")


def link(text: str, name: str, speed: str) -> tuple[PortStatus, str]:
    """`ip -j -s link show dev NAME`, and the file `speed`: the port, and the bridge that it belongs to."""
    row = next((row for row in _rows(text) if row.get("ifname") == name), None)
    if row is None:
        raise DeviceError(ErrorClass.PROTOCOL, f"the switch's answer does not tell of {name}")
    flags = row.get("flags")
    flags = flags if isinstance(flags, list) else []
    up = "UP" in flags and "LOWER_UP" in flags
    number = int(speed) if re.fullmatch(r"\d{1,7}", speed.strip()) else None
    status = PortStatus(
        port=name,
        admin=UpDown.UP if "UP" in flags else UpDown.DOWN,
        oper=UpDown.UP if up else UpDown.DOWN,
        speed=number if up else None,
        description=one_line(str(row.get("ifalias", ""))),
        input_errors=_count(row, "rx", "errors"),
        crc_errors=_count(row, "rx", "crc_errors"),
        output_errors=_count(row, "tx", "errors"),
    )
    return status, str(row.get("master", ""))


def names(text: str) -> tuple[str, ...]:
    """`ip -j link show`: all interfaces but the loopback."""
    return tuple(
        str(row["ifname"])
        for row in _rows(text)
        if _NAME.fullmatch(str(row.get("ifname", ""))) and row.get("link_type") != "loopback"
    )


def bundled(text: str, name: str) -> bool:
    """`ip -j link show dev NAME`: whether it is a bond, or one of a bond's links (IFF_MASTER and IFF_SLAVE)."""
    return any(
        {"MASTER", "SLAVE"} & set(map(str, flags))
        for row in _rows(text)
        if row.get("ifname") == name and isinstance(flags := row.get("flags"), list)
    )


def vlans(text: str, name: str) -> tuple[Mode, int | None]:
    """`bridge -j vlan show dev NAME`: what the port carries; unknown where the bridge knows no VLANs."""
    row = next((row for row in _rows(text) if row.get("ifname") == name), None)
    listed = row.get("vlans") if row else None
    if not isinstance(listed, list) or not listed:
        return Mode.UNKNOWN, None
    own, tagged = None, 0
    for item in listed:
        if not isinstance(item, dict) or not isinstance(item.get("vlan"), int):
            continue
        flags = item.get("flags")
        flags = flags if isinstance(flags, list) else []
        if "PVID" in flags:
            own = item["vlan"]
        if "Egress Untagged" not in flags:
            tagged += 1
    return (Mode.TRUNK if tagged else Mode.ACCESS), own


def addresses(text: str) -> tuple[tuple[str, int | None, str], ...]:
    """`bridge -j fdb show br BRIDGE`: address, VLAN and port of what was learnt."""
    found = []
    for row in _rows(text):
        flags = row.get("flags")
        own = row.get("state") == "permanent" or (isinstance(flags, list) and "self" in flags)
        mac, name, vlan = row.get("mac"), row.get("ifname"), row.get("vlan")
        if not own and isinstance(mac, str) and isinstance(name, str):
            found.append((mac.lower(), vlan if isinstance(vlan, int) else None, name))
    return tuple(found)


def route(text: str) -> tuple[str, str]:
    """`ip -j route get ADDRESS`: the interface, and the next hop where there is one."""
    row = next(_rows(text), {})
    return str(row.get("dev", "")), str(row.get("gateway", ""))


def hop(text: str) -> str:
    """`ip -j neigh show ADDRESS`: the MAC address, or empty."""
    row = next(_rows(text), {})
    return str(row.get("lladdr", "")).lower()


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`lldpcli -f json0 show neighbors`, in which every value is a list."""
    found = []
    for item in _each(_json(text), "lldp", "interface"):
        chassis, remote = next(_each(item, "chassis"), {}), next(_each(item, "port"), {})
        kinds = [
            _CAPABILITIES[word]
            for capability in _each(chassis, "capability")
            if capability.get("enabled") is True
            and (word := str(capability.get("type", "")).lower()) in _CAPABILITIES
        ]
        identity = next(_each(chassis, "id"), {})
        found.append(
            Neighbour(
                port=str(item.get("name", ""))[:64],
                name=_value(chassis, "name", 128),
                description=_value(chassis, "descr", 200),
                remote_port=_value(remote, "id", 64),
                address=_value(chassis, "mgmt-ip", 45),
                mac=str(identity.get("value", ""))[:17].lower() if identity.get("type") == "mac" else "",
                capabilities=tuple(kinds),
            )
        )
    return tuple(found)


def info(text: str) -> DeviceInfo:
    """Lines of `key=value`, as the driver's one command prints them."""
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    seconds = re.match(r"\d{1,12}", said.get("uptime", ""))
    if not said.get("kernel"):
        raise DeviceError(ErrorClass.PROTOCOL, "the shell does not tell what system this is")
    return DeviceInfo(
        name=one_line(said.get("name", ""), 64),
        manufacturer=one_line(said.get("maker", ""), 64),
        model=one_line(said.get("model", ""), 64),
        serial=one_line(said.get("serial", ""), 64),
        firmware=one_line(said["kernel"], 64),
        uptime=int(seconds[0]) if seconds else None,
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise DeviceError(ErrorClass.PROTOCOL, "the switch's answer is no JSON") from error


def _rows(text: str) -> Iterator[Mapping[str, Any]]:
    found = _json(text)
    # iproute2 prints an empty object for a row that it left out.
    return (row for row in found if isinstance(row, dict) and row) if isinstance(found, list) else iter(())


def _each(value: Any, *path: str) -> Iterator[Mapping[str, Any]]:
    """Every object at the end of a path through lists of objects."""
    here = [value]
    for key in path:
        inner = [item.get(key) for item in here if isinstance(item, dict)]
        here = [item for items in inner for item in (items if isinstance(items, list) else [items])]
    return (item for item in here if isinstance(item, dict))


def _value(row: Mapping[str, Any], key: str, limit: int) -> str:
    return one_line(str(next(_each(row, key), {}).get("value", "")), limit)


def _count(row: Mapping[str, Any], way: str, what: str) -> int | None:
    counters = row.get("stats64")
    side = counters.get(way) if isinstance(counters, dict) else None
    number = side.get(what) if isinstance(side, dict) else None
    return number if isinstance(number, int) else None
