"""Selectors as SQL: every value is a bound parameter, and the same expression runs on both databases."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true

from pedell.inventory.patterns import ascii_lower, like, literal, matches
from pedell.inventory.selectors import WORD, AllOf, Match, Node, Not, Selector
from pedell.store.tables.inventory import controller, device, device_driver, device_tag, room, site

# Stored in lower case: compared as they are, so that indexes serve.
_EXACT = {"kind": device.c.kind, "state": device.c.state}
_TEXT = {
    "name": device.c.name, "model": device.c.model, "serial": device.c.serial, "mac": device.c.mac,
    "address": device.c.address, "source": device.c.source,
}  # fmt: skip


def condition(selector: Selector) -> ColumnElement[bool]:
    """The selector over the table `device`; retired devices are left out unless it speaks of states."""
    made = _node(selector.root)
    return made if selector.names_state else and_(device.c.state != "retired", made)


def numbers(selector: Selector) -> Select[int]:
    """The numbers of the devices meant, in their order."""
    return select(device.c.no).where(condition(selector)).order_by(device.c.no)


def _node(node: Node) -> ColumnElement[bool]:
    if isinstance(node, Match):
        return _test(node)
    if isinstance(node, Not):
        return not_(_node(node.inner))
    parts = [_node(part) for part in node.parts]
    return and_(*parts) if isinstance(node, AllOf) else or_(*parts)


def _test(test: Match) -> ColumnElement[bool]:
    if test.key in _EXACT:
        return _match(_EXACT[test.key], test, lower=True)
    if test.key == "driver":
        further = select(device_driver.c.device).where(_match(device_driver.c.driver, test))
        return or_(_match(device.c.driver, test), device.c.no.in_(further))
    if test.key in _TEXT:
        return _match(_TEXT[test.key], test)
    if test.key == "no":
        return device.c.no.in_([int(value) for value in test.values])
    if test.key == "id":
        return _match(device.c.id, test)
    if test.key == "tag":
        return device.c.no.in_(select(device_tag.c.device).where(_match(device_tag.c.tag, test, lower=True)))
    if test.key == "room":
        return _related(device.c.room, test, lambda: select(room.c.no).where(_match(room.c.name, test)))
    if test.key == "controller":
        return _related(
            device.c.controller, test, lambda: select(controller.c.no).where(_match(controller.c.name, test))
        )
    if test.key == "site":
        return device.c.site.in_(select(site.c.no).where(_match(site.c.slug, test, lower=True)))
    if test.key == "campus":
        return device.c.site.in_(select(site.c.no).where(_match(site.c.campus, test)))
    if test.key == WORD:
        return _word(test)
    raise AssertionError(test.key)


def _related(column: ColumnElement[int], test: Match, rows: Callable[[], Select[int]]) -> ColumnElement[bool]:
    """A device that has none counts as one with an empty name; `not` must not meet NULL."""
    if holds(test, ""):
        return or_(column.is_(None), column.in_(rows()))
    return and_(column.is_not(None), column.in_(rows()))


def _word(test: Match) -> ColumnElement[bool]:
    found = [_match(device.c.name, test)]
    literals = [text for text in map(literal, test.values) if text is not None]
    digits = [int(text) for text in literals if text.isascii() and text.isdigit() and len(text) <= 15]
    if digits:
        found.append(device.c.no.in_(digits))
    ids = [text.upper() for text in literals if len(text) == 26 and text.isascii()]
    if ids:
        found.append(device.c.id.in_(ids))
    return or_(*found)


def _match(column: ColumnElement[str], test: Match, *, lower: bool = False) -> ColumnElement[bool]:
    if test.operator == "~":
        return _regex(column, test.values[0])
    exact: list[str] = []
    found: list[ColumnElement[bool]] = []
    for value in test.values:
        text = literal(value)
        if text is not None:
            exact.append(ascii_lower(text))
        elif like(value) == "%":
            return true()
        else:
            found.append(column.ilike(like(value), escape="!"))
    if exact:
        found.append((column if lower else func.lower(column)).in_(exact))
    return or_(*found)


def _regex(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    # SQLite's function takes no flags, and both engines take this one at the pattern's start.
    return column.regexp_match(f"(?i){pattern}")


def holds(test: Match, value: str) -> bool:
    """Whether a test of texts holds for `value`."""
    if test.operator == "~":
        import re

        return re.search(test.values[0], value, re.IGNORECASE) is not None
    return any(matches(pattern, value) for pattern in test.values)
