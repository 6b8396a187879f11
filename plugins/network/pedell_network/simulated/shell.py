"""What a personality is: a command line as text in, text out. No network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from pedell_network.simulated.state import Switch


@dataclass(frozen=True)
class Reply:
    """What a command prints, and what comes next.

    Attributes:
        text: printed.
        ask: a question at whose end the switch waits; `then` gets the answer.
        key: whether a single key answers.
        hidden: whether the answer is not echoed.
        leave: whether the session ends.
    """

    text: str = ""
    ask: str = ""
    then: Callable[[str], Reply] | None = None
    key: bool = False
    hidden: bool = False
    leave: bool = False


@dataclass(frozen=True)
class Outside:
    """What a session reaches beyond its own command line.

    Attributes:
        effect: notes an effect that took place: its name, and on what.
        reload: the switch goes away and comes back.
        secret: of the enable mode; empty where the login is privileged.
        minute: how long a minute is, in seconds, where the switch takes something back by itself.
    """

    effect: Callable[[str, str], None]
    reload: Callable[[], None]
    secret: str = ""
    minute: float = 60.0


class Shell(ABC):
    """One session's command line.

    Attributes:
        length: lines of a page; 0 shows everything at once.
        more: what the pager says.
        denied: what is said to a login that may not do something.
    """

    length = 24
    more = " --More-- "
    denied = "Command authorization failed.\n\n"

    def __init__(self, switch: Switch, outside: Outside) -> None:
        self.switch = switch
        self.outside = outside

    @property
    @abstractmethod
    def prompt(self) -> str:
        """As it stands before the cursor."""

    @abstractmethod
    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""

    @abstractmethod
    def run(self, line: str) -> Reply:
        """Do what was typed."""

    def greeting(self, banner: str) -> Reply:
        """What is shown after the login, before the first prompt."""
        return Reply(f"{banner}\n" if banner else "\n")

    def dressed(self, prompt: str) -> str:
        """The prompt as the terminal gets it, with its control sequences."""
        return prompt

    def left(self) -> None:  # noqa: B027 - most have nothing to do then
        """The session is over."""

    def entered(self, typed: str) -> str:
        """What Enter is echoed as, after what was typed."""
        del typed
        return "\n"

    @classmethod
    def login_name(cls, name: str) -> str:
        """The user's name in what was given as one."""
        return name
