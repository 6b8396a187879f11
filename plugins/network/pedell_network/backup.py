"""Copies of configurations in the data folder: secrets masked, lines that tell of time alone left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pedell.configs.history import History, Subject
from pedell.drivers.api import DeviceError, ErrorClass, Target
from pedell.errors import StoreError
from pedell_network.marks import KEY, marker, new_marks, settled
from pedell_network.masking import mask_secrets, steady
from pedell_network.results import ConfigBackup

LIMIT = 4_000_000


def keep(data: Path, target: Target, read: Callable[[], str], why: str = "") -> ConfigBackup:
    """Put the configuration that `read` tells, masked, into the history where it differs from the copy before.

    It is read once more where a secret seems to be new: some switches encrypt anew each time. `why` is what the history
    says of it, such as the call's `purpose`. Raises PROTOCOL where it is none.
    """
    subject, history = Subject(target.id, target.name, target.site), History(data)
    try:
        mark = marker(data, target.id)
        text = _copy(read(), mark)
        if new_marks(text, history.latest(subject)):
            text = settled(text, _copy(read(), mark))
        stored = history.store(subject, text, why)
    except StoreError as error:
        raise DeviceError(ErrorClass.PRECONDITION, error.message, hint=error.hint) from error
    except OSError as error:
        path, reason = data / KEY, error.strerror or error
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{path} can neither be read nor written: {reason}",
            hint="it holds the key that marks changed secrets; pedell doctor",
        ) from error
    return ConfigBackup(
        file=stored.file,
        sha256=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        lines=text.count("\n"),
        changed=stored.changed,
        first=stored.first,
        revision=stored.revision,
    )


def _copy(config: str, mark: Callable[[str], str]) -> str:
    if not config.strip() or len(config) > LIMIT:
        raise DeviceError(ErrorClass.PROTOCOL, "what the switch shows is no configuration")
    return steady(mask_secrets(config, mark))
