"""What every test gets: a home of its own, no network, nothing left behind, peers by name."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from pedell.i18n import set_language
from tests import guards, peers, tiers

pytest_plugins = ["tests.databases"]

HOME = pytest.StashKey[str]()
KEPT = {
    "PEDELL_EXPLORE",
    "PEDELL_REQUIRE_PEERS",
    "PEDELL_TEST_DATABASE",
    "PEDELL_TESTS_REAL_HOME",
    "PEDELL_THOROUGH",
}


def pytest_configure(config: pytest.Config) -> None:
    """A home in a temporary folder: nobody's real data is read or written, and children are known by it."""
    home = tempfile.mkdtemp(prefix="pedell-tests-")
    config.stash[HOME] = home
    for name in list(os.environ):
        if (name.startswith("PEDELL_") and name not in KEPT) or name.lower().endswith("_proxy"):
            del os.environ[name]
    # pip and uv find their settings here, for the tests that build and install.
    os.environ.setdefault("PEDELL_TESTS_REAL_HOME", os.environ.get("HOME", home))
    os.environ.update({"HOME": home, "XDG_DATA_HOME": f"{home}/data", "XDG_CONFIG_HOME": f"{home}/config",
                       "XDG_CACHE_HOME": f"{home}/cache", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"})  # fmt: skip
    hypothesis.settings.register_profile(
        "pedell",
        deadline=None,
        max_examples=60,
        database=None,
        # The same examples each time: what fails somewhere fails everywhere, and a change is not refused by chance.
        derandomize=os.environ.get("PEDELL_EXPLORE") != "1",
        print_blob=True,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("pedell")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the home."""
    shutil.rmtree(config.stash[HOME], ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a thorough run tries."""
    left_out = tiers.left_out(items, config.args)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    # What stays together on one worker takes longest: whoever begins with it last would let the others wait.
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def pytest_report_header() -> str:
    """Say which of both is run."""
    return tiers.header()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail, where a peer is absent."""
    for mark in item.iter_markers("peer"):
        for name in mark.args:
            peers.need(name)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with guards.only_this_machine():
        yield


@pytest.fixture(scope="module", autouse=True)
def _no_orphans(pytestconfig: pytest.Config) -> Iterator[None]:
    """Processes that left their parent (daemons, servers) are looked for once per module."""
    home = pytestconfig.stash[HOME]
    before = guards.inheritors("HOME", home)
    yield
    # Those that end by themselves were asked to; the rest is killed so that one leak is one failure.
    left = guards.orphans("HOME", home, before)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    if left:
        pytest.fail(
            f"left behind: {', '.join(f'process {pid} ({words})' for pid, words in left.items())}",
            pytrace=False,
        )


@pytest.fixture(autouse=True)
def _english() -> None:
    """Each test begins in English, whatever the one before spoke."""
    set_language("en")


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    threads, processes = set(threading.enumerate()), guards.children()
    yield
    left = guards.left_behind(threads, processes)
    if left:
        pytest.fail(f"left behind: {', '.join(left)}", pytrace=False)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that `PEDELL_DATA` names."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setenv("PEDELL_DATA", str(folder))
    monkeypatch.delenv("PEDELL_CONFIG", raising=False)
    return folder
