"""Names of ports: ifName, ifDescr and ifAlias, in any spelling that means one port only."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass

# TP-Link adds what the port is made of: `gigabitEthernet 1/0/5 : copper`.
_PARTS = re.compile(
    r"(?P<kind>[A-Za-z][A-Za-z -]*?)?[ -]?(?P<number>\d+(?:[/.:]\d+)*)(?:\s*:\s*(?:copper|fiber|combo))?"
)


# Comware's and Huawei's own short forms, which are no beginnings of the words.
_SHORT = {
    "fe": ("ethernet", "fastethernet"),
    "ge": ("gigabitethernet",),
    "xge": ("ten-gigabitethernet", "xgigabitethernet"),
    "mge": ("multigigabitethernet",),
    "fge": ("fortygige",),
    "bagg": ("bridge-aggregation",),
}


@dataclass(frozen=True)
class Interface:
    """A row of ifTable. `name` is what Pedell calls it: ifName, or ifDescr where that is missing or not unique, or
    with its index where neither is.

    `unit_of` is the port that it is a part of, such as ge-0/0/5 of ge-0/0/5.0.
    """

    index: int
    name: str
    if_name: str
    descr: str
    alias: str = ""
    unit_of: str = ""

    @property
    def carrier(self) -> str:
        """The port that its frames come in through: bridges and LLDP count the units of a Juniper's ports, not the ports."""
        return self.unit_of or self.name

    @property
    def spellings(self) -> tuple[str, ...]:
        """Its names, without its description."""
        return tuple(name for name in (self.name, self.if_name, self.descr) if name)


def interfaces(rows: Iterable[tuple[int, str, str, str]]) -> tuple[Interface, ...]:
    """Interfaces of (ifIndex, ifName, ifDescr, ifAlias)."""
    rows = list(rows)
    names = Counter(name for _, name, _, _ in rows)
    descriptions = Counter(descr for _, _, descr, _ in rows)
    found = []
    for index, name, descr, alias in rows:
        own = name if name and names[name] == 1 else descr or name
        if (descriptions if own == descr else names)[own] > 1:
            own = f"{name or descr} ({index})"  # an index may change, but there is nothing better
        if own:
            found.append(Interface(index, own, name, descr, alias))
    ours = {port.name for port in found}
    return tuple(
        dataclasses.replace(port, unit_of=base) if number.isdigit() and base in ours else port
        for port in found
        for base, _, number in [port.name.rpartition(".")]
    )


def find(text: str, known: Iterable[Interface]) -> Interface:
    """The one port that is meant. Raises PRECONDITION where there is none, or more than one.

    As written; then without regard to case and spaces; then Gi1/0/5 for GigabitEthernet1/0/5 and the reverse, and a
    number alone; last by description.
    """
    wanted = text.strip()
    folded = _folded(wanted)
    rules: tuple[Callable[[Interface], bool], ...] = (
        lambda port: wanted == port.name,
        lambda port: wanted in port.spellings,
        lambda port: folded in {_folded(name) for name in port.spellings},
        lambda port: any(_alike(wanted, name) for name in port.spellings),
        lambda port: bool(port.alias) and _folded(port.alias) == folded,
    )
    ports = list(known)
    _refuse_count(text, wanted, ports)
    for rule in rules:
        meant = [port for port in ports if rule(port)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            names = ", ".join(port.name for port in meant[:4])
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{text[:40]!r} may mean {names}",
                hint="write it as the switch does",
            )
    some = ", ".join(port.name for port in ports[:4])
    raise DeviceError(
        ErrorClass.PRECONDITION,
        f"{text[:40]!r} is not a port of this switch",
        hint=f"write it as the switch does, such as {some}" if some else "the switch tells of no ports",
    )


def _refuse_count(text: str, wanted: str, ports: Iterable[Interface]) -> None:
    """Raise PRECONDITION for a number alone where names begin with 0: swp00 is printed as port 1 on a Zyxel.

    The one means a name's number, the other what stands on the switch.
    """
    ports = list(ports)
    if not re.fullmatch("[0-9]{1,3}", wanted) or any(wanted in port.spellings for port in ports):
        return
    kinds: dict[str, dict[int, Interface]] = {}
    for port in ports:
        if found := re.fullmatch(r"([A-Za-z]+[-_ ]?)(\d{1,3})", port.name):
            kinds.setdefault(found[1].casefold(), {})[int(found[2])] = port
    for kind in kinds.values():
        near = [kind[at] for at in (int(wanted) - 1, int(wanted)) if at in kind]
        if 0 in kind and len(kind) > 1 and near:
            names = " or ".join(port.name for port in near)
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{text[:40]!r} may mean {names}: this switch counts its ports from 0",
                hint="write it as the switch does",
            )


def numbers(name: str) -> tuple[int, ...]:
    """The numbers at a name's end: Gi1/0/5 is 1, 0, 5."""
    found = re.search(r"(\d+(?:[/.:]\d+)*)\D*$", name)
    return tuple(int(part) for part in re.split(r"[/.:]", found[1])) if found else ()


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _alike(text: str, name: str) -> bool:
    one, other = _PARTS.fullmatch(text.strip()), _PARTS.fullmatch(name.strip())
    if one is None or other is None or one["number"] != other["number"]:
        return False
    first, second = _folded(one["kind"] or ""), _folded(other["kind"] or "")
    # A number alone is any kind of port; "g" could be two kinds, "gi" is one.
    if not first or second in _SHORT.get(first, ()) or first in _SHORT.get(second, ()):
        return True
    return min(len(first), len(second)) >= 2 and (first.startswith(second) or second.startswith(first))
