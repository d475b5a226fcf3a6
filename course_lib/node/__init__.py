"""Real Node.js, beside every program of the course: the oracle.

from course_lib import node

node.run("console.log('hello')").lines          # ['hello']
node.run("import fs from 'node:fs'", module="esm").exit_code
with node.start(source_of_a_server) as server:  # stays until the block ends
    server.port
"""

from course_lib.node.binary import OLDEST, NodeMissing, find, version
from course_lib.node.program import NodeRun, NodeTimeout, run
from course_lib.node.server import NodeServer, start

__all__ = ["OLDEST", "NodeMissing", "NodeRun", "NodeServer", "NodeTimeout", "find", "run", "start", "version"]
