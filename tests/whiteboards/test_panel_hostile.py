"""Whatever a NEC, Sharp, BenQ, ViewSonic or Epson sends, its driver ends with an answer or a DeviceError, in time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, Driver, Happened, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell_whiteboards.benq.driver import BenqDriver
from pedell_whiteboards.epson.driver import EpsonDriver
from pedell_whiteboards.nec.driver import NecDriver
from pedell_whiteboards.sharp.driver import SharpDriver
from pedell_whiteboards.viewsonic.driver import ViewsonicDriver
from tests.whiteboards.displays import CAPABILITIES
from tests.whiteboards.test_hostile import BYTES, CLASSES, sending

pytestmark = pytest.mark.matrix(4)

FEW = settings(max_examples=5)
capabilities = pytest.mark.parametrize("capability", ["display.status", "display.mute", "display.power_off"])


def use(driver: type[Driver], address: str, capability: str) -> None:
    options = {"answer_time": 0.05, "pause": 0, "wake": "off"}
    # As a serial server: the first bytes are answers, not greetings.
    target = Target("1", "d", "whiteboard", driver.id, f"tcp://{address}", options=options)
    opened = driver(target, PlainEnv(Path("/nonexistent")))
    effect = CAPABILITIES[capability].effect != "read"
    started = time.monotonic()
    try:
        opened.connect(Deadline.after(2))
        opened.call(capability, PlainCall(2), CAPABILITIES[capability].params())
    except DeviceError as error:
        assert error.error_class in CLASSES  # noqa: PT017
        assert error.message.isprintable()  # noqa: PT017
        if not effect:
            assert error.happened is Happened.NO  # noqa: PT017
    finally:
        opened.close()
    assert time.monotonic() - started < 30


@capabilities
@FEW
@given(answers=st.lists(BYTES | BYTES.map(lambda b: b"\x01\x30\x30\x41\x42" + b), max_size=4))
@example(answers=[b"\x01\x30\x30\x41\x42\x30\x34\x02\x42\x45\x03\x01\x0d"] * 3)
@example(answers=[b"\x01\x30\x30\x41\x42\x46\x46\x02" + b"0" * 200])
@example(answers=[b"\x01" * 9000])
def test_nec(capability, answers):
    with sending(b"", answers) as address:
        use(NecDriver, address, capability)


@capabilities
@FEW
@given(answers=st.lists(BYTES | st.sampled_from([b"OK\r\n", b"1\r", b"WAIT\r\n", b"ERR\r"]), max_size=4))
@example(answers=[b"WAIT\r\n" * 300])
@example(answers=[b"x" * 5000])
@example(answers=[b"\xb2\r\n", b"\xb2\r\n"])
def test_sharp(capability, answers):
    with sending(b"", answers) as address:
        use(SharpDriver, address, capability)


@pytest.mark.parametrize("driver", [BenqDriver, ViewsonicDriver], ids=["benq", "viewsonic"])
@capabilities
@FEW
@given(
    answers=st.lists(
        BYTES | BYTES.map(lambda b: b"801r" + b) | BYTES.map(lambda b: b"801rl001\r" + b), max_size=4
    )
)
@example(answers=[b"801rl009\r", b"401-\r"])
@example(answers=[b"201rl" + b"\0" * 400])
@example(answers=[b"401+\r" * 2000])
def test_benq_and_viewsonic(driver, capability, answers):
    with sending(b"", answers) as address:
        use(driver, address, capability)


@pytest.mark.parametrize("capability", ["display.status", "display.blank", "display.power_off"])
@FEW
@given(
    answers=st.lists(BYTES | st.sampled_from([b":", b"PWR=01\r:", b"ERR\r:", b"IMEVENT=1\r:"]), max_size=4)
)
@example(answers=[b"PWR=\xb2\r:"])
@example(answers=[b":" * 9000])
@example(answers=[b"IMEVENT=0001 03 00000000 00000000 T1 F1\r:" * 300])
def test_epson(capability, answers):
    with sending(b"", answers) as address:
        use(EpsonDriver, address, capability)


@FEW
@given(greeting=BYTES | BYTES.map(lambda b: b"ESC/VP.net" + b))
@example(greeting=b"ESC/VP.net\x10\x03\x00\x00\x20\xff")
@example(greeting=b"Login:" + b"x" * 3000)
def test_greetings(greeting):
    for driver in (EpsonDriver, SharpDriver):
        with sending(greeting, []) as address:
            options = {"answer_time": 0.05, "connect_time": 1, "wake": "off"}
            target = Target("1", "d", "whiteboard", driver.id, address, options=options)
            opened = driver(target, PlainEnv(Path("/nonexistent")))
            try:
                opened.connect(Deadline.after(2))
                opened.call(
                    "display.factory_reset", PlainCall(1), CAPABILITIES["display.factory_reset"].params()
                )
            except DeviceError as error:
                assert error.error_class in CLASSES  # noqa: PT017
                assert error.happened is Happened.NO  # noqa: PT017
            finally:
                opened.close()
