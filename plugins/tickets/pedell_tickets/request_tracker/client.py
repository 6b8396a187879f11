"""The conversation with a Request Tracker: requests, their limits, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Self

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.errors import TicketError, TicketGoneError, TicketUnreachableError
from pedell.transports.http import HttpAnswer, HttpClient, Tls
from pedell_tickets.request_tracker import codec
from pedell_tickets.request_tracker.options import RequestTrackerOptions

CALL = 10.0
"""Seconds that one request may take."""
PAGE = 100
"""RT's own cap of a page."""
PAGES = 50
LIMIT = 1024 * 1024
_LATER = {
    ErrorClass.UNREACHABLE,
    ErrorClass.TIMEOUT,
    ErrorClass.BUSY,
    ErrorClass.PROTOCOL,
    ErrorClass.DEVICE_FAULT,
}


class Client:
    """A conversation of at most `seconds`; a context manager that closes for certain.

    Raises TicketGoneError (404), TicketUnreachableError (try later), TicketError (a no, or nonsense).
    """

    def __init__(self, options: RequestTrackerOptions, token: str, seconds: float = 60.0) -> None:
        self._deadline = Deadline.after(seconds)
        try:
            self._http = HttpClient(
                options.url.rstrip("/") + "/REST/2.0",
                auth=lambda: f"token {token}",
                tls=Tls(options.ca_file, options.fingerprint),
                headers={"Accept": "application/json"},
            )
        except DeviceError as error:
            raise TicketError(error.message, hint=error.hint) from error

    def __enter__(self) -> Self:
        """Nothing is sent yet."""
        return self

    def __exit__(self, *about: object) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, query: Mapping[str, str] | None = None) -> HttpAnswer:
        """Read something."""
        return self._ask("GET", path, query=query)

    def post(self, path: str, document: Mapping[str, object]) -> HttpAnswer:
        """Make something."""
        return self._ask("POST", path, document=document)

    def put(self, path: str, document: Mapping[str, object], *, version: str = "") -> HttpAnswer | None:
        """Change something; None where it changed under us (412). A 200 says nothing: read it back."""
        answer = self._ask("PUT", path, document=document, version=version, conflict=True)
        return None if answer.status == 412 else answer

    def pages(self, path: str, query: Mapping[str, str]) -> Iterator[list[Mapping[str, object]]]:
        """A list page by page, at most `PAGES` of them."""
        for page in range(1, PAGES + 1):
            answer = self.get(path, {**query, "per_page": str(PAGE), "page": str(page)})
            found, more = codec.items(document(answer))
            yield found
            if not more:
                return

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        document: Mapping[str, object] | None = None,
        version: str = "",
        conflict: bool = False,
    ) -> HttpAnswer:
        try:
            answer = self._http.request(
                method,
                path,
                deadline=self._deadline.within(CALL),
                effect=method != "GET",
                query=query,
                json_body=document,
                headers={"If-Match": version} if version else None,
                limit=LIMIT,
            )
            if answer.ok or (conflict and answer.status == 412):
                return answer
            said = codec.refusal(answer.body)
            message = f"Request Tracker: {said or 'no reason given'} (HTTP {answer.status})"
            if answer.status == 404:
                raise TicketGoneError(message)
            if answer.status in (400, 401, 403, 415):
                raise TicketError(message, hint="check the bot's token and its rights on the queue")
            answer.check()
        except DeviceError as error:
            words = f"Request Tracker: {error.message}"
            if error.error_class in _LATER:
                raise TicketUnreachableError(words, hint=error.hint) from error
            raise TicketError(words, hint=error.hint) from error
        raise TicketError(f"Request Tracker: an answer of status {answer.status}")


def document(answer: HttpAnswer) -> Any:
    """The answer's JSON; raises TicketError."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise TicketError(f"Request Tracker: {answer.asked}: the answer is not JSON") from error
