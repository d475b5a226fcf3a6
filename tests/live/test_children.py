"""Supervised children."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys

import pytest

from course_lib import live

MODULE = "children_for_tests"


def test_it_is_ready_and_its_words_are_kept() -> None:
    with live.Child(MODULE, "good", "x y", "é") as child:
        assert child.ready == {"port": 1234, "arguments": ["x y", "é"]}
        assert child.port == 1234
        assert child.wait_for_line("said") == "said all"
        assert child.lines == ["a line", "said all"]
        assert child.alive
        assert child.exit_code is None
        assert repr(child).endswith(f"python -m {MODULE}: running, pid {child.pid}>")
    assert not child.alive
    assert child.exit_code == 5  # its own end, when its stdin closed
    assert child.stderr == "a complaint\n"  # only now: two pipes are read in no order
    child.stop()


def test_an_early_death_shows_the_exit_code_and_stderr() -> None:
    with pytest.raises(live.ChildFailed, match=r"(?s)exit code 3:\n.*the reason"):
        live.Child(MODULE, "dead")


def test_a_module_that_does_not_exist_is_said() -> None:
    with pytest.raises(live.ChildFailed, match="No module named no_such_module"):
        live.Child("no_such_module")


def test_a_first_line_that_is_no_json_is_refused() -> None:
    with pytest.raises(live.ChildFailed, match=r"expected one line of JSON .* got 'hello, not JSON'"):
        live.Child(MODULE, "talkative")


def test_never_ready_is_a_timeout() -> None:
    with pytest.raises(TimeoutError, match=r"to be ready within 0\.5 seconds"):
        live.Child(MODULE, "silent", timeout=0.5)


def test_a_deaf_child_is_killed() -> None:
    child = live.Child(MODULE, "deaf")
    child._process.stop(grace=0.1)
    assert not child.alive
    assert child.exit_code != 0
    child.stop()


def test_a_child_that_ends_by_itself_is_noticed() -> None:
    child = live.Child(MODULE, "short")
    assert child.wait(10)
    assert child.exit_code == 0
    with pytest.raises(TimeoutError, match="expected a line that starts with 'more'"):
        child.wait_for_line("more", 0.1)
    with pytest.raises(KeyError):
        _ = child.port
    child.stop()


def test_the_same_name_replaces_and_stop_all_stops() -> None:
    first = live.Child(MODULE, "good", name="worker")
    second = live.Child(MODULE, "good", name="worker")
    assert not first.alive
    assert any(f"worker: <Child 'worker', python -m {MODULE}" in left for left in live.leftovers())
    live.stop_all()
    assert not second.alive


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are a thing of POSIX")
def test_the_stop_button_does_not_reach_it() -> None:
    with live.Child(MODULE, "good") as child:
        assert os.getpgid(child.pid) != os.getpgid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a word of POSIX")
def test_no_child_outlives_a_parent_that_is_killed() -> None:
    source = """
import os, signal
from course_lib import live
print(live.serve("apps_for_tests:make_app", process=True).port, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = live.run_source(source)
    assert done.exit_code == -signal.SIGKILL
    # it is gone, or goes now and breaks the connection; a child that stays would let us wait: a TimeoutError
    address = ("127.0.0.1", int(done.lines[0]))
    with contextlib.suppress(ConnectionError), socket.create_connection(address, timeout=5) as client:
        assert client.recv(1) == b""
