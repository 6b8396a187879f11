"""aquosremote, a client for Aquos televisions, against the simulator; it opens a connection for each command."""

from __future__ import annotations

import pytest
from aquosRemote.aquos import AquosTV

from pedell_whiteboards.sharp.simulator import SharpSimulator


@pytest.fixture
def started(lab):
    def start(**settings):
        simulator = SharpSimulator(
            "s1", {"warm_up": 0, "cool_down": 0, "login": False, "model": "PN-C703B", **settings}
        )
        host, _, port = lab.host.start(simulator).rpartition(":")
        return AquosTV(host, int(port)), simulator

    return start


@pytest.mark.parametrize("ending", ["crlf", "cr"])
def test_power_volume_and_sound(started, ending):
    tv, simulator = started(ending=ending)
    assert tv.set_volume(7) == b"OK"
    assert tv.send_command("VOLM????") == b"7"
    assert tv.mute_on() == b"OK"
    assert tv.send_command("MUTE????") == b"1"
    assert tv.get_model_name() == b"PN-C703B"
    assert (tv.set_standbymode(), tv.off(), tv.send_command("POWR????"), tv.on()) == (
        b"OK",
        b"OK",
        b"0",
        b"OK",
    )
    assert simulator.counts() == {"VOLM": 1, "MUTE": 1, "RSPW": 1, "power_off": 1, "power_on": 1}


def test_no_is_no(started):
    tv, simulator = started()
    # A PN display has INPS in the place of IAVD.
    assert tv.set_input("HDMI 2") == b"ERR"
    assert not simulator.counts()
