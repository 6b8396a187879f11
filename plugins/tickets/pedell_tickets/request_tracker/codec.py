"""What goes over the wire to Request Tracker 5 and back, as pure functions.

Source: RT 5's `RT::REST2` (rt-5.0.8, lib/RT/REST2.pm) and observation of RT 5.0.3 as packaged by Debian 12.
Everything that RT answers may hold text of strangers; what cannot be understood raises TicketError.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pedell.errors import TicketError
from pedell.tickets.adapter import RemoteTicket, TicketEvent, TicketState, WebhookRefusedError

SIGNATURE = "x-rt-signature"
_KINDS = {"Create": "created", "Comment": "noted", "Correspond": "noted"}
_CLOSED = ("rejected", "deleted")
_ID = re.compile(r"[1-9][0-9]{0,17}")
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')


@dataclass(frozen=True)
class Transaction:
    """A line of a ticket's history."""

    id: str
    type: str
    creator: str


def ticket_id(text: str) -> str:
    """A ticket's number; raises TicketError, so that a key from outside never becomes a path."""
    if not _ID.fullmatch(text):
        raise TicketError(f"{text[:40]!r} is no ticket number of Request Tracker")
    return text


def etag(value: str) -> str:
    """The ETag where it is one, else empty."""
    return value if _ETAG.fullmatch(value) else ""


def state_of(status: str, states: Mapping[TicketState, str]) -> TicketState:
    """The state that a status means; a status that nobody mapped is an open ticket."""
    for state, name in states.items():
        if name.casefold() == status.casefold():
            return state
    return TicketState.CLOSED if status in _CLOSED else TicketState.OPEN


def ticket(document: object, states: Mapping[TicketState, str], web: str, version: str = "") -> RemoteTicket:
    """A ticket as GET /ticket/{id} or a list tells it; `id` is a number here and a string there."""
    found = _mapping(document, "ticket")
    key = ticket_id(str(found.get("id", "")))
    requestors = found.get("Requestor")
    return RemoteTicket(
        key=key,
        title=_text(found.get("Subject")),
        state=state_of(_text(found.get("Status")), states),
        url=f"{web}/Ticket/Display.html?id={key}",
        queue=_name(found.get("Queue")),
        requester=_name(requestors[0]) if isinstance(requestors, list) and requestors else "",
        version=etag(version),
    )


def status(document: object) -> str:
    """RT's own word for the state."""
    return _text(_mapping(document, "ticket").get("Status"))


def created(document: object) -> str:
    """The new ticket's number from the answer to POST /ticket."""
    return ticket_id(str(_mapping(document, "new ticket").get("id", "")))


def items(document: object) -> tuple[list[Mapping[str, object]], bool]:
    """A page of a list, and whether another may follow.

    `total` and `pages` may be null, so only a page that is not full is the last for certain.
    """
    found = _mapping(document, "list")
    listed = found.get("items")
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise TicketError("Request Tracker's list has no items")
    per_page, pages, page = found.get("per_page"), found.get("pages"), found.get("page")
    if isinstance(pages, int) and isinstance(page, int):
        return listed, bool(listed) and page < pages
    return listed, bool(listed) and isinstance(per_page, int) and len(listed) >= per_page


def transactions(found: list[Mapping[str, object]]) -> Iterator[Transaction]:
    """Lines of a page of history."""
    for item in found:
        key = str(item.get("id", ""))
        if _ID.fullmatch(key):
            yield Transaction(key, _text(item.get("Type")), _name(item.get("Creator")))


def attachments(document: object) -> list[str]:
    """Numbers of a transaction's attachments, from its hyperlinks."""
    links = _mapping(document, "transaction").get("_hyperlinks")
    found = []
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("ref") == "attachment":
            key = str(link.get("_url", "")).rpartition("/")[2]
            if _ID.fullmatch(key):
                found.append(key)
    return found


def content(document: object) -> str:
    """The text of an attachment, empty for one that is no plain text. `Content` is Base64."""
    found = _mapping(document, "attachment")
    if not _text(found.get("ContentType")).startswith("text/plain"):
        return ""
    try:
        return base64.b64decode(_text(found.get("Content")), validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise TicketError("an attachment from Request Tracker is not Base64") from error


def messages(document: object) -> str:
    """What RT says about a change: texts in the server's language, for people only."""
    listed = document if isinstance(document, list) else []
    return "; ".join(" ".join(str(item).split()) for item in listed)[:300]


def refusal(body: bytes) -> str:
    """The `message` of an error; empty where there is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    message = found.get("message") if isinstance(found, dict) else None
    return " ".join(message.split())[:300] if isinstance(message, str) else ""


def quoted(text: str) -> str:
    """A string for TicketSQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def marked(text: str, marker: str) -> str:
    """A note's text with the marker that is searched for before it is sent again."""
    return f"{text.rstrip()}\n\n{tag(marker)}"


def tag(marker: str) -> str:
    """How a marker stands in a text."""
    return f"[pedell:{marker}]"


def signed(secret: str, body: bytes) -> str:
    """The value of X-RT-Signature: `sha256=` and the HMAC-SHA256 of the raw body in hexadecimal."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def event(secret: str, user: str, headers: Mapping[str, str], body: bytes) -> TicketEvent:
    """Verify and read what the scrip of docs/request-tracker.md posts; raises WebhookRefusedError."""
    given = headers.get(SIGNATURE, "")
    if not hmac.compare_digest(given.encode(), signed(secret, body).encode()):
        raise WebhookRefusedError(401, "the signature is wrong")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WebhookRefusedError(400, "the body is not JSON") from error
    if not isinstance(found, dict):
        raise WebhookRefusedError(400, "the body is not a JSON object")
    key, transaction = str(found.get("ticket_id", "")), str(found.get("transaction_id", ""))
    if not _ID.fullmatch(key) or not _ID.fullmatch(transaction):
        raise WebhookRefusedError(400, "ticket_id and transaction_id must be numbers")
    return TicketEvent(
        kind=_KINDS.get(_text(found.get("event")), "updated"),
        key=key,
        delivery=f"transaction-{transaction}",
        own=_text(found.get("creator")).casefold() == user.casefold(),
    )


def _mapping(document: object, what: str) -> Mapping[str, object]:
    if not isinstance(document, dict):
        raise TicketError(f"Request Tracker's answer is no {what}")
    return document


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name(value: object) -> str:
    """Users and queues are objects; a user's `id` is the name, a queue's is a number."""
    if isinstance(value, dict):
        return _text(value.get("Name")) or str(value.get("id", ""))
    return _text(value)
