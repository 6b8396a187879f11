from __future__ import annotations

import pytest

from tests.engine.school import School
from tests.engine.world import WorldProcess
from tests.notify.receiver import Receiver


@pytest.fixture
def world(tmp_path):
    made = WorldProcess(tmp_path)
    yield made
    made.close()


@pytest.fixture
def school(data, world, database):
    made = School(data, world.port, database)
    yield made
    made.close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()
