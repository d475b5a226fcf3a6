"""Lesson 07's client: what it sends, what it says of what comes, and that it can be rude."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from course_lib import realtime
from course_lib.exercises.lesson_07 import answers_bytes, chat, lesson
from course_lib.exercises.lesson_07.answers_chat import MendedChat
from course_lib.exercises.lesson_07.peer import Scene
from course_lib.realtime import websocket


def play(trial: Callable[[Scene], Awaitable[Any]], path: str = "batteries", **limits: Any) -> Any:
    """Let a trial happen on the course's own server."""

    async def main() -> Any:
        with realtime.serve("websocket", path=path, **limits) as server:
            scene = Scene(server, "trial")
            try:
                return await asyncio.wait_for(trial(scene), 20)
            finally:
                scene.close()

    return asyncio.run(main())


def test_the_handshake_is_there_to_be_read() -> None:
    async def trial(scene: Scene) -> None:
        peer = await scene.join("ana", headers=[("X-Lesson", "07")])
        assert peer.status == 101
        assert b"\r\nX-Lesson: 07\r\n" in peer.request
        assert peer.answer.endswith(b"\r\n\r\n")
        assert repr(peer) == "<Peer ana: 101>"

    play(trial)


@pytest.mark.parametrize("path", ["batteries", "hot"])
def test_a_refusal_is_a_status(path: str) -> None:
    async def trial(scene: Scene) -> int:
        return (await scene.join("page", headers=[("Origin", "https://elsewhere.example")])).status

    assert play(trial, path) == 403


def test_messages_come_back_and_stand_in_the_record() -> None:
    async def trial(scene: Scene) -> list[tuple[str, str, str]]:
        ana = await scene.join("ana")
        await ana.send("hello")
        await ana.send(b"\x00" * 30)
        assert await ana.text() == "hello"
        assert await ana.receive() == websocket.Binary(b"\x00" * 30)
        ana.close(1000)
        assert await ana.end() == 1000
        await ana.send("too late")  # says nothing, and sends nothing
        return [(event.lane, event.label, event.detail["to"]) for event in scene.record.events]

    assert play(trial) == [
        ("ana", "hello", "server"),
        ("ana", "30 bytes", "server"),
        ("server", "hello", "ana"),
        ("server", "30 bytes", "ana"),
        ("ana", "close 1000", "server"),
        ("server", "close 1000", "ana"),
    ]


def test_a_connection_that_breaks_is_1006_and_goes_on_being_it() -> None:
    async def main() -> list[object]:
        async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            key = head.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0].decode()
            writer.write(websocket.response(key))
            writer.close()

        async with await asyncio.start_server(break_off, "127.0.0.1", 0) as server:
            peer = await Scene(server.sockets[0].getsockname()[1]).join("ana")
            return [await peer.end(), await peer.end(), await peer.text()]

    assert asyncio.run(main()) == [1006, 1006, "close 1006"]


@pytest.mark.parametrize(("mute", "ended"), [(True, True), (False, False)])
def test_a_mute_client_answers_no_ping(mute: bool, ended: bool) -> None:
    async def trial(scene: Scene) -> bool:
        peer = await scene.join("ana")
        peer.mute = mute
        for _ in range(3):
            event = await peer.receive()
            if not isinstance(event, websocket.Ping):
                return True
        return False

    assert play(trial, "hot", ping_interval=0.1, ping_timeout=0.1) is ended


def test_the_attacks_of_the_check_find_a_server_that_answers_with_an_error() -> None:
    class Broken(MendedChat):
        def on_message(self, message: str | bytes) -> None:
            raise RuntimeError("broken")

    assert str(lesson.verdict("07-1", Broken)).startswith("07-1: not yet:")


@pytest.mark.parametrize("answer", [dict, lambda: MendedChat])
def test_what_is_no_handler_is_said_to_be_none(answer: Any) -> None:
    assert "WebSocketHandler" in str(lesson.verdict("07-1", answer))


def test_the_check_leaves_no_loop_and_no_port(recwarn: pytest.WarningsRecorder) -> None:
    assert chat._served(MendedChat, chat._talk) == ["hello", "hello"]
    assert list(recwarn) == []


def test_a_handler_that_raises_is_told_what() -> None:
    class Misspelt(MendedChat):
        def on_message(self, message: str | bytes) -> None:
            self.write_mesage(message)  # type: ignore[attr-defined]

    verdict = str(lesson.verdict("07-1", Misspelt)).replace("\\", "")
    assert "'Misspelt' object has no attribute 'write_mesage'" in verdict


def test_a_room_is_told_what_its_take_does() -> None:
    class Room:
        def __init__(self, limit: int) -> None:
            self.limit, self.queues = limit, dict[str, list[str]]()

        def join(self, name: str) -> None:
            self.queues[name] = []

        def say(self, text: str) -> None:
            for queue in self.queues.values():
                queue.append(text)

        def take(self, name: str) -> list[str]:
            return self.queues[name]

    class Emptied(Room):
        def take(self, name: str) -> list[str]:
            self.queues[name].clear()
            return self.queues[name]

    class OneByOne(Room):
        def take(self, name: str) -> Any:
            return self.queues[name].pop(0) if self.queues[name] else None

    class SaysNothing(Room):
        def take(self, name: str) -> list[str]:
            taken, self.queues[name] = self.queues[name], []
            return taken

    told = [str(lesson.verdict("07-4", room)) for room in (Room, Emptied, OneByOne, SaysNothing)]
    assert "waits no more" in told[0]
    assert "return a copy" in told[1]
    assert "as a list" in told[2]
    assert "an empty one" in told[3]


def test_a_head_of_one_byte_is_no_head() -> None:
    def read_frame(data: bytes) -> object:
        return answers_bytes.read_frame(data) if data[1] >= 0 else None  # type: ignore[no-untyped-call]

    assert "IndexError" in str(lesson.verdict("07-3", read_frame))
