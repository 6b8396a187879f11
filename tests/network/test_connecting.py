"""The way to a switch: through a jump host, as many at once as it bears, and closed for certain."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from netmiko.hp.hp_procurve import HPProcurveSSH

from pedell.drivers.api import ControllerTarget, Deadline, DeviceError, ErrorClass, Target
from pedell.engine.leases import Leases
from pedell.testing.calls import PlainEnv
from pedell.transports.ssh import pin_host_key
from pedell_network.cisco_ios.driver import CiscoIos
from pedell_network.frr.driver import Frr
from pedell_network.linux_bridge.driver import LinuxBridge
from pedell_network.options import SwitchOptions, jump_of
from pedell_network.session import Dialect, Session
from pedell_network.terminal import ours
from tests.network.conftest import SECRETS, Bench, ask
from tests.network.odd_switch import OddSwitch, Script
from tests.network.test_end_to_end import pedell, school, secret
from tests.transports.ssh_servers import Servers


@pytest.fixture
def servers() -> Iterator[Servers]:
    made = Servers()
    yield made
    made.stop()


def until(ready: Callable[[], bool], seconds: float = 60.0) -> None:
    limit = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < limit
        time.sleep(0.01)


def target(options: dict[str, Any], address: str = "10.0.0.2", **more: Any) -> Target:
    return Target("01JSWITCH", "sw1", "switch", "cisco-ios", address, options=options, **more)


class TestJump:
    """A site's switches behind one server."""

    def gate(self, servers: Servers) -> str:
        self.settings: dict[str, Any] = {"leads_on": True}
        return f"127.0.0.1:{servers.start(self.settings).get_port()}"

    def test_by_option(self, bench, servers):
        made: Bench = bench()
        jump = f"pedell@{self.gate(servers)}"
        driver = made.connected(jump=jump, jump_password="secret://env/PASSWORD")
        assert ask(driver, "port_status", port="Gi1/0/3").port == "Gi1/0/3"
        assert {port for _, port in self.settings["led_to"]} == {int(made.address.rpartition(":")[2])}
        driver.close()
        until(lambda: servers.open_lines == 0)

    def test_by_the_controller(self, bench, servers):
        made: Bench = bench()
        server = ControllerTarget(
            "01JGATE",
            "gate",
            "ssh-jump",
            self.gate(servers),
            {"username": "pedell", "password": "secret://env/PASSWORD", "host_key": "accept-new"},
        )
        given = {"username": "pedell", "password": "secret://env/PASSWORD", "host_key": "accept-new"}
        driver = CiscoIos(target(given, made.address, controller=server), made.env)
        made.drivers.append(driver)
        driver.connect(Deadline.after(60))
        assert ask(driver, "port_status", port="Gi1/0/3").port == "Gi1/0/3"
        assert self.settings["led_to"]
        # The guard of our own way in asks for the address that the switch sees: the jump host's.
        assert driver.session(Deadline.after(5)).local_address == "127.0.0.1"

    def test_a_wrong_password_there(self, bench, servers):
        made: Bench = bench()
        driver = made.driver(jump=f"pedell@{self.gate(servers)}", jump_password="secret://env/WRONG")
        with pytest.raises(DeviceError, match="jump host") as caught:
            driver.connect(Deadline.after(60))
        assert caught.value.error_class is ErrorClass.AUTH
        until(lambda: servers.open_lines == 0)

    @pytest.mark.parametrize("jump", ["gate", "pedell@", "a b@gate", "pedell@gate:x", "pedell@gate:22:22"])
    def test_what_is_no_jump_host(self, tmp_path, jump):
        driver = CiscoIos(target({"jump": jump}), PlainEnv(tmp_path, SECRETS))
        with pytest.raises(DeviceError, match="jump") as caught:
            driver.connect(Deadline.after(1))
        assert caught.value.error_class is ErrorClass.PRECONDITION

    @pytest.mark.parametrize(
        ("jump", "expected"),
        [
            ("pedell@gate", (("gate", 22), "pedell")),
            ("pedell@gate:2222", (("gate", 2222), "pedell")),
            ("p.e-d@[2001:db8::1]:22", (("2001:db8::1", 22), "p.e-d")),
            ("", None),
        ],
    )
    def test_how_it_is_written(self, jump, expected):
        found = jump_of(target({}), SwitchOptions(jump=jump))
        assert (found[:2] if found else None) == expected

    def test_a_controller_of_another_kind_is_none(self):
        other = ControllerTarget("01JX", "unifi", "unifi", "https://unifi", {"site": "default"})
        assert jump_of(target({}, controller=other), SwitchOptions()) is None

    @pytest.mark.thorough
    def test_pinning_by_hand(self, bench, servers, data: Path):
        """The jump host first, then what is behind it: both strict."""
        made: Bench = bench()
        gate = self.gate(servers)
        word = secret(data, "password", "schule")
        options = {"username": "pedell", "password": word, "jump": f"pedell@{gate}", "jump_password": word}
        school(data, "cisco-ios", made.address, options, "Gi1/0/3")
        host, _, port = gate.rpartition(":")
        pin_host_key(data, host, int(port), Deadline.after(60))
        found = pedell(data, "devices", "pin-key", "name=sw")
        assert found["keys"][0]["fingerprint"].startswith("SHA256:")
        assert f"{made.address}@" not in (data / "ssh" / "known_hosts").read_text()  # [host]:port@[gate]:port
        assert "]:" in (data / "ssh" / "known_hosts").read_text().split("@")[1]


class TestSessions:
    """Small switches have few lines: how many conversations at once is the address's, whichever driver asks."""

    def test_one_for_all_drivers_of_an_address(self, tmp_path):
        keys = {driver.endpoint(target({})) for driver in (CiscoIos, Frr, LinuxBridge)}
        assert keys == {"ssh:10.0.0.2:22"}
        leases, others = (
            Leases(tmp_path),
            Leases(tmp_path),
        )  # two processes, as `devices check` beside the engine
        try:
            key = keys.pop()
            assert leases.acquire(key)
            assert not leases.acquire(key)
            assert not others.acquire(key)
            # What needs no line goes on beside it.
            assert others.acquire("snmp:10.0.0.2:161")
        finally:
            leases.close()
            others.close()

    def test_never_more_than_it_bears(self):
        def key(number: int, **options: Any) -> str:
            device = Target(f"01JSWITCH{number}", "sw", "switch", "cisco-ios", "10.0.0.2", options=options)
            return CiscoIos.endpoint(device)

        assert {key(number) for number in range(50)} == {"ssh:10.0.0.2:22"}
        assert len({key(number, sessions=3) for number in range(50)}) == 3

    def test_the_same_private_address_behind_another_jump_host_is_another(self):
        def key(jump: str) -> str:
            return CiscoIos.endpoint(target({"jump": jump} if jump else {}))

        assert len({key("p@gate-a"), key("p@gate-b"), key("")}) == 3
        assert key("p@gate-a") == key("q@GATE-A:22")

    def test_two_devices_with_one_address_take_turns(self, data: Path):
        """As typed, with 32 threads: the second logs in when the first has logged out."""
        switch = OddSwitch()
        try:
            address = switch.start(Script())
            word = secret(data, "password", "schule")
            options = {"username": "pedell", "password": word, "host_key": "accept-new"}
            lines = ["sites: [{slug: bert-brecht, name: Bert-Brecht-Gymnasium, campus: nord}]", "devices:"]
            lines += [
                f"  - {{name: sw{number}, kind: switch, site: bert-brecht, driver: cisco-ios,"
                f' address: "{address}", options: {json.dumps(options)}}}'
                for number in range(4)
            ]
            (data / "school.yaml").write_text("\n".join([*lines, ""]))
            pedell(data, "devices", "import", str(data / "school.yaml"))
            pedell(data, "devices", "check", "kind=switch", code=1)  # it does not say who it is
            assert (switch.sessions, switch.most) == (4, 1)
        finally:
            switch.stop()


class TestClosing:
    """No line of the switch stays taken, however a conversation ends."""

    @pytest.mark.parametrize("terminal", ["fast", "stock"])
    def test_it_says_so(self, terminal, tmp_path):
        switch = OddSwitch()
        try:
            given = {
                "username": "pedell", "password": "secret://env/PASSWORD", "host_key": "accept-new", "terminal": terminal
            }  # fmt: skip
            driver = CiscoIos(target(given, switch.start(Script())), PlainEnv(tmp_path, SECRETS))
            driver.connect(Deadline.after(60))
            driver.close()
            assert switch.heard[-1] == "exit"
        finally:
            switch.stop()

    def test_a_procurve_that_asks_twice_before_it_lets_go(self, tmp_path):
        switch = OddSwitch()
        script = Script(
            prompts={"exec": b"HP-2530# ", "out": b"Do you want to log out (y/n)? ", "save": b"Do you want to save current configuration (y/n/^C)? "},
            modes={"logout": "out"},
            keys={"out": "save", "save": "gone"},
        )  # fmt: skip
        try:
            options = SwitchOptions.model_validate(
                {"username": "pedell", "password": "secret://env/PASSWORD", "host_key": "accept-new"}
            )
            dialect = Dialect(ours(HPProcurveSSH), lambda base: rf"(?m:^{base}[>#] ?$)", lambda _: None)
            session = Session.open(
                dialect,
                target({}, switch.start(script)),
                options,
                PlainEnv(tmp_path, SECRETS),
                Deadline.after(60),
            )
            session.close()
            assert switch.heard[-3:] == ["logout", "y", "n"]
        finally:
            switch.stop()

    def test_a_switch_that_hung_up_meanwhile_is_called_again(self, bench):
        made: Bench = bench()
        driver = made.connected()
        made.host.run(_hang_up(made))
        until(lambda: not driver._open.usable)
        assert ask(driver, "port_status", port="Gi1/0/3").port == "Gi1/0/3"

    def test_a_thread_that_was_given_up(self, bench):
        """The engine closes the driver from another thread while a command waits."""
        made: Bench = bench()
        driver = made.connected()
        made.sim.misbehave("silent", on="show interfaces")
        errors: list[BaseException] = []

        def work() -> None:
            try:
                ask(driver, "port_status", port="Gi1/0/3")
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        until(lambda: "show interfaces" in made.text)
        began = time.monotonic()
        driver.close()
        assert time.monotonic() - began < 8, "the library waits for ten seconds"
        thread.join(30)
        assert not thread.is_alive()
        assert isinstance(errors[0], DeviceError)
        until(lambda: not made.sim._connections)

    @pytest.mark.thorough
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
    def test_a_run_that_is_interrupted(self, bench, data: Path, number):
        made: Bench = bench()
        options = {
            "username": "pedell", "password": secret(data, "password", "schule"), "host_key": "accept-new"
        }  # fmt: skip
        school(data, "cisco-ios", made.address, options, "Gi1/0/3")
        fault = made.sim.misbehave("slow", on="show interfaces", seconds=2)
        run = subprocess.Popen(
            [
                sys.executable, "-m", "pedell.cli.main", "run", "restart-switch-port", "--on", "name=board",
                "--ticket", "new", "--reason", "test", "--json",
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PEDELL_DATA": str(data)},
        )  # fmt: skip
        try:
            until(lambda: fault.used > 0, 90)
            run.send_signal(number)
            run.communicate(timeout=120)
        finally:
            run.kill()
            run.communicate()
        until(lambda: not made.sim._connections)
        assert made.sim.counts()["shut"] == 0


async def _hang_up(made: Bench) -> None:
    for connection in list(made.sim._connections):
        connection.abort()
