"""Children of several tempers, run by name: ``python -m children_for_tests TEMPER``."""

from __future__ import annotations

import os
import signal
import sys
import threading

from course_lib.live import parent

temper = sys.argv[1]
if temper == "good":
    over = threading.Event()
    parent.ready(port=1234, arguments=sys.argv[2:])
    print("a line")
    print("a complaint", file=sys.stderr, flush=True)
    print("said all", flush=True)
    parent.when_gone(over.set)
    over.wait()
    sys.exit(5)
elif temper == "dead":
    print("the reason", file=sys.stderr)
    sys.exit(3)
elif temper == "talkative":
    print("hello, not JSON", flush=True)
    threading.Event().wait()
elif temper == "deaf":
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    parent.ready(port=1)
    threading.Event().wait()
elif temper == "silent":
    threading.Event().wait()
elif temper == "short":
    parent.ready(pid=os.getpid())
