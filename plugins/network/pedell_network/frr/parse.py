"""What FRR's vtysh prints. Pure functions; output is hostile text. Source: FRR 8.4.4, tried."""

from __future__ import annotations

import json
import re
from typing import Any

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.results import DeviceInfo, Mode, PortStatus, UpDown
from pedell_network.texts import one_line

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,14}")
_REFUSAL = re.compile(r"(?m)^% ?(?P<line>\S[^\n]*)")


def port(text: str) -> str:
    """An interface's name. Raises PRECONDITION where it cannot be one."""
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise DeviceError(ErrorClass.PRECONDITION, f"{name[:40]!r} is not an interface", hint="such as eth0")
    return name


def refusal(text: str) -> DeviceError | None:
    """Vtysh begins every complaint with a percent sign."""
    found = _REFUSAL.search(text) if text.count("\n") <= 12 else None
    if found is None:
        return None
    line = one_line(found["line"], 160)
    if line.lower().startswith("unknown command"):
        return DeviceError(ErrorClass.UNSUPPORTED, f"the router says: {line}")
    return DeviceError(ErrorClass.REFUSED, f"the router says: {line}")


def interface(text: str, name: str) -> PortStatus:
    """`show interface NAME json`."""
    row = _object(text).get(name)
    if not isinstance(row, dict):
        raise DeviceError(ErrorClass.PRECONDITION, f"the router has no interface {name}")
    admin, oper, speed = row.get("administrativeStatus"), row.get("operationalStatus"), row.get("speed")
    up = admin == "up" and oper == "up"
    return PortStatus(
        port=name,
        admin=UpDown.UP if admin == "up" else UpDown.DOWN,
        oper=UpDown.UP if up else UpDown.DOWN,
        speed=speed if up and isinstance(speed, int) and 0 < speed < 10_000_000 else None,
        mode=Mode.UNKNOWN if row.get("masterInterface") else Mode.ROUTED,
        description=one_line(str(row.get("description", ""))),
    )


def names(text: str) -> tuple[str, ...]:
    """`show interface brief`: a table of names and states below a line of dashes; without the loopback."""
    _, _, rows = text.partition("-\n")
    found = [row.split()[:2] for row in rows.splitlines() if len(row.split()) >= 2]
    return tuple(
        name for name, state in found if state in {"up", "down"} and _NAME.fullmatch(name) and name != "lo"
    )


def route(text: str) -> tuple[str, ...]:
    """`show ip route ADDRESS json`: the interfaces that packets to it leave through."""
    entries = [entry for listed in _object(text).values() if isinstance(listed, list) for entry in listed]
    hops = [entry.get("nexthops") for entry in entries if isinstance(entry, dict)]
    return tuple(
        hop["interfaceName"]
        for listed in hops
        if isinstance(listed, list)
        for hop in listed
        if isinstance(hop, dict) and hop.get("fib") and isinstance(hop.get("interfaceName"), str)
    )


def version(text: str) -> DeviceInfo:
    """`show version`: release and name; FRR knows no serial number and no uptime."""
    found = re.search(r"(?m)^FRRouting (\S{1,32}) \((\S{1,64})\)(?: on ([^\n]{1,64}?))?\.?$", text)
    if found is None:
        raise DeviceError(ErrorClass.PROTOCOL, "the router's answer to 'show version' cannot be understood")
    return DeviceInfo(name=found[2], manufacturer="FRRouting", model=found[3] or "", firmware=found[1])


def configuration(text: str) -> str:
    """`show running-config` without its heading."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [
        line
        for line in lines
        if line and not line.startswith(("Building configuration", "Current configuration"))
    ]
    return "".join(f"{line}\n" for line in kept)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise DeviceError(ErrorClass.PROTOCOL, "the router's answer is no JSON") from error
    return found if isinstance(found, dict) else {}
