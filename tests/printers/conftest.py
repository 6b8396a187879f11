"""Simulated printers for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pedell.testing.simhost import SimulatorHost
from pedell_printers.ipp.simulator import IppSimulator

Lab = Callable[..., tuple[IppSimulator, str]]


@pytest.fixture
def lab() -> Iterator[Lab]:
    """Start a simulator with these settings; gives it and its address."""
    with SimulatorHost() as host:

        def start(**settings: Any) -> tuple[IppSimulator, str]:
            simulator = IppSimulator("q1", settings)
            return simulator, host.start(simulator)

        yield start
