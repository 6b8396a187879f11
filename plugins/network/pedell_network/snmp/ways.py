"""Through which port our own requests come in, and where the default gateway is: ARP's and the route's tables over the MAC table.

Sources: RFC 1213 and RFC 4293 (ipNetToMedia, ipNetToPhysical), RFC 1213, RFC 2096 and RFC 4292 (routes, in three ages).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pedell.drivers.api import Deadline
from pedell.transports.snmp import SnmpClient
from pedell.transports.snmp_values import Oid, Value
from pedell_network.snmp import codec, mib


def ways(
    client: SnmpClient,
    names: Mapping[int, str],
    here: str,
    ours: str,
    learnt: Iterable[tuple[str, int | None, str]],
    deadline: Deadline,
) -> tuple[bool | None, bool | None]:
    """Whether our requests come in through the port `here`, and whether the default gateway is behind it; None is not known.

    `names` are ports by ifIndex, `ours` is the address that we ask from. Where we are in another network, our requests
    come from the gateway. An address may be known at several ports; what is reached through a routed port is in no MAC
    table, but the ARP table names the port.
    """
    ports = set(names.values())
    places: dict[str, set[str]] = {}
    for mac, _, port in learnt:
        if port in ports:
            places.setdefault(mac, set()).add(port)
    reached: dict[str, set[str]] = {}
    hops = _gateways(client, deadline)
    for at, value in _arp(client, ours, hops, deadline).items():
        told = reached.setdefault(".".join(map(str, at[-4:])), set())
        told |= places.get(codec.mac(value), set())
        if names.get(at[0]) == here:
            told.add(here)
    gateway: set[str] = set().union(*(reached.get(hop, set()) for hop in hops))
    way = reached.get(ours) or gateway
    return (here in way if way else None), (here in gateway if gateway else None)


def _arp(client: SnmpClient, ours: str, hops: Iterable[str], deadline: Deadline) -> dict[Oid, bytes]:
    """MAC addresses by an index of ifIndex and, at its end, the four numbers of an IPv4 address.

    The few that are wanted are asked for by name, where the switch says in which networks it is itself: a core switch has
    tens of thousands. What is not found so is looked for in the whole table.
    """
    own = {at: index for at, index in client.walk(mib.OWN_ADDRESS, deadline).items() if len(at) == 4}
    masks = client.walk(mib.OWN_MASK, deadline) if own else {}
    near = not masks or any(_beside(ours, at, masks.get(at)) for at in own)
    wanted = {number for address in (*hops, *[ours] * near) if (number := _number(address))}
    asked: list[Oid] = [
        (*head, index, *kind, *number)
        for number in wanted
        for index in {index for index in own.values() if isinstance(index, int)}
        for head, kind in ((mib.ARP, ()), (mib.NEIGHBOUR, (1, 4)))
    ]
    few = _macs({_below(name): value for name, value in client.get(asked, deadline).items()} if asked else {})
    if wanted <= {at[-4:] for at in few}:
        return few
    return _macs(client.walk(mib.ARP, deadline)) or _macs(client.walk(mib.NEIGHBOUR, deadline))


def _below(name: Oid) -> Oid:
    return name[len(mib.ARP if name[: len(mib.ARP)] == mib.ARP else mib.NEIGHBOUR) :]


def _macs(rows: Mapping[Oid, Value]) -> dict[Oid, bytes]:
    """Of both tables, without addresses of other kinds."""
    return {
        at: mac
        for at, mac in rows.items()
        if (len(at) == 5 or (len(at) == 7 and at[1:3] == (1, 4)))
        and isinstance(mac, bytes)
        and codec.mac(mac)
    }


def _number(address: str) -> Oid:
    parts = address.split(".")
    return tuple(map(int, parts)) if len(parts) == 4 and all(part.isdigit() for part in parts) else ()


def _beside(address: str, own: Oid, mask: Value | None) -> bool:
    """Whether an address is in the network of one of the switch's own."""
    number = _number(address)
    if not number or not isinstance(mask, bytes) or len(mask) != 4:
        return True
    return all(one & bits == two & bits for one, two, bits in zip(number, own, mask, strict=True))


def _gateways(client: SnmpClient, deadline: Deadline) -> list[str]:
    routes = client.get([(*mib.ROUTE_NEXT_HOP, 0, 0, 0, 0)], deadline)
    # ipCidrRouteNextHop, index destination, mask, service, next hop.
    routes = routes or client.walk((*mib.CIDR_NEXT_HOP, 0, 0, 0, 0, 0, 0, 0, 0), deadline)
    hops = [value for value in routes.values() if isinstance(value, bytes) and len(value) == 4]
    if not hops:
        # Index of inetCidrRouteTable: destination 0.0.0.0/0, a policy of any length, the next hop at the end.
        told = client.walk((*mib.INET_ROUTE, 1, 4, 0, 0, 0, 0, 0), deadline)
        hops = [bytes(at[-4:]) for at in told if at[-6:-4] == (1, 4) and max(at[-4:]) < 256]
    return [".".join(map(str, hop)) for hop in hops if any(hop)]
