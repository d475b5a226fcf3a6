"""A load for the course's servers: open loop, from a process of its own, honest about itself.

from course_lib.measure import load

result = load.run(server, kind="echo", clients=10, rate=500, duration=2)
result.p50, result.p99, result.errors, result.bytes_per_message, result.cpu_per_message
load.run(server, kind="echo", clients=10, rate=None)    # a closed loop: how much is possible, and whose limit it is
with load.start(server, kind="sse", clients=100, rate=20, duration=30) as running:
    running.progress, running.stop(), running.result()

From a shell: ``python -m course_lib.measure.load URL --kind echo``.
"""

from course_lib.measure.load import stopped
from course_lib.measure.load.control import Running, run, start
from course_lib.measure.load.plan import DELIVERIES, KINDS, Plan
from course_lib.measure.load.result import Load
from course_lib.measure.load.tally import ERRORS, Progress

__all__ = ["DELIVERIES", "ERRORS", "KINDS", "Load", "Plan", "Progress", "Running", "run", "start", "stopped"]
