"""Ways to be let in, or not, at an SSH server: keyboard-interactive, old signatures, expired, too many, a jump host."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

import asyncssh
import paramiko
import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports import ssh, ssh_known
from pedell.transports.ssh_way import Jump, Way
from tests.peers import need, program
from tests.ports import free
from tests.transports.ssh_servers import OldServer, Servers


@pytest.fixture
def servers() -> Iterator[Servers]:
    made = Servers()
    yield made
    made.stop()


def login(data, port, *, password="schule", key=None, legacy=(), jump=None, seconds=30.0, agent=False):
    deadline = Deadline.after(seconds)
    way = Way.open("127.0.0.1", port, deadline, jump, data=data)
    try:
        with way.cut_at(deadline):
            client = ssh.PinnedClient(
                data, "127.0.0.1", port, deadline, "accept-new",
                reach=lambda until: way.reach("127.0.0.1", port, until), through=way.through,
            )  # fmt: skip
            try:
                client.connect(
                    "127.0.0.1", port=port, username="pedell", password=password, pkey=key, sock=way.sock,
                    look_for_keys=False, allow_agent=agent, disabled_algorithms=ssh.disabled_algorithms(legacy),
                )  # fmt: skip
                return client.get_transport().is_authenticated()
            finally:
                client.close()
    finally:
        way.close()


def refused(*arguments, **values) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        login(*arguments, **values)
    assert caught.value.happened is Happened.NO
    assert "schule" not in caught.value.message
    return caught.value


def test_a_server_that_asks_instead_of_taking_a_password(servers, tmp_path):
    port = servers.start({"asks": ["Password: "]}).get_port()
    assert login(tmp_path, port)
    assert refused(tmp_path, port, password="falsch").error_class is ErrorClass.AUTH


def test_a_server_that_asks_for_more_than_a_password(servers, tmp_path):
    port = servers.start({"asks": ["Password: ", "Token: "]}).get_port()
    assert refused(tmp_path, port).error_class is ErrorClass.AUTH


def test_an_expired_password(servers, tmp_path):
    error = refused(tmp_path, servers.start({"expired": True}).get_port())
    assert error.error_class is ErrorClass.AUTH
    assert "new password" in error.message


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ((12, "sorry"), ErrorClass.BUSY),
        ((2, "Too many sessions"), ErrorClass.BUSY),
        ((2, "Too many authentication failures"), ErrorClass.AUTH),
        ((11, "going down"), ErrorClass.UNREACHABLE),
    ],
)
def test_a_server_that_hangs_up_and_says_why(servers, tmp_path, said, kind):
    settings = {}
    port = servers.start(settings).get_port()
    assert login(tmp_path, port)  # its key is pinned
    settings["hangs_up"] = said
    error = refused(tmp_path, port)
    assert error.error_class is kind
    assert said[1] in error.message


def test_an_old_server_takes_a_key_by_its_old_signature_where_that_is_named(servers, tmp_path):
    key = paramiko.RSAKey.generate(2048)
    server = OldServer(key)
    servers.old.append(server)
    assert refused(tmp_path, server.port, password=None, key=key).error_class is ErrorClass.AUTH
    assert login(tmp_path, server.port, password=None, key=key, legacy=["ssh-rsa"])


def test_a_new_server_is_not_given_an_old_signature_where_that_is_named(servers, tmp_path):
    made = asyncssh.generate_private_key("ssh-rsa")
    keys = asyncssh.import_authorized_keys(made.export_public_key().decode())
    new = {"authorized_client_keys": keys, "signature_algs": ["rsa-sha2-256", "ssh-ed25519"]}
    key = ssh.private_key(made.export_private_key().decode())
    assert login(tmp_path, servers.start(**new).get_port(), password=None, key=key, legacy=["ssh-rsa"])


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # asyncssh's server warns
def test_the_oldest_server_needs_every_name(servers, tmp_path):
    """Group 14 with SHA-1 and an ssh-rsa signature of the host key: paramiko 5 has neither any more."""
    host = asyncssh.generate_private_key("ssh-rsa")
    old = {"kex_algs": ["diffie-hellman-group14-sha1"], "encryption_algs": ["aes128-cbc"]}
    port = servers.start(server_host_keys=[host], signature_algs=["ssh-rsa"], **old).get_port()
    names = ["diffie-hellman-group14-sha1", "aes128-cbc", "ssh-rsa"]
    for some in ([], names[:1], names[1:]):
        error = refused(tmp_path, port, legacy=some)
        assert error.error_class is ErrorClass.UNSUPPORTED
        assert "legacy_algorithms" in error.hint
    assert login(tmp_path, port, legacy=names)


def test_an_agent_is_asked_only_where_it_may_be(servers, tmp_path, monkeypatch):
    if not program("ssh-agent"):
        pytest.skip("no ssh-agent")
    made = asyncssh.generate_private_key("ssh-ed25519")
    keys = asyncssh.import_authorized_keys(made.export_public_key().decode())
    port = servers.start(authorized_client_keys=keys).get_port()
    file, place = tmp_path / "key", tmp_path / "agent"
    file.write_bytes(made.export_private_key())
    file.chmod(0o600)
    agent = subprocess.Popen(
        [program("ssh-agent"), "-D", "-a", str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 30
        while not place.exists():
            assert time.monotonic() < until
            time.sleep(0.01)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(place))
        subprocess.run([program("ssh-add"), "-q", str(file)], check=True, timeout=60)
        assert refused(tmp_path, port, password="falsch").error_class is ErrorClass.AUTH
        assert login(tmp_path, port, password="", agent=True)
    finally:
        agent.terminate()
        agent.wait(30)


@contextmanager
def way_to_silence(servers: Servers, data: Path) -> Iterator[Way]:
    """Through a jump host to somebody who takes the connection and says nothing."""
    gate = servers.start({"leads_on": True}).get_port()
    jump = Jump("127.0.0.1", gate, "pedell", "schule", host_key="accept-new")
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,
        closing(Way.open("127.0.0.1", mute.getsockname()[1], Deadline.after(30), jump, data=data)) as way,
    ):
        yield way


class TestJump:
    """Through another server, which is pinned as well."""

    def test_both_are_pinned_and_both_are_closed(self, servers, tmp_path):
        inner = servers.start().get_port()
        gate = servers.start({"leads_on": True}).get_port()
        jump = Jump("127.0.0.1", gate, "pedell", "schule", host_key="accept-new")
        assert login(tmp_path, inner, jump=jump)
        assert ssh_known.known(tmp_path, "127.0.0.1", gate)
        assert ssh_known.known(tmp_path, "127.0.0.1", inner, jump.name)
        # The same private address behind another jump host is another device.
        assert not ssh_known.known(tmp_path, "127.0.0.1", inner)
        until = time.monotonic() + 30
        while servers.open_lines:
            assert time.monotonic() < until
            time.sleep(0.01)

    def test_a_jump_host_whose_key_is_not_known_or_has_changed(self, servers, tmp_path):
        inner = servers.start().get_port()
        settings = {"leads_on": True}
        listener = servers.start(settings)
        jump = Jump("127.0.0.1", listener.get_port(), "pedell", "schule")
        error = refused(tmp_path, inner, jump=jump)
        assert (error.error_class, "jump host" in error.message) == (ErrorClass.PRECONDITION, True)
        ssh.pin_host_key(tmp_path, "127.0.0.1", listener.get_port(), Deadline.after(30))
        assert login(tmp_path, inner, jump=jump)
        listener.update(server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")])
        del settings["led_to"]
        error = refused(tmp_path, inner, jump=jump)
        assert "has changed" in error.message
        assert "led_to" not in settings

    def test_a_changed_key_behind_it(self, servers, tmp_path):
        listener = servers.start()
        jump = Jump(
            "127.0.0.1",
            servers.start({"leads_on": True}).get_port(),
            "pedell",
            "schule",
            host_key="accept-new",
        )
        assert login(tmp_path, listener.get_port(), jump=jump)
        listener.update(server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")])
        error = refused(tmp_path, listener.get_port(), jump=jump)
        assert error.error_class is ErrorClass.PRECONDITION
        assert "has changed" in error.message

    def test_what_may_be_wrong_with_it(self, servers, tmp_path):
        inner = servers.start().get_port()
        closed = servers.start({}).get_port()
        open_ = servers.start({"leads_on": True}).get_port()
        wrong = Jump("127.0.0.1", open_, "pedell", "falsch", host_key="accept-new")
        error = refused(tmp_path, inner, jump=wrong)
        assert (error.error_class, "jump host" in error.message) == (ErrorClass.AUTH, True)
        keeps = Jump("127.0.0.1", closed, "pedell", "schule", host_key="accept-new")
        error = refused(tmp_path, inner, jump=keeps)
        assert (error.error_class, "does not let us go on" in error.message) == (ErrorClass.REFUSED, True)
        leads = Jump("127.0.0.1", open_, "pedell", "schule")
        error = refused(tmp_path, 1, jump=leads)
        assert (error.error_class, "no connection" in error.message) == (ErrorClass.UNREACHABLE, True)
        assert "schule" not in repr(leads)

    def test_one_limit_for_all_of_the_way(self, servers, tmp_path):
        """Behind the jump host somebody takes the connection and says nothing."""
        gate = servers.start({"leads_on": True}).get_port()
        jump = Jump("127.0.0.1", gate, "pedell", "schule", host_key="accept-new")
        began = time.monotonic()
        with socket.create_server(("127.0.0.1", 0)) as mute:
            error = refused(tmp_path, mute.getsockname()[1], jump=jump, seconds=1.5)
        assert error.error_class is ErrorClass.TIMEOUT
        assert time.monotonic() - began < 12, "each of its waits had a limit of its own"

    @pytest.mark.parametrize("error", [None, EOFError(), OSError(), paramiko.SSHException("gone")])
    def test_the_limit_wakes_who_reads(self, servers, tmp_path, monkeypatch, error):
        """Also where the jump host is lost in the same moment: then nothing can be sent to it any more."""
        with way_to_silence(servers, tmp_path) as way:

            def lost(message: object) -> None:
                raise error

            if error is not None:
                monkeypatch.setattr(way.sock.transport, "_send_user_message", lost)
            way.sock.settimeout(30)
            with ssh.cut_at(way.sock, Deadline.after(0.2)):
                assert way.sock.recv(1) == b""

    @pytest.mark.parametrize("error", [EOFError(), BrokenPipeError()])
    def test_hanging_up_on_a_jump_host_that_is_gone_is_no_trouble(
        self, servers, tmp_path, monkeypatch, error
    ):
        """What goes through it is closed by a thread of its own, in which nobody would catch that."""
        with way_to_silence(servers, tmp_path) as way:

            def gone(message: object) -> None:
                raise error

            monkeypatch.setattr(way.sock.transport.packetizer, "send_message", gone)
            with pytest.raises(type(error)):
                way.sock.send(b"more")
            way.sock.close()
            assert way.sock.closed

    @pytest.mark.peer("openssh")
    @pytest.mark.parametrize(("allowed", "kind"), [("yes", None), ("no", ErrorClass.REFUSED)])
    def test_a_real_sshd(self, servers, tmp_path, allowed, kind):
        need("openssh")
        inner = servers.start().get_port()
        with RealJump(tmp_path / "sshd", allowed) as real:
            jump = Jump(
                "127.0.0.1", real.port, real.user, key=ssh.private_key(real.key), host_key="accept-new"
            )
            if kind is None:
                assert login(tmp_path, inner, jump=jump)
            else:
                assert refused(tmp_path, inner, jump=jump).error_class is kind


class RealJump:
    """OpenSSH's sshd on loopback, for this user's own key."""

    def __init__(self, folder: Path, allowed: str) -> None:
        folder.mkdir()
        self._folder = folder
        for name in ("host", "client"):
            subprocess.run(
                [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
                check=True,
                timeout=60,
            )
        self.key = (folder / "client").read_text()
        self.user = os.environ.get("USER") or "root"
        self.port = free()
        lines = [
            f"ListenAddress 127.0.0.1:{self.port}", f"HostKey {folder / 'host'}", "PidFile none", "UsePAM no",
            f"AuthorizedKeysFile {folder / 'client.pub'}", "StrictModes no", "PermitRootLogin yes",
            f"AllowTcpForwarding {allowed}", "PasswordAuthentication no", "UseDNS no",
        ]  # fmt: skip
        (folder / "config").write_text("\n".join([*lines, ""]))

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self._process = subprocess.Popen(
            [program("sshd"), "-D", "-e", "-f", str(self._folder / "config")],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "listening" in line:
                break
        self._reader = threading.Thread(target=self._process.stderr.read)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._reader.join(30)
        if self._process.stderr is not None:
            self._process.stderr.close()
