"""One conversation with a Jamf Pro server: login, renewal, and what a refusal means.

Source: Jamf developer documentation, "Client Credentials": the token lives for the seconds that the API
client is set to, often a few minutes; there is no refresh, one asks again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime

from pedell.drivers.api import Deadline, DeviceError, Env, ErrorClass, Target
from pedell.errors import PedellError
from pedell.transports.http_answer import HttpAnswer
from pedell_ipad_mdm.jamf_pro import answers, requests
from pedell_ipad_mdm.jamf_pro.options import server_options

RENEW_BEFORE = 5.0
"""Seconds of life below which a token is not used any more."""
PER_REQUEST = 30.0
"""Seconds that one request may take."""
ANSWER_LIMIT = 8 * 1024 * 1024


def secret(env: Env, reference: str) -> str:
    """A secret; a missing one is told as a DeviceError(PRECONDITION)."""
    try:
        return env.secret(reference)
    except PedellError as error:
        raise DeviceError(ErrorClass.PRECONDITION, error.message, hint=error.hint) from error


class JamfSession:
    """Requests to one server with a token that is asked for when first needed, and once more on a 401."""

    def __init__(self, target: Target, env: Env) -> None:
        from pedell.transports.http import HttpClient, Tls

        options = server_options(target)
        assert target.controller is not None
        self._client_id = options.client_id
        self._secret = secret(env, options.client_secret)
        self._token = ""
        self._until = 0.0
        self.clock_offset: float | None = None
        self._http = HttpClient(
            target.controller.address,
            record=env.record,
            auth=self._authorization,
            tls=Tls(options.ca_file, options.fingerprint),
            headers={"Accept": "application/json"},
        )
        self._http.mask(self._secret)

    def close(self) -> None:
        """Close the connection and forget the token."""
        self._token = ""
        self._http.close()

    def get(self, path: str, query: Sequence[tuple[str, str]], deadline: Deadline) -> object:
        """JSON of a read; raises DeviceError."""
        return self._ask("GET", path, deadline, query=query).json()

    def post(
        self, path: str, body: Mapping[str, object], deadline: Deadline, *, quiet: bool = False
    ) -> object:
        """JSON of a request that changes something; a DeviceError tells whether it may have happened."""
        answer = self._ask("POST", path, deadline, body=body, quiet=quiet)
        return answer.json() if answer.body else {}

    def server_time(self, local: float) -> float | None:
        """What the server's clock showed at `local` (epoch seconds); none before it has told the time."""
        return None if self.clock_offset is None else local + self.clock_offset

    def _authorization(self) -> str:
        return f"Bearer {self._token}" if self._token else ""

    def _ask(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        query: Sequence[tuple[str, str]] | None = None,
        body: Mapping[str, object] | None = None,
        quiet: bool = False,
    ) -> HttpAnswer:
        for renewed in (False, True):
            self._login(deadline)
            answer = self._http.request(
                method,
                path,
                deadline=deadline.within(PER_REQUEST),
                effect=method == "POST",
                query=query,
                json_body=body,
                limit=ANSWER_LIMIT,
                quiet=quiet,
            )
            self._learn_time(answer)
            if answer.status != 401 or renewed:
                break
            # A 401 was not carried out; the server may have restarted and forgotten the token.
            self._token = ""
        if not answer.ok:
            raise answers.failure(answer)
        return answer

    def _login(self, deadline: Deadline) -> None:
        if self._token and time.monotonic() < self._until - RENEW_BEFORE:
            return
        self._token = ""
        form = requests.token_form(self._client_id, self._secret)
        for path in requests.TOKEN_PATHS:
            asked = time.monotonic()
            answer = self._http.request(
                "POST", path, deadline=deadline.within(PER_REQUEST), form=form, quiet=True
            )
            if answer.status not in (404, 405):
                break
        self._learn_time(answer)
        # RFC 6749 section 5.2: a client that is not known may be answered 400 as well as 401.
        if answer.status in (400, 401, 403):
            raise DeviceError(
                ErrorClass.AUTH,
                f"{self._http.host}: Jamf Pro refuses the API client",
                hint="check client_id and client_secret, and whether the client is enabled",
            )
        if not answer.ok:
            raise answers.failure(answer)
        granted = answers.grant(answer.json())
        self._http.mask(granted.token)
        self._token, self._until = granted.token, asked + max(granted.seconds, RENEW_BEFORE + 1)

    def _learn_time(self, answer: HttpAnswer) -> None:
        try:
            shown = parsedate_to_datetime(answer.header("date")).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            return
        self.clock_offset = shown - time.time()
