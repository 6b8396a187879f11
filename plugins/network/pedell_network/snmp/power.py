"""Whose power is whose: POWER-ETHERNET-MIB numbers its rows by group and port, and does not say what interface that is.

A wrong guess takes the power from another device. Makers number in four ways; the one that explains every row is believed,
and where two do and differ, what is known of the maker.

Sources: RFC 3621 (pethPsePortTable; numbers begin with 1); rows of real switches as public readers of the MIB note them:
Observium's discovery (AOS-CX 1.193, EXOS 1.1039, Cisco's 300 series 1.57, FASTPATH 1.220, Zyxel 1.8, Comware 1.4), SNMP::Info
(HP 2.25 is ifIndex 25; Juniper's ge-1/0/2 is 2.3; Cisco's own mapping), openl2m (Comware's stacks 7.70); the columns of watts from
the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from pedell.drivers.api import Deadline
from pedell.transports.snmp import SnmpClient
from pedell.transports.snmp_values import Oid, Value, oid
from pedell_network.snmp import mib, special
from pedell_network.snmp.makers import enterprise_of
from pedell_network.snmp.ports import Interface, numbers

Row = tuple[int, int]
"""Group and number."""
_CISCO = 9
_CISCO_SMALL = oid("1.3.6.1.4.1.9.6.1")
_BY_INDEX = frozenset({11, 89, 890, 1916, 4413, 4526, 10002, 25506, 47196})
"""Makers that are known to number by ifIndex: HP, Radlan, Zyxel, Extreme, Broadcom, Netgear, Ubiquiti, H3C, Aruba."""
_BY_NAME = frozenset({9, 2636})
"""Cisco's Catalysts and Juniper by the port's name."""
_MILLIWATTS: Mapping[int, tuple[str, ...]] = {
    9: ("1.3.6.1.4.1.9.9.402.1.2.1.9", "1.3.6.1.4.1.9.6.1.101.108.1.1.5"),
    11: ("1.3.6.1.4.1.11.2.14.11.1.9.1.1.1.3",),
    89: ("1.3.6.1.4.1.89.108.1.1.5",),
    674: ("1.3.6.1.4.1.89.108.1.1.5",),
    890: ("1.3.6.1.4.1.890.1.15.3.59.2.1.1.1",),
    1916: ("1.3.6.1.4.1.1916.1.27.2.1.1.6",),
    4413: ("1.3.6.1.4.1.4413.1.1.15.1.1.1.2",),
    4526: ("1.3.6.1.4.1.4526.10.15.1.1.1.2", "1.3.6.1.4.1.4526.11.15.1.1.1.2"),
    10002: ("1.3.6.1.4.1.4413.1.1.15.1.1.1.2",),
    25506: ("1.3.6.1.4.1.25506.2.14.1.1.5",),
    47196: ("1.3.6.1.4.1.47196.4.1.1.3.8.1.1.1.7",),
}
"""Where each maker tells what a port draws: cpeExtPsePortPwrConsumption, rlPethPsePortOutputPower, hpicfPoePethPsePortPower,
zyPoePsePortInfoPowerConsumption, extremePethPortMeasuredPower, agentPethOutputPower, hh3cPsePortCurrentPower,
arubaWiredPoePethPsePortPowerDrawn."""
_MOST = 200_000
"""Milliwatts: no port gives more than 90 W."""
_ZYXEL = 890


def read(
    client: SnmpClient,
    known: Iterable[Interface],
    rows: frozenset[Row],
    bridge: Mapping[int, int],
    object_id: Oid,
    deadline: Deadline,
) -> dict[int, Row]:
    """The row of each port by its ifIndex, of an agent that has these rows. Raises DeviceError."""
    kinds = client.walk(mib.IF_TYPE, deadline)
    ports = [
        port
        for port in known
        if not port.unit_of and kinds.get((port.index,), special.ETHERNET_CSMACD) in special.ETHERNET
        if not any(says(port.name) for says in (special.names_own, special.names_stack, special.names_bundle))
    ]
    parts = client.walk(mib.CISCO_POWER_PART, deadline) if enterprise_of(object_id) == _CISCO else {}
    told = told_by_cisco(parts, client.walk(mib.PHYSICAL_ALIAS, deadline)) if parts else None
    return rows_of(ports, rows, bridge, object_id, told)


def rows_of(
    ports: Iterable[Interface],
    rows: Iterable[Row],
    bridge: Mapping[int, int],
    object_id: Oid = (),
    told: Mapping[Row, int] | None = None,
) -> dict[int, Row]:
    """The row of each port by its ifIndex, as far as that is certain.

    `ports` are the switch's ports for devices, `bridge` ifIndex by bridge port, `told` ifIndex by row where the switch says it
    itself (Cisco does).
    """
    ports, wanted = list(ports), frozenset(rows)
    if told and wanted <= told.keys():
        return {index: row for row, index in told.items() if row in wanted}
    seconds = Counter(number for _, number in wanted)
    by_number = {row[1]: row for row in wanted if seconds[row[1]] == 1}
    places = {index: number for number, index in bridge.items()}
    by_name = _by_name(ports)
    ways: Sequence[Callable[[Interface], Row | None]] = (
        lambda port: by_name.get(port.index),
        lambda port: by_number.get(port.index),
        lambda port: by_number.get(places.get(port.index, 0)),
    )
    found = [
        {port.index: row for port in ports if (row := way(port)) is not None and row in wanted}
        for way in ways
    ]
    found[0] = _of_one_kind(found[0], ports, wanted)
    fitting = [one for one in found if _explains(one, wanted)]
    by_index = _counts_by_index(object_id)
    if by_index is None:
        return _agreed(fitting or found[:2], silent=not fitting)
    usual = found[1:] if by_index else found[:1]
    return next((one for one in [*usual, *found] if one in fitting), _once(usual[0]))


def _explains(found: Mapping[int, Row], wanted: frozenset[Row]) -> bool:
    return sorted(found.values()) == sorted(wanted)


def _of_one_kind(named: dict[int, Row], ports: Sequence[Interface], wanted: frozenset[Row]) -> dict[int, Row]:
    """Fa0/1 and Gi0/1 may both be 1.1: the kind of port that explains all rows alone is meant."""
    if _once(named) == named:
        return named
    for kind in {_kind(port) for port in ports}:
        own = {port.index: named[port.index] for port in ports if port.index in named and _kind(port) == kind}
        if _explains(own, wanted):
            return own
    return _once(named)


def _by_name(ports: Sequence[Interface]) -> dict[int, Row]:
    """Gi2/0/5 is group 2, number 5, and port 5 of a switch that is not stacked is 1, 5.

    Where ports count from 0 everything is one more. Te1/1/5 is on a module and would be the same as Gi1/0/5: it has none.
    Letters count on from one to the next (B5 is not 5), and say nothing here.
    """
    own = {port.index: numbers(_name(port)) for port in ports}
    zero = {_kind(port) for port in ports if own[port.index][-1:] == (0,)}
    usual = {at for at in own.values() if not any(at[1:-1])}
    found: dict[int, Row] = {}
    for port in ports:
        at = own[port.index]
        if not at or _lettered(port):
            continue
        if any(at[1:-1]) and (at[0], *[0] * (len(at) - 2), at[-1]) in usual:
            continue
        more = 1 if _kind(port) in zero else 0
        # "0/5" is port 5 of the one switch there is.
        group = (at[0] + more or 1) if len(at) > 1 else 1
        found[port.index] = (group, at[-1] + more)
    return found


def _agreed(maps: Sequence[Mapping[int, Row]], *, silent: bool) -> dict[int, Row]:
    """What all say of a port; with `silent` one that says nothing of it does not contradict the others."""
    found: dict[int, Row] = {}
    for port in {port for one in maps for port in one}:
        said = {one.get(port) for one in maps}
        rows = said - {None} if silent else said
        if len(rows) == 1 and (row := next(iter(rows))) is not None:
            found[port] = row
    return _once(found)


def _once(found: Mapping[int, Row]) -> dict[int, Row]:
    claims = Counter(found.values())
    return {port: row for port, row in found.items() if claims[row] == 1}


def _counts_by_index(object_id: Oid) -> bool | None:
    """Whether the maker is known to number by ifIndex, or by name; None where it is not known."""
    if object_id[: len(_CISCO_SMALL)] == _CISCO_SMALL:
        return True
    maker = enterprise_of(object_id)
    return True if maker in _BY_INDEX else False if maker in _BY_NAME else None


def _name(port: Interface) -> str:
    return port.if_name or port.descr


def _kind(port: Interface) -> tuple[str, int]:
    name = _name(port)
    return re.sub(r"\d.*", "", name).casefold(), len(numbers(name))


def _lettered(port: Interface) -> bool:
    return re.fullmatch(r"(?:\d{1,2}/)?[A-Z]\d{1,3}", _name(port)) is not None


def told_by_cisco(parts: Mapping[Oid, Value], aliases: Mapping[Oid, Value]) -> dict[Row, int]:
    """IfIndex by row: cpeExtPsePortEntPhyIndex leads to a part, entAliasMappingIdentifier from there to an interface."""
    index = dict(special.interfaces_of(aliases))
    return {
        (at[0], at[1]): index[part]
        for at, part in parts.items()
        if len(at) == 2 and isinstance(part, int) and part in index
    }


def columns(object_id: Oid, row: Row) -> list[Oid]:
    """Objects that tell what the port draws, in milliwatts; none for makers that are not known to."""
    maker = enterprise_of(object_id)
    return [
        (*oid(column), row[1]) if maker == _ZYXEL else (*oid(column), *row)
        for column in _MILLIWATTS.get(maker, ())
    ]


def watts(found: Mapping[Oid, Value], asked: Iterable[Oid]) -> float | None:
    """What a port draws, of the first of these objects that there is."""
    for name in asked:
        value = found.get(name)
        if isinstance(value, int) and 0 <= value <= _MOST:
            return round(value / 1000, 1)
    return None
