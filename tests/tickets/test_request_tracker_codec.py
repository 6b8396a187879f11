"""The wire of Request Tracker: vectors observed on RT 5.0.3, and nonsense."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.errors import TicketError
from pedell.tickets.adapter import TicketState, WebhookRefusedError
from pedell_tickets.request_tracker import codec
from pedell_tickets.request_tracker.options import STATES, RequestTrackerOptions

# Captured from a scrip on RT 5.0.3, secret "test-secret".
CAPTURED = (
    b'{"event":"Create","queue":"General","status":"new","subject":"Raum 101 Apple TV","ticket_id":2,'
    b'"transaction_id":51}'
)
CAPTURED_SIGNATURE = "sha256=676b5f5f172e2055b5a2ed2f75611df966c609d59b2bc2ad8a7e17f55158c0bb"
LISTED = json.loads(
    '{"per_page":2,"items":[{"Status":"open","_url":"http://rt.example.test/REST/2.0/ticket/1","type":"ticket",'
    '"Subject":"neu","id":"1","Queue":{"id":"1","type":"queue","_url":"http://rt.example.test/REST/2.0/queue/1"}}],'
    '"total":1,"count":1,"pages":1,"page":1}'
)
ATTACHMENT = json.loads(
    '{"id":5,"ContentType":"text/plain","Content":"QXV0b21hdGlvbjogcmVzdGFydCBzZW50\\n",'
    '"TransactionId":{"id":"36","type":"transaction"}}'
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "Subject", "Status", "items", "Queue", "Requestor", "Content", "ContentType", "_hyperlinks",
                         "ref", "_url", "per_page", "pages", "page", "Creator", "Type"]) | st.text(max_size=5), inner, max_size=6),
)  # fmt: skip


def test_signature_of_the_captured_webhook() -> None:
    assert codec.signed("test-secret", CAPTURED) == CAPTURED_SIGNATURE
    event = codec.event("test-secret", "pedell-bot", {"x-rt-signature": CAPTURED_SIGNATURE}, CAPTURED)
    assert (event.kind, event.key, event.delivery, event.own) == ("created", "2", "transaction-51", False)


def test_own_events_are_known() -> None:
    body = b'{"event":"Comment","ticket_id":2,"transaction_id":52,"creator":"Pedell-Bot"}'
    event = codec.event("s", "pedell-bot", {"x-rt-signature": codec.signed("s", body)}, body)
    assert event.own
    assert event.kind == "noted"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b'{"ticket_id":"../1","transaction_id":1}', b"\xff"]
)
def test_bad_bodies(body: bytes) -> None:
    with pytest.raises(WebhookRefusedError) as refused:
        codec.event("s", "bot", {"x-rt-signature": codec.signed("s", body)}, body)
    assert refused.value.status == 400
    with pytest.raises(WebhookRefusedError) as refused:
        codec.event("s", "bot", {"x-rt-signature": codec.signed("t", body)}, body)
    assert refused.value.status == 401


def test_list_and_attachment() -> None:
    items, more = codec.items(LISTED)
    assert not more
    ticket = codec.ticket(items[0], STATES, "http://rt.example.test")
    assert (ticket.key, ticket.title, ticket.state) == ("1", "neu", TicketState.OPEN)
    assert ticket.url == "http://rt.example.test/Ticket/Display.html?id=1"
    assert codec.content(ATTACHMENT) == "Automation: restart sent"
    assert codec.content({"ContentType": "image/png", "Content": "AAAA"}) == ""


def test_pages_with_totals_that_are_null() -> None:
    full = {"per_page": 2, "pages": None, "total": None, "page": 1, "items": [{"id": "1"}, {"id": "2"}]}
    assert codec.items(full)[1]
    assert not codec.items(full | {"items": [{"id": "1"}]})[1]
    assert not codec.items(full | {"items": []})[1]


def test_states() -> None:
    words = {
        "new": "new",
        "open": "open",
        "stalled": "pending",
        "resolved": "solved",
        "rejected": "closed",
        "deleted": "closed",
        "odd": "open",
    }
    for status, state in words.items():
        assert codec.state_of(status, STATES) == state
    assert codec.state_of("waiting", STATES | {TicketState.PENDING: "waiting"}) is TicketState.PENDING
    options = RequestTrackerOptions(
        url="http://x", token="secret://env/X", user="bot", states={"pending": "waiting"}
    )
    assert options.states[TicketState.SOLVED] == "resolved"


@given(st.text())
def test_ticketsql_strings_end_where_they_should(text: str) -> None:
    quoted = codec.quoted(text)
    inner = quoted[1:-1].replace("\\\\", "").replace("\\'", "")
    assert "'" not in inner
    assert "\\" not in inner


@given(JSON)
def test_nonsense_gives_a_clear_error(document: object) -> None:
    for read in (
        lambda: codec.ticket(document, STATES, "http://x"), lambda: codec.items(document),
        lambda: list(codec.transactions(codec.items(document)[0])), lambda: codec.attachments(document),
        lambda: codec.content(document), lambda: codec.created(document), lambda: codec.messages(document),
    ):  # fmt: skip
        try:
            read()
        except TicketError as error:
            assert str(error)  # noqa: PT017


@given(st.binary(max_size=200))
def test_any_body_is_a_refusal_or_nothing(body: bytes) -> None:
    assert isinstance(codec.refusal(body), str)
