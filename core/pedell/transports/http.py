"""HTTP for drivers and ticket adapters: one server, one conversation, one thread.

    with HttpClient("https://mdm.example.org", record=env.record, auth=bearer(token)) as http:
        answer = http.request("GET", "/api/v1/devices", deadline=deadline).check()

TLS is verified against the system's authorities, a named CA file, or one pinned certificate; it cannot be
switched off. A password or token goes over plain HTTP to this very machine only, unless `plain_auth` is set.
The environment's proxies are ignored. Compressed answers are not asked for. Built on httpcore, the engine of
httpx: it lets the sockets be ours, so that a deadline holds for a whole call.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urljoin, urlsplit

import httpcore

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.http_answer import HttpAnswer, TryLaterError, clean, retry_after
from pedell.transports.http_stream import DeadlineBackend

__all__ = [
    "Auth",
    "HttpAnswer",
    "HttpClient",
    "Tls",
    "TryLaterError",
    "basic",
    "bearer",
    "clean",
    "retry_after",
]

Auth = Callable[[], str]
"""Gives the value of the Authorization header, asked before each request; empty for none."""
Query = Mapping[str, str] | Sequence[tuple[str, str]]
Record = Callable[[str, bytes | str], None]

_MASK = "••••"
_SECRET_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-auth-token",
        "x-csrf-token",
        "x-updated-csrf-token",
    }
)
_REDIRECTS = 3
_MAX_HEADERS = 100
_RECORDED_BODY = 64 * 1024


@dataclass(frozen=True)
class Tls:
    """How to know the server; empty: by the system's authorities.

    Attributes:
        ca_file: PEM file of the authority to trust instead.
        fingerprint: SHA-256 of the one certificate to accept, hexadecimal, colons allowed; it then need
            not be signed by anybody nor name the host.
    """

    ca_file: str = ""
    fingerprint: str = ""

    @property
    def pin(self) -> str:
        """The fingerprint as 64 hexadecimal digits, or empty; raises DeviceError where it is no SHA-256."""
        digits = self.fingerprint.replace(":", "").replace(" ", "").lower()
        if digits and (len(digits) != 64 or set(digits) - set("0123456789abcdef")):
            raise DeviceError(
                ErrorClass.PRECONDITION, "the pinned fingerprint is no SHA-256 (64 hexadecimal digits)",
                hint="openssl x509 -noout -fingerprint -sha256",
            )  # fmt: skip
        return digits

    def context(self) -> ssl.SSLContext:
        """The settings of TLS; raises DeviceError where the CA file cannot be used."""
        if self.pin:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            # The pin, checked on every connection before a byte goes out, takes the place of names.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        try:
            return ssl.create_default_context(cafile=self.ca_file or None)
        except OSError as error:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the CA file {self.ca_file} cannot be used: {error.strerror or error}",
            ) from error


def basic(user: str, password: str) -> Auth:
    """HTTP Basic (RFC 7617), UTF-8."""
    if ":" in user:
        raise DeviceError(ErrorClass.PRECONDITION, "a user name for HTTP Basic has no colon")
    value = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return lambda: value


def bearer(token: Callable[[], str]) -> Auth:
    """A bearer token (RFC 6750), asked for anew before each request."""
    return lambda: f"Bearer {token()}"


def is_loopback(host: str) -> bool:
    """Whether the host is this very machine, by its literal name or address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class _Asking:
    method: str
    headers: Mapping[str, str]
    body: bytes
    deadline: Deadline
    effect: bool
    limit: int
    quiet: bool


class HttpClient:
    """One server. `base` is its URL, perhaps with a path that is put before each path.

    `record` takes the transcript: headers that authenticate are masked, as is everything given to `mask`;
    `quiet` requests leave their bodies out. Raises DeviceError for a URL that cannot be used.
    """

    def __init__(
        self,
        base: str,
        *,
        record: Record | None = None,
        auth: Auth | None = None,
        tls: Tls = Tls(),
        headers: Mapping[str, str] | None = None,
        plain_auth: bool = False,
        proxy: str = "",
        agent: str = "pedell",
    ) -> None:
        try:
            parts = urlsplit(base.rstrip("/"))
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts, host, port = urlsplit(""), "", None
        if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{clean(base.rpartition('@')[2])!r} is not an address such as https://host:8443/path",
            )
        if parts.username is not None or parts.password is not None:
            raise DeviceError(
                ErrorClass.PRECONDITION, f"the address of {host} holds a user or password; use the options"
            )
        if auth is not None and parts.scheme == "http" and not plain_auth and not is_loopback(host):
            raise DeviceError(
                ErrorClass.PRECONDITION, f"{host}: a password or token would go over the network unencrypted",
                hint="use an https address",
            )  # fmt: skip
        self.host = host
        shown = f"[{host}]" if ":" in host else host
        self.origin = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
        self._host_header = self.origin.split("//", 1)[1]
        self._prefix = parts.path
        self._record = record
        self._auth = auth
        self._masked: list[str] = []
        self._headers = {"User-Agent": agent, "Accept-Encoding": "identity", **(headers or {})}
        self._backend = DeadlineBackend(tls.pin if parts.scheme == "https" else "")
        self._pool = _pool(self._backend, tls.context() if parts.scheme == "https" else None, proxy)

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection; may be called twice."""
        self._pool.close()

    def mask(self, secret: str) -> None:
        """From now on leave this text out of the transcript."""
        if len(secret) >= 3 and secret not in self._masked:
            self._masked = sorted([*self._masked, secret], key=len, reverse=True)

    def request(
        self,
        method: str,
        path: str,
        *,
        deadline: Deadline,
        effect: bool = False,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        json_body: Any = None,
        form: Query | None = None,
        limit: int = 4 * 1024 * 1024,
        quiet: bool = False,
        follow: bool = True,
    ) -> HttpAnswer:
        """Ask, and wait for the whole answer; no status is an error here (see `HttpAnswer.check`).

        Args:
            method: such as GET.
            path: below `base`, beginning with a slash; parts from outside must be quoted by the caller.
            deadline: for all of it, from the name's lookup to the last byte.
            effect: whether it may change something: decides what `happened` says when no answer comes.
            query: parameters of the URL.
            headers: more headers.
            body: sent as it is; at most one of the three.
            json_body: sent as JSON.
            form: sent as a form.
            limit: bytes of answer that are accepted.
            quiet: leave both bodies out of the transcript, since they hold secrets.
            follow: whether a GET follows redirects, at most three, on the same server.

        Raises DeviceError.
        """
        if json_body is not None:
            body, kind = json.dumps(json_body, ensure_ascii=False).encode(), "application/json"
        elif form is not None:
            body, kind = urlencode(form).encode("ascii"), "application/x-www-form-urlencoded"
        else:
            kind = ""
        if kind:
            headers = {"Content-Type": kind, **(headers or {})}
        asking = _Asking(method, headers or {}, body, deadline, effect, limit, quiet)
        url = self.origin + self._prefix + path + (f"?{urlencode(query)}" if query else "")
        for _ in range(_REDIRECTS + 1):
            answer = self._once(asking, url)
            where = answer.header("location")
            if not follow or method != "GET" or answer.status not in (301, 302, 303, 307, 308) or not where:
                return answer
            url = urljoin(url, where)
            if not url.startswith(self.origin + "/"):
                return answer
        raise DeviceError(ErrorClass.PROTOCOL, f"{answer.asked}: sent in circles")

    def _once(self, asking: _Asking, url: str) -> HttpAnswer:
        asked = f"{asking.method} {clean(url.partition('?')[0])}"
        deadline, body, effect = asking.deadline, asking.body, asking.effect
        deadline.check(f"asking {self.host}")
        if not url.isascii():
            raise DeviceError(
                ErrorClass.PRECONDITION, f"{asked}: the path holds characters that must be quoted"
            )
        headers = {"Host": self._host_header, **self._headers, **asking.headers}
        if self._auth is not None and (authorization := self._auth()):
            headers["Authorization"] = authorization
        if body or asking.method in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            # Checked here, since h11 would quote the value, perhaps a password, in its own error.
            if not value.isascii() or not value.isprintable():
                raise DeviceError(
                    ErrorClass.PRECONDITION, f"{asked}: header {name} holds forbidden characters"
                )
        self._backend.deadline, self._backend.sent = deadline, False
        self._note(">", f"{asking.method} {url}", headers.items(), body, quiet=asking.quiet)
        sending = self._pool.stream(
            asking.method,
            url,
            headers=list(headers.items()),
            content=body or None,
            extensions={"timeout": {"pool": deadline.left()}},
        )
        with self._truthful(asked, effect), sending as answer:
            taken = _headers(answer.headers)
            if not 200 <= answer.status < 600:
                raise httpcore.RemoteProtocolError(f"status {answer.status}")
            if dict(taken).get("content-encoding", "identity").lower() not in ("identity", ""):
                raise httpcore.RemoteProtocolError("a compressed answer that nobody asked for")
            chunks, size = [], 0
            for chunk in answer.iter_stream():
                size += len(chunk)
                if size > asking.limit:
                    raise httpcore.RemoteProtocolError(f"more than {asking.limit} bytes")
                chunks.append(chunk)
        whole = HttpAnswer(answer.status, taken, b"".join(chunks), asked, effect)
        self._note("<", f"HTTP {whole.status}", taken, whole.body, quiet=asking.quiet)
        return whole

    @contextmanager
    def _truthful(self, asked: str, effect: bool) -> Iterator[None]:
        """Turn httpcore's trouble into a DeviceError that says whether the effect may have happened."""
        try:
            yield
        except DeviceError as error:
            self._remark(error.message)
            raise
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.ProxyError) as error:
            words = (
                "no connection in time"
                if isinstance(error, httpcore.ConnectTimeout)
                else f"no connection: {clean(str(error))}"
            )
            raise self._trouble(ErrorClass.UNREACHABLE, f"{asked}: {words}", Happened.NO) from error
        except httpcore.TimeoutException as error:
            raise self._trouble(
                ErrorClass.TIMEOUT, f"{asked}: no answer in time", self._happened(effect)
            ) from error
        except httpcore.LocalProtocolError:
            words = "the request holds characters that HTTP forbids"
            raise self._trouble(
                ErrorClass.PRECONDITION, f"{asked}: {words}", self._happened(effect)
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise self._trouble(
                ErrorClass.PROTOCOL, f"{asked}: {clean(str(error))}", self._happened(effect)
            ) from error

    def _happened(self, effect: bool) -> Happened:
        return Happened.UNKNOWN if effect and self._backend.sent else Happened.NO

    def _trouble(self, error_class: ErrorClass, message: str, happened: Happened) -> DeviceError:
        self._remark(message)
        return DeviceError(error_class, message, happened=happened)

    def _remark(self, text: str) -> None:
        if self._record is not None:
            self._record("#", self._hidden(text))

    def _hidden(self, text: str) -> str:
        for secret in self._masked:
            text = text.replace(secret, _MASK)
        return text

    def _note(
        self, way: str, line: str, headers: Iterable[tuple[str, str]], body: bytes, *, quiet: bool
    ) -> None:
        if self._record is None:
            return
        shown = "".join(
            f"{name}: {_MASK if name.lower() in _SECRET_HEADERS else value}\n" for name, value in headers
        )
        self._record(way, self._hidden(f"{line}\n{shown}"))
        if quiet and body:
            self._record(way, f"({len(body)} bytes not shown)")
        elif body:
            for secret in self._masked:
                body = body.replace(secret.encode(), _MASK.encode())
            self._record(way, body[:_RECORDED_BODY])


def _pool(backend: DeadlineBackend, context: ssl.SSLContext | None, proxy: str) -> httpcore.ConnectionPool:
    if not proxy:
        return httpcore.ConnectionPool(
            ssl_context=context, max_connections=1, keepalive_expiry=30.0, network_backend=backend
        )
    if not proxy.startswith("http://"):
        raise DeviceError(ErrorClass.PRECONDITION, "a proxy's address begins with http://")
    return httpcore.HTTPProxy(
        proxy, ssl_context=context, max_connections=1, keepalive_expiry=30.0, network_backend=backend
    )


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1").lower()[:200], value.decode("latin-1")[:8192])
        for name, value in raw[:_MAX_HEADERS]
    )
