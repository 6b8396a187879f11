"""Requests to one controller: what it is, login, the session kept and renewed.

UniFi OS refuses logins that follow each other quickly (HTTP 429), so that a session is kept for the whole process and
shared by its conversations; it lives in memory only.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pedell.drivers.api import Deadline, DeviceError, Env, ErrorClass, Target
from pedell.errors import PedellError
from pedell.transports.http import HttpClient, Tls
from pedell.transports.http_answer import HttpAnswer
from pedell_network.unifi import answers
from pedell_network.unifi.answers import Row
from pedell_network.unifi.options import controller_options

PER_REQUEST = 30.0
"""Seconds that one request may take."""
LIMIT = 32 * 1024 * 1024
"""Bytes of an answer: a site with some hundred devices tells a lot of each."""
KEPT = 256
"""Sessions that are kept at most."""
OS_PREFIX = "/proxy/network"


@dataclass
class Kept:
    """What one login has brought, shared by the process's conversations."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    unifi_os: bool | None = None
    cookies: dict[str, str] = field(default_factory=dict, repr=False)
    csrf: str = field(default="", repr=False)


_guard = threading.Lock()
_kept: dict[str, Kept] = {}


def forget_all() -> None:
    """Log out of nothing, but ask everybody anew: for tests, and after settings changed."""
    with _guard:
        _kept.clear()


class UnifiSession:
    """One conversation with a controller. Raises DeviceError."""

    def __init__(self, target: Target, env: Env) -> None:
        options = controller_options(target)
        assert target.controller is not None
        self._options = options
        self._password = _secret(env, options.password) if options.password else ""
        self._api_key = _secret(env, options.api_key) if options.api_key else ""
        address = target.controller.address.rstrip("/")
        self._http = HttpClient(
            address,
            record=env.record,
            # Asked for the check alone that no secret goes over the network unencrypted.
            auth=lambda: "",
            tls=Tls(options.ca_file, options.fingerprint),
            headers={"Accept": "application/json"},
        )
        for secret in (self._password, self._api_key):
            self._http.mask(secret)
        login = f"{address}\0{options.username}\0{self._password}\0{self._api_key}"
        key = hashlib.sha256(login.encode()).hexdigest()
        with _guard:
            if key not in _kept and len(_kept) >= KEPT:
                _kept.pop(next(iter(_kept)))
            self._kept = _kept.setdefault(key, Kept())

    def close(self) -> None:
        """Close the connection; the session stays for the next conversation."""
        self._http.close()

    def get(self, path: str, deadline: Deadline) -> list[Row]:
        """Rows of a read; `path` is below the application's own prefix."""
        return answers.rows(self._ask("GET", path, deadline))

    def change(self, method: str, path: str, body: Mapping[str, object], deadline: Deadline) -> list[Row]:
        """Rows of a request that changes something; an error tells whether it may have happened."""
        return answers.rows(self._ask(method, path, deadline, body))

    def _ask(
        self, method: str, path: str, deadline: Deadline, body: Mapping[str, object] | None = None
    ) -> HttpAnswer:
        for renewed in (False, True):
            used = self._login(deadline)
            prefix = OS_PREFIX if self._kept.unifi_os else ""
            answer = self._http.request(
                method,
                prefix + path,
                deadline=deadline.within(PER_REQUEST),
                effect=body is not None,
                headers=self._headers(),
                json_body=body,
                limit=LIMIT,
            )
            self._renew(answer)
            if renewed or self._api_key or not answers.logged_out(answer):
                return answer
            # Not carried out: the session has ended, or the console was restarted.
            with self._kept.lock:
                if self._kept.cookies == used:
                    self._kept.cookies = {}
        return answer

    def _headers(self) -> dict[str, str]:
        if self._api_key:
            return {"X-API-KEY": self._api_key}
        with self._kept.lock:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._kept.cookies.items())}
            if self._kept.csrf:
                headers["x-csrf-token"] = self._kept.csrf
        return headers

    def _login(self, deadline: Deadline) -> Mapping[str, str]:
        """The cookies of the session; logs in where there is none, one conversation at a time."""
        kept = self._kept
        if not kept.lock.acquire(timeout=max(0.01, deadline.left())):
            raise DeviceError(ErrorClass.TIMEOUT, "somebody else's login to the controller takes too long")
        try:
            if kept.unifi_os is None:
                kept.unifi_os = self._is_unifi_os(deadline)
            if self._api_key or kept.cookies:
                self._mask()
                return dict(kept.cookies)
            body = {"username": self._options.username, "password": self._password}
            answer = self._http.request(
                "POST",
                "/api/auth/login" if kept.unifi_os else "/api/login",
                deadline=deadline.within(PER_REQUEST),
                json_body={**body, "rememberMe": True} if kept.unifi_os else body,
                quiet=True,
            )
            jar = answers.cookies(answer)
            if not answer.ok or answers.message(answer) or not jar:
                raise answers.login_refusal(answer)
            kept.cookies, kept.csrf = jar, answers.csrf(answer, jar)
            self._mask()
            return dict(jar)
        finally:
            kept.lock.release()

    def _is_unifi_os(self, deadline: Deadline) -> bool:
        if self._options.kind != "auto" or self._api_key:
            return self._options.kind == "unifi-os" or bool(self._api_key)
        # UniFi OS shows its page at once, a classic controller sends one on to /manage.
        answer = self._http.request(
            "GET", "/", deadline=deadline.within(PER_REQUEST), follow=False, quiet=True
        )
        if answer.ok:
            return True
        if 300 <= answer.status < 400:
            return False
        raise answer.error()

    def _renew(self, answer: HttpAnswer) -> None:
        """Consoles renew cookie and token in any answer."""
        if self._api_key:
            return
        jar = {name: value for name, value in answers.cookies(answer).items() if name in self._kept.cookies}
        told = answer.header("x-updated-csrf-token") or answer.header("x-csrf-token")
        with self._kept.lock:
            self._kept.cookies |= jar
            self._kept.csrf = told or self._kept.csrf
            self._mask()

    def _mask(self) -> None:
        for secret in (*self._kept.cookies.values(), self._kept.csrf):
            self._http.mask(secret)


def _secret(env: Env, reference: str) -> str:
    try:
        return env.secret(reference)
    except PedellError as error:
        raise DeviceError(ErrorClass.PRECONDITION, error.message, hint=error.hint) from error


def quoted(parts: Sequence[str]) -> str:
    """Parts of a path, quoted."""
    from urllib.parse import quote

    return "/" + "/".join(quote(part, safe=":") for part in parts)
