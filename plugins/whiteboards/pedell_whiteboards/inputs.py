"""Plain names of inputs and the codes a protocol has for them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import INPUT_NAME


class InputTable:
    """Names to codes and back; what stands in `own` (a device's options) goes before the protocol's table.

    A code without a name is called `code-` and the code itself, so that what was read can be selected again.
    """

    def __init__(self, table: Mapping[str, str], own: Mapping[str, str], code: str) -> None:
        """Take tables of name to code; `code` is the pattern of the protocol's codes (lower case)."""
        self._codes = {**table, **own}
        # The device's own names are asked first, also in the other direction.
        self._names = {value: name for name, value in reversed([*own.items(), *table.items()])}
        self._pattern = re.compile(code)

    def code(self, name: str) -> str:
        """The code of a name; DeviceError(UNSUPPORTED) names what there is."""
        known = self._codes.get(name)
        if known is not None:
            return known
        bare = name.removeprefix("code-")
        if bare != name and self._pattern.fullmatch(bare):
            return bare
        raise DeviceError(
            ErrorClass.UNSUPPORTED,
            f"there is no input named {name}",
            hint=f"known are {', '.join(sorted(self._codes))}; more under the device's option 'inputs'",
        )

    def name(self, code: str) -> str:
        """The name of a code."""
        return self._names.get(code, f"code-{code}")


def check_inputs(inputs: Mapping[str, str], code: str) -> dict[str, str]:
    """The device's own table with codes in lower case; raises ValueError naming the bad line."""
    checked = {}
    for name, value in inputs.items():
        if re.fullmatch(INPUT_NAME, name) is None:
            raise ValueError(f"{name!r} is not a plain name such as hdmi1 or usb-c")
        if re.fullmatch(code, value.lower()) is None:
            raise ValueError(f"{value!r} is not a code of this protocol")
        checked[name] = value.lower()
    return checked
