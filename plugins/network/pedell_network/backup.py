"""Copies of configurations in the data folder: secrets masked, lines that tell of time alone left out."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pedell.configs.history import History, Subject
from pedell.drivers.api import DeviceError, ErrorClass, Target
from pedell.errors import StoreError
from pedell_network.masking import mask_secrets, steady
from pedell_network.results import ConfigBackup

LIMIT = 4_000_000


def keep(data: Path, target: Target, config: str, why: str = "") -> ConfigBackup:
    """Put the configuration, masked, into the history where it differs from the copy before.

    `why` is what the history says of it, such as the call's `purpose`. Raises PROTOCOL where it is none.
    """
    if not config.strip() or len(config) > LIMIT:
        raise DeviceError(ErrorClass.PROTOCOL, "what the switch shows is no configuration")
    text = steady(mask_secrets(config))
    try:
        stored = History(data).store(Subject(target.id, target.name, target.site), text, why)
    except StoreError as error:
        raise DeviceError(ErrorClass.PRECONDITION, error.message, hint=error.hint) from error
    return ConfigBackup(
        file=stored.file,
        sha256=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        lines=text.count("\n"),
        changed=stored.changed,
        revision=stored.revision,
    )
