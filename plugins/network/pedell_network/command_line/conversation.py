"""What is said to a platform, and when: reads that may be missing, changes in their mode, questions answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_network.command_line.platform import (
    Change,
    Dialog,
    Learnt,
    Look,
    Neighbourhood,
    Platform,
    PortFields,
    PortLook,
)
from pedell_network.guards import Facts
from pedell_network.results import DeviceInfo, Neighbour, PortStatus, UpDown
from pedell_network.session import Session

T = TypeVar("T")
MISSING = frozenset({ErrorClass.REFUSED, ErrorClass.UNSUPPORTED})
"""How a model says that it does not know a command."""
_MOST = 128
"""Ports whose neighbours are asked for one by one."""


class Conversation:
    """A conversation in a platform's words; `enable` says whether an enable secret is set."""

    def __init__(self, session: Session, platform: Platform, *, enable: bool) -> None:
        self._session = session
        self._platform = platform
        self._enable = enable

    def read(self, command: str, deadline: Deadline) -> str:
        """The answer to a command that changes nothing."""
        if self._platform.privileged:
            self._session.enable(self._enable, deadline)
        return self._session.run(command, deadline)

    def look(self, look: Look[T], deadline: Deadline) -> T:
        """What a command tells. Raises REFUSED or UNSUPPORTED where the model does not know it."""
        try:
            return look.parse(self.read(look.command, deadline))
        except DeviceError as error:
            if not look.otherwise or error.error_class not in MISSING:
                raise
        return look.parse(self.read(look.otherwise, deadline))

    def glance(self, look: Look[T] | None, deadline: Deadline) -> T | None:
        """As `look`; None where the platform or the model cannot tell."""
        return None if look is None else self._optional(lambda: self.look(look, deadline))

    def _optional(self, tell: Callable[[], T]) -> T | None:
        try:
            return tell()
        except DeviceError as error:
            if error.error_class in MISSING:
                return None
            raise

    def port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""
        return self._port(port, deadline)[0]

    def _port(self, port: str, deadline: Deadline) -> tuple[PortStatus, frozenset[str]]:
        """From as many commands as the platform needs; and which of "bundle", "stack" and "routed" it is."""
        fields: PortFields = {}
        heard: dict[str, str] = {}
        kinds: set[str] = set()
        for look in self._platform.port:
            fields.update(self._port_fields(look, port, heard, deadline) or {})
            # One command that says so is enough, whatever a later one leaves out.
            said = {
                "bundle": fields.pop("bundle", False),
                "stack": fields.pop("stack", False),
                "routed": fields.pop("routed", False),
            }
            kinds |= {kind for kind, so in said.items() if so}
        fields.setdefault("admin", UpDown.UNKNOWN)
        fields.setdefault("oper", UpDown.UNKNOWN)
        return PortStatus.model_validate({"port": port, **fields}), frozenset(kinds)

    def _port_fields(
        self, look: PortLook, port: str, heard: dict[str, str], deadline: Deadline
    ) -> PortFields | None:
        """What one look tells; a command that two of them read is said once."""
        command = look.command.format(port=port)

        def tell() -> PortFields:
            if command not in heard:
                heard[command] = self.read(command, deadline)
            return look.parse(heard[command], port)

        return self._optional(tell) if look.optional else tell()

    def facts(self, port: str, protected: bool, deadline: Deadline) -> Facts:
        """What the guards want to know of a port."""
        platform, guarding = self._platform, self._platform.guarding
        status, kinds = self._port(port, deadline)
        learnt = self.glance(platform.addresses, deadline)
        near = self._near(port, deadline)
        way_in, gateway = self._ways(port, learnt, deadline)
        bundled = self.glance(guarding.bundled, deadline) or frozenset()
        stacking = self.glance(guarding.stacking, deadline) or frozenset()
        behind = {found.mac for found in learnt or () if found.port == port}
        return Facts(
            status,
            None if near is None else tuple(found for found in near if _is_here(found, port, behind)),
            None if learnt is None else len(behind),
            way_in,
            protected,
            bundle="bundle" in kinds or port in bundled,
            stack="stack" in kinds or port in stacking,
            gateway=gateway,
            routed="routed" in kinds,
        )

    def _ways(
        self, port: str, learnt: tuple[Learnt, ...] | None, deadline: Deadline
    ) -> tuple[bool | None, bool | None]:
        """Whether our packets arrive through the port, and whether the default gateway is behind it.

        Ours by our own address, or by the gateway's where we are in another network; None is not known.
        """
        arp, reached = self._arp(deadline)
        guarding = self._platform.guarding
        hop = self.glance(guarding.gateway, deadline) or self.glance(guarding.route, deadline) or ""
        # An address may be known in several VLANs, at several ports.
        places: dict[str, set[str]] = {}
        for found in learnt or ():
            places.setdefault(found.mac, set()).add(found.port)
        known = {port}.union(*places.values())

        def where(address: str) -> set[str]:
            # What the ARP table names may be a bridge or a VLAN, too: then the port is not known.
            return ({reached.get(address, "")} & known) | places.get(arp.get(address, ""), set())

        gateway = where(hop)
        ours = where(self._session.local_address) or gateway
        return (port in ours if ours else None), (port in gateway if gateway else None)

    def _arp(self, deadline: Deadline) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """MAC addresses and ports by IP address, as far as the ARP table tells."""
        guarding = self._platform.guarding
        look, reached = guarding.arp, guarding.reached
        if look is None:
            return {}, {}
        both = Look(look.command, lambda text: (look.parse(text), reached(text) if reached else {}))
        table, ports = self.glance(both, deadline) or ({}, {})
        too = self.glance(guarding.arp_too, deadline)
        return {**(too or {}), **table}, ports

    def neighbours(self, deadline: Deadline) -> tuple[Neighbour, ...]:
        """Who announces himself. Raises UNSUPPORTED where the switch does not tell."""
        told = self._platform.neighbours
        if not isinstance(told, Neighbourhood):
            return self._known(self.glance(told, deadline), "who is connected to it")
        listed = self._known(self.glance(told.listed, deadline), "who is connected to it")
        ports = list(dict.fromkeys(found.port for found in listed))[:_MOST]
        return tuple(
            found
            for port in ports
            for found in self._detailed(told, port, deadline) or [one for one in listed if one.port == port]
        )

    def _near(self, port: str, deadline: Deadline) -> tuple[Neighbour, ...] | None:
        """Who announces himself on a port; None where the switch cannot tell, or not of which kind he is."""
        told = self._platform.neighbours
        if not isinstance(told, Neighbourhood):
            return self.glance(told, deadline)
        listed = self.glance(told.listed, deadline)
        if listed is None or not any(found.port == port for found in listed):
            return None if listed is None else ()
        return self._detailed(told, port, deadline) or None

    def _detailed(self, told: Neighbourhood, port: str, deadline: Deadline) -> tuple[Neighbour, ...]:
        def tell(command: str) -> tuple[Neighbour, ...] | None:
            return self._optional(lambda: told.parse(self.read(command.format(port=port), deadline), port))

        return tell(told.detail) or (told.otherwise and tell(told.otherwise)) or ()

    def addresses(self, deadline: Deadline) -> tuple[Learnt, ...]:
        """The MAC table."""
        return self._known(self.glance(self._platform.addresses, deadline), "a MAC address table")

    def _known(self, told: tuple[T, ...] | None, what: str) -> tuple[T, ...]:
        if told is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, f"this switch does not show {what}")
        return told

    def info(self, deadline: Deadline) -> DeviceInfo:
        """The switch about itself; what the first command tells is believed before the others."""
        fields: dict[str, object] = {"manufacturer": self._platform.manufacturer}
        for look in self._platform.info:
            told = self.glance(look, deadline) if look.optional else self.look(look, deadline)
            fields = {
                **{name: value for name, value in (told or {}).items() if value not in {"", None}},
                **fields,
            }
        return DeviceInfo.model_validate(fields)

    def change(self, change: Change, deadline: Deadline) -> None:
        """Enter lines, in configuration mode where there is one, and leave it for certain."""
        mode, session = self._platform.config, self._session
        session.enable(self._enable, deadline)
        depth = done = 0
        try:
            for line in (*((mode.enter,) if mode else ()), *change.where):
                session.run(line, deadline)
                depth += 1
            for line in change.lines:
                session.run(line, deadline, effect=True)
                done += 1
        except DeviceError as error:
            if done and error.happened is Happened.NO:
                error.happened = Happened.UNKNOWN
            raise
        finally:
            for _ in range(0 if mode is None else depth if mode.one_level else min(depth, 1)):
                session.leave(mode.leave if mode else "", deadline)

    def act(self, command: str, deadline: Deadline) -> None:
        """One command that changes something, outside of any mode."""
        self._session.enable(self._enable, deadline)
        self._session.run(command, deadline, effect=True)

    def setting(self, command: str, parse: Callable[[str, str], str], port: str, deadline: Deadline) -> str:
        """A port's setting, as it is configured now."""
        self._session.enable(self._enable, deadline)
        return parse(self._session.run(command.format(port=port), deadline), port)

    def running(self, deadline: Deadline) -> str:
        """The configuration, secrets and all."""
        self._session.enable(self._enable, deadline)
        assert self._platform.running is not None
        return self.look(self._platform.running, deadline)

    def unsaved(self, deadline: Deadline) -> bool | None:
        """Whether a restart would lose changes; never where the platform saves at once, None where it cannot tell."""
        saving = self._platform.saving
        if saving is None:
            return False
        unsaved = saving.unsaved
        if unsaved is None:
            return None
        self._session.enable(self._enable, deadline)

        def tell() -> bool:
            told = [self._session.run(one, deadline) for one in unsaved.commands]
            if unsaved.prompt:
                told.append(self._session.prompt(deadline))
            return unsaved.tell(told)

        return self._optional(tell)

    def save(self, deadline: Deadline) -> None:
        """Keep the running configuration. Raises DEVICE_FAULT where the switch does not say that it did."""
        saving = self._platform.saving
        if saving is None:
            return
        self._session.enable(self._enable, deadline)
        text, still_open = self._ask(saving.save, deadline)
        if saving.save.done and not re.search(saving.save.done, text):
            raise self._platform.refusals(text) or DeviceError(
                ErrorClass.DEVICE_FAULT,
                "the switch does not confirm that it saved",
                happened=Happened.UNKNOWN,
            )
        if saving.save.done:
            return
        trouble = self._platform.refusals(text)
        if trouble is not None:
            raise trouble
        if not still_open:
            raise DeviceError(
                ErrorClass.PROTOCOL, "the line broke while the switch saved", happened=Happened.UNKNOWN
            )
        # It says nothing at all: whether it did, only its own comparison tells.
        if self._seen_unsaved(deadline):
            raise DeviceError(
                ErrorClass.DEVICE_FAULT, "there are still unsaved changes", happened=Happened.UNKNOWN
            )

    def _seen_unsaved(self, deadline: Deadline) -> bool | None:
        try:
            return self.unsaved(deadline)
        except DeviceError as error:
            raise DeviceError(
                error.error_class, f"saved, but not seen: {error.message}", happened=Happened.UNKNOWN
            ) from error

    def restart(self, deadline: Deadline) -> None:
        """Restart. Raises REFUSED where it did not go down after all its questions."""
        dialog = self._platform.restart
        assert dialog is not None
        self._session.enable(self._enable, deadline)
        text, still_open = self._ask(dialog, deadline)
        if still_open:
            # Without a word against it, some are back at their prompt for a moment before they go down.
            raise self._platform.refusals(text) or DeviceError(
                ErrorClass.REFUSED, "the switch does not restart", happened=Happened.UNKNOWN
            )
        if dialog.done and not re.search(dialog.done, text):
            raise DeviceError(
                ErrorClass.PROTOCOL,
                "the line broke before the restart was confirmed",
                happened=Happened.UNKNOWN,
            )

    def _ask(self, dialog: Dialog, deadline: Deadline) -> tuple[str, bool]:
        return self._session.converse(dialog.command, dialog.answers, deadline, effect=True)


def _is_here(found: Neighbour, port: str, behind: Collection[str]) -> bool:
    """Whether a neighbour is behind the port.

    One that carries others is also where its address was learnt: some announce themselves to a VLAN or a bridge over
    the port, and the switch names that.
    """
    return found.port == port or (found.carries_others and found.mac != "" and found.mac in behind)
