"""Logging in to every platform: banners, secrets, full lines, changed keys."""

from __future__ import annotations

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports import ssh
from pedell_network.results import UpDown
from tests.network.platforms.cases import ENABLING
from tests.network.platforms.conftest import ask

pytestmark = pytest.mark.matrix(6)


def test_a_banner_and_a_long_name_do_not_confuse(stand_of, case):
    stand = stand_of(
        case, hostname="sw-grundschule-am-alten-markt", banner="*** Kein # Zutritt > fuer Unbefugte ***"
    )
    driver = stand.connected()
    assert ask(driver, "port_disable", port=stand.port(3)).after.admin is UpDown.DOWN
    assert ask(driver, "port_enable", port=stand.port(3)).after.admin is UpDown.UP


def test_a_wrong_password_is_told_and_never_shown(stand):
    with pytest.raises(DeviceError) as caught:
        stand.connected(password="secret://env/WRONG")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert "falsch" not in str(caught.value) + stand.text


@ENABLING
def test_the_enable_secret(stand_of, case):
    stand = stand_of(case, secret="oben")
    assert ask(stand.connected(), "port_disable", port=stand.port(3)).after.admin is UpDown.DOWN
    assert "oben" not in stand.text
    for enable in ("secret://env/WRONG", ""):
        with pytest.raises(DeviceError) as caught:
            ask(stand.connected(enable=enable), "port_enable", port=stand.port(3))
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert stand.sim.counts() == {"shut": 1}
    assert "falsch" not in stand.text


def test_full_lines_are_busy_and_a_changed_key_refuses(stand_of, case):
    stand = stand_of(case, sessions=1)
    host, _, port = stand.address.partition(":")
    ssh.pin_host_key(stand.env.data, host, int(port), Deadline.after(10))
    stand.until(lambda: not stand.sim._connections)
    first = stand.connected(host_key="strict")
    with pytest.raises(DeviceError) as caught:
        stand.connected(host_key="strict")
    assert caught.value.error_class is ErrorClass.BUSY
    first.close()
    stand.until(lambda: not stand.sim._connections)
    stand.sim.change(host_key="new")
    with pytest.raises(DeviceError, match="has changed") as caught:
        stand.connected(host_key="strict")
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_a_description_that_looks_like_a_prompt(stand):
    stand.sim.change(port=stand.port(3), description="sw1#")
    found = ask(stand.connected(), "port_status", port=stand.port(3))
    assert (found.description, found.speed) == ("sw1#", 1000)
