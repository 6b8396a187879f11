"""Selectors as SQL against the same selectors walked in Python over the same devices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from pedell.inventory.conditions import numbers
from pedell.inventory.parser import parse
from pedell.inventory.patterns import matches
from pedell.inventory.rooms import room_key
from pedell.inventory.selectors import WORD, AllOf, Match, Node, Not, OneOf, Selector
from pedell.store.database import Store
from pedell.store.tables import inventory as tables


@dataclass
class Thing:
    no: int
    id: str
    fields: dict[str, list[str]]


NAMES = [
    "bb-b204-wb",
    "BB-B204-PJ",
    "a%b",
    "a_b",
    "a*b",
    "a?b",
    "7",
    "Aula Süd",
    'quo"te',
    "back\\slash",
    "ax b",
    "!bang",
]
ROOMS = ["", "B204", "b 2.05", "Aula"]
MODELS = ["", "WA75D", "wa75c", "EB-2250U", "100%"]
SITES = [("bert-brecht", "nord"), ("goethe", "Süd"), ("astrid.l", "")]


def things() -> list[Thing]:
    made = []
    for i in range(48):
        slug, campus = SITES[i % 3]
        name = NAMES[i % len(NAMES)] + ("" if i < len(NAMES) else f"-{i}")
        made.append(
            Thing(
                i + 1,
                f"01M84P8NYEXH20JNSJ9DZV{i:04d}",
                {
                    "name": [name],
                    "kind": [["whiteboard", "projector", "switch"][i % 3]],
                    "site": [slug],
                    "campus": [campus],
                    "room": [ROOMS[i % 4]],
                    "driver": ["line", "snmp"] if i % 5 == 0 else ["line" if i % 2 else "switch-ssh"],
                    "model": [MODELS[i % 5]],
                    "serial": [f"S{i:03d}" if i % 2 else ""],
                    "mac": [""],
                    "address": [f"10.0.0.{i}"],
                    "controller": ["jamf" if i % 7 == 0 else ""],
                    "state": [["active", "active", "spare", "retired"][i % 4]],
                    "source": ["file"],
                    "tag": [["exam"], [], ["exam", "new"]][i % 3],
                },
            )
        )
    return made


THINGS = things()


def fill(connection: Connection) -> None:
    sites = {slug: no for no, (slug, _) in enumerate(SITES, 1)}
    connection.execute(
        insert(tables.site),
        [
            {"no": no, "id": f"S{no}", "slug": slug, "name": slug, "campus": dict(SITES)[slug]}
            for slug, no in sites.items()
        ],
    )
    connection.execute(
        insert(tables.controller), [{"no": 1, "id": "C", "name": "jamf", "kind": "mdm", "address": "x"}]
    )
    rooms: dict[tuple[str, str], int] = {}
    for thing in THINGS:
        place = (thing.fields["site"][0], thing.fields["room"][0])
        if place[1] and place not in rooms:
            rooms[place] = len(rooms) + 1
            connection.execute(
                insert(tables.room).values(
                    no=rooms[place],
                    id=f"R{len(rooms)}",
                    site=sites[place[0]],
                    name=place[1],
                    key=room_key(place[1]),
                )
            )
        f = {key: value[0] if value else "" for key, value in thing.fields.items()}
        connection.execute(
            insert(tables.device).values(
                no=thing.no, id=thing.id, name=f["name"], kind=f["kind"], site=sites[f["site"]], room=rooms.get(place),
                driver=f["driver"], model=f["model"], serial=f["serial"], address=f["address"], source=f["source"],
                state=f["state"], controller=1 if f["controller"] else None,
            )
        )  # fmt: skip
        for n, driver in enumerate(thing.fields["driver"][1:], 1):
            connection.execute(insert(tables.device_driver).values(device=thing.no, n=n, driver=driver))
        for tag in thing.fields["tag"]:
            connection.execute(insert(tables.device_tag).values(device=thing.no, tag=tag))


@pytest.fixture(scope="module")
def connection(module_database: str) -> Iterator[Connection]:
    store = Store(module_database)
    with store.writing() as writing:
        fill(writing)
    with store.reading() as reading:
        yield reading
    store.close()


def naive(node: Node, thing: Thing) -> bool:
    if isinstance(node, Not):
        return not naive(node.inner, thing)
    if isinstance(node, AllOf):
        return all(naive(part, thing) for part in node.parts)
    if isinstance(node, OneOf):
        return any(naive(part, thing) for part in node.parts)
    if node.key == "no":
        return thing.no in [int(value) for value in node.values]
    if node.key == "id":
        return any(matches(value, thing.id) for value in node.values)
    if node.key == WORD:
        plain = [re.sub(r"\\(.)", r"\1", value) for value in node.values]
        return (
            any(matches(value, thing.fields["name"][0]) for value in node.values)
            or str(thing.no) in plain
            or thing.id in plain
        )
    if node.operator == "~":
        return any(
            re.search(node.values[0], text, re.IGNORECASE | re.ASCII) for text in thing.fields[node.key]
        )
    return any(matches(value, text) for value in node.values for text in thing.fields[node.key])


def expected(selector: Selector) -> list[int]:
    return [
        thing.no
        for thing in THINGS
        if naive(selector.root, thing) and (selector.names_state or thing.fields["state"] != ["retired"])
    ]


def found(connection: Connection, selector: Selector) -> list[int]:
    return list(connection.execute(numbers(selector)).scalars())


POOL = sorted({text for thing in THINGS for texts in thing.fields.values() for text in texts})
literals = st.sampled_from(POOL).map(lambda text: re.sub(r'([\\*?"])', r"\\\1", text))
globs = st.sampled_from(
    ["*", "?*", "", "b*", "*204*", "a?b", "a%b", "a_b", "A*", "??-*", "*\\**", "*Ü*", "*ü*", "!*", "1*"]
)
values = st.lists(literals | globs | literals.map(str.upper), min_size=1, max_size=3).map(tuple)
keys = st.sampled_from(
    [
        "name",
        "kind",
        "site",
        "campus",
        "room",
        "driver",
        "model",
        "serial",
        "controller",
        "state",
        "tag",
        "address",
        WORD,
        "id",
    ]
)
leaves = (
    st.builds(Match, keys, st.just("="), values)
    | st.builds(Match, st.just("no"), st.just("="), st.lists(st.integers(0, 60).map(str), min_size=1, max_size=4).map(tuple))
    | st.builds(Match, st.sampled_from(["name", "room", "model", "driver", "site", "controller"]), st.just("~"),
                st.sampled_from(["^b", r"\d+", "^$", "a.b", "[%_]", "line|jamf", "D$"]).map(lambda r: (r,)))
)  # fmt: skip


def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(AllOf, several) | st.builds(OneOf, several)


@given(tree=st.recursive(leaves, grow, max_leaves=6))
def test_sql_and_python_agree(connection: Connection, tree: Node) -> None:
    selector = parse(str(Selector(tree)))
    assert found(connection, selector) == expected(selector)


@pytest.mark.parametrize(
    "text",
    [
        'kind=whiteboard site=bert-brecht room=B* tag=exam model~"WA75.*" not state=retired',
        'room=""', "room=?*", "not room=B204", "not controller=jamf", "state=retired", "state!=retired", "driver=snmp",
        "name=a\\*b", "name=a*b", "7", "name=7", "no=7", "campus=Süd", "*",
    ],
)  # fmt: skip
def test_examples(connection: Connection, text: str) -> None:
    selector = parse(text)
    assert found(connection, selector) == expected(selector)


def test_values_are_bound_and_never_part_of_the_statement() -> None:
    evil = "x') OR 1=1 --"
    statement = numbers(Selector.of("name", evil))
    assert evil not in str(statement.compile())


def test_a_number_is_a_name_first_and_a_number_too(connection: Connection) -> None:
    assert found(connection, parse("7")) == [7]
    assert THINGS[6].fields["name"] == ["7"]
    assert found(connection, parse("3")) == [3]


def test_the_same_statement_is_one_for_postgresql() -> None:
    from sqlalchemy.dialects import postgresql

    text = 'kind=whiteboard room=B* model~"WA75.*" tag=exam not driver=snm? or controller=""'
    made = str(numbers(parse(text)).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert " ILIKE " in made
    assert " ~ " in made
    assert "WA75" not in made
