"""Whatever such a panel sends, its driver ends with an answer or a DeviceError, in time."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell_whiteboards.a9.driver import A9Driver
from pedell_whiteboards.aabbcc.driver import AabbccDriver
from pedell_whiteboards.i3.driver import I3Driver
from pedell_whiteboards.newline.driver import NewlineDriver
from tests.whiteboards.test_hostile import BYTES, sending
from tests.whiteboards.test_panel_hostile import FEW, use

pytestmark = pytest.mark.matrix(4)

BEGINNINGS = [
    b"\xaa\xbb\xcc\x80",
    b"\xa9\x41\x11",
    b"\x7f\x09\x99\xa2\xb3\xc4\x02\xff",
    b"\xfe\x09XBHCMD\x02\x08",
]


@pytest.mark.parametrize(
    "driver", [A9Driver, AabbccDriver, I3Driver, NewlineDriver], ids=lambda driver: driver.id
)
@pytest.mark.parametrize("capability", ["display.status", "display.power_off"])
@FEW
@given(
    answers=st.lists(BYTES | st.builds(lambda a, b: a + b, st.sampled_from(BEGINNINGS), BYTES), max_size=4)
)
@example(answers=[b"\xa9\x41\x11\x77\x8a" * 3])
@example(answers=[b"\xa9" * 9000])
@example(answers=[b"\xfe\x09XBHCMD\x02\x08\x09\xcf" * 900])
def test_any_answer(driver, capability, answers):
    with sending(b"", answers) as address:
        use(driver, address, capability)
