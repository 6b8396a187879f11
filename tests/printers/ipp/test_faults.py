"""The fault matrix: each way to misbehave, on a read, on an effect, and when the line is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.lab.simulator import FaultKind
from pedell_printers.contract import Cleared
from tests.printers.conftest import Lab
from tests.printers.talk import talking

E, F, H = ErrorClass, FaultKind, Happened
# kind, class of trouble, did a cancel happen as far as we know, jobs that were really cancelled
MATRIX = [
    (F.SILENT, E.TIMEOUT, H.UNKNOWN, 0),
    (F.DEAF, E.TIMEOUT, H.UNKNOWN, 2),
    (F.REFUSE, E.BUSY, H.NO, 0),
    (F.GARBLE, E.PROTOCOL, H.UNKNOWN, 2),
    (F.CUT, E.PROTOCOL, H.UNKNOWN, 2),
    (F.VANISH, E.PROTOCOL, H.UNKNOWN, 0),
    (F.LOGIN, E.AUTH, H.NO, 0),
]


def test_every_fault_is_tried() -> None:
    assert {row[0] for row in MATRIX} | {F.SLOW, F.CLOSED} == set(FaultKind)


@pytest.mark.parametrize(("kind", "trouble", "happened", "cancelled"), MATRIX)
def test_an_effect(
    lab: Lab, tmp_path: Path, kind: FaultKind, trouble: ErrorClass, happened: Happened, cancelled: int
) -> None:
    simulator, address = lab(role="queue", stuck=True, jobs=2)
    simulator.misbehave(kind, on="cancel-jobs", times=1)
    with talking(address, tmp_path) as talk:
        with pytest.raises(DeviceError) as caught:
            talk("printer.clear_queue", timeout=1 if trouble is E.TIMEOUT else 30)
        assert (caught.value.error_class, caught.value.happened) == (trouble, happened)
        assert simulator.counts().get("cancel", 0) == cancelled
        # Well again, on the same conversation: repeating is as good as once.
        assert talk("printer.clear_queue").cancelled == 2 - cancelled
    assert simulator.state()["jobs"] == []
    assert simulator.counts()["cancel"] == 2


@pytest.mark.parametrize(("kind", "trouble"), [row[:2] for row in MATRIX])
def test_a_read(lab: Lab, tmp_path: Path, kind: FaultKind, trouble: ErrorClass) -> None:
    simulator, address = lab()
    with talking(address, tmp_path) as talk:
        simulator.misbehave(kind, on="get-printer-attributes", times=1)
        with pytest.raises(DeviceError) as caught:
            talk("printer.status", timeout=1 if trouble is E.TIMEOUT else 30)
        assert (caught.value.error_class, caught.value.happened) == (trouble, H.NO)
        assert talk("printer.status").state == "idle"


@pytest.mark.parametrize(
    ("kind", "trouble"), [*(row[:2] for row in MATRIX if row[2] is H.NO), (F.CLOSED, E.PROTOCOL)]
)
def test_the_opening(lab: Lab, tmp_path: Path, kind: FaultKind, trouble: ErrorClass) -> None:
    simulator, address = lab()
    simulator.misbehave(kind)
    with pytest.raises(DeviceError) as caught, talking(address, tmp_path):
        pass
    assert (caught.value.error_class, caught.value.happened) == (trouble, H.NO)
    assert simulator.counts() == {}


def test_slow_is_only_slow(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(role="queue", stuck=True, jobs=1)
    simulator.misbehave(F.SLOW, seconds=0.2)
    with talking(address, tmp_path) as talk:
        assert talk("printer.clear_queue") == Cleared(cancelled=1, arrived=0, how="Cancel-Jobs")


def test_the_device_vanishes_between_two_calls(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(role="queue", stuck=True, jobs=1)
    with talking(address, tmp_path) as talk:
        simulator.misbehave(F.CLOSED)
        simulator.misbehave(F.VANISH, on="get-jobs", times=1)
        with pytest.raises(DeviceError):
            talk("printer.jobs")
        with pytest.raises(DeviceError) as caught:
            talk("printer.clear_queue")
    assert caught.value.happened is H.NO
    assert simulator.counts() == {}
