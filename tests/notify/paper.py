"""A plugin with a notifier that writes on paper, and fails as told; no part of what is tested here."""

from __future__ import annotations

from typing import ClassVar

from pedell.drivers.deadline import Deadline
from pedell.hooks.api import hookimpl
from pedell.notify.notifier import Notice, Notifier

PEDELL_API = 1


class Paper(Notifier):
    id = "paper"
    title = "Paper"
    sent: ClassVar[list[Notice]] = []
    fail: ClassVar[BaseException | None] = None

    def send(self, notice: Notice, deadline: Deadline) -> None:
        if self.fail is not None:
            raise self.fail
        self.sent.append(notice)


@hookimpl
def pedell_notifiers() -> list[type[Notifier]]:
    return [Paper]
