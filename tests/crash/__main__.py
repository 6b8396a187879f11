"""`make crash`: the whole harness; report as text on standard output and as JSON beside it."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.crash.campaign import Campaign, empty_store

if __name__ == "__main__":
    words = argparse.ArgumentParser(prog="make crash", description=__doc__)
    words.add_argument("--kills", type=int, default=300)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--json", type=Path, default=None, help="where the report goes as JSON")
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="pedell-crash-") as place:
        folder = Path(place)
        campaign = Campaign(folder, empty_store(folder), kills=given.kills, seed=given.seed)
        report = campaign.run(lambda line: print(line, file=sys.stderr, flush=True))
    print(report.text())
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(report.document(), indent=2) + "\n")
    sys.exit(bool(report.broken))
