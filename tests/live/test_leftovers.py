"""What is still there is listed, and only that."""

from __future__ import annotations

import socket
import tempfile
import threading

import pytest

from course_lib import live
from course_lib.live.leftovers import temporary_prefix


def test_a_listening_socket_is_listed_until_it_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert live.leftovers() == [f"listening port {port}"]
        with socket.create_connection(("127.0.0.1", port)):
            assert live.leftovers() == [f"listening port {port}"]
    assert live.leftovers() == []


def test_a_thread_of_the_course_is_listed_and_others_are_not() -> None:
    over = threading.Event()
    threads = [threading.Thread(target=over.wait, name=name) for name in ("course-pool-1", "somebody-elses")]
    for thread in threads:
        thread.start()
    assert live.leftovers() == ["thread 'course-pool-1'"]
    over.set()
    for thread in threads:
        thread.join()


def test_a_thread_whose_start_was_interrupted_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Thread(target=print, name="course-never")
    monkeypatch.setattr(threading, "enumerate", lambda: [never])
    assert live.leftovers() == []


def test_a_temporary_file_of_the_course_is_listed() -> None:
    with tempfile.NamedTemporaryFile(prefix=temporary_prefix("test")) as file:
        assert live.leftovers() == [f"temporary file {file.name}"]


def test_the_loops_own_thread_is_no_leftover() -> None:
    async def nothing() -> None: ...

    live.run(nothing())
    assert any(thread.name == "course-loop" for thread in threading.enumerate())
    assert live.leftovers() == []
