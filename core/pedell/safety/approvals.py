"""Approvals: a second person agrees to exactly what a run may do.

What is approved is the envelope of a plan: hashes of the playbook and its parts, inputs, devices, capabilities.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pedell.errors import ConflictError, NotFoundError, RefusedError
from pedell.i18n import t
from pedell.journal.commit import append_now
from pedell.journal.ops import ShardRef
from pedell.model.actor import Actor, VerifiedBy
from pedell.safety.waking import APPROVAL, wake
from pedell.store.database import new_id, now
from pedell.store.tables.control import actor, approval
from pedell.store.tables.journal import run

ASKED, GRANTED, REFUSED, EXPIRED = "asked", "granted", "refused", "expired"


@dataclass(frozen=True)
class Approval:
    """What was asked and what was decided. Times in UTC microseconds.

    Attributes:
        envelope: hash of what is approved.
        weak: only the operating system says who decided.
    """

    no: int
    id: str
    run: int
    envelope: str
    state: str
    asked_by: str
    asked: int
    expires: int
    decided_by: str = ""
    verified_by: str = ""
    decided: int | None = None
    reason: str = ""
    run_ended: bool = False

    @property
    def weak(self) -> bool:
        """Whether only the operating system vouches for the second person."""
        return self.verified_by == VerifiedBy.OS

    @property
    def standing(self) -> str:
        """The state as it is now: what nobody decided in time, or before the run had ended, has expired.

        Also while no engine has seen that.
        """
        over = self.run_ended or self.expires <= now()
        return EXPIRED if self.state == ASKED and over else self.state


def digest(envelope: str) -> str:
    """Hash of an envelope as the run's row holds it."""
    return hashlib.sha256(envelope.encode()).hexdigest()


def ask(connection: Connection, number: int, run_id: str, who: Actor) -> int:
    """Ask for an approval of the run's envelope, until its plan expires; returns the approval's number."""
    envelope, expires = connection.execute(
        select(run.c.envelope, run.c.expires).where(run.c.no == number)
    ).one()
    value = digest(envelope)
    made = connection.execute(
        insert(approval).values(
            id=new_id(), run=number, envelope=value, state=ASKED, asked_by=who.id, asked=now(), expires=expires
        )
    )  # fmt: skip
    key = made.inserted_primary_key
    asked = int(key[0]) if key else 0
    body = {"approval": asked, "envelope": value, "expires": expires, "actor": who.id}
    append_now(connection, ShardRef(number, run_id, 0, 0), "approval.asked", body)
    return asked


def find(connection: Connection, *, everything: bool = False, number: int | None = None) -> list[Approval]:
    """Approvals, newest first; only those that wait for somebody, unless everything is asked for."""
    ended = run.c.ended.is_not(None).label("run_ended")
    query = select(approval, ended).join(run, run.c.no == approval.c.run).order_by(approval.c.no.desc())
    if number is not None:
        query = query.where(approval.c.no == number)
    elif not everything:
        query = query.where(approval.c.state == ASKED, approval.c.expires > now(), run.c.ended.is_(None))
    return [_read(row) for row in connection.execute(query.limit(1000))]


def of_open_runs(connection: Connection) -> dict[int, Approval]:
    """The approval of every open run that needs one."""
    query = select(approval).join(run, run.c.no == approval.c.run).where(run.c.ended.is_(None))
    return {row.run: _read(row) for row in connection.execute(query.order_by(approval.c.no))}


def decide(connection: Connection, number: int, who: Actor, reason: str, *, granted: bool) -> Approval:
    """Grant or refuse; raises NotFoundError, ConflictError, and RefusedError where the same person asked."""
    found = find(connection, number=number)
    if not found:
        raise NotFoundError(
            t("there is no approval {number}", number=number), hint=t("see 'pedell approvals list'")
        )
    known = found[0]
    if known.state != ASKED:
        raise ConflictError(t("approval {number} has been decided already", number=number))
    owner = connection.execute(
        select(run.c.id, run.c.ended, run.c.verified_by, run.c.actor).where(run.c.no == known.run)
    ).one()
    if owner.ended is not None:
        raise ConflictError(t("run {number} has ended already", number=known.run))
    if granted:
        _second_person(connection, known, owner, who)
    state = GRANTED if granted else REFUSED
    decided = replace(
        known, state=state, decided_by=who.id, verified_by=str(who.verified_by), decided=now(), reason=reason
    )
    connection.execute(
        update(approval)
        .where(approval.c.no == number)
        .values(
            state=state,
            decided_by=decided.decided_by,
            verified_by=decided.verified_by,
            decided=decided.decided,
            reason=reason,
        )
    )
    body = {
        "approval": number, "envelope": known.envelope, "actor": who.id, "verified_by": decided.verified_by, "weak": decided.weak,
        "reason": reason,
    }  # fmt: skip
    append_now(connection, ShardRef(known.run, owner.id, 0, 0), f"approval.{state}", body)
    wake(connection, APPROVAL, known.run)
    return decided


def expire(connection: Connection, known: Approval) -> None:
    """Nobody decided in time."""
    wanted = (approval.c.no == known.no, approval.c.state == ASKED)
    if connection.execute(update(approval).where(*wanted).values(state=EXPIRED)).rowcount:
        row = connection.execute(select(run.c.id, run.c.ended).where(run.c.no == known.run)).one()
        if row.ended is None:
            append_now(
                connection, ShardRef(known.run, row.id, 0, 0), "approval.expired", {"approval": known.no}
            )


def _second_person(connection: Connection, known: Approval, owner: Row[*tuple[Any, ...]], who: Actor) -> None:
    """Who asked cannot agree to it. Of people known by the operating system, the account must be another."""
    if known.expires <= now():
        raise RefusedError(
            t("approval {number} has expired", number=known.no), hint=t("submit the run again")
        )
    if who.kind != "person":
        raise RefusedError(t("only a person can approve"))
    if who.id in (known.asked_by, owner.actor):
        raise RefusedError(
            t("whoever asked for run {number} cannot approve it", number=known.run),
            hint=t("a second person must do it, as another user of the system; see docs/operation.md"),
        )
    if who.verified_by != VerifiedBy.OS or owner.verified_by != VerifiedBy.OS:
        return
    uid = connection.execute(select(actor.c.uid).where(actor.c.id == owner.actor)).scalar()
    if who.uid is None or uid is None or who.uid == uid:
        raise RefusedError(
            t("both are known by the operating system only, and not as different users"),
            hint=t("a second person must do it, as another user of the system; see docs/operation.md"),
        )


def _read(row: Row[*tuple[Any, ...]]) -> Approval:
    values = row._mapping
    return Approval(**{name: values[name] for name in Approval.__dataclass_fields__ if name in values})
