"""Settings: a TOML file and `PEDELL_*` variables, read once per command.

`PEDELL_DATA` names the data folder, `PEDELL_CONFIG` the file (default: `pedell.toml` in the data folder).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from pedell.errors import ConfigError, Finding
from pedell.i18n import t
from pedell.model.safety import SafetySettings
from pedell.validation import place, reason


class Section(BaseModel):
    """Base of all sections: unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EngineSettings(Section):
    """How the engine works."""

    threads: int = Field(
        default=64, ge=2, le=1024, description="Size of the thread pool; a quarter is reserved for tickets."
    )
    shard_size: int = Field(default=100, ge=1, le=1000, description="Tasks in one shard.")
    transcript_days: int = Field(default=30, ge=1, description="Days that transcripts are kept.")
    plan_hours: float = Field(default=12, gt=0, description="Hours after which a plan expires.")


class WebSettings(Section):
    """Where `pedell serve` listens, and the generic webhook's secret."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8320, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    webhook_secret: str = Field(
        default="",
        description="Reference of the generic webhook's secret, secret://…; without it that webhook is closed.",
    )


class TicketSystemSettings(Section):
    """One ticket system: which adapter, and its options."""

    adapter: str = Field(description="Id of the adapter, such as request-tracker.")
    options: dict[str, Any] = Field(default_factory=dict, description="The adapter's own settings.")


class ListenSettings(Section):
    """Whether `pedell serve` listens for what devices tell by themselves."""

    notices: bool = Field(
        default=False,
        description="Ask a device that is waited for at once when it tells of a change by itself (UDP).",
    )
    address: str = Field(default="", description="Address of this machine to listen on; empty for all.")


class RetentionSettings(Section):
    """How long the journal keeps runs."""

    reads_days: int = Field(default=60, ge=1, description="Days that runs are kept which only read.")
    effects_days: int = Field(
        default=1096, ge=1, description="Days that runs are kept which changed something."
    )


class WatchSettings(Section):
    """When something is called late, in notices and by `pedell doctor --since`."""

    missed_minutes: float = Field(
        default=15, gt=0, description="A schedule should have fired so many minutes ago."
    )
    start_minutes: float = Field(
        default=30, gt=0, description="A run was asked for so many minutes ago and has not begun."
    )
    run_hours: float = Field(default=12, gt=0, description="A run has been open for so many hours.")
    outbox_hours: float = Field(
        default=1, gt=0, description="A note or notice has been on its way for so many hours."
    )


class NotifySettings(Section):
    """One way to tell people that somebody is needed: which notifier, and its options."""

    notifier: str = Field(description="Id of the notifier: email or webhook.")
    kinds: list[Literal["approval", "in_doubt", "breaker", "night", "engine"]] = Field(
        default_factory=list, description="Only these kinds of notices; empty for all."
    )
    options: dict[str, Any] = Field(default_factory=dict, description="The notifier's own settings.")


class Settings(Section):
    """Everything that can be set."""

    data: Path = Field(description="The data folder.")
    database: str = Field(default="", description="SQLAlchemy URL; empty for pedell.db in the data folder.")
    language: str = Field(
        default="",
        pattern="^(en|de|)$",
        description="Language of notes in tickets; empty for the environment's.",
    )
    timezone: str = Field(default="Europe/Berlin", description="Time zone of schedules and of times shown.")
    playbooks: list[Path] = Field(default_factory=list, description="Folders with your own playbooks.")
    rules: list[Path] = Field(
        default_factory=list, description="Files with rules that propose playbooks for tickets."
    )
    engine: EngineSettings = Field(default_factory=EngineSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    safety: SafetySettings = Field(default_factory=SafetySettings)
    tickets: dict[str, TicketSystemSettings] = Field(
        default_factory=dict, description="Ticket systems by name."
    )
    notify: dict[str, NotifySettings] = Field(
        default_factory=dict, description="Who is told when somebody is needed, by names of your own."
    )
    watch: WatchSettings = Field(default_factory=WatchSettings)
    listen: ListenSettings = Field(default_factory=ListenSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {value!r}") from error
        return value

    @property
    def database_url(self) -> str:
        """The store's URL."""
        return self.database or f"sqlite:///{self.data / 'pedell.db'}"


VARIABLES = {
    "PEDELL_DATABASE": ("database",),
    "PEDELL_TIMEZONE": ("timezone",),
    "PEDELL_THREADS": ("engine", "threads"),
    "PEDELL_WEB_HOST": ("web", "host"),
    "PEDELL_WEB_PORT": ("web", "port"),
    "PEDELL_WEBHOOK_SECRET": ("web", "webhook_secret"),
}


def data_folder(environ: Mapping[str, str]) -> Path:
    """`PEDELL_DATA`, else the platform's place for a user's data."""
    named = environ.get("PEDELL_DATA")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("pedell", appauthor=False))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises ConfigError that names every mistake."""
    env = os.environ if environ is None else environ
    data = data_folder(env)
    named = env.get("PEDELL_CONFIG")
    path = Path(named).expanduser() if named else data / "pedell.toml"
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise _no_toml(path, str(error)) from error
        except (OSError, UnicodeDecodeError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            raise ConfigError(t("{path} cannot be read: {error}", path=path, error=said or error)) from error
    elif named:
        raise ConfigError(t("there is no file {path}", path=path), hint=t("PEDELL_CONFIG names it"))
    values.setdefault("data", str(data))
    for name, keys in VARIABLES.items():
        if env.get(name):
            section = values
            for key in keys[:-1]:
                section = section.setdefault(key, {})
            section[keys[-1]] = env[name]
    for key in ("playbooks", "rules"):
        if isinstance(values.get(key), list):
            values[key] = [
                str((path.parent / item).absolute()) if isinstance(item, str) else item
                for item in values[key]
            ]
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        findings = [
            Finding(f"{place(*item['loc'])}: {_words(item)}", source=str(path))
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise ConfigError(
            t("mistakes in {path}: {count}", path=path, count=len(findings)), findings=findings
        ) from error


def _no_toml(path: Path, words: str) -> ConfigError:
    said, _, where = words.partition(" (at ")
    found = re.match(r"line (\d+), column (\d+)", where)
    line, column = (int(found[1]), int(found[2])) if found else (None, None)
    finding = Finding(t("this is no TOML: {error}", error=said), source=str(path), line=line, column=column)
    return ConfigError(
        t("{path} cannot be read: it is no TOML", path=path),
        hint=t("a setting is written name = value, and a text in quotes"),
        findings=[finding],
    )


def _words(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return t("this setting is not known (docs/settings.md lists all)")
    return reason(error)
