"""Instruments.

`latency`: how long things took, in five numbers. `lag`: how late a loop is. `ping`: what a server makes of a load.
"""

from course_lib.measure import lag, latency, ping

__all__ = ["lag", "latency", "ping"]
