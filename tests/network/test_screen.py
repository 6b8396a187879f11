"""The screen: what a person would see, however the bytes were cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell_network.screen import Screen


def shown(*pieces: bytes) -> list[str]:
    screen = Screen()
    for piece in pieces:
        screen.feed(piece)
    return [*screen.lines, screen.line]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"one\r\ntwo\nthree", ["one", "two", "three"]),
        (b"one\r\r\ntwo\n\rthree", ["one", "two", "three"]),
        (b"a\r\n --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08b\r\nsw1#",
         ["a", "b", "sw1#"]),
        (b" --More-- \r          \r next\r\nsw1#", [" next", "sw1#"]),
        (b"  ---- More ----\x1b[42D                                          \x1b[42Dnext\r\n<sw>", ["next", "<sw>"]),
        (b"Saving 10%\rSaving 100%\r\n", ["Saving 100%", ""]),
        (b"\x1b[1;24r\x1b[24;1H\x1b[2K\x1b[24;1H\x1b[?25hsw1# ", ["sw1# "]),
        # A ProCurve that repaints what is typed, and makes its newline by inserting a line.
        ((b"\x1b[24;1Hsw1# \x1b[24;1H\x1b[24;6H\x1b[?25hs\x1b[24;6H\x1b[?25h\x1b[24;7Hh\x1b[24;7H\x1b[24;8H"
          b"\x1b[1;0H\x1b[1M\x1b[24;1H\x1b[1L\x1b[24;1Hout"), ["sw1# sh", "out"]),
        # A line editor that scrolls sideways, and one that wraps.
        (b"sw1#show interf\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08$erfaces\x1b[K", ["sw1#$erfaces"]),
        (b"x" * 79 + b" " + b" \ryz", ["x" * 79 + " yz"]),
        (b"B\xfcro \xc3\xa4", ["Büro ä"]),
        (b"\x1b]0;title\x07root@x:~# ", ["root@x:~# "]),
        (b"\x1b(Bplain\x1b[01;32mgreen\x1b[0m\x1b[m", ["plaingreen"]),
        (b"nul\x00\x07\r\n", ["nul", ""]),
        (b"\x01noise\x7f", ["\x01noise\x7f"]),
        (b"tab\tbed", ["tab\tbed"]),
    ],
)  # fmt: skip
def test_what_is_shown(data, expected):
    assert shown(data) == expected
    assert shown(*(bytes([byte]) for byte in data)) == expected


_PIECES = st.sampled_from(
    [b"a", b"sw1#", b" ", b"\r", b"\n", b"\r\n", b"\x08", b"\x1b", b"[", b"\x1b[K", b"\x1b[2K", b"\x1b[3D", b"\x1b[24;5H",
     b"\x1b[1L", b"\x1bE", b"\x1b]0;t\x07", b"\xc3", b"\xa4", b"\xfc", "ß€".encode(), b"\x00", b"\x01", b"x" * 75, b";9"]
)  # fmt: skip


@given(
    st.lists(st.one_of(_PIECES, st.binary(max_size=6)), max_size=25),
    st.lists(st.integers(0, 400), max_size=8),
)
def test_how_it_is_cut_makes_no_difference(pieces, cuts):
    data = b"".join(pieces)
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    assert shown(*(data[a:b] for a, b in itertools.pairwise(places))) == shown(data)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=20))
def test_plain_lines_stay_as_they_are(lines):
    assert shown("\r\n".join(lines).encode()) == (lines or [""])


def test_a_long_output_is_quick():
    """Ten megabytes by the quick way and by the slow one; a square of either would take minutes."""
    screen = Screen()
    for _ in range(10_000):
        screen.feed(b"interface GigabitEthernet1/0/1 is up\r\n" * 20)
    assert len(screen.lines) == 200_000
    screen.clear()
    for _ in range(1_000):
        screen.feed(b"\x1b[0minterface\r\r\n" * 20)
    assert screen.lines == ["interface"] * 20_000
