"""`pedell --help` costs the bare interpreter, click and little else."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

PROBE = """
import json, sys
before = set(sys.modules)
from pedell.cli.main import run
code = run([*sys.argv[1:], "--help"])
sys.stderr.write(json.dumps([code, sorted(set(sys.modules) - before)]))
"""
OURS = {"pedell", "pedell.cli", "pedell.cli.base", "pedell.cli.main", "pedell.i18n"}
# What click and the modules above take from the standard library, over all supported versions of Python.
STANDARD = {
    "__future__", "_ast", "_bisect", "_bz2", "_collections", "_collections_abc", "_colorize", "_compression", "_contextvars",
    "_datetime", "_errno", "_functools", "_heapq", "_json", "_locale", "_lzma", "_opcode", "_opcode_metadata", "_operator", "_posixsubprocess",
    "_random", "_sha2", "_sha512", "_signal", "_sre", "_stat", "_string", "_struct", "_thread", "_tokenize", "_types", "_typing",
    "_uuid", "_weakref", "_weakrefset", "_winapi", "annotationlib", "array", "ast", "atexit", "bisect", "bz2", "collections", "colorsys",
    "configparser", "contextlib", "contextvars", "copy", "copyreg", "dataclasses", "datetime", "difflib", "dis", "enum", "errno",
    "fcntl", "fnmatch", "functools", "gettext", "grp", "hashlib", "heapq", "importlib", "inspect", "io", "itertools", "json",
    "keyword", "linecache", "locale", "lzma", "math", "ntpath", "numbers", "opcode", "operator", "os", "pathlib", "pkgutil", "platform",
    "posixpath", "pwd", "random", "re", "reprlib", "select", "selectors", "shlex", "shutil", "signal", "stat", "string",
    "struct", "subprocess", "tempfile", "textwrap", "threading", "time", "token", "tokenize", "tomllib", "traceback", "types",
    "typing", "unicodedata", "urllib", "uuid", "warnings", "weakref", "zlib",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de"])
def test_help_loads_click_and_little_else(language: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "--lang", language],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    code, loaded = json.loads(done.stderr)
    assert code == 0
    assert {name for name in loaded if name.startswith("pedell")} <= OURS | {"pedell.locale"}
    assert {name.partition(".")[0] for name in loaded} - {"pedell", "click"} <= STANDARD
    assert "importlib.metadata" not in loaded  # entry points


def cost(*words: str) -> float:
    """The best of some tries, in seconds of processor time: others may be at work on this machine."""
    best = float("inf")
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], capture_output=True, timeout=120, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def test_help_starts_quickly(capsys: pytest.CaptureFixture[str]) -> None:
    bare, whole = cost("-c", "pass"), cost("-m", "pedell.cli.main", "--help")
    with capsys.disabled():
        print(
            f"\npedell --help: {(whole - bare) * 1000:.0f} ms beyond the bare interpreter ({bare * 1000:.0f} ms)"
        )
    # 60 ms on a machine where the interpreter takes 15; what is caught here is a heavy library, which costs hundreds.
    assert whole - bare < max(0.3, 15 * bare)
