"""``python3 -m course_lib``: the door to the course. Even an old Python can read this file."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- these lines are for the Pythons that the project does not support
    have = ".".join(str(part) for part in sys.version_info[:2])
    sys.exit(
        "This course needs Python 3.11 or newer, and this is Python " + have + ": install a newer one from"
        " https://www.python.org and start the command with it, for example: python3.12 -m course_lib lab"
    )

from course_lib.commands.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
