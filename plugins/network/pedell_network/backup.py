"""Copies of configurations in the data folder, secrets masked."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from pedell.drivers.api import DeviceError, ErrorClass, Target
from pedell_network.results import ConfigBackup
from pedell_network.texts import mask_secrets

FOLDER = "configs"
LIMIT = 4_000_000


def keep(data: Path, target: Target, config: str) -> ConfigBackup:
    """Write the configuration, masked, in place of the copy before. Raises PROTOCOL where it is none."""
    if not config.strip() or len(config) > LIMIT:
        raise DeviceError(ErrorClass.PROTOCOL, "what the switch shows is no configuration")
    text = mask_secrets(config)
    name = re.sub(r"[^A-Za-z0-9._-]", "_", target.name).lstrip(".") or "switch"
    # The id keeps apart two devices whose names differ only in characters that files cannot have.
    file = data / FOLDER / f"{name}-{re.sub(r'[^A-Za-z0-9]', '', target.id)[-8:]}.cfg"
    before = file.read_text("utf-8") if file.exists() else None
    if text != before:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".config-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(temporary).replace(file)
    return ConfigBackup(
        file=str(file.relative_to(data)),
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        lines=text.count("\n"),
        changed=text != before,
    )
