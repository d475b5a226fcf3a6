"""What ``python3 -m course_lib`` can do, one module a command.

`cli` reads the command line, `places` knows where things are, `install` makes the environment: they import the standard
library only, because they run before there is anything else. `notebook` executes and normalises notebooks for `run` and
`refresh`; it needs the environment.
"""

__all__: list[str] = []
