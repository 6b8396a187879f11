"""What is asked, with a server whose every answer is made up: a result or a clear error, never a wrong proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Target
from pedell_ipad_mdm.jamf_pro import conversation
from pedell_ipad_mdm.jamf_pro.answers import IpadRecord, epoch, moment
from pedell_ipad_mdm.jamf_pro.requests import MdmCommand
from tests.ipad_mdm.test_answers import LINE, RECORD, SHAPED

MANAGEMENT = "4eecc1fb-f52d-48c5-9560-c246b23601d3"
NOON = epoch("2026-11-23T12:00:00Z") or 0.0
TARGET = Target("d", "ipad-7b-12", "ipad", "jamf-pro", "DMPXXXXXXXXX")


class Liar:
    """Stands where the session stands and answers what it was given; remembers what it was asked."""

    def __init__(self, *bodies: object) -> None:
        self.bodies = list(bodies)
        self.asked: list[dict[str, str]] = []

    def get(self, path: str, query: Sequence[tuple[str, str]], deadline: Deadline) -> object:
        self.asked.append(dict(query))
        return self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]

    def post(self, path: str, body: object, deadline: Deadline, *, quiet: bool = False) -> object:
        return self.get(path, [], deadline)


def record() -> IpadRecord:
    liar: Any = Liar({"results": [RECORD]})
    return conversation.find(liar, TARGET, Deadline.after(60))


ASK: list[Callable[[Any], object]] = [
    lambda liar: conversation.find(liar, TARGET, Deadline.after(60)),
    lambda liar: conversation.addressed(liar, TARGET, Deadline.after(60)),
    lambda liar: conversation.send(liar, record(), MdmCommand("DEVICE_LOCK"), Deadline.after(60)),
    lambda liar: conversation.renew(liar, record(), Deadline.after(60)),
    lambda liar: conversation.push(liar, record(), Deadline.after(60)),
    lambda liar: conversation.status(liar, LINE["uuid"], Deadline.after(60)),
    lambda liar: conversation.since(liar, MANAGEMENT, "RESTART_DEVICE", NOON, Deadline.after(60)),
]


@pytest.mark.parametrize("ask", ASK)
@settings(max_examples=30)
@given(body=SHAPED)
def test_hostile_answers_end_clearly(ask: Callable[[Any], object], body: object) -> None:
    trouble: DeviceError | None = None
    try:
        ask(Liar(body))
    except DeviceError as error:
        trouble = error
    assert trouble is None or trouble.error_class in (ErrorClass.PROTOCOL, ErrorClass.PRECONDITION)
    assert trouble is None or trouble.message.isprintable()


def lines(count: int, first: float, step: float = 60.0, **other: object) -> list[dict[str, object]]:
    return [
        {**LINE, "uuid": f"u-{number}", "dateSent": moment(first - number * step), **other}
        for number in range(count)
    ]


def since(*pages: list[dict[str, object]]) -> tuple[list[str], Liar]:
    liar: Any = Liar(*({"results": page} for page in pages))
    found = conversation.since(liar, MANAGEMENT, "RESTART_DEVICE", NOON, Deadline.after(60))
    return [line.uuid for line in found], liar


def test_an_ipad_that_jamf_mixes_up_is_not_taken() -> None:
    other = {**RECORD, "hardware": {"serialNumber": "DMPYYYYYYYYY"}}
    liar: Any = Liar({"results": [other, RECORD]})
    assert conversation.find(liar, TARGET, Deadline.after(60)).info.serial == "DMPXXXXXXXXX"
    only: Any = Liar({"results": [other]})
    with pytest.raises(DeviceError, match="knows no iPad"):
        conversation.find(only, TARGET, Deadline.after(60))


def test_older_commands_and_other_ipads_commands_do_not_count() -> None:
    page = [
        *lines(1, NOON + 60),
        *lines(1, NOON - 60, uuid="old"),
        *lines(1, NOON + 60, uuid="other", client={"managementId": "4eecc1fb-f52d-48c5-9560-c246b23601d4"}),
        *lines(1, NOON + 60, uuid="lock", commandType="DEVICE_LOCK"),
    ]
    assert since(page)[0] == ["u-0"]


def test_a_long_past_is_not_read_to_its_beginning() -> None:
    found, liar = since(lines(100, NOON + 90))
    assert found == ["u-1", "u-0"]
    assert len(liar.asked) == 1


def test_a_list_in_no_order_is_read_on() -> None:
    muddled = [*lines(50, NOON - 600), *lines(50, NOON - 6)]
    found, liar = since(muddled, lines(1, NOON + 6))
    assert found == ["u-0"]
    assert [query["page"] for query in liar.asked] == ["0", "1"]


@pytest.mark.parametrize("page", [[{"uuid": None}], [None], [*lines(2, NOON), {"commandState": "ERROR"}]])
def test_half_a_list_proves_nothing(page: list[dict[str, object]]) -> None:
    with pytest.raises(DeviceError, match="nobody can read"):
        since(page)


def test_a_list_without_end_proves_nothing() -> None:
    with pytest.raises(DeviceError, match="does not end"):
        since(lines(100, NOON + 10**6))


@given(st.integers(0, 250), st.integers(0, 250))
def test_every_command_since_is_found(newer: int, older: int) -> None:
    every = [*lines(newer, NOON + 60 * newer), *lines(older, NOON - 60)]
    pages = [every[at : at + 100] for at in range(0, len(every), 100)] or [[]]
    pages.append([])
    assert len(since(*pages)[0]) == newer
