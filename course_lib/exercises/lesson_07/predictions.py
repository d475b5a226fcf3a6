"""What lesson 07 asks before each run, and what it says to each answer."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "what-it-proves",
        "The client sends a random `Sec-WebSocket-Key`, the server answers with a value computed from it. What does"
        " that prove?",
        options=[
            Option(
                "that the client knows a secret",
                "There is none in it: the recipe and its constant are printed in the RFC.",
                key="client",
            ),
            Option(
                "that the server understood the question as a WebSocket handshake",
                "A web server that ignores the header, or a cache with an old answer, could not give this value.",
                key="understood",
            ),
            Option(
                "that nobody listens in",
                "Key and answer travel in clear. Against listeners there is `wss`, which is TLS below all this.",
                key="private",
            ),
        ],
    ),
    Prediction(
        "frame-size",
        "A browser sends the text `Hello` over an open WebSocket. How many bytes go into the TCP connection?",
        "number",
        why="2 bytes of head, 4 of masking key, 5 of text. The answer from the server has no mask: 7 bytes.",
        notes=[
            Note(lambda size: size == 5, "Then the reader would not know where the message ends: TCP has no ends."),
            Note(lambda size: size == 7, "That is what the *server* sends for it. A client masks: 4 bytes more."),
            Note(lambda size: size > 100, "Those are the heads of an HTTP request. They were paid once, at the start."),
        ],
        unit="bytes",
    ),
    Prediction(
        "in-pieces",
        "A client sends a frame with `Hel` that is not the last of its message, then a ping, then the last frame with"
        " `lo`. In which order do things come back from an echo server?",
        "order",
        ["pong", "Hello", "Hel", "lo"],
        why="A control frame may stand between the pieces of a message, and is answered at once. The message exists"
        " when its last piece is there; an echo sends whole messages.",
        notes=[
            Note(
                lambda order: order.index("Hello") < order.index("pong") if {"Hello", "pong"} <= set(order) else False,
                "When the ping comes, there is no `Hello` yet.",
            ),
            Note(lambda order: "Hel" in order, "A piece is not a message. The application never sees it."),
        ],
        partial=True,
    ),
    Prediction(
        "gigabyte",
        "The limit is 65,536 bytes. A client sends the head of a frame of one gigabyte, and none of its bytes. When"
        " does the server refuse?",
        options=[
            Option(
                "at once: the head says how much will come",
                "Nobody has to receive what is announced as too much. Close code 1009.",
                key="head",
            ),
            Option(
                "when 65,536 bytes have come",
                "Possible, and many years ago usual. But the head has said it all.",
                key="bytes",
            ),
            Option(
                "when the gigabyte is there",
                "Then it would be in memory: that is what the limit is for.",
                key="all",
            ),
        ],
    ),
    Prediction(
        "silent",
        "A client's machine loses its power. No FIN, no RST, nothing. The server sends nothing to it. When does the"
        " server notice?",
        options=[
            Option(
                "at once: the connection is broken",
                "Nothing has told it. An idle connection and a dead one look the same: nothing comes.",
                key="at once",
            ),
            Option(
                "after a few minutes, when TCP gives up",
                "TCP gives up on what it has *sent* and nobody acknowledges. Nothing was sent.",
                key="minutes",
            ),
            Option(
                "not before it sends something and waits for an answer",
                "That is what a ping is for. Linux's own keep-alive asks too, when it is switched on: after two hours.",
                key="ping",
            ),
        ],
    ),
    Prediction(
        "no-goodbye",
        "A client closes its TCP connection without a close frame. Which close code stands in the server's log?",
        options=[
            Option(
                "1000, normal closure",
                "1000 has to be said. Nobody said anything.",
                key="1000",
            ),
            Option(
                "1006, a code that is never sent",
                "It means that none came. On the wire it is forbidden. A browser's `onclose` has it as well; tornado's"
                " `close_code` is `None` then.",
                key="1006",
            ),
            Option(
                "1002, protocol error",
                "That is what we send when the other side breaks a rule in its frames.",
                key="1002",
            ),
        ],
    ),
    Prediction(
        "slow-one",
        "Two clients in a room, and one of them never reads. The other talks on, megabytes of it, and reads what comes."
        " What happens on this server?",
        options=[
            Option(
                "the other waits for the slow one",
                "If the broadcast waited for each client in turn. This one waits for none.",
                key="wait",
            ),
            Option(
                "the other gets everything; the slow one is closed with 1013",
                "Its share of the broadcast had a bound. 1013 says: try again later.",
                key="1013",
            ),
            Option(
                "both get everything, the slow one later",
                "Where would the megabytes wait meanwhile? In the server's memory, for as long as that client likes.",
                key="memory",
            ),
        ],
    ),
    Prediction(
        "other-site",
        "You are logged in at bank.example. In another tab, a page of evil.example runs"
        " `new WebSocket('wss://bank.example/rooms/me')`. What does the browser do?",
        options=[
            Option(
                "it refuses: another origin",
                "So it would be with `fetch` and reading the answer. For WebSockets there is no such rule.",
                key="refuses",
            ),
            Option(
                "it asks the server first, with a preflight",
                "CORS does not apply to WebSockets. There is one request, and it is the handshake.",
                key="asks",
            ),
            Option(
                "it connects, and sends bank.example's cookies along if `SameSite` does not keep them",
                "It tells the truth in `Origin`, and that is all. Cookies marked `SameSite=Lax` or `Strict` stay at"
                " home; those marked `None` go, and those without a mark in some browsers.",
                key="connects",
            ),
        ],
    ),
    Prediction(
        "echo-bytes",
        "32 characters are sent over an open WebSocket and echoed. How many bytes go over the wire for it, there and"
        " back?",
        "number",
        why="2 + 4 + 32 there, 2 + 32 back; the heads of TCP itself are not counted."
        " Lesson 05's long poll took several hundred for one message in one direction.",
        notes=[
            Note(lambda size: size == 64, "The text, there and back. Each has a head, and a client's frame a mask."),
            Note(lambda size: size > 200, "No heads of HTTP: they were paid once, in the handshake."),
        ],
        unit="bytes",
    ),
]
