from __future__ import annotations

import pytest

from pedell.errors import NotFoundError
from pedell.inventory.chunks import CHUNK
from pedell.inventory.repository import Inventory
from pedell.inventory.selectors import Selector
from tests.inventory.conftest import Importer
from tests.inventory.test_import import SCHOOL


@pytest.fixture
def school(importer: Importer, inventory: Inventory) -> Inventory:
    importer.yaml(SCHOOL)
    return inventory


def test_facts_come_in_the_order_asked(school: Inventory) -> None:
    with school.store.reading() as connection:
        numbers = school.resolve(connection, "*")
        backwards = [*reversed(numbers), 999]
        assert [one.no for one in school.facts(connection, backwards)] == backwards[:-1]
        assert school.count_per_site(connection, numbers) == {"bert-brecht": 2, "goethe": 1}
        first = school.facts(connection, numbers)[0]
        assert (first.name, first.drivers, first.room, first.site) == (
            "bb-wb",
            ("line", "line"),
            "B204",
            "bert-brecht",
        )
        assert not hasattr(first, "__dict__")


def test_more_than_one_portion(importer: Importer, inventory: Inventory) -> None:
    count = CHUNK * 2 + 3
    importer.yaml("sites: [{slug: s}]\n")
    lines = "".join(f"d{i};whiteboard;s;line;x,y\n" for i in range(count))
    importer.csv("name;kind;site;driver;tags\n" + lines)
    with inventory.store.reading() as connection:
        numbers = inventory.resolve(connection, "tag=x")
        assert len(numbers) == count
        assert len(inventory.facts(connection, numbers)) == count
        assert len(inventory.targets(connection, numbers)) == count
        assert inventory.count_per_site(connection, numbers) == {"s": count}
        assert inventory.links(connection, numbers) == {}


def test_targets_in_the_order_of_drivers(school: Inventory) -> None:
    with school.store.reading() as connection:
        no = school.number(connection, "bb-wb")
        first, second = school.targets(connection, [no])[no]
    assert (first.address, first.options["port"], second.address, second.options) == (
        "10.0.0.1:1",
        1515,
        "10.0.0.9:1",
        {"port": 9},
    )
    assert (first.id, first.site, first.room, first.serial, first.controller) == (
        second.id,
        "bert-brecht",
        "B204",
        "0012",
        None,
    )


@pytest.mark.parametrize("word", ["bb-wb", "BB-WB", "1"])
def test_a_device_by_name_number_and_id(school: Inventory, word: str) -> None:
    with school.store.reading() as connection:
        no = school.number(connection, word)
        found = school.detail(connection, no)
        assert found.facts.name == "bb-wb"
        assert school.number(connection, found.facts.id.lower()) == no


@pytest.mark.parametrize(
    ("word", "hint"), [("bb-wp", "bb-wb"), ("zz%", "list"), ("", "list"), ("9" * 30, "list"), ("'--", "list")]
)
def test_a_device_that_is_not_there(school: Inventory, word: str, hint: str) -> None:
    with school.store.reading() as connection, pytest.raises(NotFoundError) as caught:
        school.number(connection, word)
    assert hint in caught.value.hint


def test_links_both_ways(school: Inventory) -> None:
    with school.store.reading() as connection:
        numbers = school.resolve(connection, "*")
        links = school.links(connection, numbers)
        switch = school.detail(connection, school.number(connection, "bb-sw"))
    assert {no: [(one.kind, one.other_name, one.detail) for one in some] for no, some in links.items()} == {
        1: [("line", "go-pj", ""), ("uplink", "bb-sw", "Gi1/0/4")]
    }
    assert [(one.kind, one.other_name) for one in switch.links_here] == [("uplink", "bb-wb")]


def test_sites_and_rooms(school: Inventory) -> None:
    with school.store.reading() as connection:
        assert [(one.slug, one.rooms, one.devices) for one in school.sites(connection)] == [
            ("bert-brecht", 2, 2),
            ("goethe", 1, 1),
        ]
        assert [one.slug for one in school.sites(connection, "NORD")] == ["bert-brecht"]
        site = school.site(connection, "Goetheschule")
        assert [(one.name, one.devices) for one in school.rooms(connection, site.no)] == [("no", 1)]
        assert school.kinds(connection, site.no) == {"projector": 1}
        with pytest.raises(NotFoundError) as caught:
            school.site(connection, "goete")
        assert "goethe" in caught.value.hint


def test_retiring_a_source(school: Inventory) -> None:
    with school.store.writing() as connection:
        assert school.retire(connection, Selector.of("source", "nobody")) == 0
        assert school.retire(connection, Selector.of("source", "file")) == 3
        assert school.count(connection) == 0
        assert school.devices(connection) == []
        assert len(school.devices(connection, "state=retired", limit=2)) == 2
