"""What is listed is what is there, and what is built can be used without the tree."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.house.tree import ROOT, package_folders, top_packages

DATA_ENDINGS = {".yaml", ".toml", ".json", ".mako", ".typed", ".csv", ".css", ".js", ".html", ".svg"}


def setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def words(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_packages_listed_are_those_in_the_tree() -> None:
    assert sorted(words(setup_cfg()["options"]["packages"])) == sorted(package_folders())


def test_every_top_package_has_its_folder() -> None:
    listed = dict(line.split(" = ") for line in words(setup_cfg()["options"]["package_dir"]))
    assert listed == {name: str(path.relative_to(ROOT)) for name, path in top_packages().items()}


def test_every_package_has_an_init() -> None:
    assert [name for name, folder in package_folders().items() if not (folder / "__init__.py").exists()] == []


def run(arguments: Sequence[str | Path], **variables: str) -> str:
    """Run a program far away from the tree; its standard output."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"], "LANG": "C.UTF-8", **variables}
    done = subprocess.run(
        arguments, cwd="/", env=environment, capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that the tree stays as it is."""
    source = tmp_path_factory.mktemp("source")
    for name in ("core", "plugins", "playbooks"):
        shutil.copytree(
            ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source])
    (built,) = out.glob("pedell-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the wheel; its dependencies are lent by the environment of the tests."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    site = home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            home / "bin/python",
            "install",
            "-q",
            "--no-deps",
            "--no-index",
            wheel,
        ]
    )
    # A folder named in a .pth file is searched, its own .pth files are not read: the tree stays out of sight.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def test_the_wheel_carries_every_file_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        f"{package.replace('.', '/')}/{path.name}"
        for package, folder in package_folders().items()
        for path in folder.iterdir()
        if path.suffix in DATA_ENDINGS | {".py"}
    }
    assert carried == expected


@pytest.mark.thorough
def test_it_runs_without_the_tree(installed: Path, tmp_path: Path) -> None:
    where = run([installed / "python", "-c", "import pedell; print(pedell.__file__)"])
    assert str(installed.parent) in where
    assert run([installed / "pedell", "--version"]).startswith("pedell ")
    assert "Playbooks" in run([installed / "pedell", "--lang", "de", "--help"])
    data = {"PEDELL_DATA": str(tmp_path / "data")}
    plugins = json.loads(run([installed / "pedell", "plugins", "--json"], **data))["plugins"]
    assert {plugin["module"].split(".")[0] for plugin in plugins} == set(top_packages()) - {"pedell"}
    assert [plugin["error"] for plugin in plugins if plugin["error"]] == []


@pytest.mark.thorough
def test_it_knows_its_playbooks(installed: Path, tmp_path: Path) -> None:
    shown = run([installed / "pedell", "playbooks", "list", "--json"], PEDELL_DATA=str(tmp_path / "data"))
    shipped = {path.stem for path in (ROOT / "playbooks").glob("*.yaml")}
    assert shipped <= {playbook["id"] for playbook in json.loads(shown)["playbooks"]}
    assert shipped
