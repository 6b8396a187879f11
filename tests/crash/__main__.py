"""`make crash`: the whole harness; report as text on standard output and as JSON beside it."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.crash.campaign import Campaign, Nest, empty_store
from tests.crash.controls import CONTROLS, run_control

if __name__ == "__main__":
    words = argparse.ArgumentParser(prog="make crash", description=__doc__)
    words.add_argument("--kills", type=int, default=300)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--json", type=Path, default=None, help="where the report goes as JSON")
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="pedell-crash-") as place:
        folder = Path(place)
        database = empty_store(folder)
        campaign = Campaign(folder, lambda: database, kills=given.kills, seed=given.seed)
        report = campaign.run(lambda line: print(line, file=sys.stderr, flush=True))
        for number, name in enumerate(CONTROLS):
            report.controls[name] = run_control(name, folder / f"control{number}", database)
    Nest.clear()
    print(report.text())
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(report.document(), indent=2) + "\n")
    sys.exit(bool(report.broken) or not all(report.controls.values()))
