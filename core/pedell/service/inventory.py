"""The inventory at the service's door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from pedell.drivers.deadline import Deadline
from pedell.drivers.driver import Target
from pedell.errors import InventoryError, NotFoundError, SelectorError
from pedell.i18n import t
from pedell.inventory.addresses import host_and_port
from pedell.inventory.checking import Checked, Checker, Lease, Subject
from pedell.inventory.entries import Document
from pedell.inventory.exporting import export_csv, export_yaml
from pedell.inventory.gather import gather, take
from pedell.inventory.importing import run_import
from pedell.inventory.plan import Plan
from pedell.inventory.repository import Inventory, read
from pedell.inventory.rows import DeviceDetail, DeviceFacts, RoomFacts, SiteFacts
from pedell.inventory.selectors import Selector
from pedell.inventory.yaml_source import read_yaml
from pedell.service.base import Surroundings
from pedell.store.database import now
from pedell.store.tables.control import controller_rest

if TYPE_CHECKING:
    from pedell.engine.conversation import EngineEnv
    from pedell.inventory.discovery import Proposal


@dataclass(frozen=True)
class SiteDetail:
    """One site with its rooms and kinds of device."""

    site: SiteFacts
    rooms: tuple[RoomFacts, ...]
    kinds: dict[str, int]


@dataclass(frozen=True)
class DeviceList:
    """Some of the devices that are meant, and how many there are in all."""

    devices: tuple[DeviceFacts, ...]
    total: int


@dataclass(frozen=True)
class SshHost:
    """A server with a host key: a device with its target, or a host by itself."""

    name: str
    host: str
    port: int
    target: Target | None = None


@dataclass(frozen=True)
class Discovered:
    """What a discovery proposes for a site, how many addresses were asked, and searches that could not be made."""

    site: str
    proposals: tuple[Proposal, ...]
    asked: int
    errors: tuple[str, ...] = ()


class InventoryService:
    """Sites and devices: look, import, export, check."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    @cached_property
    def inventory(self) -> Inventory:
        """The repository, for those who bring their own transaction."""
        return Inventory(self._around.store, lambda: self._around.plugins)

    def sites(self, words: str = "") -> list[SiteFacts]:
        """Sites whose slug, name or campus holds the words."""
        with self._around.store.reading() as connection:
            return self.inventory.sites(connection, words)

    def site(self, reference: str) -> SiteDetail:
        """One site by slug, name, number or id; raises NotFoundError."""
        with self._around.store.reading() as connection:
            found = self.inventory.site(connection, reference)
            kinds = self.inventory.kinds(connection, found.no)
            return SiteDetail(found, tuple(self.inventory.rooms(connection, found.no)), kinds)

    def devices(
        self, selector: str | None = None, *, limit: int | None = None, offset: int = 0
    ) -> DeviceList:
        """Devices meant by a selector, by site, room and name; raises SelectorError."""
        chosen = None if selector is None else read(selector)
        with self._around.store.reading() as connection:
            found = self.inventory.devices(connection, chosen, limit=limit, offset=offset)
            cut = limit is not None or offset
            return DeviceList(tuple(found), self.inventory.count(connection, chosen) if cut else len(found))

    def device(self, reference: str) -> DeviceDetail:
        """One device by name, number or id; raises NotFoundError."""
        with self._around.store.reading() as connection:
            return self.inventory.detail(connection, self.inventory.number(connection, reference))

    def import_files(
        self, paths: Sequence[Path], *, source: str = "file", prune: bool = False, dry_run: bool = False
    ) -> Plan:
        """Import YAML and CSV files as one. The good rows are imported, mistakes are findings of the plan.

        Raises InventoryError where a file does not exist.
        """
        for path in paths:
            if path.is_dir():
                raise InventoryError(t("{path} is a folder, no file", path=path))
            if not path.is_file():
                raise InventoryError(t("there is no file {path}", path=path))
        return run_import(
            self._around.store,
            self._around.plugins,
            lambda: gather(list(paths)),
            source=source,
            prune=prune,
            dry_run=dry_run,
        )

    def import_text(self, text: str, *, name: str, source: str, prune: bool = False) -> Plan:
        """Import YAML that is no file, such as the lab's school."""

        def gathered() -> Document:
            document = Document()
            take(document, read_yaml(text, name), name)
            return document

        return run_import(self._around.store, self._around.plugins, gathered, source=source, prune=prune)

    def retire_source(self, source: str) -> int:
        """Mark all devices that came from a source as retired, such as the lab's when it goes down."""
        with self._around.store.writing() as connection:
            return self.inventory.retire(connection, Selector.of("source", source))

    def export(
        self, selector: str | None, form: Literal["csv", "yaml"], delimiter: str = ";"
    ) -> Iterator[str]:
        """Lines of a file that the import reads back; raises SelectorError before the first line."""
        chosen = read(selector if selector is not None else "*")

        def lines() -> Iterator[str]:
            with self._around.store.reading() as connection:
                numbers = self.inventory.resolve(connection, chosen)
                yield from (
                    export_csv(connection, numbers, delimiter)
                    if form == "csv"
                    else export_yaml(connection, numbers)
                )

        return lines()

    def subjects(self, selector: str) -> list[Subject]:
        """What `check` would connect to: each device with each of its drivers; raises SelectorError."""
        with self._around.store.reading() as connection:
            numbers = self.inventory.resolve(connection, selector)
            targets = self.inventory.targets(connection, numbers)
        return [Subject(no, target) for no in numbers for target in targets[no]]

    def check(
        self, subjects: Sequence[Subject], *, seconds: float = 10.0, threads: int = 32
    ) -> Iterator[Checked]:
        """Connect to devices and read who they are; one answer for each, as they come."""
        plugins = self._around.plugins
        with self._leases() as lease:
            checker = Checker(
                plugins, lambda _: self._env(), lease, seconds=seconds, threads=threads, rests=self._rests()
            )
            yield from checker.run(subjects)

    def _rests(self) -> dict[str, float]:
        """Controllers that have asked an engine to be left alone, and for how many seconds still."""
        moment = now()
        later = controller_rest.c.until > moment
        with self._around.store.reading() as connection:
            rows = connection.execute(
                select(controller_rest).where(later, controller_rest.c.at <= moment)
            ).all()
        return {row.controller: (row.until - moment) / 1_000_000 for row in rows}

    def discover(
        self,
        site: str,
        hosts: Sequence[str] = (),
        networks: Sequence[str] = (),
        *,
        protocols: Sequence[str] = (),
        seconds: float = 30.0,
        threads: int = 32,
    ) -> Discovered:
        """Ask addresses, and search networks, for devices; proposes rows and writes nothing.

        `protocols` are ids of drivers, all that can without. Raises NotFoundError for an unknown site or driver,
        InventoryError for what is no address or network.
        """
        from pedell.inventory import discovery

        around = self._around
        slug = self.site(site).site.slug
        wanted = [around.plugins.driver(name) for name in protocols] or list(around.plugins.drivers.values())
        asked = discovery.addresses(hosts)
        broadcasts = [discovery.broadcast_of(network) for network in networks]
        drivers = [driver for driver in wanted if driver.discovers or driver.searches]
        with around.store.reading() as connection:
            logins = discovery.known_logins(connection, slug, drivers)
        with self._leases() as lease:
            work = discovery.Discovery(
                drivers, self._env, lease, search_seconds=seconds, threads=threads, logins=logins
            )
            found = list(work.run(asked, broadcasts))
        with around.store.reading() as connection:
            made = discovery.proposals(connection, found, slug, around.plugins.drivers)
        return Discovered(slug, tuple(made), len(asked), tuple(work.errors))

    def _env(self) -> EngineEnv:
        from pedell.engine.conversation import EngineEnv
        from pedell.engine.transcripts import Transcript

        around = self._around
        return EngineEnv(around.secrets, around.settings.data, Transcript(around.secrets.mask))

    @contextmanager
    def _leases(self) -> Iterator[Lease]:
        from pedell.engine.leases import Leases

        leases = Leases(self._around.settings.data)
        try:
            yield leases.lease
        finally:
            leases.close()

    def ssh_hosts(self, words: str) -> list[SshHost]:
        """The devices meant whose driver pins SSH host keys; or a host by itself.

        Such drivers are known by their option `host_key`. Raises SelectorError, NotFoundError.
        """
        try:
            subjects = self.subjects(words)
        except SelectorError:
            if "=" in words or "~" in words or " " in words:
                raise
            subjects = []
        if not subjects and "=" not in words and "~" not in words and " " not in words:
            return [SshHost(words, *host_and_port(words, 22))]
        found = []
        for subject in subjects:
            target = subject.target
            if "host_key" in self._around.plugins.driver(target.driver).options.model_fields:
                port = target.options.get("port", 22)
                place = host_and_port(target.address, port if isinstance(port, int) else 22)
                found.append(SshHost(target.name, *place, target))
        if not found:
            raise NotFoundError(
                t("none of the devices meant is reached over SSH"), hint=t("see 'pedell devices list'")
            )
        return found

    def pin_key(self, host: str, port: int, *, replace: bool = False, seconds: float = 15.0) -> str:
        """Remember the SSH key that a host shows; answers its fingerprint. Raises DeviceError."""
        from pedell.transports.ssh import pin_host_key

        return pin_host_key(self._around.settings.data, host, port, Deadline.after(seconds), replace=replace)

    def pin_key_of(self, found: SshHost, *, replace: bool = False, seconds: float = 15.0) -> str:
        """The same for one of `ssh_hosts`, on the way that its driver takes. Raises DeviceError."""
        if found.target is not None:
            driver = self._around.plugins.driver(found.target.driver)
            deadline = Deadline.after(seconds)
            shown = driver.pin_host_key(found.target, self._env(), deadline, replace=replace)
            if shown:
                return shown
        return self.pin_key(found.host, found.port, replace=replace, seconds=seconds)
