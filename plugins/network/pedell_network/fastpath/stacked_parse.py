"""What FASTPATH prints on switches that can be stacked, where an EdgeSwitch prints something else. Pure functions; output is
hostile text.

Source: captures of an M4300-16X (12.0.19) and a GSM7252PS that the project python-netgear-switch-library published with
its tests, and its notes of what it saw on them; Netgear's M4300 CLI manual. The values there and here differ.
"""

from __future__ import annotations

import re

from pedell_network.command_line import tables
from pedell_network.command_line.platform import PortFields
from pedell_network.results import Neighbour, Poe
from pedell_network.texts import one_line


def port_name(text: str, prefix: str) -> str | None:
    """1/0/5; a number alone is one of the first unit, or of the option `port_prefix` (`0` where ports are 0/5)."""
    found = re.fullmatch(
        r"(?i)(?:(?:port|interface) ?)?(\d{1,2}/(?:\d{1,2}/)?(?:x?g)?\d{1,3}|lag ?\d{1,3})", text
    )
    if found:
        return found[1].lower()
    if not re.fullmatch(r"\d{1,3}", text):
        return None
    unit = prefix.rstrip("/")
    return f"{unit if re.fullmatch(r'[0-9/]{1,5}', unit) else '1/0'}/{text}"


def counters(text: str, name: str) -> PortFields:
    """`show interface ethernet PORT`."""
    del name
    told = tables.dotted(text)
    return PortFields(
        input_errors=tables.number(tables.first(told, "total packets received with mac errors")),
        crc_errors=tables.number(tables.first(told, "fcs errors")),
        output_errors=tables.number(tables.first(told, "total transmit errors")),
    )


def power(text: str, name: str) -> PortFields:
    """`show poe port info PORT`: milliwatts delivered, and the state of detection.

    Disabled there is not believed: the column goes on saying so for a moment after power was switched on. Whether an
    administrator took it away stands in the configuration.
    """
    row = re.search(rf"(?m)^ {{0,4}}{re.escape(name)} {{1,12}}(\S[^\n]{{0,160}})$", text)
    if row is None:
        return PortFields(poe=None)
    state = re.search(r"\b(Delivering|Searching|Disabled|Fault|Overload|Short|Test|Denied|Other)\b", row[1])
    milliwatts = re.match(r"\S{1,5} {1,12}\d{1,6} {1,12}\S{1,10} {1,12}(\d{1,6})\b", row[1])
    poe = tables.poe(state[1]) if state else None
    on = poe is Poe.ON
    return PortFields(
        poe=Poe.OFF if poe is None or poe is Poe.DISABLED else poe,
        poe_watts=int(milliwatts[1]) / 1000 if on and milliwatts else None if on else 0.0,
    )


def pvid(text: str, name: str) -> PortFields:
    """`show vlan port PORT`: the VLAN that is in force, whatever lines the configuration holds for other modes."""
    found = re.search(rf"(?m)^ {{0,4}}{re.escape(name)} {{1,12}}\d{{1,4}} {{1,12}}(\d{{1,4}}) ", text)
    return PortFields(vlan=int(found[1])) if found else PortFields()


def announced(text: str) -> tuple[Neighbour, ...]:
    """`show lldp remote-device all`: long names are cut, and lines of OUIs follow that begin with no port."""
    if re.search(r"(?m)^[ -]{0,4}-{3,}", text) is None:
        raise tables.not_understood("show lldp remote-device all")
    rows = re.findall(
        r"(?m)^ {0,4}(\d{1,2}/\S{1,8}) {1,20}(\d{1,8}) {1,20}(\S{1,40}) {1,40}(\S[^\n]{0,120})$", text
    )
    found = []
    for name, _, chassis, rest in rows:
        remote, _, more = rest.partition("  ")
        cells = re.split(r" {2,60}", more.strip())
        title = cells[0] if not cells[0].startswith("0x") else ""
        found.append(
            Neighbour(
                port=name.lower(),
                name=one_line(title, 128),
                remote_port=one_line(remote, 64),
                mac=tables.mac(chassis),
            )
        )
    return tuple(found)


def in_access_mode(text: str) -> bool:
    """`show running-config interface PORT`: whether `switchport access vlan` is what counts, and participation is inert."""
    return re.search(r"(?m)^ {0,8}switchport mode access *$", text) is not None
