"""The entry: finds the command, and turns errors into one line and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from pedell import __version__
from pedell.cli.base import App, LazyGroup, show_error
from pedell.i18n import default_language, set_language, t

if TYPE_CHECKING:
    from pedell.errors import PedellError

CLOSED_PIPE = 141
# name: (module, one line). The order is the order in which a newcomer meets them.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("pedell.cli.commands.init", "Set up the data folder and say what comes next."),
    "doctor": (
        "pedell.cli.commands.doctor",
        "Check that everything Pedell needs is there, or that what should happen did.",
    ),
    "lab": ("pedell.cli.commands.lab", "A virtual school to practise on."),
    "sites": ("pedell.cli.commands.sites", "Sites of the inventory."),
    "devices": ("pedell.cli.commands.devices", "Devices of the inventory."),
    "playbooks": ("pedell.cli.commands.playbooks", "What can be run."),
    "plan": ("pedell.cli.commands.plan", "Show what a run would do, and stop there."),
    "run": ("pedell.cli.commands.run", "Run a playbook on devices, for a ticket."),
    "runs": ("pedell.cli.commands.runs", "Runs: list, show, cancel, resume, retry, settle."),
    "approvals": ("pedell.cli.commands.approvals", "What waits for a second person."),
    "hold": (
        "pedell.cli.commands.hold",
        "Leave devices alone until a time; 'pedell hold list' shows what is held.",
    ),
    "release": ("pedell.cli.commands.release", "End a hold: the devices may be worked on again."),
    "stop": ("pedell.cli.commands.stop", "Begin nothing new anywhere; what has begun is brought to its end."),
    "go": ("pedell.cli.commands.go", "Go on after 'pedell stop'."),
    "breakers": ("pedell.cli.commands.breakers", "Groups of devices that are left alone after trouble."),
    "tickets": ("pedell.cli.commands.tickets", "Tickets, their log and what is proposed for them."),
    "schedules": ("pedell.cli.commands.schedules", "What runs by itself, and when."),
    "notify": ("pedell.cli.commands.notify", "Who is told when somebody is needed."),
    "serve": ("pedell.cli.commands.serve", "Engine, schedule and webhooks in one process."),
    "audit": ("pedell.cli.commands.audit", "The journal: verify, read, export, purge."),
    "plugins": ("pedell.cli.commands.plugins", "Plugins, what they offer, and which are quarantined."),
}


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    if value and not context.resilient_parsing:
        click.echo(f"pedell {__version__}")
        context.exit()


def build() -> LazyGroup:
    """The command tree."""
    top = LazyGroup("pedell", "Repair classroom hardware from afar: playbooks, tickets, proof.", COMMANDS)
    top.params.append(
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
            help="Show the version.",
        )
    )
    return top


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code that docs/exit-codes.md tells."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    set_language(_asked_language(words) or default_language())
    app = App()
    try:
        result = build().main(
            args=words,
            prog_name="pedell",
            obj=app,
            standalone_mode=False,
        )
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        from pedell.cli.mistakes import in_words
        from pedell.errors import UsageError

        message, hint = in_words(error)
        return _told(app, UsageError(message, hint=hint), app.debug)
    except (click.Abort, KeyboardInterrupt):
        click.echo(t("interrupted"), err=True)
        return 130
    except SystemExit as done:
        # So click ends after completion; and with 1 after a closed pipe, which means something else with us.
        return CLOSED_PIPE if done.code == 1 and "_PEDELL_COMPLETE" not in os.environ else int(done.code or 0)
    except Exception as error:
        from pedell.errors import PedellError

        if isinstance(error, PedellError):
            return _told(app, error, app.debug)
        if isinstance(error, OSError) and error.errno in _SURROUNDINGS:
            from pedell.errors import StoreError

            trouble = StoreError(
                _surroundings(error), hint=t("who may use the data folder: docs/operation.md")
            )
            # Without a file it is the output itself that cannot be written.
            show_error(trouble, json=app.json and bool(error.filename), debug=app.debug)
            return trouble.exit_code
        import traceback

        if app.debug:
            traceback.print_exception(error)
        else:
            _told(
                app,
                PedellError(
                    t("a bug in Pedell: {error}", error=f"{type(error).__name__}: {error}"),
                    hint=t("please report it with the output of the same command and --debug"),
                ),
            )
        return 70
    finally:
        app.close()


def _told(app: App, error: PedellError, debug: bool = False) -> int:
    """Show an error; returns its exit code, or that of a closed pipe where nobody reads."""
    try:
        show_error(error, json=app.json, debug=debug)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer would fail once more when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    return error.exit_code


_SURROUNDINGS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)
"""What a folder or a disk refuses is no bug, whichever file it is about."""


def _surroundings(error: OSError) -> str:
    said = os.strerror(error.errno or 0)
    return f"{error.filename}: {said}" if error.filename else said


def _asked_language(words: Sequence[str]) -> str:
    """What `--lang` says, wherever it stands: help and mistakes are told before options are read."""
    for word, following in pairwise([*words, ""]):
        if word == "--lang" or word.startswith("--lang="):
            return word.partition("=")[2] or following
    return ""


if __name__ == "__main__":
    main()
