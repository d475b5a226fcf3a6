"""Instruments.

`latency`: how long things took, in five numbers; `histogram`: the same for any number of them. `lag`: how late a loop
is. `ping`: what a server makes of lines; `load`: of requests, long polls, event streams and WebSockets.
"""

from course_lib.measure import lag, latency, load, ping
from course_lib.measure.histogram import Histogram

__all__ = ["Histogram", "lag", "latency", "load", "ping"]
