"""Things that run: the course loop, servers, child processes. Everything started here can be stopped here.

from course_lib import live

live.run(fetch(url))                              # a coroutine, from anywhere, like a plain call
with live.serve(app) as server:                   # a tornado server on the course loop
    server.url, server.log
live.serve("course_lib.x:make_app", process=True) # the same in a process of its own: for measurements
live.Child("course_lib.x.worker", "--fast")       # python -m, supervised
live.leftovers()                                  # [] when all is put away
live.stop_all()
"""

from course_lib.live.children import Child, ChildFailed
from course_lib.live.handle import Handle
from course_lib.live.leftovers import leftovers
from course_lib.live.loop import run, submit
from course_lib.live.python import Finished, run_module, run_source
from course_lib.live.registry import stop_all
from course_lib.live.server import Server, serve

__all__ = [
    "Child",
    "ChildFailed",
    "Finished",
    "Handle",
    "Server",
    "leftovers",
    "run",
    "run_module",
    "run_source",
    "serve",
    "stop_all",
    "submit",
]
