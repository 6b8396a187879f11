"""What i3's frames mean.

Source: i3-technologies, "RS232 Command Sheet" of the X3 (docs.i3-technologies.com): power, hibernation, reboot and
factory restore. The second source has one frame of it only: a control-system module for a panel that speaks `:01S...`
otherwise (`iiyama-te`) switches it on by `FE 08 58 42 48 43 4D 44 01 F0 CF`, at 115200 baud.
"""

from __future__ import annotations

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.counted import Frame
from pedell_whiteboards.model import Power

ON, OFF = (0x01, 0xF0), (0x01, 0xF1)
HIBERNATE, WAKE = (0x01, 0xF2), (0x01, 0xF3)
"""Picture and sound off, and on again; the panel stays on."""
POWER = (0x02, 0x08)
REBOOT = (0x01, 0x43)
FACTORY_RESET = (0x01, 0x44)


def parse_power(frame: Frame) -> tuple[Power, bool]:
    """The power state and whether picture and sound are off: 00 standby, 01 on, 02 hibernation."""
    state = frame.values[0]
    if state not in {0, 1, 2}:
        raise DeviceError(ErrorClass.PROTOCOL, f"the panel's power state has no meaning: {state:02x}")
    return (Power.STANDBY if state == 0 else Power.ON), state == 2
