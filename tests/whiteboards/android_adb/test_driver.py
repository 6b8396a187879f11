"""The driver against a simulated panel, and Android's own program against the simulated panel."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pedell.drivers.api import ErrorClass, Happened, IdentityError, Nothing, Waiting
from pedell_whiteboards.android_adb import conversation
from pedell_whiteboards.android_adb.driver import AndroidAdbDriver
from pedell_whiteboards.android_adb.simulator import AndroidAdbSimulator
from pedell_whiteboards.model import DeviceInfo
from tests.ports import free
from tests.whiteboards.displays import Display, outcome


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private key and its public one, as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), public_pem(key)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()  # fmt: skip


@pytest.fixture
def panel(lab) -> Callable[..., Display]:
    def start(options: dict[str, Any] | None = None, **settings: Any) -> Display:
        simulator = AndroidAdbSimulator("a1", {"boot": 0.2, **settings})
        quick = {"settle": 0.05, "answer_time": 3.0, **(options or {})}
        display = lab.display(AndroidAdbDriver, simulator, quick, kind="whiteboard")
        display.env.secrets["secret://lab/pem"] = settings.get("private", "")
        return display

    return start


@pytest.fixture
def keyed(panel, keys) -> Display:
    return panel({"key": "secret://lab/pem"}, key=keys[1], private=keys[0])


def test_who_it_is(keyed):
    info = keyed.do("display.device_info").result
    assert info == DeviceInfo(
        manufacturer="PEDELL", model="Sim Panel 75", serial="ADa1", firmware="SIM.1.0", protocol="ADB"
    )
    # Android's serial number is mostly not the one on the label.
    assert keyed.identity().serial == ""
    keyed.target = replace(
        keyed.target, options={**keyed.target.options, "check_serial": True}, serial="OTHER"
    )
    with pytest.raises(IdentityError):
        keyed.identity().check(keyed.target)


@pytest.mark.parametrize("boot_id", [True, False])
def test_a_restart_is_done_when_it_has_started_anew(panel, boot_id):
    display = panel(boot_id=boot_id)
    before = display.simulator.state()["boot_id"]
    answer = display.first("display.restart")
    assert isinstance(answer, Waiting)
    assert display.wait("display.restart", answer).result == Nothing()
    assert display.simulator.counts() == {"reboot": 1}
    assert display.simulator.state()["boot_id"] != before


def test_one_that_never_went_down_has_not_restarted(panel):
    display = panel()
    display.simulator.misbehave("silent", on="reboot")
    display.target = replace(display.target, options={**display.target.options, "answer_time": 0.3})
    answer = display.first("display.restart")
    with display.conversation() as driver:
        from pedell.testing.calls import PlainCall

        again = driver.poll("display.restart", PlainCall(5), answer.token)
    assert isinstance(again, Waiting), "it still has the same boot number"
    assert display.simulator.counts() == {}


@pytest.mark.parametrize("fault", ["cut", "deaf", "vanish", "garble"])
def test_a_line_that_breaks_after_the_request_is_normal(panel, fault):
    display = panel({"answer_time": 0.5})
    display.simulator.misbehave(fault, on="reboot", times=1)
    answer = display.first("display.restart")
    assert isinstance(answer, Waiting)
    assert set(display.simulator.counts()) <= {"reboot"}


def test_a_refused_restart_did_not_happen(panel):
    display = panel()
    display.simulator.misbehave("refuse", on="reboot")
    error = display.failure("display.restart")
    assert outcome(error) == (ErrorClass.REFUSED, Happened.NO)
    assert display.simulator.counts() == {}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("silent", ErrorClass.TIMEOUT), ("garble", ErrorClass.PROTOCOL), ("cut", ErrorClass.PROTOCOL),
     ("vanish", ErrorClass.PROTOCOL), ("refuse", ErrorClass.PROTOCOL)],
)  # fmt: skip
def test_trouble_while_asking(panel, fault, expected):
    display = panel({"answer_time": 0.5})
    display.simulator.misbehave(fault, on="shell")
    error = display.failure("display.restart")
    assert error.happened is Happened.NO
    assert error.error_class in {expected, ErrorClass.TIMEOUT}
    assert display.simulator.counts() == {}


def test_nobody_there(panel):
    display = panel()
    display.simulator.misbehave("closed")
    assert outcome(display.failure("display.restart")) == (ErrorClass.UNREACHABLE, Happened.NO)


class TestKeys:
    def test_another_key_opens_no_dialog_on_the_panel(self, panel, keys):
        other = public_pem(rsa.generate_private_key(65537, 2048))
        display = panel({"key": "secret://lab/pem"}, key=other, private=keys[0])
        error = display.failure("display.restart")
        assert outcome(error) == (ErrorClass.AUTH, Happened.NO)
        assert "accept it" in error.hint
        assert display.simulator.state()["dialogs"] == 0

    def test_none(self, panel, keys):
        error = panel(key=keys[1]).failure("display.restart")
        assert (outcome(error), "wants a key" in error.message) == ((ErrorClass.AUTH, Happened.NO), True)

    @pytest.mark.parametrize("wrong", ["nonsense", ""])
    def test_what_is_no_key(self, panel, keys, wrong):
        display = panel({"key": "secret://lab/pem"}, key=keys[1], private=wrong)
        error = display.failure("display.restart")
        assert error.error_class in {ErrorClass.PRECONDITION, ErrorClass.AUTH}
        assert "nonsense" not in error.message

    def test_it_stays_out_of_the_transcript(self, keyed, keys):
        keyed.do("display.device_info")
        sent = b"".join(data if isinstance(data, bytes) else data.encode() for _, data in keyed.transcript)
        assert b"PRIVATE" not in sent


def test_without_the_library_it_says_how_to_get_it(panel, monkeypatch):
    display = panel()
    monkeypatch.setattr(conversation, "there", lambda: False)
    monkeypatch.setattr("pedell_whiteboards.android_adb.driver.there", lambda: False)
    error = display.failure("display.restart")
    assert (error.error_class, "pedell[adb]" in error.hint) == (ErrorClass.PRECONDITION, True)


@pytest.mark.peer("adb")
class TestAndroidsOwnProgram:
    """The simulator is what Android's program takes for a panel."""

    @pytest.fixture
    def adb(self, tmp_path: Path) -> Iterator[Callable[..., str]]:
        environ = {**os.environ, "HOME": str(tmp_path), "ANDROID_ADB_SERVER_PORT": str(free())}

        def run(*words: str) -> str:
            done = subprocess.run(
                ["adb", *words], env=environ, capture_output=True, text=True, timeout=120, check=False
            )
            return done.stdout + done.stderr

        yield run
        run("kill-server")

    def test_it_restarts_the_panel(self, adb, lab, tmp_path):
        adb("keygen", str(tmp_path / "made"))
        (tmp_path / ".android").mkdir(exist_ok=True)
        for name in ("made", "made.pub"):
            (tmp_path / name).rename(tmp_path / ".android" / name.replace("made", "adbkey"))
        pem = (tmp_path / ".android/adbkey").read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        simulator = AndroidAdbSimulator("a1", {"key": public_pem(key), "boot": 0.2})
        address = lab.host.start(simulator)
        assert "connected to" in adb("connect", address)
        assert adb("-s", address, "shell", "getprop ro.product.model").strip() == "Sim Panel 75"
        adb("-s", address, "reboot")
        assert simulator.counts() == {"reboot": 1}
        # And the driver takes the key that Android's program made.
        display = Display(
            AndroidAdbDriver, simulator, address, {"key": "secret://k", "settle": 0.05}, kind="whiteboard"
        )
        display.env.secrets["secret://k"] = pem.decode()
        adb("disconnect", address)
        display.wait("display.restart", Waiting({"boot": "", "away": True}, ""))
        display.do("display.restart")
        assert simulator.counts() == {"reboot": 2}
