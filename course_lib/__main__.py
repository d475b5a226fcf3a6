"""``python3 -m course_lib``: the door to the course, readable by any Python so that an old one gets a sentence."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036: this line is for the Pythons that the project does not support
    sys.exit(
        "This course needs Python 3.11 or newer, and this is Python %d.%d: install a newer one and start the command with it, for example: python3.12 -m course_lib lab"
        % sys.version_info[:2]
    )  # noqa: E501, UP031

from course_lib.commands.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
