"""Serves the application: a part of `pedell serve` with a thread of its own."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import threading

import uvicorn
from fastapi import FastAPI

from pedell.drivers.deadline import Deadline
from pedell.errors import ConfigError, PedellError
from pedell.i18n import t

STARTING = 15.0
CONNECTIONS = 200


class HttpServer:
    """Listens from `start` until `stop`; `url` is known once it listens."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._socket: socket.socket | None = None
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_keep_alive=5,
                limit_concurrency=CONNECTIONS,
                timeout_graceful_shutdown=5,
            )
        )
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._socket is None:
            raise PedellError(t("the web server is not started"))
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Listen; returns when requests are answered. Raises ConfigError where the address cannot be used."""
        self._socket = _listen(self._host, self._port)
        self._thread.start()
        deadline = Deadline.after(STARTING)
        while not self._server.started:
            if deadline.passed() or not self._thread.is_alive():
                self.stop(Deadline.after(1))
                raise PedellError(t("the web server does not start"))
            self._thread.join(0.02)

    def stop(self, deadline: Deadline) -> None:
        """Answer what has begun, then close."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(deadline.left())
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(2)
        if self._socket is not None:
            self._socket.close()

    def _run(self) -> None:
        if self._socket is not None:
            asyncio.run(self._server.serve([self._socket]))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        family = socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise ConfigError(
            t(
                "cannot listen on {host}:{port}: {error}",
                host=host,
                port=port,
                error=os.strerror(error.errno) if error.errno else error,
            ),
            hint=t(
                "settings web.host and web.port, or PEDELL_WEB_HOST and PEDELL_WEB_PORT; port 0 takes a free one"
            ),
        ) from error
