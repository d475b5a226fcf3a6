"""Lesson 07's words: its card and key points, three questions on earlier lessons, and its quizzes."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Lessons 05 and 06: the log with a cursor, and what a server owes a slow client.",
    "What a byte and a bit are; how to read `0x81` and `0b1000_0001`.",
]
GOALS = [
    "Say what the handshake proves, and what it does not.",
    "Take a frame apart byte by byte, and say why a client masks what it sends.",
    "Tell messages, frames and packets from each other, and say when a server refuses which of them.",
    "End a connection so that both sides know why, and notice one that has gone without a word.",
    "Keep one slow reader from harming a room, and a page of another site from joining it.",
]
RUNS = [
    "Small WebSocket servers on free local ports, closed at the end of their cells; one that stays until the lesson's"
    " end, with its page in a frame.",
    "Real Node.js: its built-in WebSocket client, and a handshake and frames in plain Node.",
    "For the measurements, servers and load in processes of their own, a second each.",
]
POINTS = [
    "A WebSocket begins as an HTTP request. Its key proves that the server speaks the protocol, and nothing else.",
    "A frame costs 2 bytes of head, or 4, or 10; 4 more from a client, for a mask. Masks protect proxies, no secrets.",
    "One message may be many frames, one packet may hold many messages or half of one. Only frames say where one ends.",
    "Too big is refused when a frame announces it: 1009. What is no UTF-8, as soon as the wrong byte comes: 1007.",
    "A silent connection looks like a dead one. Pings tell them apart, and keep proxies from giving up.",
    "A broadcast needs a bound for each reader, and drops messages or closes with 1013. Without one, memory grows.",
    "The same-origin rule does not hold for WebSockets. The server checks `Origin`, at every handshake.",
]

RECALL = [
    Quiz(
        "recall-resume",
        "From lesson 06: an EventSource comes back after a break. How does the server know what it has missed?",
        [
            Option("It remembers each client", "It has no idea who comes back. The client says what it saw last."),
            Option(
                "From the request's `Last-Event-ID`",
                "The browser keeps the last `id` and sends it. A WebSocket has nothing of the kind: you would have to"
                " build it.",
                right=True,
            ),
            Option("TCP sends again what was lost", "Within one connection. A new connection knows nothing of it."),
        ],
    ),
    Quiz(
        "recall-direction",
        "From lesson 06: a page with an open event stream wants to say something to the server. How?",
        [
            Option("On the same stream", "It goes one way only: it is the body of an answer."),
            Option(
                "With an ordinary request beside it",
                "A stream down, requests up. Today there is one connection for both directions.",
                right=True,
            ),
            Option("Not at all", "It can send a request at any time."),
        ],
    ),
    Quiz(
        "recall-slow",
        "From lessons 05 and 06: a client reads more slowly than others write, and the server has a queue of 64 for it."
        " The 65th message comes. What may happen?",
        [
            Option("The queue grows", "Then it has no bound, and one client decides how much memory you have."),
            Option(
                "A message is dropped, or the client is disconnected",
                "Both are honest, if the client can find out. Today's lesson needs one of the two again.",
                right=True,
            ),
            Option("The others wait", "One slow reader would stop a whole room."),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "ticket",
        "The check of `Origin` is in place. Does the server now know which user it talks to?",
        [
            Option(
                "Yes: only pages of our own site can connect",
                "Only pages in *browsers* are bound to tell the truth about it. A program sends any `Origin` it likes.",
            ),
            Option(
                "No: it knows which site's page asks, if a browser asks. The user must be proved separately",
                "With the session's cookie at the handshake, or with a ticket: a random word for one use, fetched over"
                " HTTPS just before, and sent as the first message.",
                right=True,
            ),
            Option(
                "Yes, when the connection is wss",
                "TLS proves the *server* to the client, and hides what they say. It says nothing about the user.",
            ),
        ],
    ),
    Quiz(
        "when-websocket",
        "For which of these does a WebSocket pay?",
        [
            Option(
                "A news page: headlines go to the browser, nothing comes back",
                "An event stream does that with less code, and comes back by itself.",
            ),
            Option(
                "A drawing that four people move at once, 30 times a second each",
                "Both directions, small, often: what the frames' two bytes of head are made for.",
                right=True,
            ),
            Option(
                "Waiting for an export that takes a minute",
                "One message. A long poll, or asking every few seconds, is enough.",
            ),
        ],
    ),
]
