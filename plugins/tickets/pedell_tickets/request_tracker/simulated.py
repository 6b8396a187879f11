"""The state of a simulated Request Tracker and what its REST 2.0 answers.

Written from RT's own source (rt-5.0.8, lib/RT/REST2.pm and below) and from answers of RT 5.0.3, traps
included: 200 for a PUT that failed, 403 for a queue that does not exist, 500 for JSON that is none, a cap of
100 per page, totals that are null, an empty history of a ticket that does not exist.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = "/REST/2.0"
LIFECYCLE = ("new", "open", "stalled", "resolved", "rejected", "deleted")
RIGHTS = frozenset(
    {
        "SeeQueue",
        "ShowTicket",
        "ShowTicketComments",
        "CreateTicket",
        "CommentOnTicket",
        "ReplyToTicket",
        "ModifyTicket",
    }
)
_CONDITION = re.compile(r"(Queue|Subject|Creator|id)\s*(=|LIKE)\s*'((?:[^'\\]|\\.)*)'", re.IGNORECASE)


@dataclass
class SimulatedTransaction:
    """A line of history; `text` is what its attachment holds."""

    id: int
    ticket: int
    type: str
    creator: str
    text: str = ""


@dataclass
class SimulatedTicket:
    """A ticket."""

    id: int
    subject: str
    status: str
    creator: str
    requestor: str
    last: int = 0


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """As JSON; empty for none."""
        return b"" if self.document is None else json.dumps(self.document).encode()


class Tracker:
    """Tickets of one queue, their history, and the users who may touch them."""

    def __init__(self, users: Mapping[str, tuple[str, frozenset[str]]], queue: str) -> None:
        self.users = dict(users)
        self.queue = queue
        self.tickets: dict[int, SimulatedTicket] = {}
        self.transactions: list[SimulatedTransaction] = []
        self.base = ""
        self.on_transaction: Callable[[SimulatedTransaction], None] = lambda _: None

    def open(self, subject: str, content: str, creator: str, requestor: str = "") -> SimulatedTicket:
        """A new ticket."""
        ticket = SimulatedTicket(len(self.tickets) + 1, subject, "new", creator, requestor)
        self.tickets[ticket.id] = ticket
        self.add(ticket, "Create", creator, content)
        return ticket

    def add(self, ticket: SimulatedTicket, kind: str, creator: str, text: str = "") -> SimulatedTransaction:
        """A line of history."""
        # Numbers are shared by all tickets and have gaps: mail that goes out takes some too.
        number = self.transactions[-1].id + 2 if self.transactions else 27
        made = SimulatedTransaction(number, ticket.id, kind, creator, text)
        self.transactions.append(made)
        ticket.last = number
        self.on_transaction(made)
        return made

    def notes(self, ticket: int) -> list[str]:
        """The ticket's comments."""
        return [line.text for line in self.transactions if line.ticket == ticket and line.type == "Comment"]

    def user(self, authorization: str) -> str:
        """Who has this `token …`; empty for nobody."""
        return next(
            (name for name, (token, _) in self.users.items() if authorization == f"token {token}"), ""
        )

    def may(self, user: str, right: str) -> bool:
        """Whether the user has the right on the queue."""
        return right in self.users[user][1]

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes, user: str) -> Reply:
        """Answer a request of a user who is known."""
        url = urlsplit(target)
        path = url.path.removeprefix(ROOT)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if path == "/rt":
            return Reply(200, {"Version": "5.0.3", "Plugins": []})
        if path == "/tickets":
            return self._search(query)
        if path == "/ticket" and method == "POST":
            return self._create(headers, body, user)
        match = re.fullmatch(r"/ticket/(\d+)(/history|/comment)?", path)
        if match:
            ticket = self.tickets.get(int(match[1]))
            if ticket is None:
                return self._gone(match[2] or "", query)
            if match[2] == "/history":
                return self._history(ticket, query)
            if match[2] == "/comment":
                return self._comment(ticket, headers, body, user)
            return self._set(ticket, headers, body, user) if method == "PUT" else self._show(ticket)
        if match := re.fullmatch(r"/(transaction|attachment)/(\d+)", path):
            return self._line(match[1], int(match[2]))
        return Reply(404, {"message": "Not Found"})

    def _gone(self, what: str, query: Mapping[str, str]) -> Reply:
        """RT's three answers about a ticket that does not exist."""
        if what == "/history":
            return self._page([], query, counted=False)
        if what == "/comment":
            return Reply(400, {"message": "Permission Denied"})
        return Reply(404, {"message": "Not Found"})

    def _url(self, what: str, key: object) -> str:
        return f"{self.base}{ROOT}/{what}/{key}"

    def _ref(self, what: str, key: object) -> dict[str, object]:
        return {"id": str(key), "type": what, "_url": self._url(what, key)}

    def _show(self, ticket: SimulatedTicket) -> Reply:
        document = {
            "id": ticket.id, "type": "ticket", "Subject": ticket.subject, "Status": ticket.status,
            "Queue": self._ref("queue", 1), "Creator": self._ref("user", ticket.creator),
            "Requestor": [self._ref("user", ticket.requestor)] if ticket.requestor else [],
            "Resolved": "1970-01-01T00:00:00Z", "CustomFields": [],
            "_hyperlinks": [{"ref": "comment", "_url": self._url("ticket", f"{ticket.id}/comment")}],
        }  # fmt: skip
        return Reply(200, document, {"ETag": f'"{ticket.last}"'})

    def _create(self, headers: Mapping[str, str], body: bytes, user: str) -> Reply:
        given = self._document(headers, body)
        if isinstance(given, Reply):
            return given
        if "Queue" not in given:
            return Reply(400, {"message": "Could not create ticket. Queue not set"})
        if given["Queue"] != self.queue or not self.may(user, "CreateTicket"):
            return Reply(403, {"message": f"No permission to create tickets in the queue '{given['Queue']}'"})
        made = self.open(
            str(given.get("Subject", "")),
            str(given.get("Content", "")),
            user,
            str(given.get("Requestor", user)),
        )
        reference = self._ref("ticket", made.id)
        return Reply(201, reference, {"Location": f"{ROOT}/ticket/{made.id}"})

    def _comment(self, ticket: SimulatedTicket, headers: Mapping[str, str], body: bytes, user: str) -> Reply:
        given = self._document(headers, body)
        if isinstance(given, Reply):
            return given
        if not self.may(user, "CommentOnTicket"):
            return Reply(403, {"message": "Permission Denied"})
        made = self.add(ticket, "Comment", user, str(given.get("Content", "")))
        return Reply(201, ["Comments added"], {"Location": f"{ROOT}/transaction/{made.id}"})

    def _set(self, ticket: SimulatedTicket, headers: Mapping[str, str], body: bytes, user: str) -> Reply:
        given = self._document(headers, body)
        if isinstance(given, Reply):
            return given
        if headers.get("if-match", f'"{ticket.last}"') != f'"{ticket.last}"':
            return Reply(412, {"message": "Precondition Failed"})
        wanted, old = str(given.get("Status", ticket.status)), ticket.status
        if wanted == old:
            return Reply(200, [])
        if not self.may(user, "ModifyTicket"):
            return Reply(200, [f"Ticket {ticket.id}: Permission Denied"])
        if wanted not in LIFECYCLE:
            return Reply(
                200, [f"Ticket {ticket.id}: Status '{wanted}' isn't a valid status for this ticket."]
            )
        ticket.status = wanted
        self.add(ticket, "Status", user)
        return Reply(200, [f"Ticket {ticket.id}: Status changed from '{old}' to '{wanted}'"])

    def _document(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any] | Reply:
        if not headers.get("content-type", "").startswith("application/json"):
            return Reply(415, {"message": "Unsupported Media Type"})
        try:
            given = json.loads(body)
        except ValueError:
            return Reply(500)
        return given if isinstance(given, dict) else Reply(500)

    def _history(self, ticket: SimulatedTicket, query: Mapping[str, str]) -> Reply:
        fields = [name for name in query.get("fields", "").split(",") if name]
        listed = []
        for line in self.transactions:
            if line.ticket != ticket.id:
                continue
            item = self._ref("transaction", line.id)
            if "Type" in fields:
                item["Type"] = line.type
            if "Creator" in fields:
                item["Creator"] = self._ref("user", line.creator)
            listed.append(item)
        return self._page(listed, query, counted=False)

    def _search(self, query: Mapping[str, str]) -> Reply:
        conditions = [(name.lower(), word.upper(), re.sub(r"\\(.)", r"\1", value))
                      for name, word, value in _CONDITION.findall(query.get("query", ""))]  # fmt: skip
        if not conditions:
            return Reply(400, {"message": "Unable to parse query /usr/share/request-tracker5/lib/RT/SQL.pm"})
        listed = []
        for ticket in sorted(
            self.tickets.values(), key=lambda each: each.id, reverse=query.get("order") == "DESC"
        ):
            known = {
                "queue": self.queue,
                "subject": ticket.subject,
                "creator": ticket.creator,
                "id": str(ticket.id),
            }
            if all(
                value.lower() in known[name].lower()
                if word == "LIKE"
                else value.lower() == known[name].lower()
                for name, word, value in conditions
            ):
                item = self._ref("ticket", ticket.id)
                item |= {"Subject": ticket.subject, "Status": ticket.status, "Queue": self._ref("queue", 1)}
                listed.append(item)
        return self._page(listed, query, counted=True)

    @staticmethod
    def _page(listed: list[dict[str, object]], query: Mapping[str, str], *, counted: bool) -> Reply:
        size, page = min(int(query.get("per_page", "20")), 100), int(query.get("page", "1"))
        shown = listed[(page - 1) * size : page * size]
        total = len(listed) if counted else None
        pages = -(-len(listed) // size) if counted else None
        return Reply(
            200,
            {
                "page": page,
                "per_page": size,
                "pages": pages,
                "total": total,
                "count": len(shown),
                "items": shown,
            },
        )

    def _line(self, what: str, number: int) -> Reply:
        # An attachment has the number of its transaction here; RT counts them apart.
        line = next((line for line in self.transactions if line.id == number), None)
        if line is None:
            return Reply(404, {"message": "Not Found"})
        if what == "attachment":
            content = base64.encodebytes(line.text.encode()).decode()
            return Reply(
                200,
                {
                    "id": number,
                    "ContentType": "text/plain",
                    "Content": content,
                    "TransactionId": self._ref("transaction", number),
                },
            )
        links = [{"ref": "attachment", "_url": self._url("attachment", number)}] if line.text else []
        return Reply(
            200,
            {
                "id": number,
                "type": "transaction",
                "Type": line.type,
                "Creator": self._ref("user", line.creator),
                "_hyperlinks": links,
            },
        )
