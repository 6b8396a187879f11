"""Commands that were asked for German leave it behind in this process; every test here begins in English."""

from __future__ import annotations

import pytest

from pedell.i18n import set_language


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")
