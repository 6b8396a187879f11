"""What no script on a command line has: reasons not to touch a port.

A switch carries a whole school; the wrong port takes it away. All here are pure functions over what was read.
"""

from __future__ import annotations

from dataclasses import dataclass

from pedell.drivers.api import Call, DeviceError, ErrorClass
from pedell.i18n import t
from pedell_network.params import PortChange
from pedell_network.results import Mode, Neighbour, PortStatus, UpDown
from pedell_network.texts import one_line


@dataclass(frozen=True)
class Facts:
    """What is known of a port before something is done to it.

    Attributes:
        status: the port as it is.
        neighbours: who announces himself on it; None where the switch cannot tell.
        addresses: how many addresses are behind it; None where the switch cannot tell.
        management: whether our own connection comes in through it; None where that could not be found out.
        protected: whether the inventory names it as not to be touched.
        bundle: whether it is several links under one name, or one of them.
        stack: whether it holds the units of a stack together.
        gateway: whether the default gateway is behind it; None where that could not be found out.
        carries_all: whether it is known to carry all networks by its maker's default, which makes no port a trunk.
        internal: whether it is known to be no port for devices: a VLAN's interface, the console, the management port.
        routed: whether it is known to have an address of the switch's own, so that a network is behind it.
    """

    status: PortStatus
    neighbours: tuple[Neighbour, ...] | None = None
    addresses: int | None = None
    management: bool | None = None
    protected: bool = False
    bundle: bool = False
    stack: bool = False
    gateway: bool | None = None
    carries_all: bool = False
    internal: bool = False
    routed: bool = False


def objections(facts: Facts, max_addresses: int, *, access_point: bool = False) -> tuple[str, ...]:
    """Reasons not to touch the port, in English, for an error's one line.

    An access point is restarted on purpose: its trunk and the many addresses behind it are no reason then.
    """
    found = []
    if facts.protected:
        found.append("it is protected in the inventory")
    if facts.management:
        found.append("our own connection to the switch goes through it")
    elif facts.gateway:
        found.append("the default gateway is behind it")
    if facts.stack:
        found.append("it holds the stack together")
    if facts.internal:
        found.append("it is the switch's own interface, no port for devices")
    if facts.routed:
        found.append("it is a routed port, with a network behind it")
    if facts.status.admin is UpDown.UNKNOWN:
        found.append("the switch does not tell whether it is on")
    found.extend(
        f"{one_line(neighbour.name, 40) or 'a neighbour'} behind it is a switch or router"
        for neighbour in facts.neighbours or ()
        if neighbour.carries_others
    )
    found = list(dict.fromkeys(found))  # a neighbour may announce himself in two ways
    points = {one.name or one.mac for one in facts.neighbours or () if one.access_point}
    if len(points) > 1:
        # They reach us through a switch that announces nothing.
        found.append(f"{len(points)} access points are behind it")
    if facts.addresses is None or facts.addresses > 1:
        found.extend(
            f"{one_line(neighbour.name, 40) or 'a neighbour'} behind it does not say what it is, and may be a switch"
            for neighbour in facts.neighbours or ()
            if neighbour.unclear
        )
    if access_point and any(neighbour.access_point for neighbour in facts.neighbours or ()):
        return tuple(found)
    if facts.status.mode is Mode.TRUNK:
        found.append("it is a trunk")
    if facts.bundle:
        found.append("it belongs to a bundle of links")
    if facts.addresses is not None and facts.addresses > max_addresses:
        found.append(f"{facts.addresses} addresses are behind it, allowed are {max_addresses}")
    return tuple(found)


def unknown(facts: Facts) -> tuple[str, ...]:
    """What could not be checked, as sentences for the note."""
    port = facts.status.port
    found = []
    if facts.neighbours is None:
        found.append(t("The switch does not tell who is connected to {port}.", port=port))
    found.extend(
        t(
            "{name} on {port} does not say what it is.",
            name=one_line(neighbour.name, 40) or neighbour.mac or "?",
            port=port,
        )
        for neighbour in facts.neighbours or ()
        if neighbour.unclear
    )
    if facts.addresses is None:
        found.append(t("The switch does not tell which addresses are behind {port}.", port=port))
    if facts.status.mode is Mode.UNKNOWN and not facts.bundle and not facts.carries_all:
        found.append(t("The switch does not tell whether {port} is a trunk.", port=port))
    if facts.management is None:
        found.append(t("It is not known whether the switch itself is reached through {port}.", port=port))
    return tuple(found)


def guard(
    call: Call, facts: Facts, params: PortChange, max_addresses: int, *, access_point: bool = False
) -> None:
    """Raise PRECONDITION where something speaks against it, unless it is forced; then say so in the note."""
    against = objections(facts, max_addresses, access_point=access_point)
    if not against:
        return
    if params.force:
        call.note(
            t(
                "{port} was touched although {objections}. Reason: {reason}",
                port=facts.status.port,
                objections="; ".join(against),
                reason=one_line(params.reason),
            )
        )
        return
    raise DeviceError(
        ErrorClass.PRECONDITION,
        f"{facts.status.port} is not touched: {'; '.join(against)}",
        hint="force: true with a reason does it all the same",
    )
