"""A selector means the same devices on both databases, whatever its regular expression."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from pedell.inventory.conditions import numbers
from pedell.inventory.patterns import regex_problem
from pedell.inventory.selectors import Match, Selector
from pedell.store.database import Store
from pedell.store.tables.inventory import device, site
from tests.databases import private_server
from tests.postgres.server import TEMPLATE

pytestmark = pytest.mark.peer("postgresql")

MODELS = [
    "", "WA75D", "wa75c", "EB-2250U", "100%", "a_b", "a.b", "back\\slash", "Aula Süd", "BÜRO", "büro", "x]y", "x[y", "{1}",
    "a\nb", "ß", "STRASSE", "^a$", "(a)", "a|b", "  ", "\u0663", "aaaa", "-", "\u017f", "\u212a", "k", "\u0130",
]  # fmt: skip
PIECES = [
    *"aBüÜkK s.^$|()-_ %!/'\"#&~,:;=<>@`ß1*+?x", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\.", r"\-", r"\_", r"\\", r"\]",
    r"\[", r"\{", r"\}", r"\ü", "[a-k]", "[^a]", "[]a]", "[^]a]", r"[\d-]", r"[\w.]", r"[^\s]", "[a-]", "[-a]", "[+--]", "[ü-ÿ]",
    "[a-d-z]", r"[\D]", r"[\]]", r"[a\-z]", "[&]", "[a^]", "(?:", "{2}", "{1,}", "{,3}", "{0,2}", "{0}",
]  # fmt: skip
patterns = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)


@pytest.fixture(scope="module")
def both(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Connection]]:
    server = private_server(pytestconfig)
    name = server.database(like=TEMPLATE)
    stores = [Store(server.url(name)), Store(f"sqlite:///{tmp_path_factory.mktemp('both') / 'pedell.db'}")]
    readers = []
    for store in stores:
        store.prepare()
        with store.writing() as connection:
            connection.execute(insert(site).values(no=1, id="S", slug="s", name=""))
            for no, model in enumerate(MODELS, 1):
                connection.execute(
                    insert(device).values(
                        no=no, id=str(no), name=f"d{no}", kind="k", site=1, driver="x", model=model
                    )
                )
        readers.append(store.reading())
    yield [reader.__enter__() for reader in readers]
    for reader, store in zip(readers, stores, strict=True):
        reader.__exit__(None, None, None)
        store.close()
    server.drop(name)


def found(connection: Connection, operator: str, value: str) -> list[int]:
    return list(connection.execute(numbers(Selector(Match("model", operator, (value,))))).scalars())


@given(pattern=patterns.filter(lambda pattern: not regex_problem(pattern)))
def test_regular_expressions(both: list[Connection], pattern: str) -> None:
    first, second = (found(connection, "~", pattern) for connection in both)
    assert first == second


@given(pattern=st.text("aAbBüÜ%_!*?\\ 7ßk\u212a.-", max_size=8) | st.sampled_from(MODELS))
def test_patterns(both: list[Connection], pattern: str) -> None:
    first, second = (found(connection, "=", pattern) for connection in both)
    assert first == second


@pytest.mark.parametrize("pattern", ["a{,3}", "[a-d-z]", "x[0-9-a]"])
def test_what_one_of_them_does_not_take_is_refused(pattern: str) -> None:
    assert "backslash" in regex_problem(pattern)
