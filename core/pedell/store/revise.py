"""Write a migration from what the tables say: `python -m pedell.store.revise "Why it changes."`

The difference between a store at the newest revision and the tables in the program becomes the next revision.
Without a reason the first revision is written anew; that is for the time before the first release only. What
comes out is a proposal: read it (a renamed column looks like one dropped and one added), set `HEAD` in
pedell.store.database, and run the tests of the store.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy import BigInteger, String, Text
from sqlalchemy.types import TypeEngine

from pedell.store.database import HEAD, Store
from pedell.store.tables import metadata

VERSIONS = Path(__file__).parent / "migrations" / "versions"

_MODULE = '''"""{why}

Made by `python -m pedell.store.revise`, then read; never changed once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}

{types}


def upgrade() -> None:
    """{why}"""
    {steps}
'''
# Frozen with the revision: what the program calls them today may change tomorrow.
_TYPES = {
    "NUMBER": 'NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")',
    "TEXT": 'TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")',
    "words": """def words(length: int) -> sa.types.TypeEngine[str]:
    \"\"\"A short text; the length is for people.\"\"\"
    return sa.String(length).with_variant(sa.Text(collation="C"), "postgresql")""",
}


def _short(kind: str, value: Any, context: AutogenContext) -> str | Literal[False]:
    """The names above in place of types with variants."""
    del context
    if kind != "type" or not isinstance(value, TypeEngine):
        return False
    if isinstance(value, Text):
        return "TEXT"
    if isinstance(value, String):
        return f"words({value.length})"
    return "NUMBER" if isinstance(value, BigInteger) and value._variant_mapping else False


def steps(store: Store) -> str:
    """The operations that bring the store's tables to the program's; `pass` where nothing is to be done."""
    with store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"target_metadata": metadata, "compare_type": True, "user_module_prefix": None}
        )
        made = produce_migrations(context, metadata)
    if made.upgrade_ops is None:
        return "pass"
    text = render_python_code(made.upgrade_ops, render_as_batch=True, render_item=_short)
    kept = [line for line in text.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(kept).strip()


def module(store: Store, revision: str, why: str) -> str:
    """The text of a migration's module."""
    made = steps(store)
    used = [text for name, text in _TYPES.items() if re.search(rf"\b{name}\b", made)]
    before = store.revision()
    return _MODULE.format(
        why=why,
        revision=revision,
        before=f'"{before}"' if before else "None",
        types="\n\n".join(used),
        steps=made,
    )


def main(arguments: list[str]) -> int:
    """Write the module and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m pedell.store.revise", description=__doc__)
    parser.add_argument(
        "why", nargs="?", default="", help="One sentence; without it the first revision is meant."
    )
    why: str = parser.parse_args(arguments).why
    if not why and HEAD != "0001":
        parser.error("there are later revisions: remove them and set HEAD to 0001 first")
    revision = f"{int(HEAD) + 1:04d}" if why else "0001"
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        if why:
            store.prepare()
        text = module(store, revision, why or "Everything that the first release keeps.")
        store.close()
    slug = "_".join(re.findall(r"[a-z0-9]+", why.lower())[:4]) or "first"
    path = VERSIONS / f"v{revision}_{slug}.py"
    path.write_text(text, "utf-8")
    # Where the formatter is absent the text is right all the same.
    formatter = [sys.executable, "-m", "ruff", "format", "-q", str(path)]
    subprocess.run(formatter, check=False, timeout=60)  # noqa: S603
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
