"""What is sent as a filter means the same to a reader of RSQL that knows nothing of the sender."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_ipad_mdm.jamf_pro import rsql
from pedell_ipad_mdm.jamf_pro.simulator.filters import FilterError, parse

FIELDS = frozenset({"serialNumber", "managed"})
TEXTS = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=60)


def test_plain_values_stand_as_in_the_reference() -> None:
    terms = rsql.all_of(
        rsql.equals("clientManagementId", "4eecc1fb-f52d-48c5-9560-c246b23601d3"),
        rsql.equals("command", "RESTART_DEVICE"),
    )
    assert terms == "clientManagementId==4eecc1fb-f52d-48c5-9560-c246b23601d3;command==RESTART_DEVICE"


@given(TEXTS.filter(lambda text: "*" not in text))
def test_a_value_matches_itself_and_cannot_break_out(text: str) -> None:
    match = parse(rsql.all_of(rsql.equals("serialNumber", text), rsql.equals("managed", "true")), FIELDS)
    assert match({"serialNumber": text, "managed": "true"})
    assert not match({"serialNumber": text, "managed": "false"})
    assert not match({"serialNumber": text + "x", "managed": "true"})


@pytest.mark.parametrize("text", ["", "a\nb", "a\x00", "DMP*", "x" * 300])
def test_what_no_identifier_may_hold_is_refused(text: str) -> None:
    with pytest.raises(DeviceError) as caught:
        rsql.equals("serialNumber", text)
    assert caught.value.error_class is ErrorClass.PRECONDITION


@pytest.mark.parametrize(
    ("text", "row", "holds"),
    [
        ("serialNumber=in=(A,B)", {"serialNumber": "B"}, True),
        ("serialNumber=out=(A,B)", {"serialNumber": "B"}, False),
        ("serialNumber==A,serialNumber==B;managed==true", {"serialNumber": "A", "managed": "false"}, True),
        ("(serialNumber==A,serialNumber==B);managed==true", {"serialNumber": "A", "managed": "false"}, False),
        ('serialNumber=="DM*"', {"serialNumber": "dmpx"}, True),
        ("serialNumber>=B", {"serialNumber": "A"}, False),
        ("serialNumber=lt=B", {"serialNumber": "A"}, True),
        ("serialNumber!=A", {"serialNumber": "A"}, False),
    ],
)
def test_the_simulator_reads_rsql(text: str, row: dict[str, str], holds: bool) -> None:
    assert parse(text, FIELDS)(row) is holds


@given(st.text(max_size=40))
def test_the_simulator_refuses_or_reads_anything(text: str) -> None:
    with contextlib.suppress(FilterError):
        parse(text, FIELDS)({"serialNumber": "A"})
