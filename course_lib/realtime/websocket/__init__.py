"""The WebSocket protocol, RFC 6455, without a socket: bytes in, events and bytes out.

    from course_lib.realtime import websocket

    server = websocket.Connection("server")
    list(server.receive(bytes.fromhex("818537fa213d7f9f4d5158")))  # [Text(data='Hello')]: the RFC's own example
    server.send_text("Hello")
    server.output()                                                 # b"\\x81\\x05Hello"
    for part in websocket.explain(b"\\x81\\x05Hello"):
        print(part)

Begin reading with `handshake`, how HTTP becomes a WebSocket; then `frames`, one frame; then `connection`, the rules.
"""

from course_lib.realtime.websocket.anatomy import Part, explain
from course_lib.realtime.websocket.connection import Connection, NotOpen
from course_lib.realtime.websocket.events import Binary, Close, Event, Failed, Ping, Pong, Text
from course_lib.realtime.websocket.frames import BadFrame, Frame, Opcode, decode, encode_frame, mask
from course_lib.realtime.websocket.handshake import accept_key, check_request, response
from course_lib.realtime.websocket.states import TRANSITIONS, Happening, State

__all__ = [
    "TRANSITIONS",
    "BadFrame",
    "Binary",
    "Close",
    "Connection",
    "Event",
    "Failed",
    "Frame",
    "Happening",
    "NotOpen",
    "Opcode",
    "Part",
    "Ping",
    "Pong",
    "State",
    "Text",
    "accept_key",
    "check_request",
    "decode",
    "encode_frame",
    "explain",
    "mask",
    "response",
]
