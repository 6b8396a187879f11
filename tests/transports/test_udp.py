"""Datagrams: on the loopback network, and as real broadcasts between two machines."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import IPv4Interface

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.udp import LIMITED_BROADCAST, Datagrams, broadcast_address, local_networks
from tests import namespaces
from tests.namespaces import ip
from tests.peers import program


def quiet(*_: object) -> None:
    pass


def test_the_networks_of_this_machine():
    assert IPv4Interface("127.0.0.1/8") in local_networks()
    assert broadcast_address("127.3.4.5") == broadcast_address("localhost") == "127.255.255.255"


@pytest.mark.parametrize("host", ["203.0.113.9", "fd00::1", "no-such-host.invalid", ""])
def test_a_host_of_no_network_of_ours(host):
    assert broadcast_address(host) == LIMITED_BROADCAST


def test_there_and_back():
    heard: list[tuple[str, bytes | str]] = []
    with Datagrams(lambda *line: heard.append(line), source="127.0.0.1") as one, Datagrams(quiet) as other:
        one.send(b"?", "127.0.0.1", other.port, shown=b"(asked)")
        assert other.receive(Deadline.after(30)) == (b"?", "127.0.0.1")
        other.send(b"!", "127.0.0.1", one.port)
        assert one.receive(Deadline.after(30)) == (b"!", "127.0.0.1")
        assert other.receive(Deadline.after(0.05)) is None
    assert heard == [(">", b"(asked)"), ("<", b"!")]


def test_a_packet_that_nobody_took_does_not_end_the_waiting():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = closed.getsockname()[1]
    with Datagrams(quiet) as one, Datagrams(quiet) as other:
        one.send(b"?", "127.0.0.1", nobody)
        other.send(b"!", "127.0.0.1", one.port)
        assert one.receive(Deadline.after(30)) == (b"!", "127.0.0.1")


def test_a_port_that_is_taken_and_an_address_that_is_not_ours():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        with pytest.raises(DeviceError) as busy:
            Datagrams(quiet, port=taken.getsockname()[1])
    with pytest.raises(DeviceError) as foreign:
        Datagrams(quiet, source="203.0.113.7")
    assert [(e.value.error_class, e.value.happened) for e in (busy, foreign)] == [
        (ErrorClass.BUSY, Happened.NO), (ErrorClass.PRECONDITION, Happened.NO),
    ]  # fmt: skip


WAKE = """
import sys
from pedell.testing.calls import PlainCall
from pedell.transports.udp import broadcast_address
from pedell_whiteboards.wake_on_lan.send import wake
wake(PlainCall(), lambda *_: None, "00:11:22:33:44:55", broadcast_address("10.4.2.20"), times=3)
"""


@pytest.mark.peer("netns")
class TestBetweenTwoMachines:
    @pytest.fixture
    def machines(self) -> Iterator[tuple[str, str]]:
        """Two namespaces on one cable: 10.4.2.2 and 10.4.2.20, in 10.4.2.0/24; the first has a second network."""
        name = namespaces.new_name()
        ours, theirs = f"{name}-a", f"{name}-b"
        try:
            for name in (ours, theirs):
                ip("netns", "add", name)
            ip("-n", ours, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", theirs)
            ip("-n", ours, "link", "add", "other", "type", "veth", "peer", "name", "end")
            for name, device, address in ((ours, "other", "192.0.2.2"), (ours, "cable", "10.4.2.2"),
                                          (theirs, "cable", "10.4.2.20")):  # fmt: skip
                ip("-n", name, "address", "add", f"{address}/24", "broadcast", "+", "dev", device)
                ip("-n", name, "link", "set", device, "up")
            ip("-n", ours, "link", "set", "end", "up")
            # The limited broadcast would go this way.
            ip("-n", ours, "route", "add", "default", "via", "192.0.2.1")
            yield ours, theirs
        finally:
            for name in (ours, theirs):
                namespaces.remove(name)

    def test_a_magic_packet_reaches_the_right_network(self, machines):
        ours, theirs = machines
        listen = [
            program("ip"), "netns", "exec", theirs, program("socat"), "-u", "-T", "10", "UDP4-RECV:9", "STDOUT",
        ]  # fmt: skip
        send = [program("ip"), "netns", "exec", ours, sys.executable, "-c", WAKE]
        with subprocess.Popen(listen, stdout=subprocess.PIPE) as listening:
            assert listening.stdout is not None
            try:
                os.set_blocking(listening.stdout.fileno(), False)
                heard, until = b"", Deadline.after(40)
                while len(heard) < 102 and not until.passed():
                    subprocess.run(send, check=True, timeout=60)
                    heard += listening.stdout.read() or b""
            finally:
                listening.kill()
        assert heard[:102] == b"\xff" * 6 + bytes.fromhex("001122334455") * 16
