"""Hold the rows of attempts and of devices' parts, which Pedell works with and shows, against what the events tell.

What counts is the events; a row that tells otherwise was altered by hand. Only what both of them know is compared,
and only where it must agree at every moment: states that make no event (ready, running, blocked) may follow each
other as they like, and of readings that were cut after their time nothing is known any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from pedell.drivers.capability import Risk
from pedell.journal import chain
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import attempt, task

ENDED = frozenset({"done", "failed", "skipped", "cancelled"})
DOUBT = "in_doubt"
OPEN = frozenset({"ready", "running", "blocked", "waiting"})
"""States of a device's part that follow each other without an event, until one tells of its end."""
UNSETTLED = frozenset({"open", "waiting", DOUBT})
MASK = "••••"
"""What stands in an event where a secret was."""
_OUTCOMES = {
    "attempt.intent": "open",
    **{f"attempt.{state}": state for state in ("done", "failed", "waiting", DOUBT)},
}
_PARTS_STATES = {f"task.{state}": state for state in (*ENDED, DOUBT, "waiting", "ready")}
_decode = json.JSONDecoder().raw_decode
_RISKS = {str(risk): int(risk) for risk in Risk}
AnyRow = Row[*tuple[Any, ...]]


def _read(text: str) -> Any:
    """What Pedell itself has written as JSON: no blanks before it."""
    return _decode(text)[0]


@dataclass(frozen=True)
class Odd:
    """A row that tells otherwise; `seq`: the event that it contradicts, where there is one."""

    shard: int
    seq: int | None
    message: str


@dataclass(slots=True)
class _Attempt:
    """What the events tell of an attempt: its intent, and the last outcome that counted."""

    seq: int
    at: int
    epoch: int
    intent: Mapping[str, Any]
    state: str = "open"
    outcome: Mapping[str, Any] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    ended: int | None = None
    happened: str | None = ""
    """None where it is not told."""
    decided: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Part:
    """What the events tell of a device's part last."""

    seq: int
    state: str
    body: Mapping[str, Any]


class Told:
    """What the events of one shard tell, in their order."""

    __slots__ = ("attempts", "cut", "epoch", "parts", "unknown")

    def __init__(self) -> None:
        self.attempts: dict[str, _Attempt] = {}
        self.parts: dict[str, _Part] = {}
        """By the device's id."""
        self.epoch = 1
        self.cut = False
        self.unknown: list[tuple[int, str]] = []
        """Outcomes of attempts without an intent: event and attempt."""

    def take(self, seq: int, at: int, kind: str, text: str) -> None:
        """The next event; without a text where that was cut."""
        if (state := _OUTCOMES.get(kind)) is not None:
            self._outcome(seq, at, state, _read(text) if text else {})
        elif (state := _PARTS_STATES.get(kind)) is not None:
            if not text:
                self.cut = True
                return
            body = _read(text)
            # What is ready once more after a decision is named by its number.
            name = body.get("device") or f"#{body.get('task')}"
            self.parts[name] = _Part(seq, state, body)
        elif text:
            self._other(seq, at, kind, text)

    def _outcome(self, seq: int, at: int, state: str, body: Mapping[str, Any]) -> None:
        name = body.get("attempt", "")
        if state == "open":
            self.attempts[name] = _Attempt(seq, at, self.epoch, body)
            return
        known = self.attempts.get(name)
        if known is None:
            self.unknown.append((seq, name))
            return
        known.seq, known.state, known.outcome = seq, state, body
        known.happened = body.get("happened")
        known.ended = None if state == "waiting" else at

    def _other(self, seq: int, at: int, kind: str, text: str) -> None:
        family, _, verb = kind.partition(".")
        body = _read(text) if family in ("attempt", "part", "shard") else {}
        known = self.attempts.get(body.get("attempt", ""))
        if kind == "attempt.settled":
            # Chained after the outcome that it brought about, in the same commit; one that came too late changed nothing.
            if (
                known is not None
                and known.decided is None
                and known.ended == at
                and known.state not in UNSETTLED
            ):
                known.decided = body
        elif family == "part" and known is not None:
            known.parts[body["part"]] = "begun" if verb == "begins" else "ended"
        elif kind == "shard.claimed":
            self.epoch = body.get("epoch", self.epoch)
            for name in body.get("in_doubt", ()):
                if (known := self.attempts.get(name)) is not None:
                    known.seq, known.state, known.happened = seq, DOUBT, "unknown"


_ATTEMPTS = (
    select(
        attempt.c.id, attempt.c.shard, attempt.c.epoch, attempt.c.task, attempt.c.step, attempt.c.capability, attempt.c.effect,
        attempt.c.risk, attempt.c.params, attempt.c.state, attempt.c.holds, attempt.c.parts, attempt.c.happened,
        attempt.c.error_class, attempt.c.message, attempt.c.result, attempt.c.transcript, attempt.c.started, attempt.c.ended,
        device.c.id.label("device_id"), device.c.name,
    )
    .outerjoin(device, device.c.no == attempt.c.device)
    .order_by(attempt.c.shard, attempt.c.n)
)  # fmt: skip
_PARTS = (
    select(
        task.c.no, task.c.shard, task.c.state, task.c.why, task.c.error_class, task.c.proof, task.c.seconds,
        device.c.id.label("device_id"), device.c.name,
    )
    .outerjoin(device, device.c.no == task.c.device)
    .order_by(task.c.shard, task.c.no)
)  # fmt: skip


class Rows:
    """The rows of one run, compared some shards at a time."""

    def __init__(self, connection: Connection, number: int) -> None:
        self._connection = connection
        self._number = number
        self._devices: list[str] = []
        self._unable = 0

    def compare(
        self, told: Mapping[int, Told], bad: set[int], first: int | None, last: int | None
    ) -> Iterator[Odd]:
        """Rows of the shards from `first` to `last`, both included; none is an open end.

        Nothing is said about shards whose chain is broken already.
        """
        tasks: dict[int, AnyRow] = {}
        lost: dict[int, set[str]] = {no: set(one.parts) for no, one in told.items()}
        for row in self._read(_PARTS, task, first, last):
            tasks[row.no] = row
            if row.shard:
                self._devices.append(row.device_id or "")
            else:
                self._unable += row.state == "skipped"
            if row.shard in bad:
                continue
            if row.shard not in told:
                yield Odd(
                    row.shard,
                    None,
                    _astray(row.name),
                )
                continue
            lost[row.shard].difference_update((row.device_id, f"#{row.no}"))
            yield from _part(row, told[row.shard])
        gone = {no: dict(one.attempts) for no, one in told.items()}
        for row in self._read(_ATTEMPTS, attempt, first, last):
            known = gone.get(row.shard, {}).pop(row.id, None)
            if row.shard in bad:
                continue
            if known is None:
                yield Odd(row.shard, None, _unknown(row.id))
                continue
            part = tasks.get(row.task)
            if part is None or part.shard != row.shard:
                yield Odd(row.shard, known.seq, _differs(row.id, "task"))
            elif names := ", ".join(_differences(row, known)):
                yield Odd(row.shard, known.seq, _differs(row.id, names))
        for no, one in told.items():
            if no in bad:
                continue
            for seq, name in one.unknown:
                yield Odd(no, seq, _unknown(name))
            for name, known in gone[no].items():
                yield Odd(no, known.seq, f"the row of attempt {name} is missing")
            for name in sorted(lost[no]):
                yield Odd(no, one.parts[name].seq, f"the row of the device {name} is missing")

    def devices(self, envelope: Mapping[str, Any], unable: Any) -> Iterator[Odd]:
        """Whether they are the devices that the run was asked for; after all rows have been compared."""
        wanted = envelope.get("devices")
        value = hashlib.sha256("\n".join(sorted(self._devices)).encode()).hexdigest()
        if wanted is not None and wanted != value:
            yield Odd(0, None, "the rows are not those of the devices that the run was asked for")
        elif unable is not None and unable != self._unable:
            yield Odd(0, None, "devices that could not be served are missing, or were put in")

    def _read(self, query: Any, table: Any, first: int | None, last: int | None) -> Sequence[AnyRow]:
        wanted = [table.c.run == self._number]
        if first is not None:
            wanted.append(table.c.shard >= first)
        if last is not None:
            wanted.append(table.c.shard <= last)
        return self._connection.execute(query.where(*wanted)).all()


def _differs(attempt_id: str, names: str) -> str:
    return f"attempt {attempt_id}: its row and the journal tell different things: {names}"


def _unknown(attempt_id: str) -> str:
    return f"the journal knows of no intent of attempt {attempt_id}"


def _astray(name: str) -> str:
    return f"device {name}: its row belongs to a shard that is not there"


def _otherwise(name: str, names: str) -> str:
    return f"device {name}: its row and the journal tell different things: {names}"


def _part(row: AnyRow, told: Told) -> Iterator[Odd]:
    """One device's part."""
    ended, freed = told.parts.get(row.device_id), told.parts.get(f"#{row.no}")
    if freed is not None and (ended is None or freed.seq > ended.seq):
        ended = freed
    state = ended.state if ended is not None else ""
    if state in ENDED or state == DOUBT:
        fits = row.state == state
    elif row.shard == 0 and ended is None:
        fits = row.state == "skipped"  # those that could not be served from the start
    else:
        fits = row.state in OPEN or (told.cut and ended is None)
    if not fits:
        yield Odd(row.shard, ended.seq if ended else None, _otherwise(row.name, "state"))
        return
    if ended is None or state not in ENDED | {DOUBT}:
        return
    body = ended.body
    if "why" in body:
        for name, shown, value in (
            ("why", row.why, body["why"]),
            ("error_class", row.error_class, body.get("class", "")),
        ):
            if shown not in (value, stored(value)):
                yield Odd(row.shard, ended.seq, _otherwise(row.name, name))
    if "seconds" in body and round(row.seconds, 3) != body["seconds"]:
        yield Odd(row.shard, ended.seq, _otherwise(row.name, "seconds"))
    if "proofs" in body and not _same_proofs(row.proof, body["proofs"]):
        yield Odd(row.shard, ended.seq, _otherwise(row.name, "proof"))


def _same_proofs(text: str, told: Sequence[Mapping[str, Any]]) -> bool:
    if not told:
        return text in ("[]", "")
    try:
        shown = [{name: one.get(name) for name in told[0]} for one in json.loads(text)]
    except (ValueError, AttributeError, TypeError):
        return False
    return _text(shown) == _text(told)


def _differences(row: AnyRow, known: _Attempt) -> Iterator[str]:
    """Names of what an attempt's row tells otherwise."""
    intent, outcome = known.intent, known.outcome
    error_class, message = outcome.get("class", ""), outcome.get("message", "")
    if (decided := known.decided) is not None and known.state == "failed":
        error_class = "superseded" if decided.get("decision") == "again" else "timeout"
        message = f"settled by a person: {decided.get('reason')}"
    (_, _, epoch, _, step, capability, effect, risk, params, state, holds, parts, happened, its_class, its_message, result,
     transcript, started, ended, device_id, _) = row  # fmt: skip
    if state != known.state:
        yield "state"
    if known.happened not in (None, happened):
        yield "happened"
    for name, value in (
        ("device", device_id),
        ("capability", capability),
        ("effect", effect),
        ("step", step),
    ):
        if (told := intent.get(name, value)) != value and stored(told) != value:
            yield name
    if "risk" in intent and risk != _RISKS.get(intent["risk"]):
        yield "risk"
    if "params" in intent and not _alike(params, intent["params"]):
        yield "params"
    if epoch != known.epoch:
        yield "epoch"
    if started != known.at:
        yield "started"
    if ended != known.ended:
        yield "ended"
    if its_class != error_class or (its_message != message and its_message != stored(message)):
        yield "message"
    if transcript != outcome.get("transcript", ""):
        yield "transcript"
    if holds and state not in UNSETTLED:
        yield "holds"
    if (result or "result" in outcome) and not _same_result(result, outcome):
        yield "result"
    if known.parts and not _same_parts(parts, known.parts):
        yield "parts"


def _same_result(text: str, outcome: Mapping[str, Any]) -> bool:
    told = outcome.get("result")
    if told is None or not text:
        return told is None and not text
    if told == {"size": len(text)}:
        return True
    try:
        shown = _read(text)
    except ValueError:
        return False
    # Texts tell the same of what is not equal to itself, and of halves of surrogate pairs.
    return bool(shown == told) or _text(shown) == _text(told)


def _same_parts(text: str, told: Mapping[str, str]) -> bool:
    """A part that could not be announced may stand in the row beside those that were."""
    try:
        shown = json.loads(text)
    except ValueError:
        return False
    return isinstance(shown, dict) and told.items() <= shown.items()


def _alike(text: str, told: Any) -> bool:
    """Whether the event's parameters are those of the row, with a mask where a secret is."""
    try:
        shown = _read(text)
    except ValueError:
        return False
    return bool(shown == told) or _masked(shown, told)


def _masked(value: Any, told: Any) -> bool:
    if isinstance(value, str) and isinstance(told, str) and MASK in told:
        return _between(value, told.split(MASK))
    if isinstance(value, list) and isinstance(told, list):
        return len(value) == len(told) and all(map(_masked, value, told))
    if isinstance(value, dict) and isinstance(told, dict):
        if any(MASK in name for name in told):
            return len(value) == len(told)
        return value.keys() == told.keys() and all(_masked(value[name], told[name]) for name in value)
    return _text(value) == _text(told)


def _between(value: str, pieces: Sequence[str]) -> bool:
    """Whether these pieces stand in the value in this order, the first at its beginning and the last at its end."""
    place, end = len(pieces[0]), len(value) - len(pieces[-1])
    if place > end or not (value.startswith(pieces[0]) and value.endswith(pieces[-1])):
        return False
    for piece in pieces[1:-1]:
        if (place := value.find(piece, place, end)) < 0:
            return False
        place += len(piece)
    return True


def _text(value: Any) -> str:
    return chain.text_of({"": value})


def stored(value: Any) -> Any:
    """As either column takes it: JSON keeps a NUL that a text column of PostgreSQL does not."""
    return (
        value.replace("\0", "\ufffd").encode("utf-8", "replace").decode() if isinstance(value, str) else value
    )
