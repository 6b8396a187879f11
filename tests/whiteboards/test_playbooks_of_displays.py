"""The other playbooks for displays, on displays of several protocols: what they do, and what they say."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator
from tests.ports import free
from tests.whiteboards.chain import Chain
from tests.whiteboards.displays import Display
from tests.whiteboards.school import School, states


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    made = School(tmp_path / "data")
    yield made
    made.service.around.close()


def words(row: Any, language: str = "en") -> str:
    return " ".join(line[language] for line in [*row.says, *row.visits])


class TestNoPicture:
    """Each cause has its own cure, and no cure but that one."""

    @pytest.fixture
    def look(self, school):
        def look(display: Any, **inputs: Any) -> Any:
            school.add("board", display, mac=display.target.mac)
            detail = school.run("name=board", "no-picture", **inputs)
            return detail.tasks[0]

        return look

    @pytest.mark.matrix(2)
    @pytest.mark.parametrize(
        ("fixture", "change", "cure", "said"),
        [
            ("projector", {"power": "standby"}, {"power_on": 1}, "ausgeschaltet"),
            ("projector", {"video_mute": True}, {"mute": 1}, "ausgeblendet"),
            ("projector", {"frozen": True}, {"freeze": 1}, "Standbild"),
            ("projector", {}, {"power_off": 1, "power_on": 1}, "neu gestartet"),
            ("samsung", {"power": "standby"}, {"power_on": 1}, "ausgeschaltet"),
            ("samsung", {"panel": 1}, {"panel": 1}, "ausgeblendet"),
            ("samsung", {}, {"reboot": 1}, "neu gestartet"),
        ],
    )
    def test_the_cure_that_helps_and_no_other(self, request, look, fixture, change, cure, said):
        display = request.getfixturevalue(fixture)()
        display.simulator.change(**change)
        row = look(display)
        assert (row.state, row.why) == ("done", "")
        assert display.simulator.counts() == cure
        assert said in words(row, "de")
        assert row.visits == []
        assert row.proofs[-1]["ok"]

    def test_switched_off_and_blanked(self, look, samsung):
        display = samsung(power="standby")
        display.simulator.change(panel=1)
        assert look(display).state == "done"
        # Starting up shows the picture again on this model; where it does not, unblank comes after.
        assert display.simulator.counts()["power_on"] == 1
        assert "reboot" not in display.simulator.counts()

    def test_another_input(self, look, samsung):
        display = samsung()
        display.simulator.change(input="21")
        row = look(display, input="hdmi2")
        assert (row.state, display.simulator.counts()) == ("done", {"input": 1})
        assert "hdmi1" in words(row)
        assert "hdmi2" in words(row)

    def test_an_input_that_it_does_not_have(self, look, samsung):
        display = samsung()
        row = look(display, input="hdmi9")
        assert "hdmi9 cannot be chosen: there is no input named hdmi9 (known are" in words(row)
        assert "hdmi9 lässt sich nicht wählen: es gibt keinen Eingang" in words(row, "de")
        assert row.state == "failed"
        assert "hdmi9 cannot be chosen here" in row.why
        assert display.simulator.counts() == {}, "a restart would not help"

    def test_an_input_as_people_write_it(self, look, samsung):
        display = samsung()
        row = look(display, input="HDMI 2")
        assert (row.state, display.simulator.counts()) == ("done", {"input": 1})

    def test_no_signal_is_not_cured_by_a_restart(self, look, projector):
        display = projector()
        display.simulator.change(signal=False)
        row = look(display)
        assert row.state == "failed"
        assert "No signal comes in" in row.why
        assert display.simulator.counts() == {}
        assert "Ist der Rechner wach" in words(row, "de")

    def test_a_restart_only_where_it_is_wanted(self, look, samsung):
        display = samsung()
        assert look(display, restart=False).state == "done"
        assert display.simulator.counts() == {}

    def test_one_that_hangs_in_blank(self, look, samsung):
        display = samsung()
        display.simulator.change(panel=1)
        display.simulator.misbehave("refuse", on="panel")
        row = look(display)
        # Starting shows the picture again: the restart comes only after the gentler cure failed.
        assert (row.state, dict(display.simulator.counts())) == ("done", {"reboot": 1})

    def test_a_fault_needs_hands_and_no_restart(self, look, samsung):
        display = samsung()
        display.simulator.change(lamp_error=1)
        row = look(display)
        assert "board reports: lamp." in row.visits[0]["en"]
        assert "board meldet: Lampe." in row.visits[0]["de"]
        assert (row.state, dict(display.simulator.counts())) == ("failed", {})
        assert "which a restart does not mend: lamp" in row.why

    @pytest.mark.thorough
    def test_a_dirty_filter_is_no_reason_for_darkness(self, look, projector):
        display = projector()
        display.simulator.change(errors="000010")
        row = look(display)
        assert (row.state, dict(display.simulator.counts())) == ("done", {"power_off": 1, "power_on": 1})
        assert "board meldet: Filter." in row.visits[0]["de"]

    @pytest.mark.thorough
    def test_blanked_held_and_without_sound_at_once(self, look, projector):
        display = projector()
        display.simulator.change(video_mute=True, audio_mute=True, frozen=True)
        row = look(display)
        assert (row.state, row.why) == ("done", "")
        assert set(display.simulator.counts()) == {"mute", "freeze"}
        said = words(row, "de")
        assert "ausgeblendet" in said
        assert "Standbild" in said

    @pytest.mark.thorough
    def test_one_that_takes_another_input_only_later(self, look, samsung):
        display = samsung()
        display.simulator.misbehave("refuse", on="input", times=4)
        row = look(display, input="hdmi2")
        assert (row.state, dict(display.simulator.counts())) == ("done", {"input": 1})

    @pytest.mark.thorough
    def test_another_input_than_asked_for_is_no_success(self, look, samsung):
        display = samsung()
        display.simulator.misbehave("refuse", on="input")
        row = look(display, input="hdmi2")
        assert (row.state, row.why) == ("failed", "It shows hdmi1, not hdmi2; somebody will come and look.")
        assert dict(display.simulator.counts()) == {"reboot": 1}

    @pytest.mark.thorough
    def test_one_that_has_network_and_says_nothing_is_not_said_to_have_no_mains(self, look, samsung):
        display = samsung({"answer_time": 0.2})
        display.simulator.misbehave("silent")
        row = look(display)
        assert row.state == "failed"
        assert "has mains and network" in row.why
        assert "Strom und Netz, sagt aber nichts" in row.visits[0]["de"]
        assert "Kennung in ihrem Menü" in row.visits[0]["de"]
        assert display.simulator.counts() == {}

    def test_one_that_does_not_answer_needs_hands(self, look, samsung):
        display = samsung({"answer_time": 0.2, "connect_time": 0.3})
        display.simulator.misbehave("closed")
        row = look(display)
        assert row.state == "failed"
        assert "main switch" in row.why
        assert "Hauptschalter und Netzwerkkabel" in row.visits[0]["de"]
        assert display.simulator.counts() == {}

    def test_a_serial_line_has_no_network_cable(self, look, samsung):
        display = samsung({"answer_time": 0.2}, transport="pty")
        display.simulator.misbehave("silent")
        row = look(display)
        said = {
            language: f"{words(row, language)} {row.proofs[-1]['fail'][language]}"
            for language in ("en", "de")
        }
        assert "serial cable" in said["en"]
        assert "serielles Kabel" in said["de"]
        assert "network" not in said["en"]
        assert "Netz" not in said["de"]

    def test_one_that_wants_a_login_is_not_said_to_be_silent(self, look, projector):
        display = projector(password="JBMIAProjectorLink")
        row = look(display)
        assert row.state == "failed"
        assert "main switch" not in row.why + words(row)
        assert "wants a password" in row.visits[0]["en"]
        assert "verlangt ein Passwort" in row.visits[0]["de"]
        assert "die Betreuung" in row.proofs[-1]["fail"]["de"]
        assert display.simulator.counts() == {}

    def test_one_that_is_away_is_woken(self, look, samsung):
        port = free("0.0.0.0", socket.SOCK_DGRAM)
        mac = "00:11:22:33:44:55"
        options = {
            "wake": f"127.255.255.255:{port}",
            "wake_mac": mac,
            "connect_time": 0.3,
            "answer_time": 0.5,
        }
        display = samsung(options, mac=mac, wake_port=port, network_standby=False, power="standby")
        row = look(display)
        assert (row.state, row.why) == ("done", "")
        assert "ließ sich wecken" in words(row, "de")
        assert set(display.simulator.counts()) == {"woken"}, "nothing else was done to it"
        assert row.visits == []


def test_what_a_model_cannot_do_is_known_when_a_run_is_planned(school, samsung):
    for name, can in (("able", {}), ("unable", {"status": False})):
        school.add(name, samsung({"can": can}), model="QM55")
    plan = school.service.runs.plan("projector-hours", "site=bb")
    assert [device.name for device in plan.devices] == ["able"]
    assert [(one.device.name, one.capability) for one in plan.unable] == [("unable", "display.status")]


class TestAllOff:
    def test_what_is_on_goes_off_and_the_rest_stays(self, school, projector, samsung):
        displays = {"on": samsung(), "off": samsung(power="standby"), "lamp": projector(cool_down=0.5)}
        for name, display in displays.items():
            school.add(name, display)
        detail = school.run("site=bb", "all-off")
        assert states(detail) == dict.fromkeys(displays, ("done", "")), detail.document()
        assert {name: dict(display.simulator.counts()) for name, display in displays.items()} == {
            "on": {"power_off": 1}, "off": {}, "lamp": {"power_off": 1},
        }  # fmt: skip
        assert displays["lamp"].simulator.state()["power"] == "standby"
        assert all(row.proofs[-1]["ok"] for row in detail.tasks if row.device != "off")

    def test_what_shows_something_may_stay_on(self, school, projector, samsung):
        used, unused = projector(), projector()
        unused.simulator.change(signal=False)
        for name, display in (("used", used), ("unused", unused)):
            school.add(name, display)
        detail = school.run("site=bb", "all-off", unused_only=True)
        assert set(states(detail).values()) == {("done", "")}
        assert (used.simulator.counts(), unused.simulator.counts()) == ({}, {"power_off": 1})

    def test_one_that_is_gone_when_it_is_off_is_no_failure(self, school, samsung):
        display = samsung({"connect_time": 0.3}, network_standby=False)
        school.add("board", display)
        detail = school.run("name=board", "all-off")
        assert states(detail) == {"board": ("done", "")}
        assert display.simulator.counts() == {"power_off": 1}
        assert "not reachable" in str(detail.tasks[0].proofs[-1]["check"])

    @pytest.mark.parametrize(("silent_is_off", "state"), [(True, "done"), (False, "failed")])
    def test_one_that_does_not_answer(self, school, samsung, silent_is_off, state):
        display = samsung({"connect_time": 0.3})
        display.simulator.misbehave("closed")
        school.add("board", display)
        detail = school.run("name=board", "all-off", silent_is_off=silent_is_off)
        assert states(detail)["board"][0] == state
        assert ("has no network" in words(detail.tasks[0])) == silent_is_off

    @pytest.mark.thorough
    def test_a_serial_line_is_no_network(self, school, samsung):
        display = samsung({"answer_time": 0.2}, transport="pty")
        display.simulator.misbehave("silent")
        school.add("board", display)
        said = words(school.run("name=board", "all-off").tasks[0], "de")
        assert "über ihre Leitung" in said
        assert "Netz" not in said

    @pytest.mark.thorough
    def test_two_on_a_line_of_which_one_is_dead(self, school, lab):
        dead, well = (SamsungMdcSimulator(name, {"id": number}) for name, number in (("m1", 1), ("m2", 2)))
        dead.misbehave("silent")
        address = lab.host.start(Chain(dead, well))
        for name, number, member in (("dead", 1, dead), ("well", 2, well)):
            options = {"display": number, "answer_time": 0.5, "pause": 0.0, "settle": 0.1}
            school.add(name, Display(SamsungMdcDriver, member, address, options, kind="whiteboard"))
        detail = school.run("site=bb", "all-off", silent_is_off=False)
        assert states(detail)["well"] == ("done", "")
        assert states(detail)["dead"][0] == "failed"
        assert (dead.counts(), well.counts()) == ({}, {"power_off": 1})

    def test_an_answer_that_got_lost_is_looked_for(self, school, samsung):
        display = samsung()
        display.simulator.misbehave("cut", on="power_off", times=1)
        school.add("board", display)
        detail = school.run("name=board", "all-off")
        assert states(detail) == {"board": ("done", "")}
        assert display.simulator.counts() == {"power_off": 1}, "read first: it was off by then"
        assert detail.tasks[0].proofs[-1]["ok"]

    def test_one_that_does_not_switch_off_is_told(self, school, projector):
        display = projector()
        display.simulator.misbehave("refuse", on="power_off")
        school.add("p", display)
        detail = school.run("name=p", "all-off")
        assert display.simulator.counts() == {}
        assert states(detail)["p"][0] != "done"


class TestProjectorHours:
    def test_due_and_soon_and_well(self, school, projector, samsung):
        displays = {
            "due": projector(lamps=[3100, 200]),
            "soon": projector(lamps=[2600]),
            "well": projector(lamps=[100]),
            "laser": projector(lamps=[]),
            "panel": samsung(),
        }
        for name, display in displays.items():
            school.add(name, display)
        displays["well"].simulator.change(filter=700)
        detail = school.run("site=bb", "projector-hours")
        assert states(detail) == dict.fromkeys(displays, ("done", "")), detail.document()
        rows = {row.device: row for row in detail.tasks}
        assert "change the lamp (3100 hours)" in words(rows["due"])
        assert "3100 h, 200 h" in words(rows["due"])
        assert rows["soon"].visits == []
        assert "due soon: 2600 of 3000" in words(rows["soon"])
        assert "clean the filter (700 hours)" in words(rows["well"])
        assert "nennt ihre Stunden nicht" in words(rows["laser"], "de")
        assert rows["panel"].visits == []
        assert "5461" in words(rows["panel"])
        assert not any(display.simulator.counts() for display in displays.values())

    def test_other_limits(self, school, projector):
        school.add("p", projector(lamps=[100]))
        detail = school.run("name=p", "projector-hours", lamp_due=50, lamp_soon=10, filter_due=10)
        assert len(detail.tasks[0].visits) == 2
