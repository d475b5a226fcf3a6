"""Instruments.

`latency`: how long things took, in five numbers; `histogram`: the same for any number of them. `lag`: how late a loop
is. `ping`: what a server makes of lines; `load`: of requests, long polls, event streams and WebSockets. `trust`: how
far all that can be believed here.
"""

from course_lib.measure import lag, latency, load, ping
from course_lib.measure.histogram import Histogram
from course_lib.measure.trust import Trust, trust

__all__ = ["Histogram", "Trust", "lag", "latency", "load", "ping", "trust"]
