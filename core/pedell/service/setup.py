"""Sets up a data folder: settings with comments, the webhook's secret, the store."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from pedell.errors import ConfigError
from pedell.i18n import t
from pedell.settings import Settings, data_folder, load

_WEBHOOK = "webhook"
_REFERENCE = f"secret://file/{_WEBHOOK}"
# The data folder is told by PEDELL_DATA, and the file lies in it.
_LEFT_OUT = {"data"}


@dataclass(frozen=True)
class Made:
    """What was set up: the folder, the file with settings, and which paths are new."""

    data: Path
    config: Path
    created: tuple[Path, ...]


def set_up(environ: Mapping[str, str]) -> Made:
    """Make what is missing and leave alone what is there; raises ConfigError, StoreError."""
    data = data_folder(environ)
    named = environ.get("PEDELL_CONFIG")
    config = Path(named).expanduser().absolute() if named else data / "pedell.toml"
    created: list[Path] = []
    try:
        for folder in (data, data / "secrets"):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True)
                created.append(folder)
        secret = data / "secrets" / _WEBHOOK
        if _write_new(secret, secrets.token_hex(32) + "\n"):
            created.append(secret)
        if _write_new(config, starter()):
            created.append(config)
    except OSError as error:
        raise ConfigError(
            t("{path} cannot be made: {error}", path=error.filename or data, error=error.strerror or error),
            hint=t("PEDELL_DATA names another folder"),
        ) from error
    # What was there already may be wrong: better said now than at the first run.
    settings = load(environ)
    from pedell.store.database import Store

    store = Store(settings.database_url)
    try:
        if store.revision() is None and store.sqlite:
            created.append(Path(settings.database_url.removeprefix("sqlite:///")))
        store.prepare()
    finally:
        store.close()
    return Made(data, config, tuple(created))


def _write_new(path: Path, text: str) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def starter() -> str:
    """A file with every setting, its meaning and its default, all but the webhook's secret as comments."""
    head = "# Settings of Pedell. What stands as a comment is the default. See docs/settings.md."
    return "\n".join([head, "", *_section(Settings, "")]) + "\n"


def _section(model: type[BaseModel], prefix: str) -> Iterator[str]:
    """Plain settings first: in TOML whatever follows a section's head belongs to it."""
    parts = {name: part_of(field) for name, field in model.model_fields.items()}
    for name, field in model.model_fields.items():
        if parts[name] is None and f"{prefix}{name}" not in _LEFT_OUT:
            yield from _setting(f"{prefix}{name}", name, field)
    for name, part in parts.items():
        if part is None:
            continue
        inner, named = part
        if named:
            # Sections by names of one's own have no default: only their place is shown.
            yield from (f"# {model.model_fields[name].description}", f"# [{prefix}{name}.NAME]", "")
        else:
            yield from (f"[{prefix}{name}]", *_section(inner, f"{prefix}{name}."))


def part_of(field: FieldInfo) -> tuple[type[BaseModel], bool] | None:
    """The section that a field holds, and whether it holds many of them by name; None for a plain field."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind, False
    inner = get_args(kind)[-1] if get_origin(kind) is dict else None
    return (inner, True) if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _setting(path: str, name: str, field: FieldInfo) -> Iterator[str]:
    yield f"# {field.description}"
    if path == "web.webhook_secret":
        yield f'{name} = "{_REFERENCE}"'
    else:
        default = to_jsonable_python(field.get_default(call_default_factory=True, validated_data={}))
        yield f"# {name} = {json.dumps(default)}"
    yield ""
