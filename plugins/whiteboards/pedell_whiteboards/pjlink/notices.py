"""What class 2 projectors tell by themselves, by UDP: that they came onto the network, and what changed.

Sources: PJLink specification 2.00 and 2.10 (JBMIA), status notification; second source: the tests of
AlanSRU/ioBroker.pjlink-class2, which also has several notices in one datagram.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from pedell.drivers.api import DeviceError, ErrorClass, Notice
from pedell.i18n import tr
from pedell_whiteboards.model import Power, Severity
from pedell_whiteboards.pjlink import codec

_ENDS = re.compile(rb"[\r\n]+")
# The question of a search, which reaches everybody, and the answers to it.
_SEARCHING = (b"%2SRCH", b"%2ACKN=")
_SECOND_CLASS = b"%2"


def read_notices(data: bytes, name_of_input: Callable[[str], str]) -> list[Notice]:
    """The notices in a datagram; `name_of_input` gives a code its plain name. DeviceError(PROTOCOL) where none has a
    meaning.
    """
    found: list[Notice] = []
    lines = [line for line in map(codec.strip, _ENDS.split(data)) if line]
    broken = None if lines else DeviceError(ErrorClass.PROTOCOL, "the projector sends nothing")
    for line in lines:
        if line.upper().startswith(_SEARCHING):
            continue
        try:
            found += _notices(_checked(line), name_of_input)
        except DeviceError as error:
            broken = broken or error
    if broken is not None and not found:
        raise broken
    return found


def _checked(line: bytes) -> codec.Answer:
    if not line.startswith(_SECOND_CLASS):
        raise DeviceError(ErrorClass.PROTOCOL, "the projector's notice is not one of class 2")
    return codec.parse_notice(line)


def _notices(notice: codec.Answer, name_of_input: Callable[[str], str]) -> Iterable[Notice]:
    if notice.body == "POWR":
        power = codec.parse_power(notice.value)
        return [Notice("power", _of_power(power), {"power": str(power)}, awaited=True)]
    if notice.body == "INPT":
        name = name_of_input(codec.parse_input(notice.value))
        return [Notice("input", tr("en", "shows another input: {name}", name=name), {"input": name})]
    if notice.body == "ERST":
        faults = codec.parse_errors(notice.value)
        return [_fault(fault.part, fault.severity) for fault in faults] or [
            Notice("faults", tr("en", "reports no fault"), {"part": None, "severity": None})
        ]
    text = tr("en", "came onto the network, with the MAC address {mac}", mac=notice.value)
    return [Notice("network", text, {"mac": notice.value}, mac=notice.value, awaited=True)]


def _fault(part: str, severity: Severity) -> Notice:
    facts: dict[str, Any] = {"part": part, "severity": str(severity)}
    if severity is Severity.ERROR:
        return Notice("faults", tr("en", "reports an error: {part}", part=part), facts)
    return Notice("faults", tr("en", "reports a warning: {part}", part=part), facts)


def _of_power(power: Power) -> str:
    match power:
        case Power.ON:
            return tr("en", "is on")
        case Power.STANDBY:
            return tr("en", "is in standby")
        case Power.WARMING:
            return tr("en", "is warming up")
        case Power.COOLING:
            return tr("en", "is cooling down")
