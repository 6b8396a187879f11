"""What Newline's frames mean.

Sources: Newline's RS+ manual, RS-232 pages (group 01); RealMoMo/serialport, an app of the maker's tool chain, for the
groups of the link between the panel's controller and its Android; second source for power, HDMI1, OPS and Type-C: a
tester's tool for the same panels. That the outer serial port takes more than group 01 is known from no device.
"""

from __future__ import annotations

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.counted import Frame
from pedell_whiteboards.model import Power

INPUT_CODE = r"[0-9a-f]{2}"
OUTER = 0x01
ON, OFF = (OUTER, 0x00), (OUTER, 0x01)
SCREEN = (0x0A, 0x07)
REBOOT = (0x3C, 0x03)
SOUND_OFF, SOUND_ON = (0x39, 0x00), (0x39, 0x01)
VOLUME = 0x05
INPUTS = {"hdmi1": "0a", "ops": "38", "usb-c": "54"}
"""The manuals differ by model beyond HDMI1 and OPS: Type-C is 51, 54 or 58."""


def parse_screen(frame: Frame) -> Power:
    """00 lit, 01 dark; a panel that is off and one whose screen is off cannot be told apart."""
    if frame.values[0] not in {0, 1}:
        raise DeviceError(
            ErrorClass.PROTOCOL, f"the panel's screen state has no meaning: {frame.values[0]:02x}"
        )
    return Power.ON if frame.values[0] == 0 else Power.STANDBY
