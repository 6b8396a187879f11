"""Settings of a Jamf Pro server and of an iPad behind it."""

from __future__ import annotations

from pydantic import Field, ValidationError

from pedell.drivers.api import DeviceError, ErrorClass, Options, Target
from pedell_ipad_mdm.contract import Reference


class ServerOptions(Options):
    """`options:` of the controller."""

    client_id: str = Field(min_length=1, max_length=200, description="Id of the API client in Jamf Pro.")
    client_secret: str = Field(
        pattern=r"^secret://\S+$", description="secret:// reference to the client's secret."
    )
    ca_file: str = Field(
        default="", description="PEM file of the authority that signed the server's certificate."
    )
    fingerprint: str = Field(default="", description="SHA-256 of the one certificate to accept, hexadecimal.")
    wifi_profile: Reference = Field(
        default="", description="secret:// reference to the Wi-Fi profile for erased iPads."
    )
    mdm_profile: Reference = Field(
        default="", description="secret:// reference to the enrolment profile, if needed."
    )
    restart_settle: float = Field(
        default=45.0, ge=0, le=600, description="Seconds after a restart before asking again."
    )
    restart_seen_within: float = Field(
        default=900.0, ge=1, le=86400, description="Seconds to wait for an iPad to report after its restart."
    )


class IpadOptions(Options):
    """`options:` of the iPad."""

    wifi_profile: Reference = Field(
        default="", description="secret:// reference to the Wi-Fi profile of its site; else the controller's."
    )


def server_options(target: Target) -> ServerOptions:
    """The controller's options; raises DeviceError(PRECONDITION) that says what to mend."""
    if target.controller is None:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{target.name}: an iPad is reached through its Jamf Pro server",
            hint="name the server as the iPad's controller in the inventory",
        )
    try:
        return ServerOptions.model_validate(dict(target.controller.options))
    except ValidationError as error:
        raise _wrong(f"controller {target.controller.name}", error) from None


def ipad_options(target: Target) -> IpadOptions:
    """The iPad's own options; raises DeviceError(PRECONDITION) that says what to mend."""
    try:
        return IpadOptions.model_validate(dict(target.options))
    except ValidationError as error:
        raise _wrong(target.name, error) from None


def _wrong(who: str, error: ValidationError) -> DeviceError:
    # The value stays out of the message: it may be a secret in the wrong place.
    said = "; ".join(f"{'.'.join(str(p) for p in item['loc'])}: {item['msg']}" for item in error.errors()[:5])
    return DeviceError(
        ErrorClass.PRECONDITION,
        f"{who}: options cannot be used: {said}",
        hint="correct them in the inventory",
    )
