"""One task's part in a round of polls: it joins, leads, or takes its outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pedell.drivers.api import Answer, Deadline, DeviceError, Driver, ErrorClass, Happened, Poll
from pedell.engine.attempts import Attempts
from pedell.engine.calls import EngineCall
from pedell.engine.context import Attempt
from pedell.engine.conversation import Conversation, DriverBugError
from pedell.engine.hands import Hands
from pedell.engine.order import Order, answered
from pedell.engine.polls import Joined, Key, Login, Outcome, outcomes
from pedell.engine.signals import Pause

_EVERYBODYS = frozenset(
    {ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT, ErrorClass.BUSY, ErrorClass.PROTOCOL, ErrorClass.AUTH}
)
"""Trouble with the controller, which nobody would escape by asking alone; a login least of all."""


class Rounds:
    """Asks about one task's waiting call together with those of others."""

    def __init__(self, hands: Hands, attempts: Attempts) -> None:
        self._hands = hands
        self._attempts = attempts

    def ask(self, order: Order, attempt: Attempt, stored: Mapping[str, Any]) -> Answer | None:
        """The answer of a shared poll; None where the call is to be asked about by itself.

        Raises Pause while others gather or ask, and DeviceError as a poll does.
        """
        controller = order.target.controller
        if not order.polled_together or controller is None:
            return None
        polls = self._hands.tools.polls
        found = polls.collect(attempt.id)
        if found is None and (refused := polls.login_wait(_login(order))) is not None:
            # Nobody tries to log in now; that nothing could be read is known without asking.
            raise again(refused[1])
        if found is None:
            key = (order.driver.id, controller.id, order.capability.name)
            wait = polls.join(key, self._joined(order, attempt, stored["token"]))
            if wait:
                self._hands.close()
                raise Pause(self._hands.now() + wait, stored["why"], aside=True)
            found = self._lead(order, attempt, key)
        self._hands.notes.extend(self._hands.clean(note) for note in found.notes)
        if isinstance(found.answer, DeviceError):
            raise found.answer
        return found.answer

    def refused(self, order: Order, error: DeviceError, *, asked: bool) -> float:
        """Seconds until its controller may be logged in to again; 0 where the trouble is another one.

        `asked`: this very task has tried to log in just now.
        """
        if not order.polled_together or error.error_class is not ErrorClass.AUTH:
            return 0.0
        if asked:
            self._not_let_in(order, error)
        known = self._hands.tools.polls.login_wait(_login(order))
        return known[0] if known is not None else 0.0

    def _not_let_in(self, order: Order, error: DeviceError) -> None:
        """For all who wait for the same controller one try is enough."""
        self._hands.tools.polls.login_refused(_login(order), again(error))
        self._attempts.tell(order, error.error_class)

    def _joined(self, order: Order, attempt: Attempt, token: Mapping[str, Any]) -> Joined:
        hands = self._hands

        def poll(deadline: Deadline) -> Poll:
            own = EngineCall(
                hands.tools.journal, hands.item.shard, attempt.id, deadline, hands.run.cancelled, reads=True
            )
            return Poll(order.target, own, token)

        return Joined(attempt.id, poll, hands.wake)

    def _lead(self, order: Order, attempt: Attempt, key: Key) -> Outcome:
        """Ask about everybody who has joined; returns the leader's own outcome."""
        hands = self._hands
        # This may pause: the round waits for its leader.
        conversation = hands.conversation(order.driver, order.target)
        joined = hands.tools.polls.take(key, attempt.id)
        if len(joined) < 2:
            return Outcome(None)
        own: Outcome | None = None
        size = order.driver.polls_together
        for start in range(0, len(joined), size):
            part = joined[start : start + size]
            told: Sequence[Outcome]
            if (refused := hands.tools.polls.login_wait(_login(order))) is not None:
                # The first part was not let in: the others do not try the same password again.
                told = [Outcome(again(refused[1])) for _ in part]
            else:
                told = self._told(order, attempt, conversation, part)
            for one, outcome in zip(part, told, strict=True):
                if one.attempt == attempt.id:
                    own = outcome
                else:
                    hands.tools.polls.deliver(one, outcome)
        return own or Outcome(None)

    def _told(
        self, order: Order, attempt: Attempt, conversation: Conversation, part: Sequence[Joined]
    ) -> Sequence[Outcome]:
        call = self._hands.begin(order, attempt.id, attempt)
        polls = [one.poll(call.deadline) for one in part]
        try:
            driver = connected(conversation)
            answers = answered(lambda: driver.poll_many(order.capability.name, polls), conversation)
        except DeviceError as error:
            self._hands.drop(order)
            if error.error_class is ErrorClass.AUTH:
                self._not_let_in(order, error)
            if isinstance(error, DriverBugError) or error.error_class not in _EVERYBODYS:
                # What breaks over one device's answer must not fail the others.
                return [Outcome(None)] * len(part)
            return [Outcome(again(error)) for _ in part]
        finally:
            self._hands.end()
        self._hands.tools.polls.login_accepted(_login(order))
        return outcomes(polls, answers)


def connected(conversation: Conversation) -> Driver:
    """Connect for a question: where that fails, nothing is known of the effect that is asked about."""
    try:
        return conversation.driver()
    except DeviceError as error:
        raise DeviceError(
            error.error_class,
            error.message,
            happened=Happened.UNKNOWN,
            hint=error.hint,
            retry_after=error.retry_after,
        ) from error


def again(error: DeviceError) -> DeviceError:
    """A copy for each: an exception is raised in one place only. Nothing is known of anybody's effect."""
    return DeviceError(
        error.error_class,
        error.message,
        happened=Happened.UNKNOWN,
        hint=error.hint,
        retry_after=error.retry_after,
    )


def _login(order: Order) -> Login:
    controller = order.target.controller
    return order.driver.id, controller.id if controller is not None else ""
