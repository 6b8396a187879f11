"""A real switch in a network namespace: a Linux bridge with two hosts, sshd with a shell and with FRR's vtysh.

Needs root. Everything (namespaces, processes, folder) is gone after `close`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests import namespaces
from tests.peers import program

PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/lib/frr"


def run(*words: str, check: bool = True) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=90, check=False)
    assert not check or done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout


class RealSwitch:
    """`port1` and `port2` lead to hosts; `mgmt0` is the way in."""

    def __init__(self, *, frr: bool) -> None:
        self.name = namespaces.new_name()
        self.space = f"{self.name}-sw"
        self.hosts = [f"{self.name}-h1", f"{self.name}-h2"]
        self.folder = Path(tempfile.mkdtemp(prefix="pedell-network-", dir="/tmp"))
        self.folder.chmod(0o755)
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            self._cables()
            self._keys()
            self._sshd(22, "")
            if frr:
                self._frr()
        except BaseException:
            self.close()
            raise

    def _cables(self) -> None:
        ip = program("ip")
        run(ip, "netns", "add", self.space)
        inside = (ip, "-n", self.space)
        run(*inside, "link", "set", "lo", "up")
        run(*inside, "link", "add", "br0", "type", "bridge")
        run(*inside, "link", "set", "br0", "up")
        for number, host in enumerate(self.hosts, 1):
            run(ip, "netns", "add", host)
            run(
                *inside, "link", "add", f"port{number}", "type", "veth", "peer", "name", "eth0", "netns", host
            )
            run(*inside, "link", "set", f"port{number}", "master", "br0", "up")
            run(ip, "-n", host, "addr", "add", f"10.99.0.1{number}/24", "dev", "eth0")
            run(ip, "-n", host, "link", "set", "eth0", "up")
        self.mgmt, self.ours, self.address = namespaces.take_network(self.space)

    def _keys(self) -> None:
        run(program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / "host"))
        run(program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / "client"))
        self.key = (self.folder / "client").read_text()
        self.fingerprint = run(program("ssh-keygen"), "-l", "-f", str(self.folder / "host.pub")).split()[1]

    def _inside(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{Path(words[0]).name}.log").open("ab")
        with log:
            process = subprocess.Popen(
                [program("ip"), "netns", "exec", self.space, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": PLACES, "HOME": "/root"},
            )
        self._processes.append(process)
        return process

    def _sshd(self, port: int, force: str) -> None:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        config = self.folder / f"sshd-{port}"
        lines = [
            f"ListenAddress {self.address}:{port}",
            f"HostKey {self.folder / 'host'}",
            f"AuthorizedKeysFile {self.folder / 'client.pub'}",
            "PidFile none",
            "UsePAM no",
            "UseDNS no",
            "PasswordAuthentication no",
            "PermitRootLogin yes",
            "StrictModes no",
            "PrintMotd no",
            "PrintLastLog no",
            *([f"ForceCommand {force}"] if force else []),
        ]
        config.write_text("".join(f"{line}\n" for line in lines))
        self._inside(program("sshd"), "-D", "-e", "-f", str(config))
        self._until(lambda: f":{port} " in run(program("ip"), "netns", "exec", self.space, "ss", "-ltn"))

    def _frr(self) -> None:
        home = self.folder / "frr"
        home.mkdir()
        (home / "zebra.conf").write_text("hostname vty1\n")
        (home / "vtysh.conf").write_text("no service integrated-vtysh-config\n")
        run("chown", "-R", "frr:frrvty", str(home))
        self._inside(
            program("zebra"), "--vty_socket", str(home), "-i", str(home / "zebra.pid"), "-z", str(home / "zserv.api"),
            "-f", str(home / "zebra.conf"), "-A", "127.0.0.1", "-P", "0",
        )  # fmt: skip
        self._until(lambda: (home / "zebra.vty").exists())
        self._sshd(2222, f"{program('vtysh')} --vty_socket {home} --config_dir {home}")

    def _until(self, ready: object) -> None:
        deadline = time.monotonic() + 60
        while not ready():  # type: ignore[operator]
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.02)

    def logs(self) -> str:
        return "\n".join(
            f"{file.name}: {file.read_text(errors='replace')}" for file in self.folder.glob("*.log")
        )

    def carrier(self, host: int) -> bool:
        """Whether the far end of a port sees a link."""
        space = self.hosts[host - 1]
        path = "/sys/class/net/eth0/carrier"
        return run(program("ip"), "netns", "exec", space, "cat", path).strip() == "1"

    def mac(self, host: int) -> str:
        space = self.hosts[host - 1]
        return run(program("ip"), "netns", "exec", space, "cat", "/sys/class/net/eth0/address").strip()

    def talk(self, host: int) -> None:
        """Let the bridge learn the host's address."""
        other = f"10.99.0.1{3 - host}"
        run(
            program("ip"),
            "netns",
            "exec",
            self.hosts[host - 1],
            "bash",
            "-c",
            f"echo > /dev/udp/{other}/9",
            check=False,
        )

    def close(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)
        for space in [self.space, *self.hosts]:
            namespaces.remove(space)
        shutil.rmtree(self.folder, ignore_errors=True)
