"""What a port was set to before it was switched off or lost its power, kept until that is back.

A worker that dies in the middle of a power cycle knows nothing any more; whoever completes the cycle reads it here.
Where that is another machine, the platform's usual setting is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from pedell.drivers.api import DeviceError, ErrorClass, Target

FOLDER = "power"
_LONGEST = 200


def keep(data: Path, target: Target, port: str, setting: str) -> None:
    """Remember a setting; an empty one needs no memory. Raises DEVICE_FAULT where the disk is full."""
    if not setting:
        return
    file = _file(data, target, port)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".power-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump({"device": target.id, "port": port, "setting": setting[:_LONGEST]}, out)
        Path(temporary).replace(file)
    except OSError as error:
        raise DeviceError(
            ErrorClass.DEVICE_FAULT, f"the power setting of {port} cannot be kept: {error.strerror}"
        ) from error


def recall(data: Path, target: Target, port: str) -> str:
    """What was remembered, or empty."""
    try:
        found = json.loads(_file(data, target, port).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    setting = found.get("setting") if isinstance(found, dict) else None
    return setting if isinstance(setting, str) and setting.isprintable() and len(setting) <= _LONGEST else ""


def forget(data: Path, target: Target, port: str) -> None:
    """The power is back."""
    _file(data, target, port).unlink(missing_ok=True)


def _file(data: Path, target: Target, port: str) -> Path:
    name = hashlib.sha256(f"{target.id}\0{port}".encode()).hexdigest()[:32]
    return data / FOLDER / f"{name}.json"
