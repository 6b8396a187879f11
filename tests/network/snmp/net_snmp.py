"""The real agent of net-snmp: one snmpd with its own port and folder."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.peers import program
from tests.ports import free


class Snmpd:
    """`override` lines make it the agent of any device; they take any value of their type."""

    def __init__(
        self, lines: Sequence[str], *, address: str = "127.0.0.1", prefix: Sequence[str] = ()
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pedell-snmpd-", dir="/tmp"))
        self.port = free(kind=socket.SOCK_DGRAM)
        self.address = f"{address}:{self.port}"
        self._lines = [f"agentaddress udp:{self.address}", *lines]
        self._prefix = [*prefix]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        subprocess.run(["rm", "-rf", str(self.folder)], check=False)

    def start(self) -> None:
        config = self.folder / "snmpd.conf"
        (self.folder / "log").unlink(missing_ok=True)
        config.write_text("".join(f"{line}\n" for line in self._lines))
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [*self._prefix, program("snmpd"), "-f", "-C", "-c", str(config), "-m", "", "-Lo"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"SNMP_PERSISTENT_DIR": str(self.folder / "state"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            )  # fmt: skip
        until = time.monotonic() + 90
        while b"NET-SNMP version" not in (self.folder / "log").read_bytes():
            assert self._process.poll() is None and time.monotonic() < until, (
                self.folder / "log"
            ).read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(60)
