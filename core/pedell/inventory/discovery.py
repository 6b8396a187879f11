"""Who is there, and not in the inventory yet: asks addresses and networks, and proposes rows for the import.

It only reads: drivers that say `discovers` ask an address who answers, those that say `searches` ask a network.
Nothing is written to the inventory.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network

from sqlalchemy import Connection, select

from pedell.drivers.api import Deadline, Driver, Found, Target
from pedell.drivers.driver import Env
from pedell.errors import InventoryError
from pedell.i18n import said, t
from pedell.inventory.addresses import host_of, is_ip
from pedell.inventory.checking import GRACE, Lease
from pedell.inventory.crowd import Crowd
from pedell.inventory.knocking import open_ports
from pedell.store.tables.inventory import device, device_driver
from pedell.store.tables.inventory import site as site_table

KNOCKING = 1.5
"""Seconds that open ports of an address are waited for, all at once."""
_BETWEEN = 0.3
"""Seconds until a device that takes one connection at a time has seen that knocking is over."""
MOST = 4096
"""Addresses that one call asks at most."""
ASKING = 6.0
"""Seconds that one protocol may take at one address."""


@dataclass(frozen=True)
class Known:
    """A device of the inventory that a find is taken for, and by what: `serial`, `mac` or `address`."""

    no: int
    name: str
    by: str


@dataclass(frozen=True)
class Proposal:
    """One device that answered.

    Attributes:
        host: where.
        found: what its drivers found, the one that can do most first.
        name: proposed for the inventory.
        known: what it is there already, if anything.
    """

    host: str
    found: tuple[Found, ...]
    name: str = ""
    known: Known | None = None

    def said(self, what: str) -> str:
        """A part of the identity, as the first driver that knows it says it."""
        return next((str(getattr(one, what)) for one in self.found if getattr(one, what)), "")

    @property
    def drivers(self) -> tuple[Found, ...]:
        """What a driver is known for; without one there is no row."""
        return tuple(one for one in self.found if one.driver)

    def row(self, site: str) -> dict[str, object]:
        """A row of `devices:` in an import file; empty where no driver is known."""
        if not self.drivers:
            return {}
        first, *others = self.drivers
        row: dict[str, object] = {
            "name": self.name, "kind": first.kind, "site": site, "driver": first.driver, "address": first.address,
            "model": self.said("model"), "serial": self.said("serial"), "mac": self.said("mac"),
            "options": dict(first.options), "tags": ["discovered"],
            "also": [{"driver": one.driver, "address": one.address, "options": dict(one.options)} for one in others],
        }  # fmt: skip
        return {key: value for key, value in row.items() if value}


def addresses(words: Iterable[str]) -> list[str]:
    """Hosts from names, addresses, ranges (`10.4.2.10-10.4.2.40`) and networks; raises InventoryError."""
    hosts: dict[str, None] = {}
    for word in words:
        for host in _expanded(word.strip()):
            hosts[host] = None
            if len(hosts) > MOST:
                raise InventoryError(
                    t("more than {most} addresses at once", most=MOST), hint=t("name a smaller network")
                )
    return list(hosts)


def _expanded(word: str) -> Iterator[str]:
    try:
        if "/" in word:
            yield from (str(host) for host in ip_network(word, strict=False).hosts())
            return
        first, dash, last = word.partition("-")
        if dash and is_ip(first):
            low, high = IPv4Address(first), IPv4Address(last)
            if high < low:
                raise ValueError(t("the range ends before it begins"))
            yield from (str(IPv4Address(number)) for number in range(int(low), int(high) + 1))
            return
    except ValueError as error:
        raise InventoryError(
            t("'{text}' is not an address: {error}", text=word[:100], error=error),
            hint="10.4.2.20, 10.4.2.20-10.4.2.40, 10.4.2.0/24, beamer.school",
        ) from None
    # No host's name is made of numbers alone: 10.4.2.300 is a mistake, and not somebody who does not answer.
    numbers = all(c.isdigit() or c == "." for c in word)
    strange = any(c.isspace() or not c.isprintable() or c in "@:?#" for c in word)
    if not word or ((numbers or strange) and not is_ip(word)):
        raise InventoryError(
            t("'{text}' is not an address", text=word[:100]), hint="10.4.2.20, 10.4.2.0/24, beamer.school"
        )
    yield word


def broadcast_of(network: str) -> str:
    """The broadcast address of an IPv4 network written as `10.4.2.0/24`; raises InventoryError."""
    try:
        return str(IPv4Network(network.strip(), strict=False).broadcast_address)
    except ValueError as error:
        raise InventoryError(
            t("'{text}' is not a network: {error}", text=network[:100], error=error), hint="10.4.2.0/24"
        ) from None


@dataclass(frozen=True)
class _Job:
    """One protocol asked at one address, or sent into one network; `knock` are the ports looked at before."""

    driver: type[Driver]
    where: str
    seconds: float
    search: bool = False
    knock: frozenset[int] = frozenset()


@dataclass
class Discovery:
    """Asks with bounded time and so many threads at once.

    Attributes:
        drivers: the protocols.
        env: surroundings for a driver. lease: as for every conversation.
        search_seconds: how long answers to a search are collected.
        errors: searches that could not be made.
        logins: by driver, what its devices may be asked with (`Driver.discovery_login`).
    """

    drivers: Sequence[type[Driver]]
    env: Callable[[], Env]
    lease: Lease
    search_seconds: float = 30.0
    asking: float = ASKING
    threads: int = 32
    errors: list[str] = field(default_factory=list)
    logins: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    _knocked: dict[str, frozenset[int]] = field(default_factory=dict)

    def run(self, hosts: Sequence[str], broadcasts: Sequence[str]) -> Iterator[Found]:
        """What answers, as it comes; a find of a search comes with its identity where it can be asked for."""
        asked = [driver for driver in self.drivers if driver.discovers]
        ports = frozenset(driver.discovery_port() for driver in asked) - {0}
        lines = [[_Job(driver, host, self.asking, knock=ports) for driver in asked] for host in hosts]
        lines += [
            [_Job(driver, broadcast, self.search_seconds, search=True)]
            for broadcast in broadcasts
            for driver in self.drivers
            if driver.searches
        ]
        waiting: list[Found] = []
        for job, found in self._work([line for line in lines if line]):
            for one in found:
                if job.search and job.driver.discovers:
                    waiting.append(one)
                else:
                    yield one
        # What a search found is asked by the same protocol only: nobody named its address.
        seen = {(one.driver, one.address): one for one in waiting if host_of(one.address) not in hosts}
        by_id = {driver.id: driver for driver in self.drivers}
        lines = []
        for one in seen.values():
            driver = by_id[one.driver]
            own = frozenset({driver.discovery_port()} - {0})
            lines.append([_Job(driver, host_of(one.address), self.asking, knock=own)])
        for job, found in self._work(lines):
            before = next(one for one in seen.values() if host_of(one.address) == job.where)
            yield _together(before, found[0]) if found else before
        yield from (one for one in waiting if host_of(one.address) in hosts)

    def _work(self, lines: list[list[_Job]]) -> Iterator[tuple[_Job, list[Found]]]:
        limit = max((job.seconds for line in lines for job in line), default=0) + GRACE
        threads = min(self.threads, len(lines)) or 1
        yield from Crowd(
            lines, self._answer, lambda job: (job, list[Found]()), threads=threads, limit=limit
        ).run()

    def _open(self, job: _Job) -> frozenset[int]:
        """Open ports of the job's host, looked for once: most addresses of a network are nobody's."""
        known = self._knocked.get(job.where)
        if known is None:
            known = self._knocked[job.where] = open_ports(job.where, job.knock, KNOCKING)
            if known:
                time.sleep(_BETWEEN)
        return known

    def _answer(self, job: _Job) -> tuple[_Job, list[Found]]:
        deadline = Deadline.after(job.seconds)
        try:
            if job.search:
                return job, list(job.driver.search(job.where, deadline, self.env()))
            port = job.driver.discovery_port()
            if port and port not in self._open(job):
                return job, []
            endpoint = job.driver.endpoint(Target("", job.where, "", job.driver.id, job.where))
            with self.lease(endpoint, deadline):
                logins = self.logins.get(job.driver.id, ())
                found = list(job.driver.discover_with(job.where, logins, deadline, self.env()))
        except Exception as error:  # nobody there, something else there, or a driver's own trouble
            if job.search:
                self.errors.append(str(error))
            return job, []
        return job, found


def _together(first: Found, second: Found) -> Found:
    """What the first says, and the second where it says more."""
    fields = ("manufacturer", "model", "name", "serial", "mac", "firmware", "note")
    return replace(second, **{name: getattr(second, name) or getattr(first, name) for name in fields})


def proposals(
    connection: Connection, found: Iterable[Found], site: str, drivers: Mapping[str, type[Driver]]
) -> list[Proposal]:
    """Finds of one host together, with a name, and with what the inventory knows of them already."""
    hosts: dict[str, dict[str, Found]] = {}
    for one in found:
        at = hosts.setdefault(host_of(one.address), {})
        at[one.driver] = _together(at[one.driver], one) if one.driver in at else one
    existing = _Existing(connection)
    made: list[Proposal] = []
    for host in sorted(hosts, key=_order):
        ranked = sorted(
            hosts[host].values(),
            key=lambda one: (
                -len(drivers[one.driver].capabilities()) if one.driver in drivers else 1,
                one.driver,
            ),
        )
        proposal = Proposal(host, tuple(ranked))
        known = existing.known(proposal)
        name = known.name if known else existing.free_name(site, proposal) if proposal.drivers else ""
        made.append(replace(proposal, known=known, name=name))
    return made


def known_logins(
    connection: Connection, site: str, drivers: Iterable[type[Driver]]
) -> dict[str, list[Mapping[str, object]]]:
    """What devices of a site are asked with, by driver, the most used first; retired ones do not count."""
    here = connection.execute(
        select(device.c.no, device.c.driver, device.c.options)
        .join(site_table, site_table.c.no == device.c.site)
        .where(site_table.c.slug == site, device.c.state != "retired")
    ).all()
    others = connection.execute(
        select(device_driver.c.driver, device_driver.c.options)
        .join(device, device.c.no == device_driver.c.device)
        .join(site_table, site_table.c.no == device.c.site)
        .where(site_table.c.slug == site, device.c.state != "retired")
    ).all()
    uses = [(row.driver, row.options) for row in (*here, *others)]
    found: dict[str, list[Mapping[str, object]]] = {}
    for driver in drivers:
        counted = Counter(
            json.dumps(dict(driver.discovery_login(json.loads(options))), sort_keys=True)
            for name, options in uses
            if name == driver.id
        )
        found[driver.id] = [json.loads(text) for text, _ in counted.most_common() if text != "{}"]
    return found


def _order(host: str) -> tuple[int, int, str]:
    return (0, int(ip_address(host)), "") if is_ip(host) else (1, 0, host)


def _digits(mac: str) -> str:
    return "".join(c for c in mac.lower() if c in "0123456789abcdef")


class _Existing:
    """What the inventory has, by what a find can be known by."""

    def __init__(self, connection: Connection) -> None:
        self._by: dict[tuple[str, str], tuple[int, str]] = {}
        self._names: set[str] = set()
        columns = select(
            device.c.no, device.c.name, device.c.serial, device.c.mac, device.c.address, device.c.state
        )
        for row in connection.execute(columns.execution_options(yield_per=2_000)):
            self._names.add(row.name)
            if row.state == "retired":
                continue
            keys = (
                ("serial", row.serial.strip().casefold()), ("mac", _digits(row.mac)), ("address", host_of(row.address)),
            )  # fmt: skip
            for key in keys:
                if key[1]:
                    self._by.setdefault(key, (row.no, row.name))

    def known(self, proposal: Proposal) -> Known | None:
        """The device that has the same serial number, else MAC address, else host."""
        keys = (
            ("serial", proposal.said("serial").strip().casefold()),
            ("mac", _digits(proposal.said("mac"))),
            ("address", proposal.host),
        )
        for by, value in keys:
            if value and (by, value) in self._by:
                return Known(*self._by[by, value], by)
        return None

    def free_name(self, site: str, proposal: Proposal) -> str:
        """`site-kind-10-4-2-20`, with a number where that is taken."""
        where = "".join(c if c.isalnum() else "-" for c in proposal.host.lower()).strip("-")
        base = name = f"{site}-{proposal.found[0].kind}-{where}"[:120]
        number = 2
        while name in self._names:
            name, number = f"{base}-{number}", number + 1
        self._names.add(name)
        return name


def as_yaml(made: Sequence[Proposal], site: str) -> Iterator[str]:
    """Lines of a file for `devices import`; what is known already, and what finds said, stand in it as remarks."""
    yield f"# {t('devices that answered: {count}; what the inventory has already is only a remark here', count=len(made))}\n"
    yield "devices:\n"
    for one in made:
        for line in _remarks(one):
            yield f"  # {line}\n"
        if one.known is None:
            # JSON is YAML: quoting every value keeps `0012` and `no` what they are.
            row = [f"{key}: {json.dumps(value, ensure_ascii=True)}" for key, value in one.row(site).items()]
            if row:
                yield "  - " + "\n    ".join(row) + "\n"


def _remarks(one: Proposal) -> Iterator[str]:
    who = ", ".join(part for part in map(one.said, ("manufacturer", "model", "name", "firmware")) if part)
    protocols = ", ".join(found.driver for found in one.drivers) or "?"
    yield _line(f"{one.host} ({protocols}): {who}" if who else f"{one.host} ({protocols})")
    if one.known is not None:
        yield _line(
            {
                "serial": t("is in the inventory as {name}, by its serial number", name=one.known.name),
                "mac": t("is in the inventory as {name}, by its MAC address", name=one.known.name),
                "address": t("its address is in the inventory as {name}", name=one.known.name),
            }[one.known.by]
        )
    for found in one.found:
        if found.note:
            yield _line(f"{found.driver}: {said(found.note)}" if found.driver else said(found.note))


def _line(text: str) -> str:
    """One line: a device's words must not end the remark."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
