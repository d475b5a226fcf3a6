"""`lab` for real: one command, an address on this machine only, and nothing left when it is stopped."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading

import pytest

from course_lib.commands.places import ROOT
from tests.browser.lab import answers

LIMIT = 60


@pytest.mark.skipif(os.name == "nt", reason="signals end JupyterLab in another way on Windows")
def test_opens_the_first_lesson_on_localhost_and_stops_when_told(tmp_path):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "course_lib", "lab", "--no-browser", "--port=0", f"--ServerApp.root_dir={tmp_path}"],
        cwd=ROOT,
        env={**environment, "COURSE_VENV": sys.prefix},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watch = threading.Timer(LIMIT, process.kill)
    watch.start()
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://localhost:(\d+)/lab/tree/notebooks/00_start_here\.ipynb\?token=\w+", line):
                break
        else:
            pytest.fail("".join(said))
        assert answers(found[0].replace("/lab/tree/notebooks/00_start_here.ipynb", "/api/status"), process)
    finally:
        process.terminate()
        process.stdout.read()
        process.stdout.close()
        code = process.wait(LIMIT)
        watch.cancel()
    assert code == 0
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", int(found[1])), timeout=2):
        pass
