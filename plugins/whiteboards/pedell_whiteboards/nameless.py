"""Lines on which an answer to an order does not say to which: a late one must not be taken for the next one's."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_whiteboards.line import LineConversation

F = TypeVar("F")


class NamelessConversation(LineConversation[F]):
    """Before an order that may be mistaken for answered, something is asked whose answer can be told.

    That is so after something that was not answered in time, and before the first one on a line that outlives its
    conversations: a serial line brings what an earlier conversation did not wait for, a display's own network port not.
    """

    own_port = True
    """Whether the line is the display's own network port."""
    _cleared = False
    _late = False

    @abstractmethod
    def clear_up(self, deadline: Deadline) -> None:
        """Ask something harmless whose answer cannot be mistaken; what comes before it is thrown away."""

    def make_clear(self, deadline: Deadline) -> None:
        """See to it that nothing late comes. Raises what asking raises, with NO, where that cannot be told."""
        late = self._late
        if not late and (self.own_port or self._cleared):
            return
        try:
            self.clear_up(deadline)
        except DeviceError as error:
            if late or error.error_class is not ErrorClass.TIMEOUT:
                raise
            # Some take orders and do not know this question; nothing late came in twice the time for an answer.
        self._cleared, self._late = True, False

    def tell(
        self,
        request: bytes,
        answers: Callable[[F], bool],
        deadline: Deadline,
        *,
        answer_time: float | None = None,
    ) -> F:
        """As the base, on a line that was made clear."""
        self.make_clear(deadline)
        return super().tell(request, answers, deadline, answer_time=answer_time)

    def _exchange(
        self,
        request: bytes,
        answers: Callable[[F], bool],
        deadline: Deadline,
        answer_time: float | None,
        happened: Happened,
    ) -> F:
        try:
            return super()._exchange(request, answers, deadline, answer_time, happened)
        except DeviceError as error:
            # A question may be answered by a late no as well.
            self._late = self._late or error.error_class in {ErrorClass.TIMEOUT, ErrorClass.PROTOCOL}
            raise
