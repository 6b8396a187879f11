"""A line to the server that can be cut: also right after a commit, before its answer."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Self

COMMIT = b"COMMIT"


class Wire:
    """Passes bytes between a TCP port and the server's Unix socket.

    `cut_at_commit`: "before" swallows the next COMMIT and hangs up, "after" lets it through and swallows the
    answer. `refuse` hangs up on everybody who comes.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut_at_commit = ""
        self.refuse = False
        self.cuts = 0
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._start(self._accept)

    def _start(self, work, *arguments) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.refuse:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                server.connect(str(self._home / ".s.PGSQL.5432"))
            except OSError:  # it ends, or has too much to do: whoever came may try again
                client.close()
                server.close()
                continue
            self._sockets += [client, server]
            swallow = threading.Event()
            self._start(self._forth, client, server, swallow)
            self._start(self._back, server, client, swallow)

    def _forth(self, client: socket.socket, server: socket.socket, swallow: threading.Event) -> None:
        while data := _receive(client):
            if COMMIT in data and self.cut_at_commit:
                how, self.cut_at_commit = self.cut_at_commit, ""
                self.cuts += 1
                if how == "before":
                    break
                swallow.set()
            try:
                server.sendall(data)
            except OSError:
                break
            if swallow.is_set():
                return  # the other direction hangs up once the answer is there
        _hang_up(client, server)

    def _back(self, server: socket.socket, client: socket.socket, swallow: threading.Event) -> None:
        while data := _receive(server):
            if swallow.is_set():
                break
            try:
                client.sendall(data)
            except OSError:
                break
        _hang_up(client, server)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        _hang_up(*self._sockets)
        for thread in self._threads:
            thread.join(30)
        for each in self._sockets:
            each.close()


def _receive(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


def _hang_up(*sockets: socket.socket) -> None:
    for each in sockets:
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
