"""An engine in a process of its own, to be killed: `engine_process.py DATA RUN`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.engine.school import open_service

if __name__ == "__main__":
    from pedell.drivers.deadline import Deadline

    data, number = Path(sys.argv[1]), int(sys.argv[2])
    service = open_service(data)
    host = service.runs.host()
    assert host.start(everything=False)
    host.adopt(number)
    print("working", flush=True)
    while not service.runs.progress(number).done:
        time.sleep(0.02)
    host.stop(Deadline.after(30))
    service.around.close()
