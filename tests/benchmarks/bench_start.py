"""How long a learner waits: from ``python3 -m course_lib lab`` to JupyterLab's address, once there is an environment.

    .venv/bin/python tests/benchmarks/bench_start.py [RUNS]

The wanted figure is 4 s at most. Nothing here is asserted: a busy machine is slow, and a test must not depend on that.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

from course_lib.commands.places import ROOT


def start() -> float:
    """Seconds until JupyterLab has printed its address; JupyterLab is stopped again."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "course_lib", "lab", "--no-browser", "--port=0"],
        cwd=ROOT,
        env={**os.environ, "COURSE_VENV": sys.prefix},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "/lab/tree/" in line:
                return time.perf_counter() - begun
    finally:
        process.terminate()
        process.communicate()
    raise RuntimeError("JupyterLab ended before it printed its address")


def main(runs: int) -> None:
    """Print each run's seconds and the median."""
    seconds = [start() for _ in range(runs)]
    print(
        "lab, to the address:",
        " ".join(f"{one:.2f}" for one in seconds),
        f"s; median {statistics.median(seconds):.2f} s",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
