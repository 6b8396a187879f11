"""The codec: golden messages of others, a second implementation, and hostile bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyipp.enums import IppOperation
from pyipp.parser import parse as parse_elsewhere
from pyipp.serializer import encode_dict as encode_elsewhere

from pedell_printers.ipp.codec import (
    Attribute,
    AttributeGroup,
    Message,
    MessageError,
    Value,
    attribute,
    decode,
    encode,
    text,
)
from pedell_printers.ipp.words import Group, Operation, Tag

# The smallest Get-Printer-Attributes request, for ipp://192.0.2.10/ipp/print.
SMALLEST = bytes.fromhex(
    "0200000B00000001014700126174747269627574657 32D63686172736574 00057574662D38 48001B".replace(" ", "")
    + "617474726962757465732D6E61747572616C2D6C616E6775616765 0002656E 45000B".replace(" ", "")
    + "7072696E7465722D757269 001A 6970703A2F2F3139322E302E322E31302F6970702F7072696E74 03".replace(" ", "")
)
# RFC 2565 section 9.7, Get-Jobs request, written from its table of octets.
GET_JOBS = b"".join(
    (
        b"\x01\x00", b"\x00\x0a", b"\x00\x00\x01\x23", b"\x01",
        b"\x47", b"\x00\x12", b"attributes-charset", b"\x00\x08", b"us-ascii",
        b"\x48", b"\x00\x1b", b"attributes-natural-language", b"\x00\x05", b"en-us",
        b"\x45", b"\x00\x0b", b"printer-uri", b"\x00\x1a", b"http://forest:631/pinetree",
        b"\x21", b"\x00\x05", b"limit", b"\x00\x04", b"\x00\x00\x00\x32",
        b"\x44", b"\x00\x14", b"requested-attributes", b"\x00\x06", b"job-id",
        b"\x44", b"\x00\x00", b"\x00\x08", b"job-name",
        b"\x44", b"\x00\x00", b"\x00\x0f", b"document-format",
        b"\x03",
    )
)  # fmt: skip


def head(charset: str, language: str, uri: str) -> tuple[Attribute, ...]:
    return (
        attribute("attributes-charset", Tag.CHARSET, charset),
        attribute("attributes-natural-language", Tag.LANGUAGE, language),
        attribute("printer-uri", Tag.URI, uri),
    )


GOLDEN = [
    (
        SMALLEST,
        Message(
            (2, 0),
            Operation.GET_PRINTER_ATTRIBUTES,
            1,
            (AttributeGroup(Group.OPERATION, head("utf-8", "en", "ipp://192.0.2.10/ipp/print")),),
        ),
    ),
    (
        GET_JOBS,
        Message(
            (1, 0),
            Operation.GET_JOBS,
            0x123,
            (
                AttributeGroup(
                    Group.OPERATION,
                    (
                        *head("us-ascii", "en-us", "http://forest:631/pinetree"),
                        attribute("limit", Tag.INTEGER, 50),
                        attribute(
                            "requested-attributes", Tag.KEYWORD, "job-id", "job-name", "document-format"
                        ),
                    ),
                ),
            ),
        ),
    ),
]


@pytest.mark.parametrize(("raw", "message"), GOLDEN)
def test_golden(raw: bytes, message: Message) -> None:
    assert encode(message) == raw
    assert decode(raw) == message


def test_the_smallest_request_has_114_bytes() -> None:
    assert len(SMALLEST) == 114


def test_a_second_implementation_reads_the_same() -> None:
    """An answer in the style of RFC 8011, read by pyipp."""
    group = AttributeGroup(
        Group.PRINTER,
        (
            attribute("printer-name", Tag.NAME, "B204"),
            attribute("printer-state", Tag.ENUM, 5),
            attribute("printer-state-reasons", Tag.KEYWORD, "media-empty-error", "paused"),
            attribute("printer-is-accepting-jobs", Tag.BOOLEAN, False),
            attribute("queued-job-count", Tag.INTEGER, 7),
        ),
    )
    operation = AttributeGroup(Group.OPERATION, head("utf-8", "en", "ipp://p1/ipp/print")[:2])
    seen = parse_elsewhere(encode(Message((2, 0), 0, 9, (operation, group))))
    assert seen["request-id"] == 9
    printer = seen["printers"][0]
    assert printer["printer-name"] == "B204"
    assert printer["printer-state"] == 5
    assert printer["printer-state-reasons"] == ["media-empty-error", "paused"]
    assert printer["printer-is-accepting-jobs"] is False
    assert printer["queued-job-count"] == 7


def test_a_second_implementation_writes_the_same() -> None:
    raw = encode_elsewhere(
        {
            "version": (2, 0),
            "operation": IppOperation.GET_PRINTER_ATTRIBUTES,
            "request-id": 1,
            "operation-attributes-tag": {
                "attributes-charset": "utf-8",
                "attributes-natural-language": "en",
                "printer-uri": "ipp://192.0.2.10/ipp/print",
            },
        }
    )
    assert decode(raw).groups == decode(SMALLEST).groups


numbers = st.integers(-(2**31), 2**31 - 1)
values = st.one_of(
    st.builds(Value, st.sampled_from([Tag.INTEGER, Tag.ENUM]), numbers),
    st.builds(Value, st.just(Tag.BOOLEAN), st.booleans()),
    st.builds(Value, st.sampled_from([Tag.TEXT, Tag.KEYWORD, Tag.URI]), st.text(max_size=40)),
    # Octets, dates, ranges, the tags of a collection: kept as they are.
    st.builds(
        Value, st.sampled_from([0x10, 0x13, 0x30, 0x31, 0x33, 0x34, 0x37, 0x4A, 0x7F]), st.binary(max_size=40)
    ),
)
names = st.from_regex(r"[a-z][a-z-]{0,30}", fullmatch=True)
attributes = st.builds(Attribute, names, st.lists(values, min_size=1, max_size=4).map(tuple))
groups = st.builds(
    AttributeGroup, st.sampled_from([1, 2, 4, 5, 6]), st.lists(attributes, max_size=4).map(tuple)
)
messages = st.builds(
    Message,
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.integers(0, 0x7FFF),
    numbers,
    st.lists(groups, max_size=4).map(tuple),
    st.binary(max_size=30),
)


@given(messages)
def test_there_and_back(message: Message) -> None:
    assert decode(encode(message)) == message


@given(messages, st.data())
def test_no_part_of_a_message_is_a_message(message: Message, data: st.DataObject) -> None:
    whole = encode(Message(message.version, message.code, message.request_id, message.groups))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(MessageError):
        decode(whole[:cut])


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused_or_read(raw: bytes) -> None:
    try:
        message = decode(b"\x02\x00\x00\x00\x00\x00\x00\x01" + raw)
    except MessageError:
        return
    for group in message.groups:
        for item in group:
            for value in item.values:
                text(value)


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("", "without the end-of-attributes"),
        ("44000161000161", "before the first group"),
        ("0144000000016103", "before the first attribute"),
        ("0121000161000300000103", "an integer of 3 bytes"),
        ("01220001610001 0203".replace(" ", ""), "neither true nor false"),
        ("01440001ff00016103", "not ASCII"),
        ("0144ffff", "within a field"),
        ("014400", "within a length"),
    ],
)
def test_what_breaks_the_rules(rest: str, words: str) -> None:
    with pytest.raises(MessageError, match=words):
        decode(bytes.fromhex("0101000000000001" + rest))


@pytest.mark.parametrize(
    "item",
    [attribute("limit", Tag.INTEGER, 2**31), attribute("größe", Tag.INTEGER, 1), Attribute("empty", ())],
)
def test_what_cannot_be_written(item: Attribute) -> None:
    with pytest.raises(MessageError):
        encode(Message((2, 0), 1, 1, (AttributeGroup(Group.OPERATION, (item,)),)))


def test_texts_with_a_language() -> None:
    with_language = Value(Tag.TEXT_LANGUAGE, b"\x00\x02de\x00\x05Papie")
    assert text(with_language) == "Papie"
    assert text(Value(Tag.TEXT_LANGUAGE, b"\x00\x02de\x00\x09Papie")) is None
    assert text(Value(Tag.OCTETS, b"x")) is None
    assert text(Value(Tag.NAME, "B204")) == "B204"
