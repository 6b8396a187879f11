"""Lines on which an answer to an order does not say to which: a late one must not be taken for the next one's."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell_whiteboards.line import LineConversation

F = TypeVar("F")


class NamelessConversation(LineConversation[F]):
    """After an order that was not answered in time, something is asked whose answer can be told, before the next order.

    On a network the line is opened anew and nothing late comes; on a serial line, and behind a serial server, it does.
    """

    _late = False

    @abstractmethod
    def clear_up(self, deadline: Deadline) -> None:
        """Ask something harmless whose answer cannot be mistaken; what comes before it is thrown away."""

    def tell(
        self,
        request: bytes,
        answers: Callable[[F], bool],
        deadline: Deadline,
        *,
        answer_time: float | None = None,
    ) -> F:
        """As the base. Raises what asking raises, with NO, where the line cannot be cleared up."""
        if self._late:
            self.clear_up(deadline)
            self._late = False
        try:
            return super().tell(request, answers, deadline, answer_time=answer_time)
        except DeviceError as error:
            self._late = error.error_class in {ErrorClass.TIMEOUT, ErrorClass.PROTOCOL}
            raise
