"""Ears on real UDP ports of the loopback network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from pedell.drivers.deadline import Deadline
from pedell.drivers.errors import DeviceError, ErrorClass, Happened
from pedell.transports.udp_ears import LARGEST, MOST, Ears
from tests import ports

HERE = "127.0.0.1"


def free() -> int:
    return ports.free(HERE, socket.SOCK_DGRAM)


@contextmanager
def mouth(address: str = HERE) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((address, 0))
        yield made


def heard(ears: Ears, count: int) -> list[tuple[int, str, bytes]]:
    found: list[tuple[int, str, bytes]] = []
    deadline = Deadline.after(30)
    while len(found) < count and not deadline.passed():
        found += ears.hear(deadline.left())
    return found


def test_what_comes_to_several_ports_is_told_with_its_sender():
    first, second = free(), free()
    with Ears([first, second, first], HERE) as ears, mouth("127.0.0.7") as one, mouth() as other:
        one.sendto(b"a", (HERE, first))
        other.sendto(b"b", (HERE, second))
        assert sorted(heard(ears, 2)) == sorted([(first, "127.0.0.7", b"a"), (second, HERE, b"b")])
        assert list(ears.hear(0)) == []


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_both_kinds_of_addresses_are_heard_where_none_is_named():
    port = ports.free("", socket.SOCK_DGRAM)
    with (
        Ears([port]) as ears,
        mouth("127.0.0.7") as four,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as six,
    ):
        six.bind(("::1", 0))
        four.sendto(b"a", (HERE, port))
        six.sendto(b"b", ("::1", port))
        assert sorted(heard(ears, 2)) == [(port, "127.0.0.7", b"a"), (port, "::1", b"b")]


def test_a_port_is_ours_alone_unless_it_is_shared():
    port = free()
    with Ears([port], HERE), pytest.raises(DeviceError) as caught:
        Ears([free(), port], HERE)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.BUSY, Happened.NO)
    assert str(port) in caught.value.message
    assert "another" in caught.value.hint
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(Ears([port], HERE, shared=True))
        with pytest.raises(DeviceError):
            Ears([port], HERE)


def test_an_address_that_is_not_ours():
    for address in ("192.0.2.1", "not an address"):
        with pytest.raises(DeviceError) as caught:
            Ears([free()], address)
        assert caught.value.error_class is ErrorClass.PRECONDITION
        assert address in caught.value.message


def test_long_datagrams_are_cut_and_a_flood_is_taken_in_parts():
    port = free()
    with Ears([port], HERE) as ears, mouth() as one:
        one.sendto(b"x" * 5000, (HERE, port))
        assert [len(data) for _, _, data in heard(ears, 1)] == [LARGEST]
        for _ in range(MOST + 40):
            one.sendto(b"y", (HERE, port))
        assert len(list(ears.hear(5))) <= MOST


def test_closing_twice_is_closing_once():
    ears = Ears([free()], HERE)
    ears.close()
    ears.close()
