"""SICP on the wire: pure functions between bytes and meaning.

Sources: Philips' SICP documents 1.6, 1.87, 1.99 and 2.01; second source: the transcription of a later document in
arturormk/philips-sicp-client (monitor restart 57, backlight 71 and 72, video present 59, none of which 2.01 has) and
bfulham/ha-philips-sicp for 2.10. iiyama's frame: the notes of its LE4340UHS and, as second source, pyamasicp and
bitfocus/companion-module-iiyama-prolite.

Further, by reading: for Philips' frame a Go program with the vectors of document 1.88, two Companion modules (one
tried on an 86BDL3511Q) and a Q-SYS script that was an AMX module before, whose displays answer with group 01 as well;
for iiyama's frame iiyama's document for the LHxx54 in ai4av (the codes are Philips' for locks, hours, serial number
and labels, too) and NRossmann/companion-module-ag-neovo, made with a display at hand: AG Neovo speaks iiyama's frame,
tells the input behind a byte 00 or FD, and the hours behind the 02 that asked for them.

Philips: `size display [group] data checksum`, the checksum being the XOR of everything before it. Older platforms
have no group byte. Orders are answered by a report `00 06` (done), `00 15` or `00 18`; the documents contradict
themselves on which of the two means what, so both are "refused". iiyama: `A6 display 00 00 00 length 01 data
checksum`, answered by `21 display 00 00 length 01 data checksum`, where `00 00` means done. Everything that breaks
the rules is DeviceError(PROTOCOL) with NO; the conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import reduce
from operator import xor

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power

INPUT_CODE = r"[0-9a-f]{2}([0-9a-f]{2})?"
_REPORT = 0x00
# Philips says 06, 15 and 18, iiyama 00 and a number for each reason of a no.
_VERDICTS = {
    0x06: True,
    0x15: False,
    0x18: False,
    0x00: True,
    0x01: False,
    0x02: False,
    0x03: False,
    0x04: False,
}
_SMALLEST, _LARGEST = 4, 0x28
_REQUEST, _ANSWER = 0xA6, 0x21
_USED = 0x02
_NO_SOURCE = frozenset({0x00, 0xFD})


class Envelope(StrEnum):
    """How data is wrapped."""

    GROUP = "group"
    """Philips, with a group byte."""
    PLAIN = "plain"
    """Philips, without one."""
    IIYAMA = "iiyama"


class Command(IntEnum):
    """The first byte of the data."""

    HOURS = 0x0F
    SERIAL = 0x15
    SET_POWER = 0x18
    GET_POWER = 0x19
    SET_KEYS = 0x1A
    GET_KEYS = 0x1B
    SET_REMOTE = 0x1C
    GET_REMOTE = 0x1D
    SET_TOUCH = 0x1E
    GET_TOUCH = 0x1F
    TEMPERATURE = 0x2F
    SET_VOLUME = 0x44
    GET_VOLUME = 0x45
    GET_MUTE = 0x46
    SET_MUTE = 0x47
    FACTORY_RESET = 0x56
    RESTART = 0x57
    VIDEO_PRESENT = 0x59
    GET_ECO = 0x63
    SET_ECO = 0x64
    GET_BACKLIGHT = 0x71
    SET_BACKLIGHT = 0x72
    LABELS = 0xA1
    VERSIONS = 0xA2
    SET_INPUT = 0xAC
    GET_INPUT = 0xAD
    SET_APM = 0xD0
    GET_APM = 0xD1


ON, OFF = 0x02, 0x01
UNLOCK_ALL, LOCK_ALL = 0x01, 0x02
INPUTS = {
    "video1": "01", "s-video1": "02", "component1": "03", "vga1": "05", "hdmi1": "0d", "hdmi2": "06", "hdmi3": "0f",
    "hdmi4": "19", "displayport1": "0a", "displayport2": "07", "dvi1": "0e", "card-dvi": "09", "ops": "0b",
    "usb1": "0c", "usb2": "08", "browser": "10", "smartcms": "11", "media-server": "12", "internal-storage": "13",
    "media-player": "16", "pdf-player": "17", "custom": "18", "vga2": "1a", "vga3": "1b", "whiteboard": "1c",
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """One answer: from which display, and its data, of which the first byte says what it is."""

    display: int
    data: bytes

    @property
    def verdict(self) -> bool | None:
        """Whether an order was taken; none where this is no report of that."""
        if len(self.data) != 2 or self.data[0] != _REPORT:
            return None
        return _VERDICTS.get(self.data[1])


def checksum(data: bytes) -> int:
    """XOR of all bytes."""
    return reduce(xor, data, 0)


def encode(envelope: Envelope, display: int, data: bytes) -> bytes:
    """A request."""
    if envelope is Envelope.IIYAMA:
        body = bytes([_REQUEST, display, 0, 0, 0, len(data) + 2, 1]) + data
    elif envelope is Envelope.GROUP:
        body = bytes([len(data) + 4, display, 0]) + data
    else:
        body = bytes([len(data) + 3, display]) + data
    return body + bytes([checksum(body)])


def decode(envelope: Envelope, display: int, data: bytes) -> tuple[Frame | None, bytes]:
    """The first answer of `display` in `data` and what follows it; None while there is none.

    Nothing marks the start of a Philips frame: it is the first place where size, display and checksum agree. Bytes
    before it (line noise, answers of other displays) are passed over.
    """
    split = _iiyama if envelope is Envelope.IIYAMA else _philips
    broken = b""
    waits_at = -1
    for start in range(len(data)):
        size, header = split(envelope, display, data[start:])
        if size == 0:
            continue
        if start + size > len(data):
            waits_at = start if waits_at < 0 else waits_at
            continue
        raw = data[start : start + size]
        if checksum(raw) == 0:
            return Frame(raw[1], raw[header:-1]), data[start + size :]
        if start == 0 and not broken:
            broken = raw
    if broken:
        raise DeviceError(
            ErrorClass.PROTOCOL, f"the display's answer has a wrong checksum: {broken.hex(' ')}"
        )
    return None, data[waits_at:] if waits_at >= 0 else b""


def _philips(envelope: Envelope, display: int, data: bytes) -> tuple[int, int]:
    """Size and length of the header of a frame that may begin here; 0 where none can."""
    header = 3 if envelope is Envelope.GROUP else 2
    size = data[0]
    if not header + 2 <= size <= _LARGEST or (len(data) > 1 and data[1] != display):
        return 0, header
    # The document prints a size that is one too small before two temperatures.
    understated = len(data) > header and data[header] == Command.TEMPERATURE and size == header + 3
    if understated and checksum(data[:size]) != 0:
        return size + 1, header
    return size, header


def _iiyama(envelope: Envelope, display: int, data: bytes) -> tuple[int, int]:
    del envelope
    start = bytes([_ANSWER, display, 0, 0])
    if data[:4] != start[: len(data)]:
        return 0, 6
    if len(data) < 6:
        return 6, 6
    size = data[4] + 5
    return (size, 6) if 3 <= data[4] <= _LARGEST and data[5] == 1 else (0, 6)


def parse_power(data: bytes) -> Power:
    """01 off, 02 on."""
    if data[:1] not in {b"\x01", b"\x02"}:
        raise _meaning("power state", data)
    return Power.ON if data[0] == ON else Power.STANDBY


def parse_volume(data: bytes) -> tuple[int, ...]:
    """Speakers and, where there is one, audio out; 0 to 100. iiyama tells more bytes, which are ignored."""
    if not data or data[0] > 100:
        raise _meaning("volume", data)
    return tuple(value for value in data[:2] if value <= 100)


def parse_flag(data: bytes) -> bool:
    """00 off, 01 on."""
    if data[:1] not in {b"\x00", b"\x01"}:
        raise _meaning("setting", data)
    return data[0] == 1


def parse_hours(data: bytes) -> int:
    """Two bytes, the high one first; AG Neovo repeats the question's 02 before them."""
    if len(data) != 2 and (len(data) != 3 or data[0] != _USED):
        raise _meaning("hours", data)
    return int.from_bytes(data[-2:], "big")


def parse_temperature(data: bytes) -> float:
    """Degrees Celsius of one or two sensors: the warmer one. A second above 100 is none."""
    degrees = [value for value in data[:2] if value <= 100]
    if not degrees or data[0] > 100:
        raise _meaning("temperature", data)
    return float(max(degrees))


def parse_input(data: bytes) -> str:
    """The source's code in hexadecimal; AG Neovo puts 00 or FD, which are no sources, before it."""
    if len(data) > 1 and data[0] in _NO_SOURCE:
        data = data[1:]
    if not data:
        raise _meaning("input", data)
    return f"{data[0]:02x}"


def _meaning(what: str, data: bytes) -> DeviceError:
    return DeviceError(
        ErrorClass.PROTOCOL, f"the display's {what} has no meaning: {data[:16].hex(' ') or 'empty'}"
    )
