"""The SSH transport against a real server (asyncssh) and against what is none."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import asyncssh
import paramiko
import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports import ssh, ssh_known
from tests.ports import nobody


class Servers:
    """SSH servers on a loop of their own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.listeners: list[asyncssh.SSHAcceptor] = []
        self.doors: list[Door] = []

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def start(self, kind: str = "ssh-ed25519", **options: Any) -> asyncssh.SSHAcceptor:
        key = asyncssh.generate_private_key(kind)

        def door() -> Door:
            self.doors.append(Door())
            return self.doors[-1]

        async def listen() -> asyncssh.SSHAcceptor:
            return await asyncssh.listen(
                "127.0.0.1", 0, server_factory=door, server_host_keys=[key], **options
            )

        listener = self.run(listen())
        self.listeners.append(listener)
        return listener

    def change_key(self, listener: asyncssh.SSHAcceptor) -> None:
        listener.update(server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")])

    def stop(self) -> None:
        async def close() -> None:
            for listener in self.listeners:
                listener.close()
                await listener.wait_closed()
            for door in self.doors:
                door.line.abort()
                await door.line.wait_closed()
            for _ in range(5):  # asyncio closes an aborted socket one turn later
                await asyncio.sleep(0)
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.run(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()


class Door(asyncssh.SSHServer):
    line: asyncssh.SSHServerConnection

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.line = conn

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("pedell", "schule")


@pytest.fixture
def servers() -> Iterator[Servers]:
    made = Servers()
    yield made
    made.stop()


@pytest.fixture
def mute() -> Iterator[Callable[[bytes], int]]:
    """A server that greets with the bytes given (or not) and says nothing more; empty bytes close at once."""
    opened: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(greeting: bytes | None) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        opened.append(server)

        def serve() -> None:
            try:
                line, _ = server.accept()
            except OSError:
                return
            opened.append(line)
            if greeting == b"":
                line.close()
            elif greeting:
                with suppress(OSError):  # the client may have gone already
                    line.sendall(greeting)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return int(server.getsockname()[1])

    yield start
    for each in opened:
        with_shutdown(each)
    for thread in threads:
        thread.join(30)
    # Whoever came in that very moment was accepted all the same.
    for each in opened:
        with_shutdown(each)


def with_shutdown(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


def login(data, port, *, rule="strict", password="schule", seconds=30.0, legacy=(), host="127.0.0.1"):
    deadline = Deadline.after(seconds)
    client = ssh.PinnedClient(data, host, port, deadline, rule)
    sock = ssh.open_socket(host, port, deadline)
    try:
        with ssh.cut_at(sock, deadline):
            client.connect(
                host,
                port=port,
                username="pedell",
                password=password,
                sock=sock,
                look_for_keys=False,
                allow_agent=False,
                disabled_algorithms=ssh.disabled_algorithms(legacy),
            )
        return client.get_transport().is_authenticated()
    finally:
        client.close()
        sock.close()


def test_pinning_shows_the_fingerprint_and_lets_strict_in(servers, tmp_path):
    port = servers.start().get_port()
    with pytest.raises(DeviceError, match="not known") as caught:
        login(tmp_path, port)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    shown = ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(30))
    assert shown.startswith("SHA256:")
    assert ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(30)) == shown
    assert login(tmp_path, port)


def test_a_changed_key_refuses_until_it_is_replaced_on_purpose(servers, tmp_path):
    listener = servers.start()
    port = listener.get_port()
    first = ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(30))
    servers.change_key(listener)
    for rule in ("strict", "accept-new"):
        with pytest.raises(DeviceError, match="has changed") as caught:
            login(tmp_path, port, rule=rule)
        assert first in caught.value.message
    with pytest.raises(DeviceError, match="has changed"):
        ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(30))
    assert ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(30), replace=True) != first
    assert login(tmp_path, port)


def test_accept_new_pins_once(servers, tmp_path):
    port = servers.start().get_port()
    assert login(tmp_path, port, rule="accept-new")
    assert len(ssh_known.known(tmp_path, "127.0.0.1", port)) == 1
    assert login(tmp_path, port)


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_every_kind_of_host_key(servers, tmp_path, kind):
    assert login(tmp_path, servers.start(kind).get_port(), rule="accept-new")


def test_a_broken_pin_is_told(servers, tmp_path):
    port = servers.start().get_port()
    ssh_known.remember(tmp_path, "127.0.0.1", port, ssh_known.HostKey("ssh-ed25519", b"nonsense"))
    with pytest.raises(DeviceError, match="cannot be read"):
        login(tmp_path, port)


def test_wrong_password(servers, tmp_path):
    port = servers.start().get_port()
    with pytest.raises(DeviceError) as caught:
        login(tmp_path, port, rule="accept-new", password="falsch")
    assert caught.value.error_class is ErrorClass.AUTH
    assert "falsch" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # asyncssh's server warns
def test_old_algorithms_only_by_name(servers, tmp_path):
    old = {"kex_algs": ["diffie-hellman-group14-sha1"]}
    port = servers.start(**old).get_port()
    ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(30))
    with pytest.raises(DeviceError) as caught:
        login(tmp_path, port)
    assert caught.value.error_class is ErrorClass.UNSUPPORTED
    assert "legacy_algorithms" in caught.value.hint
    assert login(tmp_path, port, legacy=["diffie-hellman-group14-sha1"])


def test_an_old_signature_of_the_host_key_only_by_name(servers, tmp_path):
    port = servers.start("ssh-rsa", signature_algs=["ssh-rsa"]).get_port()
    ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(30))
    assert login(tmp_path, port, legacy=["ssh-rsa"])


def test_what_is_off_is_what_paramiko_offers():
    """A name that paramiko does not know would switch nothing off."""
    transport = paramiko.Transport
    offered = {
        *transport._preferred_kex, *transport._preferred_keys, *transport._preferred_pubkeys,
        *transport._preferred_ciphers, *transport._preferred_macs,
    }  # fmt: skip
    named = {name for names in ssh.LEGACY.values() for name in names}
    assert named <= offered
    assert ssh.disabled_algorithms(["ssh-rsa"])["keys"] == ()
    left = offered - named
    assert [name for name in left if name.endswith(("sha1", "-cbc", "md5")) and name != "hmac-sha1"] == []


@pytest.mark.parametrize(
    ("greeting", "kinds"),
    [
        (None, {ErrorClass.TIMEOUT}),
        (b"", {ErrorClass.BUSY, ErrorClass.UNREACHABLE}),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", {ErrorClass.TIMEOUT}),
        (b"SSH-2.0-Nothing\r\n", {ErrorClass.TIMEOUT}),
        (
            b"SSH-2.0-Nothing\r\n" + b"\xff" * 4000,
            {ErrorClass.PROTOCOL, ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT},
        ),
    ],
)
def test_what_is_no_ssh_server_ends_in_time(mute, tmp_path, greeting, kinds):
    port = mute(greeting)
    # Who hangs up at once does not have to be waited for.
    limit = 30.0 if greeting == b"" else 1.0
    began = time.monotonic()
    with pytest.raises(DeviceError) as caught:
        ssh.pin_host_key(tmp_path, "127.0.0.1", port, Deadline.after(limit))
    assert caught.value.error_class in kinds
    assert caught.value.happened is Happened.NO
    assert time.monotonic() - began < 12, "paramiko's own limits are 15 s and more"


def test_nobody_there(tmp_path):
    with nobody() as port:
        with pytest.raises(DeviceError) as caught:
            ssh.open_socket("127.0.0.1", port, Deadline.after(30))
        assert caught.value.error_class is ErrorClass.UNREACHABLE
        with pytest.raises(DeviceError) as caught:
            ssh.open_socket("127.0.0.1", port, Deadline.after(-1))
    assert caught.value.error_class is ErrorClass.TIMEOUT


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("ssh-ed25519", "openssh"),
        ("ssh-rsa", "openssh"),
        ("ssh-rsa", "pkcs1-pem"),
        ("ecdsa-sha2-nistp384", "pkcs1-pem"),
    ],
)
def test_private_keys(kind, form):
    made = asyncssh.generate_private_key(kind)
    plain = made.export_private_key(form).decode()
    rounds = {"rounds": 16, "ignore_few_rounds": True} if form == "openssh" else {}
    locked = made.export_private_key(form, passphrase="geheim", **rounds).decode()
    expected = made.get_fingerprint()
    assert ssh_known.HostKey(kind, ssh.private_key(plain).asbytes()).fingerprint == expected
    assert ssh_known.HostKey(kind, ssh.private_key(locked, "geheim").asbytes()).fingerprint == expected
    for text, phrase in ((locked, "falsch"), (locked, ""), ("no key", ""), ("", "")):
        with pytest.raises(DeviceError) as caught:
            ssh.private_key(text, phrase)
        assert caught.value.error_class is ErrorClass.AUTH
        assert "geheim" not in str(caught.value)
