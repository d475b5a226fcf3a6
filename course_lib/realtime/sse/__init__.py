"""Server-Sent Events: the encoder, the parser and the client's rules of the HTML standard, section 9.2.

from course_lib.realtime.sse import Parser, encode

encode("hello", id=1)                             # b"id: 1\\ndata: hello\\n\\n"
parser = Parser()
parser.feed(b"data: hel")                         # []
parser.feed(b"lo\\n\\n")                            # [Event(type='message', data='hello', last_event_id='')]
"""

from course_lib.realtime.sse.encoder import CONTENT_TYPE, comment, encode
from course_lib.realtime.sse.parser import Event, Parser, TooLong
from course_lib.realtime.sse.reconnect import ReadyState, Reconnection

__all__ = ["CONTENT_TYPE", "Event", "Parser", "ReadyState", "Reconnection", "TooLong", "comment", "encode"]
