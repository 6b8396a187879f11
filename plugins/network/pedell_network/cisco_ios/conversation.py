"""What is said to a Cisco IOS switch, and when: commands, configuration, questions.

Commands are those of the Catalyst 2960-X (IOS 15.2) and 9300 (IOS-XE 17) command references; the questions of
`reload` and `copy` as they print them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_network.cisco_ios import neighbours, parse
from pedell_network.guards import Facts
from pedell_network.results import DeviceInfo, Mode, Neighbour, PortStatus
from pedell_network.session import Dialect, Session
from pedell_network.terminal import IosTerminal


def prompt(base: str) -> str:
    """The whole line of a prompt; configuration modes abbreviate the name and append their own."""
    return rf"(?m:^{re.escape(base.strip()[:16])}[^\n#>]{{0,64}}[>#][ \t]*$)"


DIALECT = Dialect(IosTerminal, prompt, parse.refusal)
_OPTIONAL = frozenset({ErrorClass.REFUSED, ErrorClass.UNSUPPORTED})


class Ios:
    """A conversation; `enable` says whether an enable secret is set."""

    def __init__(self, session: Session, *, enable: bool) -> None:
        self._session = session
        self._enable = enable

    def port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is, from three commands; PoE and VLAN stay unknown on models without them."""
        return self._port(port, deadline)[0]

    def _port(self, port: str, deadline: Deadline) -> tuple[PortStatus, tuple[str, ...], bool]:
        text = self._session.run(f"show interfaces {port}", deadline)
        status = parse.interface(text, port)
        told = self._optional(f"show interfaces {port} switchport", deadline)
        mode, vlan = parse.switchport(told) if told is not None else (status.mode, None)
        bundled = told is not None and parse.bundled(told)
        told = self._optional(f"show power inline {port}", deadline)
        poe, watts = parse.power(told, port) if told is not None else (None, None)
        extra = {"mode": mode, "vlan": vlan, "poe": poe, "poe_watts": watts}
        return status.model_copy(update=extra), parse.own_addresses(text), bundled

    def facts(self, port: str, address: str, protected: bool, deadline: Deadline) -> Facts:
        """What the guards want to know; `address` is the one that we reach the switch under."""
        status, own, bundled = self._port(port, deadline)
        near = self._heard(f"{port} ", port, deadline)
        told = self._optional(f"show mac address-table interface {port}", deadline)
        count = None if told is None else len({found[0] for found in parse.addresses(told)})
        gateway = self._is_behind(self._gateway(deadline), port, deadline)
        ours = self._is_behind(self._session.local_address, port, deadline)
        # Where we are in another network, our packets come from the gateway.
        way_in = True if address in own else gateway if ours is None else ours
        bundle, stack = bundled or port.startswith("Po"), False
        if status.mode is Mode.ROUTED and not bundle:
            self._session.enable(self._enable, deadline)
            told = self._optional(f"show running-config interface {port}", deadline)
            bundle, stack = parse.configured(told or "")
        routed = bool(own) and status.mode is Mode.ROUTED and not bundle
        return Facts(
            status, near, count, way_in, protected, bundle=bundle, stack=stack, gateway=gateway, routed=routed
        )

    def _gateway(self, deadline: Deadline) -> str:
        route = self._optional("show ip route 0.0.0.0", deadline)
        return parse.gateway(route or "") or parse.gateway(self._optional("show ip route", deadline) or "")

    def _is_behind(self, address: str, port: str, deadline: Deadline) -> bool | None:
        """Whether an address is reached through the port, by ARP and MAC table; None where that is not known."""
        known, routed = self._arp(address, deadline)
        if routed:
            return routed == port
        where = self.find(known, deadline) if known else None
        return any(place[2] == port for place in where) if where else None

    def _arp(self, address: str, deadline: Deadline) -> tuple[str, str]:
        if not re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", address):
            return "", ""
        return parse.arp(self._optional(f"show ip arp {address}", deadline) or "", address)

    def find(self, mac: str, deadline: Deadline) -> tuple[tuple[str, int | None, str], ...] | None:
        """Where an address was learnt: address, VLAN, port; None where the switch has no such table."""
        told = self._optional(f"show mac address-table address {parse.dotted(mac)}", deadline)
        return None if told is None else parse.addresses(told)

    def addresses_behind(self, port: str, deadline: Deadline) -> int | None:
        """How many addresses were learnt on a port."""
        told = self._optional(f"show mac address-table interface {port}", deadline)
        return None if told is None else len({found[0] for found in parse.addresses(told)})

    def neighbours(self, deadline: Deadline, port: str = "") -> tuple[Neighbour, ...]:
        """Who announces himself, by LLDP or CDP. Raises UNSUPPORTED where neither is switched on."""
        near = self._heard(f"{port} " if port else "", port, deadline)
        if near is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, "neither LLDP nor CDP is switched on")
        return near

    def _heard(self, word: str, port: str, deadline: Deadline) -> tuple[Neighbour, ...] | None:
        lldp = self._optional(f"show lldp neighbors {word}detail", deadline)
        cdp = self._optional(f"show cdp neighbors {word}detail", deadline)
        if lldp is None and cdp is None:
            return None
        return neighbours.lldp(lldp or "", port) + neighbours.cdp(cdp or "", port)

    def info(self, deadline: Deadline) -> DeviceInfo:
        """The switch about itself."""
        return parse.version(self._session.run("show version", deadline))

    def configure(self, lines: Sequence[str], deadline: Deadline) -> None:
        """Enter lines in configuration mode, the first of which only says where."""
        self._session.enable(self._enable, deadline)
        self._session.run("configure terminal", deadline)
        done = 0
        try:
            self._session.run(lines[0], deadline)
            for line in lines[1:]:
                self._session.run(line, deadline, effect=True)
                done += 1
        except DeviceError as error:
            if done and error.happened is Happened.NO:
                error.happened = Happened.UNKNOWN
            raise
        finally:
            self._session.leave("end", deadline)

    def poe_setting(self, port: str, deadline: Deadline) -> str:
        """The line that gives a port its power, as it is configured now."""
        self._session.enable(self._enable, deadline)
        return parse.poe_setting(self._session.run(f"show running-config interface {port}", deadline))

    def running(self, deadline: Deadline) -> str:
        """The running configuration, secrets and all."""
        self._session.enable(self._enable, deadline)
        return parse.configuration(self._session.run("show running-config", deadline))

    def unsaved(self, deadline: Deadline) -> bool:
        """Whether the running configuration differs from the one that a restart brings back."""
        running = self.running(deadline)
        try:
            startup = parse.configuration(self._session.run("show startup-config", deadline))
        except DeviceError as error:
            if (
                error.error_class is ErrorClass.REFUSED
            ):  # "%% Non-volatile configuration memory is not present"
                return True
            raise
        return running != startup

    def save(self, deadline: Deadline) -> None:
        """Keep the running configuration. Raises DEVICE_FAULT where the switch does not say that it did."""
        self._session.enable(self._enable, deadline)
        text, _ = self._session.converse(
            "copy running-config startup-config",
            [
                (r"startup-config\]\?\s*", "\n"),
                (r"\[confirm\]\s*", "\n"),
                (r"(?i:\[(?:yes/no|y/n)\]:?\s*)", "yes\n"),
            ],
            deadline,
            effect=True,
        )
        if "[OK]" not in text and "bytes copied" not in text:
            trouble = parse.refusal(text)
            raise trouble or DeviceError(
                ErrorClass.DEVICE_FAULT,
                "the switch does not confirm that it saved",
                happened=Happened.UNKNOWN,
            )

    def reload(self, deadline: Deadline) -> None:
        """Restart without saving. Raises REFUSED where it did not go down after all its questions."""
        self._session.enable(self._enable, deadline)
        text, open_still = self._session.converse(
            "reload",
            [
                (r"(?i:Save\? \[yes/no\]:\s*)", "no\n"),
                (r"(?i:Proceed with reload\? \[confirm\]\s*)", "\n"),
                (r"(?i:\[(?:yes/no|y/n)\]:?\s*)", "yes\n"),
                (r"(?i:\[confirm\]\s*)", "\n"),
                (r"(?i:reload (?:requested|command)[^\n]*\n)", None),
            ],
            deadline,
            effect=True,
        )
        if not re.search(r"(?i)confirm\]", text) and not open_still:
            raise DeviceError(
                ErrorClass.PROTOCOL,
                "the line broke before the restart was confirmed",
                happened=Happened.UNKNOWN,
            )
        if open_still:
            # Without a word against it, some are back at their prompt for a moment before they go down.
            raise parse.refusal(text) or DeviceError(
                ErrorClass.REFUSED, "the switch does not restart", happened=Happened.UNKNOWN
            )

    def _optional(self, command: str, deadline: Deadline) -> str | None:
        """The answer to a read that not every model knows; None where it says no."""
        try:
            return self._session.run(command, deadline)
        except DeviceError as error:
            if error.error_class in _OPTIONAL:
                return None
            raise
