"""A conversation with a switch's command line: commands in, checked text out, closed for certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netmiko.exceptions import NetmikoBaseException, ReadTimeout
from paramiko.ssh_exception import SSHException

from pedell.drivers.api import Deadline, DeviceError, Env, ErrorClass, Happened, Target
from pedell_network import connecting
from pedell_network.connecting import connect
from pedell_network.options import SwitchOptions
from pedell_network.texts import clean, mask_secrets, without_log
from pedell_network.wire import LIMIT, AnswerTooLongError

if TYPE_CHECKING:
    from pedell.transports.ssh_way import Way
    from pedell_network.terminal import Terminal

_LEAVING = 3.0
_FAREWELL = 0.5
_RECORDED = 200_000
_NOISE = re.compile(r"[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\ufffd]")


@dataclass(frozen=True)
class Dialect:
    """How a platform's command line is spoken to.

    Attributes:
        terminal: netmiko's driver as ours, such as `ours(CiscoIosSSH)`.
        prompt: made from the base prompt: a regular expression of a whole line.
        refusal: what the platform says instead of doing something, or None; given the output of one command.
    """

    terminal: type[Terminal]
    prompt: Callable[[str], str]
    refusal: Callable[[str], DeviceError | None]


class Session:
    """An open command line. Used by one thread; raises DeviceError."""

    def __init__(self, line: Terminal, way: Way, dialect: Dialect, env: Env) -> None:
        self._line = line
        self._way = way
        self._dialect = dialect
        self._env = env
        self._prompt = dialect.prompt(line.base_prompt)
        self._enabled = False
        self._sound = True

    @property
    def usable(self) -> bool:
        """Whether it may go on: no trouble in the middle of an answer, and the switch has not hung up meanwhile.

        After trouble what comes next may belong to the last command.
        """
        return self._sound and self._line.is_open()

    @usable.setter
    def usable(self, value: bool) -> None:
        self._sound = value

    @classmethod
    def open(
        cls, dialect: Dialect, target: Target, options: SwitchOptions, env: Env, deadline: Deadline
    ) -> Session:
        """Connect and log in; leaves nothing open when it fails."""
        line, way = connect(dialect.terminal, target, options, env, deadline)
        return cls(line, way, dialect, env)

    @property
    def local_address(self) -> str:
        """The address that the switch sees us come from: the way in that must not be cut."""
        return self._way.address_seen

    def enable(self, secret: bool, deadline: Deadline) -> None:
        """Become privileged, once per conversation; raises AUTH where the secret is wrong or missing."""
        if self._enabled:
            return
        self._limit(deadline, "becoming privileged")
        try:
            if not self._line.check_enable_mode():
                if not secret:
                    raise DeviceError(
                        ErrorClass.AUTH,
                        "the login is not privileged and no enable secret is set",
                        hint="option enable: secret://…",
                    )
                self._env.record(">", "enable")
                self._line.enable(check_state=False)
        except ValueError as error:
            self.usable = False
            raise DeviceError(ErrorClass.AUTH, "the switch refuses the enable secret") from error
        except (NetmikoBaseException, SSHException, OSError, EOFError) as error:
            raise self._broken("becoming privileged", error, Happened.NO) from error
        self._enabled = True

    def run(self, command: str, deadline: Deadline, *, effect: bool = False) -> str:
        """Send one command and return its output, cleaned.

        With `effect` the command changes something: what goes wrong after it was sent leaves that UNKNOWN.
        Raises what the dialect's `refusal` finds in the output.
        """
        happened = Happened.UNKNOWN if effect else Happened.NO
        self._limit(deadline, f"before {_first(command)}")
        self._listen(command)
        self._env.record(">", command)
        try:
            raw = self._line.ask(command, self._prompt)
        except AnswerTooLongError as error:
            self.usable = False
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"the answer to {_first(command)} is longer than {LIMIT // 1_000_000} MB",
                happened=happened,
            ) from error
        except (NetmikoBaseException, SSHException, OSError, EOFError) as error:
            raise self._broken(_first(command), error, happened) from error
        text = clean(without_log(raw))
        self._env.record("<", mask_secrets(text[:_RECORDED]))
        if _NOISE.search(raw):
            self.usable = False
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"the answer to {_first(command)} holds bytes that no text has",
                happened=happened,
            )
        refusal = self._dialect.refusal(text)
        if refusal is not None:
            # An answer that is none tells nothing of the effect.
            if refusal.error_class is ErrorClass.PROTOCOL:
                refusal.happened = happened
            raise refusal
        return text

    def prompt(self, deadline: Deadline) -> str:
        """The prompt as it is now: some platforms tell in it what they tell nowhere else."""
        self._limit(deadline, "looking at the prompt")
        try:
            return clean(self._line.find_prompt())
        except (NetmikoBaseException, SSHException, OSError, EOFError, ValueError) as error:
            raise self._broken("looking at the prompt", error, Happened.NO) from error

    def converse(
        self,
        command: str,
        answers: Sequence[tuple[str, str | None]],
        deadline: Deadline,
        *,
        effect: bool = False,
    ) -> tuple[str, bool]:
        """Send a command that may ask questions, and answer each by the first pattern that fits.

        An answer of None means: the device goes away now. Returns all text, and whether the line is still
        open at its prompt. At most ten questions.
        """
        happened = Happened.UNKNOWN if effect else Happened.NO
        pattern = "|".join([self._prompt, *(question for question, _ in answers)])
        said, text = command + self._line.RETURN, ""
        self._listen(command)
        self._env.record(">", command)
        for _ in range(10):
            self._limit(deadline, f"during {_first(command)}")
            try:
                self._line.write_channel(said)
                heard = self._line.read_until_pattern(f"(?:{pattern})", read_timeout=deadline.left())
            except ReadTimeout as error:
                raise self._broken(_first(command), error, happened) from error
            except (NetmikoBaseException, SSHException, OSError, EOFError):
                self.usable = False
                return text, False
            text += heard
            self._env.record("<", mask_secrets(clean(heard)))
            answer = next(
                (reply for question, reply in answers if re.search(f"(?:{question})\\Z", heard)), ""
            )
            if answer is None:
                self.usable = False
                return clean(text), False
            if not answer:
                # Some show their prompt once more, and are gone.
                return clean(text), self._line.is_open()
            said = answer
            self._env.record(">", said.strip() or "(Enter)")
        raise DeviceError(
            ErrorClass.PROTOCOL, f"{_first(command)} asks questions without end", happened=happened
        )

    def leave(self, command: str, deadline: Deadline) -> None:
        """Leave a mode; where that fails, the conversation is not used again."""
        if not self.usable:
            return
        try:
            self.run(command, deadline.within(_LEAVING))
        except DeviceError:
            self.usable = False

    def close(self) -> None:
        """Say goodbye where the switch listens, and close the line; never raises, takes a second at most."""
        with suppress(Exception), self._way.cut_at(Deadline.after(1.0)):
            if self.usable:
                self._line.say_goodbye(_FAREWELL)
            self._line.disconnect()
        self._way.close()

    def _listen(self, command: str) -> None:
        """What came unasked is past; a line that broke before anything was sent leaves nothing in doubt."""
        try:
            self._line.listen()
        except (NetmikoBaseException, SSHException, OSError, EOFError) as error:
            raise self._broken(f"the time before {_first(command)}", error, Happened.NO) from error

    def _limit(self, deadline: Deadline, doing: str) -> None:
        self._line.read_timeout_override = min(connecting.PORTION, deadline.check(doing))

    def _broken(self, doing: str, error: BaseException, happened: Happened) -> DeviceError:
        self.usable = False
        if isinstance(error, ReadTimeout | TimeoutError):
            return DeviceError(ErrorClass.TIMEOUT, f"no answer to {doing}", happened=happened)
        return DeviceError(ErrorClass.PROTOCOL, f"the line broke during {doing}", happened=happened)


def _first(command: str) -> str:
    return f"'{command[:60]}'"
