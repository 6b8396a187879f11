"""Drivers against real switches: a Linux bridge, and FRR's vtysh, in network namespaces behind a real sshd."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from pedell.drivers.api import Deadline, DeviceError, Driver, ErrorClass, Happened, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell.transports import ssh
from pedell_network.frr.driver import Frr
from pedell_network.linux_bridge.driver import LinuxBridge
from pedell_network.results import UpDown
from tests.network.conftest import ask
from tests.network.real_switch import RealSwitch
from tests.peers import need

pytestmark = pytest.mark.xdist_group("real-switch")


@pytest.fixture(scope="module")
def real() -> Iterator[RealSwitch]:
    for peer in ("netns", "openssh", "frr"):
        need(peer)
    made = RealSwitch(frr=True)
    yield made
    made.close()


@pytest.fixture(params=[pytest.param(LinuxBridge, id="bridge"), pytest.param(Frr, id="frr")])
def driver(request: pytest.FixtureRequest, real: RealSwitch, tmp_path) -> Iterator[Driver]:
    made = connect(request.param, real, tmp_path)
    yield made
    made.close()


def connect(kind: type[Driver], real: RealSwitch, data) -> Driver:
    port = 2222 if kind is Frr else 22
    shown = ssh.pin_host_key(data, real.address, port, Deadline.after(60))
    assert shown == real.fingerprint, "as ssh-keygen shows it"
    options = {"username": "root", "key": "secret://env/KEY"}
    target = Target("01JREAL", "real", "switch", kind.id, f"{real.address}:{port}", options=options)
    made = kind(target, PlainEnv(data, {"secret://env/KEY": real.key}))
    made.connect(Deadline.after(60))
    return made


class FarEnd:
    """Watches the carrier that the host behind a port sees, as changes."""

    def __init__(self, real: RealSwitch, host: int) -> None:
        self._real, self._host = real, host
        self.seen = [real.carrier(host)]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self._look()

    def _look(self) -> None:
        now = self._real.carrier(self._host)
        if now != self.seen[-1]:
            self.seen.append(now)

    def sees(self, call: PlainCall) -> None:
        """The pause of the call is over only when the other end has seen that the link is gone."""
        plain = call.sleep

        def sleep(seconds: float) -> None:
            plain(seconds)
            until = Deadline.after(30)
            while self.seen[-1]:
                assert not until.passed(), "the link did not go"
                plain(0.02)

        call.sleep = sleep  # type: ignore[method-assign]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join(60)
        self._look()


@pytest.mark.peer("netns", "openssh", "frr")
class TestReal:
    def test_identity(self, driver: Driver):
        identity = driver.identity(Deadline.after(60))
        assert identity.name
        assert identity.firmware

    def test_the_far_end_sees_the_link_go_and_come(self, driver: Driver, real: RealSwitch):
        call = PlainCall(60)
        with FarEnd(real, 1) as far:
            far.sees(call)
            done = ask(driver, "port_restart", call, port="port1", pause=1)
        assert far.seen == [True, False, True]
        assert (done.before.oper, done.after.oper) == (UpDown.UP, UpDown.UP)
        assert call.finished == ["shut", "no shut"]

    def test_off_is_off_and_stays_off_in_a_restart(self, driver: Driver, real: RealSwitch):
        try:
            assert ask(driver, "port_disable", port="port2").after.admin is UpDown.DOWN
            assert not real.carrier(2)
            with pytest.raises(DeviceError, match="left so"):
                ask(driver, "port_restart", port="port2", pause=0.5)
            assert not real.carrier(2)
        finally:
            assert ask(driver, "port_enable", port="port2").after.oper is UpDown.UP
        assert real.carrier(2)

    def test_the_way_in_is_refused(self, driver: Driver, real: RealSwitch):
        for verb in ("port_restart", "port_disable"):
            with pytest.raises(DeviceError, match="our own connection") as caught:
                ask(driver, verb, port="mgmt0")
            assert caught.value.happened is Happened.NO
        assert ask(driver, "port_status", port="mgmt0").admin is UpDown.UP

    def test_a_port_that_is_not_there(self, driver: Driver):
        for verb in ("port_status", "port_restart", "port_disable", "port_enable"):
            with pytest.raises(DeviceError) as caught:
                ask(driver, verb, port="port99")
            assert caught.value.error_class in {ErrorClass.REFUSED, ErrorClass.PRECONDITION}
            assert caught.value.happened is Happened.NO
        for name in ("port1;reboot", "$(reboot)", "port1\nreboot", "-h"):
            with pytest.raises((DeviceError, ValueError)):
                ask(driver, "port_status", port=name)

    def test_a_line_cut_after_the_off_brings_the_port_back(self, driver: Driver, real: RealSwitch):
        call = PlainCall(60)
        with FarEnd(real, 1) as far:
            far.sees(call)
            sleep = call.sleep

            def cut(seconds: float) -> None:
                driver.close()
                sleep(seconds)

            call.sleep = cut  # type: ignore[method-assign]
            ask(driver, "port_restart", call, port="port1", pause=0.5, link_within=0)
        assert far.seen == [True, False, True]

    def test_close_frees_the_session(self, driver: Driver):
        began = time.monotonic()
        driver.close()
        assert time.monotonic() - began < 8, "the library waits for ten seconds"
        assert ask(driver, "port_status", port="port1").port == "port1"


@pytest.mark.thorough
@pytest.mark.peer("netns", "openssh", "frr")
def test_the_bridge_brings_our_own_way_in_back_by_itself(real: RealSwitch, tmp_path):
    """Forced, the port of our own connection: nobody could switch it on again from here."""
    driver = connect(LinuxBridge, real, tmp_path)
    try:
        call = PlainCall(60)
        changes = Path(f"/sys/class/net/{real.mgmt}/carrier_changes")
        before = int(changes.read_text())
        done = ask(driver, "port_restart", call, port="mgmt0", pause=1, force=True, reason="Test")
        assert done.after.admin is UpDown.UP
        assert int(changes.read_text()) == before + 2, "down and up"
        assert call.finished == ["shut", "no shut"]
        assert "our own connection" in call.notes[0]
    finally:
        driver.close()


@pytest.mark.peer("netns", "openssh", "frr")
def test_the_bridge_tells_where_an_address_is(real: RealSwitch, tmp_path):
    driver = connect(LinuxBridge, real, tmp_path)
    try:
        until = time.monotonic() + 60
        found = None
        while (found is None or not found.found) and time.monotonic() < until:
            real.talk(2)
            found = ask(driver, "find_mac", mac=real.mac(2).upper())
        assert found is not None
        assert (found.port, found.addresses, found.through) == ("port2", 1, "addresses")
        assert not ask(driver, "find_mac", mac="02:00:00:00:00:99").found
    finally:
        driver.close()


@pytest.mark.peer("netns", "openssh", "frr")
def test_frr_saves_and_is_copied(real: RealSwitch, tmp_path):
    driver = connect(Frr, real, tmp_path)
    try:
        with pytest.raises(DeviceError, match="does not tell"):
            ask(driver, "save_config")
        assert ask(driver, "save_config", unsaved="save").saved
        kept = ask(driver, "backup_config")
        assert "frr version" in (tmp_path / kept.file).read_text()
        with pytest.raises(DeviceError, match="cannot do"):
            ask(driver, "poe_cycle", port="port1")
    finally:
        driver.close()


@pytest.mark.peer("netns", "openssh", "frr")
def test_a_login_that_is_refused(real: RealSwitch, tmp_path):
    import asyncssh

    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    ssh.pin_host_key(tmp_path, real.address, 22, Deadline.after(60))
    options = {"username": "root", "key": "secret://env/KEY"}
    target = Target("01JREAL", "real", "switch", "linux-bridge", real.address, options=options)
    driver = LinuxBridge(target, PlainEnv(tmp_path, {"secret://env/KEY": other}))
    with pytest.raises(DeviceError) as caught:
        driver.connect(Deadline.after(60))
    assert caught.value.error_class is ErrorClass.AUTH
