"""What RouterOS prints. Pure functions; output is hostile text.

Sources: MikroTik's manual (help.mikrotik.com: Console, Interface, Bridging and Switching, PoE-Out) and the sample
outputs of ntc-templates 9 (platform `mikrotik_routeros`). Lists are asked for with `print terse`, which is one line an
item with `name=value` for everything; the templates refuse a name that a new release adds, and this reader does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._+-]{0,30}")
_ITEM = re.compile(r"^\s{0,6}\d{1,6}\s{1,6}((?:[A-Za-z*]{1,8}\s{1,8}){0,6})(?=[a-z0-9-]{1,40}=)(.{1,4000})")
# Names of MikroTik's products with a radio: RB951Ui-2HnD, C52iG-5HaxD2HaxD, cAPGi-5acD2nD, RBwAPG-60ad.
_RADIO = re.compile(r"-(?:[25][A-Za-z]{0,2}(?:n|ac|ax|be)|60a)", re.IGNORECASE)
_POE = {
    "powered-on": Poe.ON, "waiting-for-load": Poe.OFF, "off": Poe.DISABLED, "disabled": Poe.DISABLED,
    "short-circuit": Poe.FAULT, "overload": Poe.FAULT, "voltage-too-low": Poe.FAULT, "voltage-too-high": Poe.FAULT,
    "current-too-low": Poe.FAULT, "controller-error": Poe.FAULT, "controller-upgrade": Poe.FAULT,
    "power-reset": Poe.OFF, "psu-overload": Poe.DENIED,
}  # fmt: skip
_KINDS = {
    "bridge": "bridge", "router": "router", "wlan-ap": "access_point", "telephone": "phone", "repeater": "repeater",
    "docsis-cable-device": "docsis", "station-only": "station", "other": "other",
}  # fmt: skip
_APS = ("cap", "wap", "hap", "audience", "map")
_NO_SWITCH = ("phone", "air-", "ata", "sep")
_LONGEST_ITEM = 4_000
"""Characters of one item that are looked at."""
_RX_ERRORS = (
    "rx-fcs-error", "rx-align-error", "rx-fragment", "rx-overflow", "rx-length-error", "rx-code-error", "rx-jabber",
    "rx-too-short", "rx-too-long",
)  # fmt: skip
_TX_ERRORS = ("tx-fcs-error", "tx-underrun", "tx-late-collision", "tx-excessive-collision", "tx-drop")


def port_name(text: str, prefix: str) -> str | None:
    """The interface's name; a number alone is one with the option `port_prefix`, or ether."""
    if re.fullmatch(r"\d{1,3}", text):
        text = f"{prefix or 'ether'}{text}"
    return text if _NAME.fullmatch(text) else None


def items(text: str) -> list[tuple[str, dict[str, str]]]:
    """`print terse`: flags and values of each item; a value may hold blanks, the last of a name counts.

    A line that is wider than the terminal goes on in the next one.
    """
    lines: list[str] = []
    for line in text[: tables.LONGEST].splitlines():
        if _ITEM.match(line):
            lines.append(line)
        elif lines and line.strip() and len(lines[-1]) < _LONGEST_ITEM:
            lines[-1] += line
    found = []
    for line in lines:
        match = _ITEM.match(line)
        if match is None:
            continue
        parts = re.split(r"(?:^| )([a-z0-9][a-z0-9-]{0,40})=", match[2])
        values = dict(zip(parts[1::2], (part.strip().strip('"') for part in parts[2::2]), strict=False))
        found.append(("".join(match[1].split()), values))
    return found


def interface(text: str, port: str) -> PortFields:
    """`/interface print terse where name=PORT`: X is switched off, R has a link."""
    for flags, values in items(text):
        if values.get("name") == port:
            return PortFields(
                admin=UpDown.DOWN if "X" in flags else UpDown.UP,
                oper=UpDown.UP if "R" in flags else UpDown.DOWN,
                description=one_line(values.get("comment", "")),
                mode=Mode.ROUTED if "S" not in flags else Mode.UNKNOWN,
            )
    raise DeviceError(ErrorClass.PRECONDITION, f"the switch has no interface {port}")


def monitor(text: str, port: str) -> PortFields:
    """`/interface ethernet monitor PORT once`."""
    del port
    told = tables.pairs(text)
    if tables.first(told, "status") != "link-ok":
        return PortFields()
    full = tables.first(told, "full-duplex")
    return PortFields(
        speed=tables.speed(tables.first(told, "rate")), duplex={"yes": "full", "no": "half"}.get(full, "")
    )


def counters(text: str, port: str) -> PortFields:
    """`/interface ethernet print stats where name=PORT`."""
    del port
    told = [(name, "".join(value.split())) for name, value in tables.pairs(text)]
    known = {name for name, _ in told}

    def total(names: tuple[str, ...]) -> int | None:
        if not known & set(names):
            return None
        return sum(tables.number(tables.first(told, name)) or 0 for name in names)

    return PortFields(
        input_errors=total(_RX_ERRORS), crc_errors=total(_RX_ERRORS[:1]), output_errors=total(_TX_ERRORS)
    )


def bridge_port(text: str, port: str) -> PortFields:
    """`/interface bridge port print terse where interface=PORT`: the VLAN of what comes in untagged."""
    for _, values in items(text):
        if values.get("interface") == port:
            return PortFields(mode=Mode.ACCESS, vlan=tables.number(values.get("pvid", "")))
    return PortFields()


def tagged(text: str, port: str) -> PortFields:
    """`/interface bridge vlan print terse`: a port that carries a tagged VLAN is a trunk."""
    for _, values in items(text):
        for name in ("tagged", "current-tagged"):
            if port in values.get(name, "").split(","):
                return PortFields(mode=Mode.TRUNK)
    return PortFields()


def tagged_above(text: str, port: str) -> PortFields:
    """`/interface vlan print terse where interface=PORT`: VLANs made on top of a port are tagged on it."""
    if any(values.get("interface") == port for _, values in items(text)):
        return PortFields(mode=Mode.TRUNK)
    return PortFields()


def tagged_by_chip(text: str, port: str) -> PortFields:
    """`/interface ethernet switch port print terse where name=PORT`: a chip that adds headers makes it a trunk."""
    for _, values in items(text):
        if values.get("name") == port and values.get("vlan-header") == "add-if-missing":
            return PortFields(mode=Mode.TRUNK)
    return PortFields()


def bridge_of(text: str, port: str) -> str:
    """`/interface bridge port print terse`: the bridge that a port belongs to, or empty."""
    found = [values.get("bridge", "") for _, values in items(text) if values.get("interface") == port]
    return found[0] if found and _NAME.fullmatch(found[0]) else ""


def filters(text: str, bridge: str) -> bool:
    """`/interface bridge print terse`: whether a bridge knows VLANs at all."""
    return any(
        values.get("name") == bridge and values.get("vlan-filtering") in {"yes", "true"}
        for _, values in items(text)
    )


def power(text: str, port: str) -> PortFields:
    """`/interface ethernet poe monitor PORT once`."""
    del port
    told = tables.pairs(text)
    state, way = tables.first(told, "poe-out-status"), tables.first(told, "poe-out")
    if not state and not way:
        return PortFields(poe=None)
    found = Poe.DISABLED if way == "off" else _POE.get(state, Poe.OFF)
    watts = tables.watts(tables.first(told, "poe-out-power"))
    return PortFields(poe=found, poe_watts=watts if found is Poe.ON else 0.0)


def power_setting(text: str, port: str) -> str:
    """How power is given: auto-on or forced-on; empty where it is off."""
    del port
    way = tables.first(tables.pairs(text), "poe-out")
    return way if way in {"auto-on", "forced-on"} else ""


def addresses(text: str) -> tuple[Learnt, ...]:
    """`/interface bridge host print terse`, without those of the switch itself."""
    return tuple(
        Learnt(
            tables.mac(values["mac-address"]),
            tables.number(values.get("vid", "")),
            values.get("on-interface") or values.get("interface", ""),
        )
        for flags, values in items(text)
        if "L" not in flags and tables.is_mac(values.get("mac-address", ""))
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`/ip neighbor print terse`: LLDP, CDP and MikroTik's own protocol."""
    found = []
    for _, values in items(text):
        kinds = _kinds(values)
        found.append(
            Neighbour(
                port=one_line(values.get("interface", "").split(",")[0], 40),
                name=one_line(values.get("identity", ""), 128),
                description=one_line(values.get("system-description", "") or values.get("board", "")),
                remote_port=one_line(values.get("interface-name", ""), 64),
                address=one_line(values.get("address", "") or values.get("address4", ""), 45),
                mac=tables.mac(values.get("mac-address", "")),
                capabilities=kinds,
            )
        )
    return tuple(found)


def _kinds(values: Mapping[str, str]) -> tuple[str, ...]:
    words = values.get("system-caps-enabled", values.get("system-caps", "")).split(",")
    kinds = tuple(_KINDS[word] for word in words if word in _KINDS)
    maker, board = values.get("platform", "").lower(), values.get("board", "").lower()
    if maker == "mikrotik":
        radio = _RADIO.search(board) is not None or board.removeprefix("rb").startswith(_APS)
        # A RouterOS with its wireless package says wlan-ap also where there is no radio.
        kinds = tuple(kind for kind in kinds if radio or not board or kind != "access_point")
        # Its own protocol tells no kinds, but the board.
        return kinds or (("bridge", "access_point") if radio else ("bridge", "router"))
    if not kinds and maker.startswith("cisco") and not any(word in maker + board for word in _NO_SWITCH):
        # CDP's kinds are not told, but its platform, such as `cisco WS-C2960X-48FPD-L`.
        return ("bridge",)
    return kinds


def identity(text: str) -> InfoFields:
    """`/system identity print`."""
    told = tables.pairs(text)
    if not tables.first(told, "name"):
        raise tables.not_understood("/system identity print")
    return InfoFields(name=one_line(tables.first(told, "name"), 64))


def resource(text: str) -> InfoFields:
    """`/system resource print`."""
    told = tables.pairs(text)
    return InfoFields(
        uptime=tables.duration(tables.first(told, "uptime")),
        firmware=one_line(tables.first(told, "version"), 64),
        model=one_line(tables.first(told, "board-name"), 64),
    )


def routerboard(text: str) -> InfoFields:
    """`/system routerboard print`; a virtual router has none."""
    told = tables.pairs(text)
    return InfoFields(
        serial=one_line(tables.first(told, "serial-number"), 64),
        model=one_line(tables.first(told, "model"), 64),
    )


def arp(text: str) -> Mapping[str, str]:
    """`/ip arp print terse`."""
    return {
        values["address"]: tables.mac(values["mac-address"])
        for _, values in items(text)
        if "address" in values and tables.is_mac(values.get("mac-address", ""))
    }


def reached(text: str) -> Mapping[str, str]:
    """`/ip arp print terse`: the interface behind which each address answers; a bridge or a VLAN is no port."""
    return {
        values["address"]: values["interface"]
        for _, values in items(text)
        if "address" in values and "interface" in values and tables.is_mac(values.get("mac-address", ""))
    }


def gateway(text: str) -> str:
    """`/ip route print terse where dst-address=0.0.0.0/0`: that of the active route."""
    for flags, values in items(text):
        hop = values.get("gateway", "").split(",")[0].split("%")[0]
        if "A" in flags and re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", hop):
            return hop
    return ""


def bundled(text: str) -> frozenset[str]:
    """`/interface bonding print terse`: bonds and their members."""
    names: set[str] = set()
    for _, values in items(text):
        names |= {values.get("name", ""), *values.get("slaves", "").split(",")}
    return frozenset(names - {""})


def exported(text: str) -> str:
    """`/export`. Raises PROTOCOL where it is none."""
    if re.search(r"(?m)^/[a-z]", text) is None:
        raise tables.not_understood("/export")
    # The first line tells when it was exported.
    return tables.configuration(text, r"# [^\n]{0,40}by RouterOS")
