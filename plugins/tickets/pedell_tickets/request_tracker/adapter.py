"""The adapter: what Pedell asks of a ticket system, answered by Request Tracker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import ClassVar

from pedell.errors import ConfigError, TicketError, TicketUnreachableError
from pedell.tickets.adapter import (
    Dedup,
    RemoteTicket,
    SecretReader,
    SystemOptions,
    TicketEvent,
    TicketState,
    TicketSystem,
    WebhookRefusedError,
)
from pedell_tickets.request_tracker import codec
from pedell_tickets.request_tracker.client import Client, document
from pedell_tickets.request_tracker.options import RequestTrackerOptions

LOOK_BACK = 100
"""So many of our own notes are searched for a marker, the newest first."""


class RequestTracker(TicketSystem):
    """Request Tracker 5 (Best Practical), REST 2.0.

    Settings on RT: a user for Pedell with an authentication token and, on the queue, the rights SeeQueue,
    ShowTicket, ShowTicketComments, CreateTicket, CommentOnTicket, ModifyTicket. RT has no webhook; the scrip
    of docs/request-tracker.md posts one. Tried on RT 5.0.3. Notes are comments: requestors do not see them.

    Known limitations: RT takes no idempotency key, so each note costs a look through our own notes first; a
    note is not found again behind the newest hundred of ours.
    """

    id = "request-tracker"
    title = "Request Tracker 5"
    options: ClassVar[type[SystemOptions]] = RequestTrackerOptions
    dedup = Dedup.MARKER

    def __init__(self, name: str, options: SystemOptions, secrets: SecretReader) -> None:
        super().__init__(name, options, secrets)
        if not isinstance(options, RequestTrackerOptions):
            raise ConfigError(f"tickets.{name}: these are not the options of {self.id}")
        self._options = options

    def get(self, key: str) -> RemoteTicket:
        """Read a ticket and the text it was opened with."""
        with self._client() as rt:
            found = self._read(rt, key)
            first = next((t for t in self._history(rt, key) if t.type == "Create"), None)
            body = self._text(rt, first.id) if first is not None else ""
        return replace(found, body=body)

    def search(self, text: str, limit: int = 50) -> list[RemoteTicket]:
        """Tickets of the queue whose subject has the text, newest first."""
        query = f"Queue = {codec.quoted(self._options.queue)} AND Subject LIKE {codec.quoted(text)}"
        with self._client() as rt:
            return list(islice(self._found(rt, query), limit))

    def create(self, title: str, body: str, *, marker: str) -> RemoteTicket:
        """Open a ticket in the queue, once."""
        title = " ".join(title.split())[:200]
        ours = (
            f"Queue = {codec.quoted(self._options.queue)} AND Creator = {codec.quoted(self._options.user)}"
            f" AND Subject = {codec.quoted(title)}"
        )
        with self._client() as rt:
            for found in islice(self._found(rt, ours), LOOK_BACK):
                first = next((t for t in self._history(rt, found.key) if t.type == "Create"), None)
                if first is not None and codec.tag(marker) in self._text(rt, first.id):
                    return found
            made = rt.post(
                "/ticket",
                {
                    "Queue": self._options.queue,
                    "Subject": title,
                    "Content": codec.marked(body, marker),
                    "ContentType": "text/plain",
                },
            )
            return self._read(rt, codec.created(document(made)))

    def note(self, key: str, text: str, *, marker: str) -> str:
        """Add a comment, which requestors do not see, once; returns its transaction's number."""
        ticket = codec.ticket_id(key)
        with self._client() as rt:
            # Asked for first: the history of a ticket that is gone is empty, and a comment on it "not allowed".
            rt.get(f"/ticket/{ticket}")
            ours = [
                t
                for t in self._history(rt, ticket)
                if t.type == "Comment" and t.creator == self._options.user
            ]
            for earlier in reversed(ours[-LOOK_BACK:]):
                if codec.tag(marker) in self._text(rt, earlier.id):
                    return earlier.id
            made = rt.post(
                f"/ticket/{ticket}/comment",
                {"Content": codec.marked(text, marker), "ContentType": "text/plain"},
            )
            return made.header("location").rpartition("/")[2]

    def set_state(self, key: str, state: TicketState) -> None:
        """Change the status; RT answers 200 to failures, so it is read back."""
        ticket = codec.ticket_id(key)
        wanted = self._options.states[state]
        with self._client() as rt:
            for _ in range(2):
                answer = rt.get(f"/ticket/{ticket}")
                if codec.status(document(answer)) == wanted:
                    return
                version = codec.etag(answer.header("etag"))
                changed = rt.put(f"/ticket/{ticket}", {"Status": wanted}, version=version)
                if changed is not None:
                    break
            else:
                raise TicketUnreachableError(f"ticket {ticket} changes faster than its status can be set")
            now = codec.status(document(rt.get(f"/ticket/{ticket}")))
        if now != wanted:
            said = codec.messages(document(changed))
            raise TicketError(f"Request Tracker left ticket {ticket} in status {now[:40]}: {said}")

    def webhook(self, headers: Mapping[str, str], body: bytes) -> TicketEvent | None:
        """Verify and read what RT's scrip posts."""
        if not self._options.webhook_secret:
            raise WebhookRefusedError(401, "this webhook has no secret in the settings and is closed")
        return codec.event(
            self.secrets.secret(self._options.webhook_secret), self._options.user, headers, body
        )

    def check(self) -> Mapping[str, str]:
        """RT's version, and whether the queue can be seen."""
        with self._client(10.0) as rt:
            version = document(rt.get("/rt"))
            next(self._found(rt, f"Queue = {codec.quoted(self._options.queue)}"), None)
        return {
            "version": str(version.get("Version", "")) if isinstance(version, dict) else "",
            "user": self._options.user,
        }

    def _client(self, seconds: float = 60.0) -> Client:
        return Client(self._options, self.secrets.secret(self._options.token), seconds)

    def _read(self, rt: Client, key: str) -> RemoteTicket:
        answer = rt.get(f"/ticket/{codec.ticket_id(key)}")
        return codec.ticket(
            document(answer), self._options.states, self._options.url.rstrip("/"), answer.header("etag")
        )

    def _found(self, rt: Client, query: str) -> Iterator[RemoteTicket]:
        wanted = {"query": query, "fields": "Subject,Status,Queue", "orderby": "id", "order": "DESC"}
        for page in rt.pages("/tickets", wanted):
            for item in page:
                yield codec.ticket(item, self._options.states, self._options.url.rstrip("/"))

    def _history(self, rt: Client, key: str) -> Iterator[codec.Transaction]:
        for page in rt.pages(f"/ticket/{codec.ticket_id(key)}/history", {"fields": "Type,Creator,Created"}):
            yield from codec.transactions(page)

    def _text(self, rt: Client, transaction: str) -> str:
        """The plain text of a transaction."""
        for attachment in codec.attachments(document(rt.get(f"/transaction/{transaction}")))[:10]:
            text = codec.content(document(rt.get(f"/attachment/{attachment}")))
            if text:
                return text
        return ""
