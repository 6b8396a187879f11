"""A private PostgreSQL: own data folder, own Unix socket, nothing written to disk for safety, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

TEMPLATE = "pedell_template"
SETTINGS = {
    "fsync": "off",  # a commit reaches the system, which is enough to survive the server
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "120",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "",
    "logging_collector": "off",
    "log_min_messages": "fatal",
}


def binaries() -> Path:
    """Where the newest installed server keeps its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else Path(shutil.which("initdb") or "initdb").parent


class PostgresServer:
    """From construction to `close` a server is there, with a database that new ones are copied from."""

    def __init__(self) -> None:
        # A short path: a socket's may not be longer than 107 bytes.
        self.home = Path(tempfile.mkdtemp(prefix="pedell-pg-", dir="/tmp"))
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._account:
            os.chown(self.home, self._account.pw_uid, self._account.pw_gid)
        self.folder = self.home / "data"
        self._made = 0
        try:
            self._call("initdb", "-D", str(self.folder), "-U", "pedell", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
            self.start()
            self.execute(f"CREATE DATABASE {TEMPLATE}")
        except BaseException:
            self.close()
            raise

    def _call(self, program: str, *words: str) -> None:
        # Without the tests' environment: the server is meant to outlive the test that first needs it.
        result = subprocess.run(
            [str(binaries() / program), *words],
            user=self._account.pw_uid if self._account else None,
            group=self._account.pw_gid if self._account else None,
            extra_groups=[] if self._account else None,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        if result.returncode:
            raise RuntimeError(f"{program}: {result.stdout}{result.stderr}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
        self._call("pg_ctl", "start", "-w", "-t", "120", "-D", str(self.folder), "-l", str(self.home / "log"), "-o", f"-k {self.home} {options}")  # fmt: skip

    def start_again(self) -> None:
        """Start it where it was stopped."""
        if not (self.folder / "postmaster.pid").exists():
            self.start()

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is as if the power had failed."""
        if (self.folder / "postmaster.pid").exists():
            self._call("pg_ctl", "stop", "-w", "-t", "120", "-D", str(self.folder), "-m", mode)

    def url(self, name: str) -> str:
        """The setting `database` for one of its databases."""
        return f"postgresql://pedell@/{name}?host={self.home}"

    def execute(self, statement: str, name: str = "postgres") -> list[tuple]:
        """Run one statement on a connection of its own; its rows."""
        with psycopg.connect(host=str(self.home), user="pedell", dbname=name, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def database(self, *, like: str = "template1") -> str:
        """A new database; its name."""
        self._made += 1
        name = f"t{self._made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Stop it and remove everything."""
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self.home, ignore_errors=True)
