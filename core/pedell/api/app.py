"""The HTTP application: webhooks in, and whether we are well. It answers fast: work is stored, and done later.

Every answer is JSON; an error is `{"error": "..."}`. There are no pages and no server header.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pedell.errors import NotFoundError, PedellError
from pedell.tickets.adapter import WebhookRefusedError

LIMIT = 256 * 1024
"""Bytes that a body may have."""
PATIENCE = 10.0
"""Seconds that a body may take to arrive."""


class Hooks(Protocol):
    """Where deliveries go; they are durable when these return. False: nothing was new."""

    def generic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """What came through the generic webhook."""

    def webhook(self, system: str, headers: Mapping[str, str], body: bytes) -> bool:
        """What a ticket system sent."""


def build(
    hooks: Hooks, *, wake: Callable[[], None], health: Callable[[], None], tell: Callable[[str], None]
) -> FastAPI:
    """The application.

    Args:
        hooks: where deliveries go.
        wake: called when there is something new to work on.
        health: raises PedellError where the store cannot be used.
        tell: takes a line for people where something here keeps deliveries out.
    """
    app = FastAPI(title="Pedell", docs_url=None, redoc_url=None, openapi_url=None)

    async def take(request: Request, keep: Callable[[Mapping[str, str], bytes], bool]) -> JSONResponse:
        body = await _body(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        fresh = await run_in_threadpool(keep, headers, body)
        if fresh:
            wake()
        return JSONResponse({"accepted": fresh})

    @app.post("/hooks/generic")
    async def generic(request: Request) -> JSONResponse:
        return await take(request, hooks.generic)

    @app.post("/hooks/{system}")
    async def system(request: Request, system: str) -> JSONResponse:
        return await take(request, lambda headers, body: hooks.webhook(system, headers, body))

    @app.get("/health")
    async def well() -> JSONResponse:
        await run_in_threadpool(health)
        return JSONResponse({"status": "ok"})

    async def failed(request: Request, error: Exception) -> JSONResponse:
        """Nothing was kept, so the sender must try again; what is wrong with us is not the sender's business."""
        del request
        if isinstance(error, NotFoundError):
            return _error(404, "there is nothing here")
        tell(f"webhook: {error}")
        return _error(503, "not now, try again later", {"Retry-After": "30"})

    app.add_exception_handler(WebhookRefusedError, _refused)
    app.add_exception_handler(PedellError, failed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)
    return app


async def _body(request: Request) -> bytes:
    """The raw body, bounded in size and time; nothing beyond the bound is kept."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:18]) > LIMIT:
        raise HTTPException(413, f"the body has more than {LIMIT} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LIMIT:
                    raise HTTPException(413, f"the body has more than {LIMIT} bytes")
    except TimeoutError as error:
        raise HTTPException(408, "the body did not arrive in time") from error
    return bytes(body)


def _error(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status, headers=dict(headers or {}))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    del request
    status = error.status if isinstance(error, WebhookRefusedError) else 400
    return _error(status, str(error))


async def _http(request: Request, error: Exception) -> JSONResponse:
    del request
    if not isinstance(error, HTTPException):
        return _error(500, "a bug in Pedell")
    return _error(error.status_code, str(error.detail), error.headers)


async def _bug(request: Request, error: Exception) -> JSONResponse:
    del request, error
    return _error(500, "a bug in Pedell")
