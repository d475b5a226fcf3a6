"""Lesson 08's words: what it needs and gives, three questions that look back, and its quizzes."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Lessons 05, 06 and 07: the three transports, each by itself.",
    "From lesson 03: a task, and a loop that stands still while something runs.",
]

GOALS = [
    "Measure a server so that those who wait are in the figures.",
    "Say what an instrument adds, and from where on it can be believed.",
    "Compare three transports under one load, with the spread of the comparison.",
    "Say what becomes of each on a lost connection, behind a proxy, and with a client that sleeps.",
    "Choose one by what is needed, and say what it costs.",
]

RUNS = [
    "Servers in processes of their own, and a load generator in another, for a second or less at a time.",
    "One server that is stopped and continued again and again.",
    "A small proxy, a real Node.js server, and clients that are cut off.",
]

POINTS = [
    "Send when it is due and count from then. A load that waits for answers leaves out those who wait.",
    "Ask the instrument what it adds, and take neither its ceiling nor its lateness for the server's.",
    "Percentiles cannot be averaged. Add the counts, then ask for the percentile.",
    "A long poll pays a request for each message; an event some twenty bytes; a frame two.",
    "A cursor and Last-Event-ID survive a connection. A WebSocket needs a resume of your own.",
    "Proxies cut what is silent, collect what streams, and take Upgrade away. Know which of them is on the way.",
    "A client that sleeps costs somebody something. Bound it, and choose who pays.",
    "Events down and POST requests up do for most pages; a WebSocket where clients speak often, or in bytes.",
]

RECALL = [
    Quiz(
        "recall-interval",
        "From lesson 05: why did half of the messages take more than a moment with the usual server?",
        [
            Option(
                "It looked for news once a second",
                "A message waits for the next look. That is design, and no faster transport mends it.",
                right=True,
            ),
            Option("HTTP's heads are so large", "They cost bytes and work, some microseconds of it."),
            Option("Each message needs a new connection", "The connection stays; it is the request that is new."),
        ],
    ),
    Quiz(
        "recall-resume",
        "From lesson 06: an EventSource comes back after a broken connection. How does the server know what it missed?",
        [
            Option(
                "The browser sends the last id in `Last-Event-ID`",
                "The cursor of lesson 05, in a header, kept by the browser. Ask the same of WebSockets today.",
                right=True,
            ),
            Option(
                "The server remembers each client's connection", "That connection is gone; the new one is a stranger."
            ),
            Option("It does not: the page must ask for it", "That is how it is with a WebSocket."),
        ],
    ),
    Quiz(
        "recall-mask",
        "From lesson 07: which WebSocket frames carry a masking key?",
        [
            Option(
                "Those from client to server",
                "Four bytes each, so that a page cannot write into a proxy's mind.",
                right=True,
            ),
            Option("All of them", "A server must not mask: a client that sees a masked frame closes with 1002."),
            Option("Those over plain `ws://`", "Masking has nothing to do with secrecy: the key travels beside."),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "whose-ceiling",
        "A load generator in Python reports 4,000 requests a second of a server written in C, and was itself busy 99"
        " % of"
        " the time. What is known?",
        [
            Option("The server can do 4,000 a second", "The client can. It had no time to ask more."),
            Option(
                "The generator can do 4,000 a second, and the server at least that",
                "That is why every result of `load.run` says how busy the generator was.",
                right=True,
            ),
            Option("Nothing at all", "A lower bound is something."),
        ],
    ),
    Quiz(
        "http2",
        "What does HTTP/2 change in this comparison?",
        [
            Option(
                "WebSockets become needless: HTTP/2 has both directions", "A page cannot send into a running request."
            ),
            Option(
                "The limit of six connections is gone, and a repeated head shrinks to a few bytes",
                "All streams share one connection, and HPACK sends what was sent before as an index. What a poll"
                " costs the"
                " server in work stays.",
                right=True,
            ),
            Option("Nothing: it is the same text, only binary", "Its heads are compressed, and its streams share."),
        ],
    ),
]
