"""Which device of the inventory a datagram comes from: by its sender's address, else by the MAC address it says."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from sqlalchemy import select, union_all

from pedell.inventory.addresses import host_of, is_ip
from pedell.store.database import Store
from pedell.store.tables.inventory import device, device_driver, room, site

FRESH = 60.0
"""Seconds after which the inventory is looked at again."""


@dataclass(frozen=True)
class Sender:
    """A device that is reached at the address that something came from."""

    no: int
    name: str
    site: str
    room: str


@dataclass(frozen=True)
class _Known:
    """The devices of some drivers, by what they can be known by; `named` are hosts that are names."""

    addresses: Mapping[tuple[str, str], tuple[Sender, ...]] = field(default_factory=dict)
    macs: Mapping[tuple[str, str], tuple[Sender, ...]] = field(default_factory=dict)
    named: frozenset[str] = frozenset()


class Senders:
    """Looks up senders of one store. Used by one thread."""

    def __init__(self, store: Store, drivers: Collection[str]) -> None:
        """Only devices that one of these drivers serves are known."""
        self._store = store
        self._drivers = tuple(drivers)
        self._known = _Known()
        self._read = -FRESH
        self._names: dict[str, frozenset[str]] = {}
        self._asking: threading.Thread | None = None

    def at(self, driver: str, address: str, mac: str = "") -> tuple[Sender, ...]:
        """The devices that the driver serves at an address: none where nobody is known there, several where a host
        serves several, such as in a lab.
        """
        known = self._fresh()
        found = known.addresses.get((driver, _plain(address)))
        if found is None:
            hosts = [host for host, addresses in list(self._names.items()) if _plain(address) in addresses]
            found = tuple(one for host in hosts for one in known.addresses.get((driver, host), ()))
        return found or known.macs.get((driver, _digits(mac)), ())

    def _fresh(self) -> _Known:
        if time.monotonic() - self._read >= FRESH:
            self._known = self._load()
            self._read = time.monotonic()
            if self._known.named and (self._asking is None or not self._asking.is_alive()):
                # A server of names may take its time, and a notice must not wait for it.
                self._asking = threading.Thread(
                    target=self._resolve, args=(self._known.named,), name="names-of-senders", daemon=True
                )
                self._asking.start()
        return self._known

    def _load(self) -> _Known:
        uses = union_all(
            select(device.c.no, device.c.driver, device.c.address),
            select(device_driver.c.device, device_driver.c.driver, device_driver.c.address),
        ).subquery()
        query = (
            select(device.c.no, device.c.name, device.c.mac, site.c.slug, room.c.name.label("room"), uses.c.driver, uses.c.address)
            .select_from(uses.join(device, device.c.no == uses.c.no).join(site, site.c.no == device.c.site))
            .outerjoin(room, room.c.no == device.c.room)
            .where(uses.c.driver.in_(self._drivers), device.c.state != "retired")
            .order_by(device.c.no)
        )  # fmt: skip
        addresses: dict[tuple[str, str], dict[int, Sender]] = {}
        macs: dict[tuple[str, str], dict[int, Sender]] = {}
        named: set[str] = set()
        with self._store.reading() as connection:
            for row in connection.execute(query.execution_options(yield_per=2_000)):
                sender = Sender(row.no, row.name, row.slug, row.room or "")
                host = _plain(host_of(row.address))
                if host:
                    addresses.setdefault((row.driver, host), {})[row.no] = sender
                if host and not is_ip(host):
                    named.add(host)
                if row.mac:
                    macs.setdefault((row.driver, _digits(row.mac)), {})[row.no] = sender
        return _Known(dict(_in_turn(addresses)), dict(_in_turn(macs)), frozenset(named))

    def _resolve(self, hosts: Iterable[str]) -> None:
        for host in hosts:
            try:
                found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
            except (OSError, UnicodeError):
                continue
            self._names[host] = frozenset(_plain(str(one[4][0])) for one in found)


def _in_turn(
    found: Mapping[tuple[str, str], Mapping[int, Sender]],
) -> Iterator[tuple[tuple[str, str], tuple[Sender, ...]]]:
    yield from ((key, tuple(senders.values())) for key, senders in found.items())


def _plain(host: str) -> str:
    """An address as it is compared; a name as it is."""
    try:
        found = ip_address(host)
    except ValueError:
        return host.lower()
    return str(getattr(found, "ipv4_mapped", None) or found)


def _digits(mac: str) -> str:
    return "".join(c for c in mac.lower() if c in "0123456789abcdef")
