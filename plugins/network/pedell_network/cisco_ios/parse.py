"""What Cisco IOS prints, read with the templates of ntc-templates. Pure functions; output is hostile text.

Sources: ntc-templates 9 (platform `cisco_ios`) and its sample outputs; Catalyst 2960-X and 9300 command
references for `show power inline`, `show ip arp`, `show ip route`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.cisco_ios.ports import short
from pedell_network.results import DeviceInfo, Mode, Neighbour, Poe, PortStatus, UpDown
from pedell_network.texts import clean

Row = Mapping[str, str | Sequence[str]]

_REFUSAL = re.compile(
    r"(?im)^[ \t]*(?P<line>% ?(?:invalid|incomplete|ambiguous|unknown|unrecognized|bad|authorization|access denied"
    r"|error|cannot|can't|unable|failed|permission|not |no such|wrong|insufficient|range|interface|lldp is not|"
    r"cdp is not|there is no|configuration)[^\n]*|command rejected[^\n]*|command authorization failed[^\n]*)"
)
# Letters of "Enabled Capabilities", from the legend that `show lldp neighbors` prints.
_CAPABILITIES = {
    "R": "router", "B": "bridge", "T": "phone", "C": "docsis", "W": "access_point", "P": "repeater",
    "S": "station", "O": "other",
}  # fmt: skip
# Words of "Capabilities" in `show cdp neighbors detail`, from the legend of `show cdp neighbors`.
_CDP = {
    "Router": "router", "Switch": "bridge", "Trans-Bridge": "access_point", "Phone": "phone", "Host": "station",
    "Repeater": "repeater",
}  # fmt: skip
_POE = {"on": Poe.ON, "off": Poe.OFF, "faulty": Poe.FAULT, "power-deny": Poe.DENIED, "err-disable": Poe.FAULT}
_UPTIME = {"years": 365 * 86400, "weeks": 7 * 86400, "days": 86400, "hours": 3600, "minutes": 60}


def refusal(text: str) -> DeviceError | None:
    """What IOS said instead of doing it, or None: IOS answers a wrong command with text and no more."""
    # A refusal is short; a long text that holds such a line is a banner in a configuration.
    found = _REFUSAL.search(text) if text.count("\n") <= 12 else None
    if found is None:
        return None
    line = " ".join(found["line"].split())[:160]
    words = line.lower()
    if "authorization" in words or "denied" in words or "permission" in words:
        return DeviceError(ErrorClass.AUTH, f"the login may not do this: {line}")
    if "is not enabled" in words:
        return DeviceError(ErrorClass.UNSUPPORTED, line)
    return DeviceError(ErrorClass.REFUSED, f"the switch says: {line}")


def interface(text: str, port: str) -> PortStatus:
    """`show interfaces PORT`. Raises PROTOCOL where it does not tell of that port."""
    for row in _rows("show interfaces", text):
        if short(_word(row, "interface")) == port:
            break
    else:
        raise DeviceError(ErrorClass.PROTOCOL, f"the switch's answer does not tell of {port}")
    link, protocol = _word(row, "link_status").lower(), _word(row, "protocol_status").lower()
    fault = re.search(r"\((err-disabled|suspended|monitoring|inactive)\)", protocol)
    oper = UpDown.UP if link == "up" and protocol.startswith("up") else UpDown.DOWN
    duplex = _word(row, "duplex").lower()
    return PortStatus(
        port=port,
        admin=UpDown.DOWN if link == "administratively down" else UpDown.UP,
        oper=oper,
        fault=fault[1] if fault else "",
        speed=_speed(_word(row, "speed")) if oper is UpDown.UP else None,
        duplex=next((word for word in ("full", "half") if word in duplex), "") if oper is UpDown.UP else "",
        description=_word(row, "description")[:200],
        input_errors=_number(row, "input_errors"),
        crc_errors=_number(row, "crc"),
        output_errors=_number(row, "output_errors"),
    )


def switchport(text: str) -> tuple[Mode, int | None]:
    """`show interfaces PORT switchport`: what it carries, and its access or native VLAN."""
    if re.search(r"(?im)^\s*switchport:\s+disabled", text):
        return Mode.ROUTED, None
    rows = _rows("show interfaces switchport", text)
    if not rows:
        return Mode.UNKNOWN, None
    now, wanted = _word(rows[0], "mode").lower(), _word(rows[0], "admin_mode").lower()
    # A trunk that is down shows "down" as its operational mode, and is a trunk all the same.
    trunk = now.startswith("trunk") or (wanted.startswith("trunk") and not now.startswith("static access"))
    vlan = _number(rows[0], "native_vlan" if trunk else "access_vlan")
    return (Mode.TRUNK if trunk else Mode.ACCESS), vlan


def bundled(text: str) -> bool:
    """`show interfaces PORT switchport`: whether it is one link of an EtherChannel."""
    return re.search(r"(?im)^\s*operational mode:[^\n]{0,60}\(member of bundle \w", text) is not None


def power(text: str, port: str) -> tuple[Poe | None, float | None]:
    """`show power inline PORT`: state and watts; none where the port has no PoE."""
    # A second table (AdminPowerMax) follows on some models, which the template does not know.
    table = re.split(r"(?m)^\s*Interface\s+AdminPowerMax", text, maxsplit=1)[0]
    for row in _rows("show power inline", table):
        if short(_word(row, "interface")) != port:
            continue
        watts = _word(row, "power")
        if _word(row, "admin_status").lower() in {"off", "never"}:
            return Poe.DISABLED, 0.0
        return _POE.get(_word(row, "operational_status").lower()), float(watts) if watts else None
    return None, None


def addresses(text: str) -> tuple[tuple[str, int | None, str], ...]:
    """`show mac address-table …`: MAC address, VLAN and port of without those of the switch itself."""
    found = []
    for row in _rows("show mac address-table", text):
        ports = row.get("destination_port", ())
        for name in [ports] if isinstance(ports, str) else ports:
            port = short(name)
            if port is not None:
                found.append((mac(_word(row, "destination_address")), _number(row, "vlan_id"), port))
    return tuple(found)


def neighbours(text: str, port: str = "") -> tuple[Neighbour, ...]:
    """`show lldp neighbors … detail`; `port` is what was asked for, since old versions do not repeat it."""
    found = []
    for row in _rows("show lldp neighbors detail", text):
        local = short(_word(row, "local_interface")) or port
        if not local:
            continue
        letters = re.split(r"[,\s]+", _word(row, "capabilities"))
        chassis = _word(row, "chassis_id")
        found.append(
            Neighbour(
                port=local,
                name=_word(row, "neighbor_name")[:128],
                description=_word(row, "neighbor_description")[:200],
                remote_port=_word(row, "neighbor_port_id")[:64],
                address=_word(row, "mgmt_address")[:45],
                mac=mac(chassis) if _is_mac(chassis) else "",
                capabilities=tuple(_CAPABILITIES[letter] for letter in letters if letter in _CAPABILITIES),
            )
        )
    return tuple(found)


def cdp(text: str, port: str = "") -> tuple[Neighbour, ...]:
    """`show cdp neighbors … detail`: Cisco's own announcement, on where LLDP is off."""
    found = []
    for row in _rows("show cdp neighbors detail", text):
        local = short(_word(row, "local_interface")) or port
        if local:
            words = _word(row, "capabilities").split()
            found.append(
                Neighbour(
                    port=local,
                    name=_word(row, "neighbor_name")[:128],
                    description=_word(row, "platform")[:200],
                    remote_port=_word(row, "neighbor_interface")[:64],
                    address=_word(row, "mgmt_address")[:45],
                    capabilities=tuple(_CDP[word] for word in words if word in _CDP),
                )
            )
    return tuple(found)


def version(text: str) -> DeviceInfo:
    """`show version`. Raises PROTOCOL where it tells nothing."""
    rows = _rows("show version", text)
    if not rows or not (_word(rows[0], "version") or _word(rows[0], "uptime")):
        raise DeviceError(ErrorClass.PROTOCOL, "the switch's answer to 'show version' cannot be understood")
    row = rows[0]
    parts = {unit: _number(row, f"uptime_{unit}") for unit in _UPTIME}
    known = [value * _UPTIME[unit] for unit, value in parts.items() if value is not None]
    return DeviceInfo(
        name=_word(row, "hostname")[:64],
        manufacturer="Cisco",
        model=_word(row, "hardware")[:64],
        serial=_word(row, "serial")[:64],
        mac=_word(row, "mac_address").lower(),
        firmware=_word(row, "version")[:64],
        uptime=sum(known) if known else None,
        restart_reason=_word(row, "reload_reason")[:120],
    )


def arp(text: str, address: str) -> str:
    """`show ip arp ADDRESS`: the MAC address, or empty."""
    found = re.search(rf"(?im)^\s*Internet\s+{re.escape(address)}\s+\S+\s+([0-9a-f.]{{14}})\s", text)
    return mac(found[1]) if found else ""


def gateway(text: str) -> str:
    """`show ip route` or, on a switch that does not route, its default gateway: the address, or empty."""
    found = re.search(
        r"(?i)(?:default gateway is|gateway of last resort is)\s+(\d{1,3}(?:\.\d{1,3}){3})", text
    )
    return found[1] if found else ""


def own_addresses(text: str) -> tuple[str, ...]:
    """The addresses in `show interfaces PORT`: a routed port may be the way in by itself."""
    return tuple(re.findall(r"(?m)^\s+Internet address is (\d{1,3}(?:\.\d{1,3}){3})/", text))


def poe_setting(config: str) -> str:
    """The `power inline …` line of a port's configuration; `power inline auto` where it stands there not."""
    found = re.search(r"(?m)^\s*(power inline (?:auto|static)(?: max \d{4,6})?)\s*$", config)
    return found[1] if found else "power inline auto"


def configuration(text: str) -> str:
    """`show running-config` or `show startup-config` without what differs though nothing was changed."""
    lines = []
    for line in clean(text).splitlines():
        if re.match(
            r"(Building configuration|Current configuration|Using \d+|! (Last|NVRAM) |ntp clock-period)", line
        ):
            continue
        if line.strip():
            lines.append(line.rstrip())
    return "".join(f"{line}\n" for line in lines)


def mac(text: str) -> str:
    """A MAC address as aa:bb:cc:dd:ee:ff."""
    digits = "".join(c for c in text.lower() if c in "0123456789abcdef")
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def dotted(text: str) -> str:
    """A MAC address as IOS writes it: aabb.ccdd.eeff."""
    digits = mac(text).replace(":", "")
    return ".".join(digits[i : i + 4] for i in range(0, 12, 4))


def _is_mac(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}|(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}", text
        )
    )


def _rows(command: str, text: str) -> list[Row]:
    from ntc_templates.parse import parse_output

    try:
        rows: list[Row] = parse_output(platform="cisco_ios", command=command, data=clean(text))
    except Exception as error:
        # TextFSM's errors have no common base, and hostile text reaches all of them.
        raise DeviceError(
            ErrorClass.PROTOCOL, f"the switch's answer to '{command}' cannot be understood"
        ) from error
    return rows


def _word(row: Row, name: str) -> str:
    value = row.get(name, "")
    return (value if isinstance(value, str) else next(iter(value), "")).strip()


def _number(row: Row, name: str) -> int | None:
    value = _word(row, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _speed(text: str) -> int | None:
    found = re.search(r"(\d{1,6})\s*([MG])b", text, re.IGNORECASE)
    return int(found[1]) * (1000 if found[2].upper() == "G" else 1) if found else None
