"""`pedell` with gadgets, in a process of its own: `command_process.py DATA WORD…`."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

if __name__ == "__main__":
    from pedell.cli import base, main
    from tests.engine.school import open_service

    data = Path(sys.argv[1])
    base.App.service = cached_property(lambda app: open_service(data))  # type: ignore[assignment]
    base.App.service.__set_name__(base.App, "service")
    sys.exit(main.run(sys.argv[2:]))
