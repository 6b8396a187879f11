"""The one effect of an Android panel over ADB: a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from pydantic import Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Driver,
    ErrorClass,
    Identity,
    NoParams,
    Nothing,
    Options,
    Target,
    Waiting,
    implements,
)
from pedell.i18n import t
from pedell_whiteboards.address import endpoint, stream_url
from pedell_whiteboards.android_adb.conversation import Conversation, there
from pedell_whiteboards.model import DeviceInfo
from pedell_whiteboards.options import REFERENCE, read_options
from pedell_whiteboards.text import clean

PORT = 5555
_BOOT_ID = "/proc/sys/kernel/random/boot_id"
_PROPERTIES = ("ro.serialno", "ro.product.model", "ro.product.manufacturer", "ro.build.display.id")
_AWAY = {ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT, ErrorClass.PROTOCOL}


class AndroidAdbOptions(Options):
    """Options of one panel."""

    key: str = Field(
        default="",
        pattern=REFERENCE,
        description="Reference of the RSA private key (PEM) that the panel knows.",
    )
    check_serial: bool = Field(
        default=False, description="Whether the inventory's serial number is the one that Android tells."
    )
    answer_time: float = Field(default=5.0, gt=0, le=30, description="Seconds that an answer may take.")
    settle: float = Field(default=10.0, ge=0, le=120, description="Seconds between looks while it starts.")
    limit: float = Field(default=240.0, gt=0, le=1800, description="Seconds that a restart may take.")


class AndroidAdbDriver(Driver):
    """Restart of an Android panel by ADB, for those that have no command of their own for it.

    Models: Promethean, Newline, Prowise, Clevertouch, BenQ, ViewSonic and others with Android, where network debugging
    can be switched on. It stands beside the vendor's driver (`also:` in the inventory).

    Settings on the device: developer options and network debugging on, on TCP 5555; the key accepted once ("always
    allow"). An open port without a key is a hole for everybody on that network: keep panels in a network of their own,
    and switch debugging on only where nothing else restarts them.

    Address: `host` or `host:port` (5555). Needs `pedell[adb]`.

    Sources: AOSP adb/protocol.txt and SERVICES.TXT, package adb-shell 0.4.4.

    Known limitations: restart and identity only; `recovery` and `bootloader` are never asked for. ADB over TLS with
    pairing (Android 11, wireless debugging) is not spoken. The public key is never sent, so no dialog opens on the
    panel. Whether panels in classrooms allow it was not tried.
    """

    id: ClassVar[str] = "android-adb"
    title: ClassVar[str] = "Android (ADB)"
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    brands = ("Android panels with network debugging on",)
    protocol = "ADB over TCP 5555"
    proof = (
        "its simulator, written from AOSP's protocol.txt; the package adb-shell is the driver's own library",
        "adb (Android tools) restarts the simulator",
    )
    limitations = (
        "restart only; needs pedell[adb]",
        "no ADB over TLS, no pairing; the key must be accepted on the panel before",
    )
    options: ClassVar[type[Options]] = AndroidAdbOptions

    def __init__(self, target: Target, env: Any) -> None:
        super().__init__(target, env)
        self._absent: DeviceError | None = None

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """The panel's daemon."""
        return endpoint(cls.id, target, PORT)

    def connect(self, deadline: Deadline) -> None:
        """Connect and log in. A panel that is away is told by whatever is asked first: a restart looks like that."""
        if not there():
            raise DeviceError(
                ErrorClass.PRECONDITION,
                "the library for ADB is not installed",
                hint="pip install 'pedell[adb]'",
            )
        try:
            self._conversation.open(deadline)
        except DeviceError as error:
            if error.error_class not in _AWAY:
                raise
            self._absent = error

    def close(self) -> None:
        """Close the line, if it was ever opened."""
        opened: Conversation | None = self.__dict__.get("_conversation")
        if opened is not None:
            opened.close()

    def identity(self, deadline: Deadline) -> Identity:
        """What Android says of itself; its serial number only where the inventory has the same."""
        serial, model, maker, build = self._properties(deadline)
        return Identity(
            serial=serial if self._settings.check_serial else "",
            model=model,
            firmware=build,
            manufacturer=maker,
        )

    @implements("display.device_info")
    def device_info(self, call: Call, params: NoParams) -> Answer:
        """As Android says."""
        del params
        serial, model, maker, build = self._properties(call.deadline)
        return DeviceInfo(manufacturer=maker, model=model, serial=serial, firmware=build, protocol="ADB")

    @implements("display.restart")
    def restart(self, call: Call, params: NoParams) -> Answer:
        """Restart; done when it has started anew, which its boot number tells."""
        del params
        self._present()
        boot = self._boot(call.deadline)
        self._conversation.reboot(call.deadline)
        return self._wait({"boot": boot, "away": False})

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Look whether it has started anew: another boot number, or away and back where it tells none."""
        del capability
        boot = str(token.get("boot", ""))
        self._absent = None
        try:
            # The line of the call before may still be in hand, and leads to a daemon that has ended.
            self._conversation.open(call.deadline)
            now = self._boot(call.deadline)
        except DeviceError as error:
            if error.error_class not in _AWAY:
                raise
            return self._wait({"boot": boot, "away": True})
        restarted = now != boot if boot and now else bool(token.get("away"))
        return Nothing() if restarted else self._wait({"boot": boot, "away": bool(token.get("away"))})

    def _wait(self, token: Mapping[str, Any]) -> Waiting:
        settings = self._settings
        return Waiting(
            token,
            t("the display restarts"),
            poll_after=settings.settle,
            deadline=settings.limit,
            delivered=True,
        )

    def _present(self) -> None:
        absent, self._absent = self._absent, None
        if absent is not None:
            raise absent

    def _boot(self, deadline: Deadline) -> str:
        said = self._conversation.shell(f"cat {_BOOT_ID}", deadline).strip().lower()
        return said if re.fullmatch(r"[0-9a-f-]{36}", said) else ""

    def _properties(self, deadline: Deadline) -> list[str]:
        self._present()
        return [clean(self._conversation.shell(f"getprop {name}", deadline)) for name in _PROPERTIES]

    @cached_property
    def _settings(self) -> AndroidAdbOptions:
        return read_options(AndroidAdbOptions, self.target)

    @cached_property
    def _conversation(self) -> Conversation:
        settings = self._settings
        return Conversation(
            stream_url(self.target.address, PORT),
            self.env.record,
            self.env.secret(settings.key) if settings.key else "",
            settings.answer_time,
        )
