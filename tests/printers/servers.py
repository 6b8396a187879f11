"""Real print servers on loopback, private to one test module: cupsd and ippeveprinter.

How they are started: the man pages of cupsd, cups-files.conf, cupsd.conf and ippeveprinter of CUPS 2.4.2.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers import program
from tests.ports import free

# ippeveprinter asks avahi for a connection even with `-r off`; these stand in for a daemon that is not there.
NO_AVAHI = """
#include <stddef.h>
static int tok[4];
void *avahi_threaded_poll_new(void){return &tok[0];}
void *avahi_threaded_poll_get(void*p){return &tok[1];}
int avahi_threaded_poll_start(void*p){return 0;}
int avahi_threaded_poll_stop(void*p){return 0;}
void avahi_threaded_poll_free(void*p){}
void avahi_threaded_poll_lock(void*p){}
void avahi_threaded_poll_unlock(void*p){}
void *avahi_client_new(const void*a,int f,void*cb,void*u,int*e){if(e)*e=0;return &tok[2];}
void avahi_client_free(void*c){}
const char*avahi_client_get_host_name_fqdn(void*c){return "localhost";}
"""
ADMIN = (
    "Pause-Printer Resume-Printer Enable-Printer Disable-Printer Cancel-Jobs Purge-Jobs CUPS-Accept-Jobs"
    " CUPS-Reject-Jobs CUPS-Add-Modify-Printer CUPS-Delete-Printer Set-Printer-Attributes"
)


def wait_for(what: str, holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Poll until it holds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.05)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except OSError:
        return False
    return True


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that servers can read after they gave up their rights; pytest's own is for root alone."""
    made = Path(tempfile.mkdtemp(prefix="pedell-printers-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(
    command: list[str], port: int, log: Path, environment: dict[str, str] | None = None
) -> Iterator[None]:
    """A server from its first answer until it is stopped and waited for."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **(environment or {})})
        try:
            wait_for(f"{command[0]}: {log.read_text('utf-8', 'replace')[-500:]}", lambda: answers(port))
            yield
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(60)


@dataclass
class Cups:
    """A private cupsd."""

    port: int
    socket: Path
    user: str = ""
    password: str = ""
    jobs: list[str] = field(default_factory=list)

    def queue(self, name: str) -> str:
        return f"ipp://127.0.0.1:{self.port}/printers/{name}"

    def run(self, tool: str, *words: str) -> str:
        """One of CUPS' own tools, over the domain socket: root needs no password there."""
        done = subprocess.run(
            [program(tool), *words],
            env={**os.environ, "CUPS_SERVER": str(self.socket)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{tool} {words}: {done.stderr}"
        return done.stdout

    def add(self, name: str, device: str, *words: str) -> str:
        """A raw queue; returns its address."""
        self.run("lpadmin", "-p", name, "-E", "-v", device, "-m", "raw", *words)
        return self.queue(name)

    def print(self, name: str, document: Path) -> None:
        self.run("lp", "-d", name, str(document))


@contextmanager
def cups() -> Iterator[Cups]:
    """cupsd with a user of its own that may do everything; both are gone afterwards."""
    with folder() as base, _account() as (user, password):
        for part in ("etc", "spool", "cache", "state", "log", "tmp"):
            (base / part).mkdir()
        port, sock = free(), base / "state" / "cups.sock"
        (base / "cups-files.conf").write_text(
            f"SystemGroup root lpadmin\nUser lp\nGroup lp\nServerRoot {base}/etc\nRequestRoot {base}/spool\n"
            f"CacheDir {base}/cache\nStateDir {base}/state\nTempDir {base}/tmp\nAccessLog {base}/log/access\n"
            f"ErrorLog {base}/log/error\nPageLog {base}/log/page\nDocumentRoot /usr/share/cups/doc-root\n"
            "FileDevice Yes\n"
        )
        (base / "cupsd.conf").write_text(
            f"Listen 127.0.0.1:{port}\nListen {sock}\nBrowsing Off\nBrowseLocalProtocols none\n"
            "DefaultAuthType Basic\nWebInterface No\nJobRetryInterval 5\nErrorPolicy stop-printer\n"
            "PreserveJobHistory Yes\nLogLevel warn\n"
            "<Location />\nOrder allow,deny\nAllow from 127.0.0.1\n</Location>\n"
            "<Policy default>\nJobPrivateAccess all\nJobPrivateValues none\n"
            f"<Limit {ADMIN}>\nAuthType Default\nRequire user @SYSTEM\nOrder deny,allow\n</Limit>\n"
            "<Limit Cancel-Job>\nRequire user @OWNER @SYSTEM\nOrder deny,allow\n</Limit>\n"
            "<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n"
        )
        command = [program("cupsd"), "-f", "-c", f"{base}/cupsd.conf", "-s", f"{base}/cups-files.conf"]
        with running(command, port, base / "cupsd.out"):
            yield Cups(port, sock, user, password)


@contextmanager
def _account() -> Iterator[tuple[str, str]]:
    """A system user in lpadmin: CUPS asks PAM about Basic passwords."""
    # A run that was killed leaves its account behind.
    user, password = f"pedell{os.urandom(4).hex()}", os.urandom(9).hex()
    subprocess.run(
        [program("useradd"), "-M", "-s", "/usr/sbin/nologin", "-G", "lpadmin", user], check=True, timeout=120
    )
    try:
        subprocess.run([program("chpasswd")], input=f"{user}:{password}".encode(), check=True, timeout=120)
        yield user, password
    finally:
        subprocess.run([program("userdel"), user], check=True, timeout=120, capture_output=True)


@contextmanager
def ippeveprinter() -> Iterator[str]:
    """One printer with a simulated engine; yields its HTTP origin."""
    with folder() as base:
        (base / "spool").mkdir()
        (base / "noavahi.c").write_text(NO_AVAHI)
        library = base / "noavahi.so"
        subprocess.run(
            [program("gcc"), "-shared", "-fPIC", "-o", str(library), str(base / "noavahi.c")],
            check=True,
            timeout=200,
        )
        port = free()
        command = [
            program("ippeveprinter"), "-r", "off", "-p", str(port), "-n", "localhost", "-d", f"{base}/spool", "-v",
            "-f", "application/pdf,text/plain,image/pwg-raster", "-M", "HP", "-m", "LaserJet Test", "test1",
        ]  # fmt: skip
        with running(command, port, base / "printer.log", {"LD_PRELOAD": str(library)}):
            yield f"http://localhost:{port}"
