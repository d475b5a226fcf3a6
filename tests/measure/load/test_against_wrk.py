"""The load beside wrk, a load generator in C that others wrote: the same server, by turns."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from course_lib.measure import load
from course_lib.measure.load import bare

WRK = shutil.which("wrk")
WORK = 300e-6  # seconds of work for an answer: a server whose speed is known, and the limit of both loads
ROUNDS = 6


def wrk_p50(url: str, clients: int) -> float:
    command = [str(WRK), "-t1", f"-c{clients}", "-d1s", "--latency", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout
    found = re.search(r"50%\s+([\d.]+)(us|ms|s)\s", said)
    assert found, said
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[found[2]]


@pytest.mark.skipif(WRK is None, reason="wrk is not installed (apt-get install wrk)")
@pytest.mark.parametrize("clients", [1, 32])
def test_the_median_is_what_wrk_says(clients):
    """Not a tenth above it in all rounds, nor a tenth below: a busy machine errs both ways, a wrong instrument one."""
    ratios = []
    with bare.start(WORK) as server:
        url = f"http://localhost:{server.port}"
        for _ in range(ROUNDS):
            ours = load.run(url, clients=clients, rate=None, duration=0.6)
            assert ours.ok
            ratios.append(ours.p50 / wrk_p50(url, clients))
            if min(ratios) < 1.1 and max(ratios) > 0.9:
                return
    pytest.fail(f"expected a median like wrk's, got one to the same side of it {ROUNDS} times: {ratios}")
