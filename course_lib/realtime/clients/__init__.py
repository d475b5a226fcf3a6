"""A client for each transport, as a program would want it: it connects, tells, comes back, and can be put away.

async with EventSource("http://localhost:8000/events") as source:
    async for event in source:
        print(event.data)

All three are asynchronous context managers and iterators, log their states, and have the random numbers and the waiting
passed in.
"""

from course_lib.realtime.clients.base import Change, Client, ClientFailed
from course_lib.realtime.clients.event_source import EventSource
from course_lib.realtime.clients.long_polling import LongPollingClient
from course_lib.realtime.clients.web_socket import WebSocketClient

__all__ = ["Change", "Client", "ClientFailed", "EventSource", "LongPollingClient", "WebSocketClient"]
