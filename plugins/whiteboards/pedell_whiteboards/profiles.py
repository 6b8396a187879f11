"""What differs between the models of a brand, as data: `models.yaml` beside a driver.

    pedell_models: 1
    driver: samsung-mdc
    profiles:
      - models: ["WA*", "Flip*"]
        source: Samsung WA75D manual, page 40
        options:
          own_restart: false
          inputs: {usb-c: "27"}

A profile is a set of options of the driver, used where the device's own options leave them open. The first whose
pattern matches the inventory's model counts; `*` and `?` stand for any characters, case does not matter. A new model
is a new profile, never new code. The file's JSON Schema is `models.schema.json` beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pedell.drivers.api import Options
from pedell.errors import PedellError

FILE = "models.yaml"
_MERGED = ("inputs", "can")


class Profile(BaseModel):
    """What is known of some models."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[str, ...] = Field(min_length=1, description="Patterns of the inventory's model, * and ?.")
    source: str = Field(min_length=3, description="Where it is known from: a manual, a program, a device.")
    note: str = Field(default="", description="What else a person should know, in English.")
    options: Mapping[str, Any] = Field(
        default={}, description="Options of the driver that these models need."
    )

    def matches(self, model: str) -> bool:
        """Whether the profile is for the model."""
        return any(fnmatchcase(model.casefold(), pattern.casefold()) for pattern in self.models)


class ModelsFile(BaseModel):
    """The content of a `models.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pedell_models: Literal[1] = Field(description="Version of this format.")
    driver: str = Field(description="Id of the driver that the profiles are for.")
    profiles: tuple[Profile, ...] = Field(description="Profiles; the first that matches counts.")


class ProfileError(PedellError):
    """A `models.yaml` cannot be used."""


def read_profiles(file: Path, driver: str, options: type[Options]) -> tuple[Profile, ...]:
    """The profiles of a file, each held against the driver's options; ProfileError says where it is wrong."""
    import yaml

    try:
        content = ModelsFile.model_validate(yaml.safe_load(file.read_text("utf-8")))
        if content.driver != driver:
            raise ProfileError(f"{file}: it is for the driver {content.driver}, not for {driver}")
        for number, profile in enumerate(content.profiles, 1):
            try:
                options.model_validate(dict(profile.options))
            except ValidationError as error:
                raise ProfileError(
                    f"{file}: profile {number} ({profile.models[0]}): {_first(error)}"
                ) from None
    except (OSError, yaml.YAMLError) as error:
        raise ProfileError(f"{file}: {' '.join(str(error).split())[:300]}") from None
    except ValidationError as error:
        raise ProfileError(f"{file}: {_first(error)}") from None
    return content.profiles


@cache
def file_beside(module: str) -> Path | None:
    """The `models.yaml` beside a module; none where it has none."""
    place = Path(import_module(module).__file__ or "").with_name(FILE)
    return place if place.is_file() else None


@cache
def profiles_of(file: Path, driver: str, options: type[Options]) -> tuple[Profile, ...]:
    """As `read_profiles`, read once in a process."""
    return read_profiles(file, driver, options)


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Options laid over each other, the last on top; `inputs` and `can` are laid over each other line by line."""
    result: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            below = result.get(name)
            if name in _MERGED and isinstance(below, Mapping) and isinstance(value, Mapping):
                # What is named first is asked first when a code is given its name.
                result[name] = {**value, **{k: v for k, v in below.items() if k not in value}}
            else:
                result[name] = value
    return result


def schema() -> dict[str, Any]:
    """The JSON Schema of `models.yaml`; published as `models.schema.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ModelsFile.model_json_schema()}


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
