"""What speaks against touching a port, each alone."""

from __future__ import annotations

import dataclasses

import pytest

from pedell.drivers.api import DeviceError
from pedell.i18n import said
from pedell.testing.calls import PlainCall
from pedell_network.guards import Facts, guard, objections, unknown
from pedell_network.params import PortChange
from pedell_network.results import Mode, Neighbour, PortStatus, UpDown

STATUS = PortStatus(port="5", admin=UpDown.UP, oper=UpDown.UP, mode=Mode.ACCESS)
QUIET = Facts(STATUS, (), 1, management=False, gateway=False)
OTHER = Neighbour(port="5", name="gs108", capabilities=("other",))
POINT = Neighbour(port="5", name="ap", capabilities=("bridge", "access_point", "router"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"protected": True}, "protected in the inventory"),
        ({"management": True}, "our own connection"),
        ({"management": True, "gateway": True}, "our own connection"),
        ({"gateway": True}, "default gateway is behind it"),
        ({"stack": True}, "holds the stack together"),
        ({"bundle": True}, "bundle of links"),
        ({"addresses": 9}, "9 addresses"),
        ({"status": STATUS.model_copy(update={"mode": Mode.TRUNK})}, "it is a trunk"),
        ({"status": STATUS.model_copy(update={"admin": UpDown.UNKNOWN})}, "does not tell whether it is on"),
        (
            {"neighbours": (Neighbour(port="5", name="sw-keller", capabilities=("bridge",)),)},
            "sw-keller behind it",
        ),
        ({"internal": True}, "the switch's own interface"),
        ({"routed": True}, "a routed port"),
        ({"neighbours": (Neighbour(port="5", name="hub", capabilities=("repeater",)),)}, "hub behind it"),
        ({"neighbours": (OTHER,), "addresses": 2}, "gs108 behind it does not say what it is"),
        ({"neighbours": (OTHER,), "addresses": None}, "gs108 behind it does not say what it is"),
        ({"neighbours": (POINT, POINT.model_copy(update={"name": "ap2"}))}, "2 access points are behind it"),
        ({"neighbours": (Neighbour(port="5", capabilities=("router",)),)}, "a neighbour behind it"),
    ],
)
def test_each_alone(change, words):
    (found,) = objections(dataclasses.replace(QUIET, **change), 8)
    assert words in found


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"management": None, "gateway": None, "addresses": None, "neighbours": None},
        {"neighbours": (POINT,)},
        {"neighbours": (Neighbour(port="5", name="telefon", capabilities=("bridge", "phone")),)},
        {"addresses": 8},
        {"neighbours": (OTHER,)},
        {"neighbours": (OTHER,), "addresses": 0},
        {"neighbours": (POINT, POINT.model_copy(update={"address": "10.0.0.9"}))},
        {"neighbours": (Neighbour(port="5", name="kamera", capabilities=("station",)),), "addresses": 2},
        {"status": STATUS.model_copy(update={"oper": UpDown.DOWN})},
    ],
)
def test_nothing_speaks_against_it(change):
    assert objections(dataclasses.replace(QUIET, **change), 8) == ()


def test_an_access_points_trunk_and_clients_are_no_reason_but_a_switch_is():
    trunk = STATUS.model_copy(update={"mode": Mode.TRUNK})
    facts = dataclasses.replace(QUIET, status=trunk, addresses=60, neighbours=(POINT,))
    assert len(objections(facts, 8)) == 2
    assert objections(facts, 8, access_point=True) == ()
    behind = Neighbour(port="5", name="sw", capabilities=("bridge",))
    (found,) = objections(dataclasses.replace(facts, neighbours=(POINT, behind)), 8, access_point=True)
    assert "sw behind it" in found
    for change in ({"stack": True}, {"protected": True}, {"management": True}):
        assert objections(dataclasses.replace(facts, **change), 8, access_point=True)


def test_a_restart_of_one_access_point_is_not_one_of_many():
    """snmpsim-data, cisco-c3750: nineteen access points behind one port, through a switch that announces nothing."""
    many = tuple(POINT.model_copy(update={"name": f"ap-{number}"}) for number in range(19))
    facts = dataclasses.replace(QUIET, neighbours=many)
    assert objections(facts, 8, access_point=True) == ("19 access points are behind it",)
    told_twice = dataclasses.replace(QUIET, neighbours=(POINT, POINT))
    assert objections(told_twice, 8, access_point=True) == ()


def test_a_neighbour_that_does_not_say_what_it_is_is_named_in_the_note():
    facts = dataclasses.replace(QUIET, neighbours=(OTHER,))
    (line,) = unknown(facts)
    assert said(line, "en") == "gs108 on 5 does not say what it is."
    assert said(line, "de") == "gs108 an 5 sagt nicht, was es ist."
    assert unknown(dataclasses.replace(QUIET, neighbours=(POINT,))) == ()


def test_what_was_forced_is_read_in_german():
    trunk = PortStatus(port="Gi1/0/8", admin=UpDown.UNKNOWN, oper=UpDown.UP, mode=Mode.TRUNK)
    near = (Neighbour(port="Gi1/0/8", name="sw-keller", capabilities=("bridge",)),)
    facts = Facts(trunk, near, 40, True, protected=True, bundle=True, stack=True)
    against = objections(facts, 8)
    assert len(against) == 8
    assert all(said(each, "de") != each for each in against)
    call = PlainCall(10)
    guard(call, facts, PortChange(port="Gi1/0/8", force=True, reason="neue Glasfaser"), 8)
    told = said(call.notes[0], "de")
    assert all(said(each, "de") in told for each in against)
    with pytest.raises(DeviceError) as caught:
        guard(call, facts, PortChange(port="Gi1/0/8"), 8)
    assert said(caught.value.message, "de").startswith("Gi1/0/8 wird nicht angefasst: er ist im Inventar")


def test_what_is_not_told_is_said_unless_it_follows_from_the_maker():
    status = STATUS.model_copy(update={"mode": Mode.UNKNOWN})
    silent = Facts(status)
    assert [("trunk" in line, "connected" in line, "addresses" in line) for line in unknown(silent)] == [
        (False, True, False),
        (False, False, True),
        (True, False, False),
        (False, False, False),
    ]
    assert unknown(dataclasses.replace(QUIET, status=status, carries_all=True)) == ()
    assert unknown(dataclasses.replace(QUIET, status=status, bundle=True)) == ()
