from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from pedell.inventory.csv_source import read_csv
from pedell.inventory.entries import Item
from pedell.inventory.exporting import export_csv, export_yaml, guarded
from pedell.inventory.repository import Inventory
from tests.inventory.conftest import Importer
from tests.inventory.test_import import SCHOOL


def test_yaml_comes_back_the_same(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(SCHOOL)
    with inventory.store.reading() as connection:
        text = "".join(export_yaml(connection, inventory.resolve(connection, "*")))
    plan = importer.yaml(text)
    assert plan.findings == []
    assert plan.empty
    assert plan.unchanged == 3
    with inventory.store.writing() as connection:
        inventory.retire(connection, "*")
    assert len(importer.yaml(text).changed_devices) == 3


def test_csv_comes_back_the_same(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(SCHOOL)
    for delimiter in ";,":
        with inventory.store.reading() as connection:
            text = "".join(export_csv(connection, inventory.resolve(connection, "*"), delimiter))
        assert text.startswith("\ufeffname")
        plan = importer.csv(text)
        assert plan.findings == []
        assert plan.empty
        assert plan.unchanged == 3


def test_only_what_is_asked_for(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(SCHOOL)
    with inventory.store.reading() as connection:
        text = "".join(export_yaml(connection, inventory.resolve(connection, "site=goethe")))
    assert "bert-brecht" not in text
    assert "jamf" in text


def test_formulas_do_not_run_in_spreadsheets(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(
        "sites: [{slug: s}]\ndevices:\n  - {name: '=cmd|calc', kind: whiteboard, site: s, driver: line, model: '@SUM(A1)', serial: \"'=x\"}\n"
    )
    with inventory.store.reading() as connection:
        text = "".join(export_csv(connection, inventory.resolve(connection, "*")))
    (_, row) = csv.reader(io.StringIO(text), delimiter=";")
    assert row[0] == "'=cmd|calc"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)
    assert importer.csv(text).unchanged == 1


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10)
    | st.text(st.sampled_from("'=+-@a"), max_size=6)
)
def test_every_cell_comes_back(value: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow(["n", guarded(value)])
    items = [one for one in read_csv("name;model\n" + buffer.getvalue(), "x") if isinstance(one, Item)]
    assert isinstance(items[0].body.value, dict)
    assert items[0].body.value["model"].value == value
