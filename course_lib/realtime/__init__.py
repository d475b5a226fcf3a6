"""Long polling, Server-Sent Events and WebSockets: real servers, real clients, and one hub under all of them.

from course_lib.realtime import Hub, serve

hub = Hub(history=1000)
mine = hub.subscribe(wake=lambda: print("there is something"))
hub.publish("hello")
mine.take()                                       # [Message(id=1, data='hello', room='', event='')]
hub.after(0)                                      # the same from the log, for whoever comes later
with serve("sse") as server:                      # or long_polling, websocket; path="hot", process=True
    server.url, server.log
"""

from course_lib.realtime.hub import Hub, Message, Subscription
from course_lib.realtime.limits import Limits
from course_lib.realtime.serving import serve

__all__ = ["Hub", "Limits", "Message", "Subscription", "serve"]
