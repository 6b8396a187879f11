"""Rows of port_table and port_overrides: what a port is, and how one is changed without touching the others.

Sources: aiounifi (models/device.py, models/port.py), pyunifi 2.21 (switch_port_power_off), and the overrides of ports
as the controller's own pages store them (public Terraform and audit sources, verified there on controllers of 2025 and
2026): a port that is switched off has `forward: disabled`, and port security with an empty list of addresses; an access
port has `forward: native` and `tagged_vlan_mgmt: block_all`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.results import Mode, Poe, PortStatus, UpDown
from pedell_network.unifi.answers import Row, each, number, word

Override = dict[str, Any]
FORWARDS = frozenset({"all", "native", "customize"})
"""What a port that is on may forward."""


def index_of(device: Row, text: str) -> int:
    """The port that is meant: its number, `Port 7`, or its name. Raises PRECONDITION."""
    rows = each(device, "port_table")
    wanted = " ".join(text.split()).casefold()
    digits = re.fullmatch(r"(?:port ?)?(\d{1,3})", wanted)
    if digits and int(digits[1]) in {number(row, "port_idx") for row in rows}:
        return int(digits[1])
    named = [number(row, "port_idx") for row in rows if word(row, "name").casefold() == wanted]
    found = [index for index in named if index is not None]
    if len(found) == 1:
        return found[0]
    known = ", ".join(str(number(row, "port_idx")) for row in rows[:8])
    raise DeviceError(
        ErrorClass.PRECONDITION,
        f"{text[:40]!r} {'may mean several ports' if found else 'is not a port of this switch'}",
        hint=f"write its number; it has {known}, …" if rows else "the controller tells of no ports",
    )


def row_of(device: Row, index: int) -> Row:
    """A port's row in port_table. Raises PROTOCOL where there is none."""
    for row in each(device, "port_table"):
        if number(row, "port_idx") == index:
            return row
    raise DeviceError(ErrorClass.PROTOCOL, f"the controller does not tell of port {index}")


def override_of(device: Row, index: int) -> Row:
    """A port's own settings; empty where it has none."""
    return next((row for row in each(device, "port_overrides") if number(row, "port_idx") == index), {})


def setting(device: Row, index: int, profiles: Mapping[str, Row], name: str) -> Any:
    """What holds for a port: its override, its profile, or what the switch reports."""
    own, row = override_of(device, index), row_of(device, index)
    profile = profiles.get(str(own.get("portconf_id") or row.get("portconf_id") or ""), {})
    for place in (own, profile, row):
        if place.get(name) not in (None, ""):
            return place[name]
    return None


def status(device: Row, index: int, profiles: Mapping[str, Row], vlans: Mapping[str, int]) -> PortStatus:
    """A port as the controller last heard of it."""
    row = row_of(device, index)
    forward = setting(device, index, profiles, "forward")
    off = forward == "disabled" or row.get("enable") is False
    up = row.get("up") is True
    speed = number(row, "speed")
    native = setting(device, index, profiles, "native_networkconf_id")
    return PortStatus(
        port=str(index),
        admin=UpDown.DOWN if off else UpDown.UP,
        oper=UpDown.UP if up else UpDown.DOWN,
        speed=speed if up and speed else None,
        duplex={True: "full", False: "half"}.get(row.get("full_duplex") is True, "") if up else "",
        mode=_mode(forward, setting(device, index, profiles, "tagged_vlan_mgmt")),
        vlan=vlans.get(str(native)) if native else min(vlans.values(), default=None),
        description=word(row, "name"),
        poe=_power(row, override_of(device, index)),
        poe_watts=_watts(row),
        input_errors=number(row, "rx_errors"),
        output_errors=number(row, "tx_errors"),
    )


def _mode(forward: object, tagged: object) -> Mode:
    # By default every port carries all networks (`all`): that makes no port an uplink.
    if forward == "native" or (forward == "customize" and tagged == "block_all"):
        return Mode.ACCESS
    return Mode.TRUNK if forward == "customize" else Mode.UNKNOWN


def _power(row: Row, own: Row) -> Poe | None:
    if row.get("port_poe") is not True:
        return None
    if (own.get("poe_mode") or row.get("poe_mode")) == "off":
        return Poe.DISABLED
    if row.get("poe_good") is True:
        return Poe.ON
    return Poe.OFF


def _watts(row: Row) -> float | None:
    value = row.get("poe_power")
    try:
        watts = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return watts if watts is not None and 0 <= watts < 1000 and row.get("port_poe") is True else None


def bundled(device: Row, index: int, profiles: Mapping[str, Row]) -> bool:
    """Whether it is several links under one name, or one of those."""
    row = row_of(device, index)
    # aggregated_by is false, or the number of the first port of the bundle.
    return bool(row.get("aggregated_by")) or setting(device, index, profiles, "op_mode") == "aggregate"


# Changing one port -----------------------------------------------------------------------------------------------


def merged(device: Row, index: int, values: Mapping[str, Any], drop: Sequence[str] = ()) -> list[Override]:
    """All overrides of the switch, with one port's changed.

    A PUT replaces the whole list: what is not in it is lost, and with it the VLANs, profiles and names of all other
    ports. So every entry goes back as it came, also with fields that nobody here knows.
    """
    found = device.get("port_overrides")
    if found is not None and (
        not isinstance(found, list) or not all(isinstance(item, dict) for item in found)
    ):
        raise DeviceError(ErrorClass.PROTOCOL, "the controller's port_overrides cannot be understood")
    everything: list[Override] = copy.deepcopy(found or [])
    mine = next((item for item in everything if number(item, "port_idx") == index), None)
    if mine is None:
        mine = {"port_idx": index}
        # Without an override a port follows its profile; the first override must not lose it.
        row = row_of(device, index)
        mine |= {name: row[name] for name in ("portconf_id", "name") if row.get(name)}
        everything.append(mine)
    for name in drop:
        mine.pop(name, None)
    mine.update(values)
    return everything


def switched_off(device: Row, index: int) -> list[Override]:
    """As the controller's own pages store a port that is off, but everything else of it stays."""
    values: dict[str, Any] = {"forward": "disabled"}
    own = override_of(device, index)
    if not own.get("port_security_mac_address"):
        values |= {"port_security_enabled": True, "port_security_mac_address": []}
    return merged(device, index, values)


def forwarded(device: Row, index: int) -> str:
    """What a port forwards by its own setting: `all`, `native` or `customize`; empty where its profile tells, or off."""
    own = override_of(device, index)
    told = own.get("forward") or ("" if own.get("portconf_id") else row_of(device, index).get("forward"))
    return told if isinstance(told, str) and told in FORWARDS else ""


def switched_on(device: Row, index: int, before: str = "") -> list[Override]:
    """Undo `switched_off`.

    What the port forwarded is `before`; where nobody knows, it follows from what was left of its override, and an
    access port that says nothing of tagged networks cannot be told from one that carries all.
    """
    own = override_of(device, index)
    values: dict[str, Any] = {}
    drop = []
    if own.get("forward") == "disabled":
        tagged = own.get("tagged_vlan_mgmt")
        if before in FORWARDS and not tagged:
            values["forward"] = before
        elif own.get("portconf_id"):
            drop.append("forward")  # its profile tells
        else:
            values["forward"] = {"block_all": "native", "custom": "customize"}.get(str(tagged), "all")
    if own.get("port_security_enabled") and not own.get("port_security_mac_address"):
        values["port_security_enabled"] = False
    return merged(device, index, values, drop)


def with_power(device: Row, index: int, mode: str) -> list[Override]:
    """Power `off` or `auto`."""
    return merged(device, index, {"poe_mode": mode})


def in_network(device: Row, index: int, network: str) -> list[Override]:
    """An access port of one network: a profile would rule over it and is taken off."""
    values = {
        "forward": "native",
        "native_networkconf_id": network,
        "tagged_vlan_mgmt": "block_all",
        "setting_preference": "manual",
    }
    return merged(device, index, values, ("portconf_id", "excluded_networkconf_ids", "voice_networkconf_id"))


def missing(wanted: Sequence[Override], device: Row) -> list[str]:
    """What of the overrides that were written the controller does not show: port and field."""
    lost = []
    for item in wanted:
        index = number(item, "port_idx")
        now = override_of(device, index) if index is not None else {}
        lost += [
            f"port {index}: {name}"
            for name, value in item.items()
            # An empty list or text may be stored as nothing.
            if now.get(name) != value and not (value in ([], "", None, False) and not now.get(name))
        ]
    return lost
