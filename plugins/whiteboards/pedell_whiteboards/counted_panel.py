"""The base of drivers of panels whose frames are counted: what is asked, ordered and switched alike."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, TypeVar

from pedell.drivers.api import Call, Deadline, DeviceError, ErrorClass, Happened, Nothing
from pedell_whiteboards.counted import Frame, Wire, decode, encode
from pedell_whiteboards.line import LineConversation
from pedell_whiteboards.options import PanelOptions
from pedell_whiteboards.panel import PanelDriver

O = TypeVar("O", bound=PanelOptions)  # noqa: E741
Code = tuple[int, int]
"""Group and code of a request."""
_GOOD = 1


class CountedPanel(PanelDriver[O, Frame]):
    """A panel that answers each request by its group and code, and one value.

    Attributes:
        wire: what the brand's frames begin with.
        code_on, code_off: two codes, no toggle.
    """

    wire: ClassVar[Wire]
    code_on: ClassVar[Code]
    code_off: ClassVar[Code]

    def make_line(self) -> LineConversation[Frame]:
        """The conversation."""
        return LineConversation(self.url, self.env.record, self.pacing, partial(decode, self.wire))

    def get(self, what: Code, deadline: Deadline, *, again: bool = True) -> Frame:
        """The answer to a question."""
        request = encode(self.wire, *what)
        return self.line.ask(request, lambda frame: frame.answers(*what), deadline, again=again)

    def order(self, what: Code, call: Call) -> Nothing:
        """Give an order; the panel answers it with 01, and with something else where it did not do it."""
        frame = self.line.tell(encode(self.wire, *what), lambda frame: frame.answers(*what), call.deadline)
        if frame.values[0] != _GOOD:
            raise DeviceError(
                ErrorClass.REFUSED,
                f"{self.target.name} refuses the command {what[0]:02x} {what[1]:02x} (answer {frame.values[0]:02x})",
                happened=Happened.NO,
            )
        return Nothing()

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command. A panel that refuses it is between on and off."""
        try:
            self.order(self.code_on if on else self.code_off, call)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            raise DeviceError(ErrorClass.BUSY, "the panel refuses to be switched now") from None
