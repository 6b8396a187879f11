"""What would be refused by the iPad, or would leave it stranded, is refused before anything is sent.

Source: Apple's `device-management` repository, `mdm/commands/*.yaml` (supervision; Return to Service since
iPadOS 17, needs a network and no Activation Lock). What the inventory does not tell is left to the iPad.
"""

from __future__ import annotations

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_ipad_mdm.contract import Erase, IpadInfo
from pedell_ipad_mdm.jamf_pro.requests import MdmCommand

RETURN_TO_SERVICE_SINCE = 17


def supervised(info: IpadInfo, command: MdmCommand) -> None:
    """Raises DeviceError(PRECONDITION) where the iPad is known not to be supervised."""
    if info.supervised is False:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"the iPad is not supervised, so it refuses {command.type}",
            hint="supervision comes with enrolment through Apple School Manager",
        )


def can_return_to_service(info: IpadInfo) -> None:
    """Raises DeviceError(PRECONDITION) where Return to Service is known not to work."""
    if info.activation_lock:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            "Activation Lock is on: erased, the iPad would ask for somebody's Apple Account",
            hint="switch Activation Lock off first",
        )
    major = info.os_version.partition(".")[0]
    if major.isdigit() and int(major) < RETURN_TO_SERVICE_SINCE:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"iPadOS {info.os_version} cannot return to service by itself",
            hint="update it first, or erase with return_to_service: false and set it up by hand",
        )


def network_known(wifi_profile: str, params: Erase) -> None:
    """Raises DeviceError(PRECONDITION) where the erased iPad would find no network."""
    if not wifi_profile and not params.ethernet:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            "without a Wi-Fi profile the erased iPad would find no network",
            hint="give wifi_profile in the options or as a parameter, or ethernet: true",
        )
