"""Whatever a device sends, the drivers on the common base end with an answer or a DeviceError, in time."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pedell_whiteboards.iiyama_te.driver import IiyamaTeDriver
from pedell_whiteboards.lg.driver import LgDriver
from pedell_whiteboards.promethean.driver import PrometheanDriver
from pedell_whiteboards.sicp.driver import SicpDriver
from pedell_whiteboards.smart.driver import SmartDriver
from tests.whiteboards.test_hostile import BYTES, sending, use

pytestmark = pytest.mark.matrix(4)

both = pytest.mark.parametrize("capability", ["display.status", "display.blank"])
few = settings(max_examples=5)


@both
@few
@given(
    answers=st.lists(
        BYTES | st.sampled_from([b">", b"powerstate=on\r>", b"screenshade=on\r>", b"invalid cmd=\r>"]),
        max_size=4,
    )
)
@example(answers=[b">", b"powerstate=" + b"on" * 3000])
@example(answers=[b">" * 3000, b">", b"#volume=1\r" * 900])
@example(answers=[b">", b"powerstate=\xff\xfe\x1b[2J\r>", b"\x1b]0;x\x07\r>"])
def test_smart(capability, answers):
    with sending(b"", answers) as address:
        use(SmartDriver, f"tcp://{address}", capability)


@both
@few
@given(answers=st.lists(BYTES | BYTES.map(lambda b: b"\xf6\x01\x02" + b), max_size=4))
@example(answers=[b"\xf6\x01\x02\x01\xfa\x6f", b"\xf6\x03\x04" + b"o" * 3000])
@example(answers=[b"\xf6" * 9000])
@example(answers=[b"\xf6\x0c\x02\x32\x36\x6f" * 1500])
def test_promethean(capability, answers):
    with sending(b"", answers) as address:
        use(PrometheanDriver, address, capability)


@both
@few
@given(
    answers=st.lists(
        BYTES | st.sampled_from([b"a 01 OK01x", b"d 01 OK01x", b"a 01 NG00x", b"d 02 OK00x"]), max_size=4
    )
)
@example(answers=[b"a 01 OK01x", b"b 01 OK" + b"9" * 5000])
@example(answers=[b"b 01 OK90x" * 1000])
@example(answers=[b"a 01 OK\x1b[2J01x"])
def test_lg(capability, answers):
    with sending(b"", answers) as address:
        use(LgDriver, address, capability)


@both
@few
@given(
    answers=st.lists(
        BYTES
        | st.sampled_from(
            [b"\x06\x01\x00\x19\x02\x1c", b"\x06\x01\x00\x00\x06\x01", b"\x06\x01\x00\x00\x18\x1f"]
        ),
        max_size=4,
    )
)
@example(answers=[b"\x06\x01\x00\x19\x02\x1c", b"\x28\x01" * 4000])
@example(answers=[b"\x06\x01\x00\x00\x06\x01" * 1500])
@example(answers=[b"\x05\x01\x00\x15\x11", b"\x05\x01\x19\x02\x1f"])
def test_sicp(capability, answers):
    with sending(b"", answers) as address:
        use(SicpDriver, address, capability)


@both
@few
@given(
    answers=st.lists(
        BYTES | st.sampled_from([b":01r0001\r", b"401+\r", b"401-\r", b":02r0001\r"]), max_size=4
    )
)
@example(answers=[b":01r0001\r", b"\r" * 9000])
@example(answers=[b":01r8999\r" * 1000])
def test_iiyama_te(capability, answers):
    with sending(b"", answers) as address:
        use(IiyamaTeDriver, address, capability)
