"""What Cisco IOS prints of itself and its ports. Pure functions; output is hostile text.

Sources: ntc-templates 9 (platform `cisco_ios`) and its sample outputs, those of Cisco's genieparser; Catalyst 2960-X and
9300 command references for `show power inline`, `show ip arp`, `show ip route`. `show interfaces` and `show version` are
read with the templates; the others by their names, since the templates refuse what a new release adds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.cisco_ios.ports import short
from pedell_network.command_line import tables
from pedell_network.results import DeviceInfo, Mode, Poe, PortStatus, UpDown
from pedell_network.texts import clean

Row = Mapping[str, str | Sequence[str]]

_REFUSAL = re.compile(
    r"(?im)^[ \t]*(?P<line>% ?(?:invalid|incomplete|ambiguous|unknown|unrecognized|bad|authorization|access denied"
    r"|error|cannot|can't|unable|failed|permission|not |no such|wrong|insufficient|range|interface|lldp is not|"
    r"cdp is not|there is no|configuration)[^\n]*|command rejected[^\n]*|command authorization failed[^\n]*)"
)
_POE = {"on": Poe.ON, "off": Poe.OFF, "faulty": Poe.FAULT, "power-deny": Poe.DENIED, "err-disable": Poe.FAULT}
_POWER = re.compile(
    r"\s{0,12}(?P<port>[A-Za-z]{2,24}\d[\d/]{0,12})\s+(?P<admin>[a-z-]{2,10})\s+(?:(?:low|high|critical|n/a)\s+)?"
    r"(?P<oper>[a-z/-]{2,12})\s+(?P<first>\d{1,5}(?:\.\d{1,3})?)(?:\s+(?P<second>\d{1,5}(?:\.\d{1,3})?))?(?:\s|$)"
)
_LEARNT = re.compile(
    r"[ \t*RSD]{0,12}(?:(?P<vlan>\d{1,4}|[Aa]ll|[Nn]/[Aa]|-{2,4}|[A-Z][a-z]\d\S{0,10})\s{1,12})?"
    r"(?P<mac>[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4})\s{1,12}(?P<rest>\S.{0,300})$"
)
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
    told = tables.pairs(clean(text))
    if tables.first(told, "switchport").lower() == "disabled":
        return Mode.ROUTED, None
    now = tables.first(told, "operational mode").lower()
    wanted = tables.first(told, "administrative mode").lower()
    if not now and not wanted:
        return Mode.UNKNOWN, None
    # A trunk that is down shows "down" as its operational mode, and is a trunk all the same; so is one of a private VLAN.
    trunk = "trunk" in now or ("trunk" in wanted and not now.startswith("static access"))
    vlan = tables.first(told, "trunking native mode vlan" if trunk else "access mode vlan")
    number = re.match(r"\d{1,4}\b", vlan)
    return (Mode.TRUNK if trunk else Mode.ACCESS), int(number[0]) if number else None


def bundled(text: str) -> bool:
    """`show interfaces PORT switchport`: whether it is one link of an EtherChannel, be it a suspended one."""
    return re.search(r"(?im)^[ \t]{0,20}operational mode:[^\n]{0,80}\bmember of bundle\b", text) is not None


def configured(config: str) -> tuple[bool, bool]:
    """`show running-config interface PORT`: whether it is one link of an EtherChannel, and whether of a stack.

    The only place that tells so of a routed port: `show interfaces … switchport` says no more than that it is none.
    """
    return (
        re.search(r"(?m)^ {0,4}channel-group \d", config) is not None,
        re.search(r"(?m)^ {0,4}stackwise-virtual ", config) is not None,
    )


def power(text: str, port: str) -> tuple[Poe | None, float | None]:
    """`show power inline PORT`: state and watts; none where the port has no PoE."""
    # A second table (AdminPowerMax) follows on some models.
    table = re.split(
        r"(?m)^[ \t]{0,20}Interface[ \t]{1,20}AdminPowerMax", clean(text[: tables.LONGEST]), maxsplit=1
    )[0]
    # Chassis tell what leaves the supply and what arrives at the device.
    two = re.search(r"(?i)\bfrom ps\b", table) is not None
    for line in table.splitlines():
        row = _POWER.match(line)
        if row is None or short(row["port"]) != port:
            continue
        if row["admin"].lower() in {"off", "never"}:
            return Poe.DISABLED, 0.0
        watts = (row["second"] if two else None) or row["first"]
        return _POE.get(row["oper"].lower()), float(watts) if watts else None
    return None, None


def addresses(text: str) -> tuple[tuple[str, int | None, str], ...]:
    """`show mac address-table …`: MAC address, VLAN and port, without those of the switch itself.

    The columns differ: VLAN first (2960, 9300), behind a star and with age and protocols (4500, 6500), last but one
    (2900XL, ISR); a routed port stands where the VLAN does. An address that is fixed may be at several ports.
    """
    found = []
    for line in clean(text[: tables.LONGEST]).splitlines():
        row = _LEARNT.match(line)
        if row is None or int(row["mac"][1], 16) & 1:  # a group's address hangs nowhere
            continue
        vlan, rest = row["vlan"], row["rest"].split()[1:]
        if vlan is None and rest and rest[0].isdigit():
            vlan = rest[0]
        found += [
            (mac(row["mac"]), tables.number(vlan or ""), port)
            for name in re.split(r"[,\s]+", " ".join(rest))
            if (port := short(name)) is not None
        ]
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


def arp(text: str, address: str) -> tuple[str, str]:
    """`show ip arp ADDRESS`: the MAC address and the port, both empty where they are not told.

    The port only where the address is reached through a routed one; a VLAN's interface is none.
    """
    found = re.search(
        rf"(?im)^ {{0,4}}Internet +{re.escape(address)} +\S+ +([0-9a-f.]{{14}}) +\S+[ \t]*(\S{{0,40}})", text
    )
    if found is None:
        return "", ""
    return mac(found[1]), (short(found[2]) or "").partition(".")[0]


def gateway(text: str) -> str:
    """`show ip route` or, on a switch that does not route, its default gateway: the address, or empty."""
    found = re.search(
        r"(?i)(?:default gateway is|gateway of last resort is)\s+(\d{1,3}(?:\.\d{1,3}){3})", text
    )
    return found[1] if found else ""


def own_addresses(text: str) -> tuple[str, ...]:
    """The addresses in `show interfaces PORT`: a routed port may be the way in by itself."""
    return tuple(re.findall(r"(?m)^[ \t]{1,8}Internet address is (\d{1,3}(?:\.\d{1,3}){3})/", text))


def poe_setting(config: str) -> str:
    """The `power inline …` line of a port's configuration; `power inline auto` where it stands there not."""
    found = re.search(r"(?m)^ {0,4}(power inline (?:auto|static)(?: max \d{4,6})?)[ \t\r]*$", config)
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


def _rows(command: str, text: str) -> list[Row]:
    return tables.templated("cisco_ios", command, text)


def _word(row: Row, name: str) -> str:
    value = row.get(name, "")
    return (value if isinstance(value, str) else next(iter(value), "")).strip()


def _number(row: Row, name: str) -> int | None:
    value = _word(row, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _speed(text: str) -> int | None:
    found = re.search(r"(\d{1,6}(?:\.\d)?)\s*([MG])b", text, re.IGNORECASE)
    return int(float(found[1]) * (1000 if found[2].upper() == "G" else 1)) if found else None
