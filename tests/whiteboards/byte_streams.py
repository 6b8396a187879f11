"""What every decoder owes whatever comes: frames, "more", or a broken protocol; nothing else, and an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pedell.drivers.api import DeviceError, ErrorClass


def frames_of(decode: Callable[[bytes], tuple[Any, bytes]], data: bytes) -> list[Any]:
    """All frames in `data`; at a frame that breaks the rules the rest is dropped, as a conversation does."""
    found = []
    rounds, most = 0, len(data) + 2
    while True:
        rounds += 1
        assert rounds <= most
        try:
            frame, rest = decode(data)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            assert error.message.isprintable()  # noqa: PT017
            return found
        assert len(rest) <= len(data)
        if frame is None:
            return found
        assert len(rest) < len(data)
        found.append(frame)
        data = rest


def meaning_or_broken(parse: Callable[..., Any], *given: Any) -> None:
    """A value has a meaning, or breaks the protocol."""
    try:
        parse(*given)
    except DeviceError as error:
        assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
        assert error.message.isprintable()  # noqa: PT017
