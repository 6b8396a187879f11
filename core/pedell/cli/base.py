"""What every command shares: `--json`, `--lang`, `--debug`, the service, and errors as one line.

A command is a function decorated with `@command(...)`; it takes the `App` first and prints through
`app.out`. Only click is imported here: heavy things load when a command uses them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pedell.i18n import set_language, t

if TYPE_CHECKING:
    from pedell.cli.output import Output
    from pedell.model.actor import Actor
    from pedell.service.door import Service
    from pedell.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


class App:
    """One invocation of the command line."""

    def __init__(self) -> None:
        self.json = False
        self.debug = False
        self.creates = False
        """Whether the command may make a store where there is none; a mistyped folder must not look like an empty school."""

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises ConfigError."""
        from pedell.settings import load

        return load()

    @cached_property
    def service(self) -> Service:
        """The one door."""
        from pedell.cli import logs
        from pedell.service.door import Service

        logs.listen()
        return Service(self.settings, creates=self.creates, made=_tell_made)

    @cached_property
    def out(self) -> Output:
        """Where results go."""
        from pedell.cli.output import Output

        return Output(json=self.json)

    @cached_property
    def actor(self) -> Actor:
        """Who is at this terminal."""
        from pedell.model.actor import os_actor

        return os_actor()

    def close(self) -> None:
        """Close what was opened."""
        if "service" in self.__dict__:
            self.service.around.close()


def _language(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    del context, parameter
    if value:
        set_language(value)
    return value


def _flag(name: str) -> Callable[[click.Context, click.Parameter, bool], bool]:
    def remember(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
        del parameter
        if value:
            setattr(context.ensure_object(App), name, True)
        return value

    return remember


def shared_options(*, json: bool = True) -> list[click.Parameter]:
    """The options that every command has."""
    options: list[click.Parameter] = []
    if json:
        options.append(
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                callback=_flag("json"),
                help=t("Print one JSON document."),
            )
        )
    options += [
        click.Option(
            ["--lang"],
            type=click.Choice(["de", "en"]),
            expose_value=False,
            is_eager=True,
            callback=_language,
            help=t("Language of texts."),
        ),
        click.Option(
            ["--debug"], is_flag=True, expose_value=False, callback=_flag("debug"), help=t("Show tracebacks.")
        ),
    ]
    return options


def command(name: str, help: str, *, json: bool = True) -> Callable[[F], click.Command]:  # noqa: A002
    """Make a command of a function `(app, ...)`.

    `help` is English; the translation is looked up when it is shown, so `t` must know the sentence: pass it
    as a plain string.
    """

    def wrap(function: F) -> click.Command:
        def call(*args: Any, **kwargs: Any) -> Any:
            app = click.get_current_context().ensure_object(App)
            return function(app, *args, **kwargs)

        parameters = list(reversed(getattr(function, "__click_params__", [])))
        return Command(name, callback=call, params=parameters + shared_options(json=json), help=help)

    return wrap


class _Translated(click.Command):
    """Help in the reader's language, looked up when it is shown: `--lang` is known only then."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Also `-h` shows the help."""
        extra.setdefault("help_option_names", ["--help", "-h"])
        return super().make_context(info_name, args, parent, **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A mistake knows which command it was made in; click's parser leaves that out."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def get_help(self, ctx: click.Context) -> str:
        """The whole help."""
        with self._translated():
            return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line in lists of commands."""
        with self._translated():
            return super().get_short_help_str(limit=max(limit, 100))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        for word, said in (("[OPTIONS]", t("[OPTIONS]")), ("COMMAND [ARGS]...", t("COMMAND [ARGS]..."))):
            pieces = pieces.replace(word, said)
        formatter.write_usage(ctx.command_path, pieces, prefix=t("Usage:") + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of options."""
        found = [parameter.get_help_record(ctx) for parameter in self.get_params(ctx)]
        with formatter.section(t("Options")):
            formatter.write_dl([record for record in found if record is not None])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help` itself."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = t("Show this help.")
        return option

    @contextmanager
    def _translated(self) -> Iterator[None]:
        holders: list[click.Command | click.Option] = [self]
        holders += [parameter for parameter in self.params if isinstance(parameter, click.Option)]
        english = [holder.help for holder in holders]
        try:
            for holder in holders:
                holder.help = t(holder.help) if holder.help else holder.help
            yield
        finally:
            for holder, text in zip(holders, english, strict=True):
                holder.help = text


class Command(_Translated):
    """One command."""


class Group(_Translated, click.Group):
    """Commands under one noun."""

    def __init__(self, name: str, help: str, commands: Sequence[click.Command] = ()) -> None:  # noqa: A002
        super().__init__(
            name, help=help, commands=list(commands), params=shared_options(), no_args_is_help=True
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of options, and of commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with its line."""
        rows = [(name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)]
        with formatter.section(t("Commands")):
            formatter.write_dl(rows)


class LazyGroup(Group):
    """The top: knows names and one line of each command, and imports a command's module when it is called."""

    def __init__(self, name: str, help: str, table: Mapping[str, tuple[str, str]]) -> None:  # noqa: A002
        super().__init__(name, help=help)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the table's order, which is the order of use."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module; its attribute `command` is the command."""
        del ctx
        if cmd_name not in self.table:
            return None
        made = import_module(self.table[cmd_name][0]).command
        if not isinstance(made, click.Command):
            raise TypeError(f"{self.table[cmd_name][0]}.command is not a click command")
        return made

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List without importing."""
        del ctx
        with formatter.section(t("Commands")):
            formatter.write_dl([(name, t(line)) for name, (_, line) in self.table.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How the shell completes words."""
        del ctx
        formatter.write_paragraph()
        formatter.write_text(
            t(
                "The Tab key completes words once this line stands in ~/.bashrc (likewise zsh_source, fish_source):"
            )
        )
        with formatter.indentation():
            formatter.write_text('eval "$(_PEDELL_COMPLETE=bash_source pedell)"')


def _tell_made(place: str) -> None:
    warn(t("made a new store in {place}", place=place))


def warn(text: str) -> None:
    """A line on standard error."""
    click.echo(text, err=True)


def show_error(error: Exception, *, json: bool, debug: bool) -> None:
    """One line and its hint, findings below; JSON on standard output where that was asked for."""
    from pedell.cli.output import Output

    Output(json=json).error(error)
    if debug:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
