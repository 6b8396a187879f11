"""Reads sites, rooms, controllers, devices and links from YAML, row by row and with places.

Values are taken as they are written: a serial number `0012` stays one, a room named `no` too. Anchors'
aliases and tags are not taken, so a small file cannot become a large one.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pedell.errors import Finding
from pedell.i18n import t
from pedell.inventory.entries import UNREADABLE, Item, Located, Reading

SECTIONS = ("sites", "rooms", "controllers", "devices", "links")
MAX_DEPTH = 20
# libyaml is ten times as fast; both give the same events.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _BadError(Exception):
    """Something that makes the rest of the file unsafe to read."""

    def __init__(self, message: str, event: Event, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.event = event
        self.hint = hint


def read_yaml(text: str, name: str) -> Reading:
    """Rows of a YAML file, up to the first place that cannot be read."""
    try:
        yield from _sections(yaml.parse(text, Loader=_LOADER), name)
    except _BadError as error:
        line, column = _place(error.event)
        yield Finding(error.message, source=name, line=line, column=column, hint=error.hint, code=UNREADABLE)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield Finding(
            t("this is no YAML: {error}", error=error.problem or error.context or ""), source=name,
            line=mark.line + 1 if mark else None, column=mark.column + 1 if mark else None, code=UNREADABLE,
        )  # fmt: skip
    except (yaml.YAMLError, RecursionError) as error:
        yield Finding(
            t("this is no YAML: {error}", error=" ".join(str(error).split())[:200]),
            source=name,
            code=UNREADABLE,
        )


def _place(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _sections(events: Iterator[Event], name: str) -> Reading:
    event = next(events)
    while not isinstance(event, DocumentStartEvent):
        following = next(events, None)
        if following is None:
            yield Finding(t("the file is empty"), source=name, code=UNREADABLE)
            return
        event = following
    event = next(events)
    if not isinstance(event, MappingStartEvent):
        raise _BadError(t("the file must begin with one of: {names}", names=", ".join(SECTIONS)), event)
    while not isinstance(event := next(events), MappingEndEvent):
        section = event.value if isinstance(event, ScalarEvent) else ""
        if section not in SECTIONS:
            near = get_close_matches(section, SECTIONS, 1)
            hint = t("did you mean {word}?", word=near[0]) if near else ", ".join(SECTIONS)
            raise _BadError(t("there is no section '{name}'", name=section[:80]), event, hint)
        event = next(events)
        if isinstance(event, ScalarEvent) and event.value in ("", "~", "null"):
            continue
        if not isinstance(event, SequenceStartEvent):
            raise _BadError(t("section '{name}' must be a list", name=section), event, hint="- name: …")
        while not isinstance(event := next(events), SequenceEndEvent):
            yield from _item(section, event, events, name)
    for event in events:
        if isinstance(event, DocumentStartEvent):
            raise _BadError(t("only one document in a file"), event)


def _item(section: str, event: Event, events: Iterator[Event], name: str) -> Reading:
    twice: list[Finding] = []
    body = _value(event, events, name, twice, 0)
    if isinstance(body.value, dict):
        yield from twice
        yield Item(section, body)
    else:
        yield Finding(
            t("names and values are expected"),
            source=name,
            line=body.line,
            column=body.column,
            code=UNREADABLE,
        )


def _value(event: Event, events: Iterator[Event], name: str, twice: list[Finding], depth: int) -> Located:
    line, column = _place(event)
    if depth > MAX_DEPTH:
        raise _BadError(t("nested deeper than {limit}", limit=MAX_DEPTH), event)
    if isinstance(event, AliasEvent):
        raise _BadError(t("aliases (*name) are not taken"), event, hint=t("write the value out"))
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        raise _BadError(t("tags ({tag}) are not taken", tag=tag[:80]), event)
    if isinstance(event, ScalarEvent):
        return Located(event.value, line, column, plain=event.style in (None, ""))
    if isinstance(event, SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(_value(event, events, name, twice, depth + 1))
        return Located(items, line, column)
    if isinstance(event, MappingStartEvent):
        body: dict[str, Located] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = _value(event, events, name, twice, depth + 1)
            if not isinstance(key.value, str):
                raise _BadError(t("a single value is expected"), event)
            made = _value(next(events), events, name, twice, depth + 1)
            if key.value in body:
                twice.append(
                    Finding(
                        t("'{key}' stands there twice; the first counts", key=key.value[:80]),
                        source=name,
                        line=key.line,
                        column=key.column,
                        code="twice",
                    )
                )
            else:
                body[key.value] = made
        return Located(body, line, column)
    raise _BadError(t("this cannot be read"), event)
