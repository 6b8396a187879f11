"""Negative controls: each takes one protection away from a child process, so that the harness must object."""

from __future__ import annotations

from collections.abc import Callable


def no_intent() -> None:
    """The device is called first; the intent is written with the outcome."""
    from pedell.journal.ops import Intent, IntentAnswer, Outcome, PartMark, Verdict
    from pedell.journal.writer import Journal

    kept: dict[str, Intent] = {}
    put = Journal.put

    def intent(self, op, seconds=30.0):
        if isinstance(op, PartMark):
            return IntentAnswer(Verdict.GRANTED)
        kept[op.attempt["id"]] = op
        return IntentAnswer(Verdict.GRANTED)

    def late(self, op):
        if isinstance(op, Outcome) and op.attempt in kept:
            put(self, kept.pop(op.attempt))
        if not isinstance(op, PartMark):
            put(self, op)

    Journal.intent, Journal.put = intent, late  # type: ignore[method-assign]


def no_fence() -> None:
    """An owner is believed although somebody else has taken the shard since."""
    from pedell.journal.commit import Group

    Group.current = lambda self, ref: True  # type: ignore[method-assign]


def no_index() -> None:
    """Two attempts may hold one device (the store's index is dropped by whoever calls this)."""
    from pedell.journal import statements
    from pedell.store import prepared

    class Careless(prepared.Prepared):
        def _compiled(self, connection):
            known = super()._compiled(connection)
            return prepared._Compiled(known.sql.partition(" ON CONFLICT")[0], known.names, ())

    statements.INTENTS = Careless(statements.INTENTS._make)


def no_hold() -> None:
    """What is in doubt gives its device free."""
    from sqlalchemy import update

    from pedell.journal import commit
    from pedell.journal.ops import Claim
    from pedell.store.tables.journal import attempt

    plain = commit.commit
    outcomes = commit._outcomes

    def freed(group, ops):
        for op in ops:
            op.holds = op.holds and op.state != "in_doubt"
        outcomes(group, ops)

    def wrapped(connection, ops, **more):
        answers = plain(connection, ops, **more)
        if any(isinstance(op, Claim) for op in ops):
            connection.execute(update(attempt).where(attempt.c.state == "in_doubt").values(holds=False))
        return answers

    from pedell.journal import writer

    commit._outcomes, writer.commit = freed, wrapped


CONTROLS: dict[str, Callable[[], None]] = {
    "no intent before the call": no_intent,
    "no fence": no_fence,
    "no unique index on the device lock": no_index,
    "no hold for what is in doubt": no_hold,
}
