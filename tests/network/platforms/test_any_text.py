"""Whatever a switch prints: every parser of every platform answers or raises DeviceError(PROTOCOL), and soon."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line.platform import Neighbourhood
from pedell_network.juniper_junos import parse as junos
from pedell_network.lancom_lcossx4 import parse as sx4
from tests.network.platforms.cases import CASES, Case

pytestmark = pytest.mark.matrix(6)

Parser = Callable[[str], Any]
ALLOWED = {ErrorClass.PROTOCOL, ErrorClass.PRECONDITION}
SOON = 5.0
"""Seconds for half a megabyte; a pattern that runs away takes minutes."""


def parsers(case: Case) -> Iterator[tuple[str, Parser]]:
    """Each parser of the platform, given an output alone."""
    platform, port = case.driver.platform, case.port(5)
    guarding, near = platform.guarding, platform.neighbours
    for look in (
        *platform.info,
        platform.addresses,
        platform.running,
        guarding.arp,
        guarding.gateway,
        guarding.route,
    ):
        if look is not None:
            yield look.command, look.parse
    for listed in (guarding.bundled, guarding.stacking):
        if listed is not None:
            yield listed.command, listed.parse
    if guarding.reached is not None:
        yield "the ports in the ARP table", guarding.reached
    if isinstance(near, Neighbourhood):
        detail = near.parse
        yield near.listed.command, near.listed.parse
        yield near.detail, lambda text: detail(text, port)
    elif near is not None:
        yield near.command, near.parse
    for told in platform.port:
        yield told.command, lambda text, told=told: told.parse(text, port)
    if platform.power and platform.power.setting:
        setting = platform.power.setting
        yield "the power's setting", lambda text: setting.parse(text, port)
    if platform.saving and platform.saving.unsaved:
        unsaved = platform.saving.unsaved
        yield "unsaved", lambda text: unsaved.tell([text] * len(unsaved.commands))
    yield "refusals", platform.refusals
    yield "port names", lambda text: platform.port_name(text, "")


ALL = [
    pytest.param(parser, id=f"{case.kind}: {name}") for case in CASES for name, parser in parsers(case)
] + [
    pytest.param(junos.pending, id="juniper-junos: show system commit"),
    pytest.param(sx4.vlans, id="lancom-lcossx4: show vlan"),
]


def survives(parser: Parser, text: str) -> None:
    try:
        parser(text)
    except DeviceError as caught:
        error = caught
    else:
        return
    assert error.error_class in ALLOWED, error
    assert "\n" not in error.message


# Words of all platforms, so that what is tried looks like an answer now and then.
_WORDS = st.sampled_from(
    [
        "5", "1/1/5", "ge-0/0/5.0", "0/5", "ether5", "up", "down", "Yes", "No", "Enabled", "Disabled", "Delivering",
        ":", "=", "----", "|", "mac-address=", "00:11:22:33:44:55", "001122-334455", "vlan", "20", "name=ether5",
        "Interface", "Port", "Local Port   :", "Remote Identifier:", "Neighbour Information:", "LLDP", "\t", "  ", "\n",
        "TagCtl", "Untagged :", "Tagged   :", "1-4,11", "Port NO.", "Link", "PVID", "Enable", "Consumption (mW)", "LocalPort",
        "....", "1000 Full", "10.0.0.1", "0.0.0.0/0", "> to", "W", "12.5", "interface 0/5", "Physical interface: ge-0/0/5,",
        "GigabitEthernet 1/5", "interface GigabitEthernet 1/5\n", "Type VID", "Dynamic", "1/1-99999999", "(+)", "1Gfdx", "VLAN Name",
    ]
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(_WORDS, st.text(max_size=6)), max_size=60).map(" ".join),
    st.lists(_WORDS, max_size=80).map("".join),
)


@pytest.mark.parametrize("parser", ALL)
@settings(max_examples=25, deadline=None)
@example("")
@example("\n" * 50)
@example("\x00\x1b[2J\ufffd\ud800")
@given(text=_TEXTS)
def test_any_text(parser, text):
    survives(parser, text)


FLOODS = {
    "blanks": " " * 300_000,
    "lines of blanks": (" " * 200 + "\n") * 1_500,
    "dashes": "-" * 300_000,
    "dots": "a" + "." * 300_000,
    "one word": "a" * 300_000,
    "digits": "1" * 300_000,
    "colons": ": " * 100_000,
    "pairs": "a: b\n" * 60_000,
    "rows": "  5            100/1000T  | No        Yes     Up     1000FDx    MDIX off  0\n" * 3_000,
    "terse": "0 D name=a b=c d=e " + "x=y " * 50_000,
    "addresses": "00:11:22:33:44:55 " * 15_000,
    "lists of ports": "  1  20  Static 0:00:01 TagCtl Untagged :" + "1-999," * 50_000,
    "columns": "Port State Consumption\n" + "---- " * 60_000,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
@pytest.mark.parametrize("flood", FLOODS)
def test_no_pattern_runs_away(case, flood):
    began = time.process_time()
    for _, parser in parsers(case):
        survives(parser, FLOODS[flood])
    assert time.process_time() - began < SOON


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_whatever_a_number_alone_is_said_to_mean_it_is_a_port_or_nothing(case):
    named = case.driver.platform.port_name
    for prefix in ("no ", "reload cold ", "5 - 1/", "delete interfaces ", "/", "::", "Gi", "0", "1:", "lag "):
        for text in ("5", "1/5", "0/0/5", "1/0/5"):
            found = named(text, prefix)
            assert found is None or named(found, "") == found
