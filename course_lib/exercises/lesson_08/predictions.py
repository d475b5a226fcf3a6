"""Lesson 08's predictions: each is answered before a run, and judged by it."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "closed-loop-says",
        "A server is stopped for 100 ms in each second. Two loads measure it: one sends 400 requests a second, each"
        " when"
        " it is due, and says that one in twenty waited longer than 50 ms. The other has four clients who each ask"
        " again"
        " when they have their answer. What share does it say?",
        options=[
            Option(
                "about the same",
                "It would, if its clients had asked while the server was stopped. They waited, all four, and asked"
                " nothing.",
                key="same",
            ),
            Option(
                "much less",
                "Four requests meet each stop, and all the others do not. Those who would have come meanwhile are"
                " missing"
                " from the figures: *coordinated omission*.",
                key="less",
            ),
            Option("much more", "Nobody waits longer than the stop in either.", key="more"),
        ],
    ),
    Prediction(
        "two-p99s",
        "Server A answered 9,900 requests, with a p99 of 2 ms. Server B answered 100, with a p99 of 200 ms. What is the"
        " p99 of all 10,000, in ms, if one in two of B's took 200 ms and everything else 2 ms?",
        "number",
        unit="ms",
        within=0.02,
        why="9,950 of 10,000 took 2 ms. Counts can be added, percentiles cannot: their mean is the percentile of"
        " nothing.",
        notes=[
            Note(lambda value: 100 <= value <= 102, "That is the mean of the two, and nobody's percentile."),
            Note(lambda value: value == 200, "Only 50 of 10,000 took 200 ms: one in two hundred."),
            Note(
                lambda value: 2 < value < 100, "A weighted mean of percentiles is still a mean: nothing took so long."
            ),
        ],
    ),
    Prediction(
        "first-lines",
        "The usual table says of the protocols: HTTP, HTTP, TCP. In how many of the three does the client's first"
        " line on"
        " the wire begin with `GET /`?",
        "number",
        within=0.01,
        why="All three run over TCP, and all three begin with an HTTP request. A WebSocket's asks for another"
        " protocol, and"
        " the answer, 101, is the last word of HTTP on that connection.",
        notes=[
            Note(lambda count: count == 2, "A WebSocket, too, begins with HTTP: that is how it gets through port 443."),
            Note(lambda count: count < 2, "Both long polls and event streams are ordinary HTTP."),
        ],
    ),
    Prediction(
        "bytes-of-a-message",
        "A message of 100 letters, from a WebSocket server to one client. How many bytes is it on the wire, above TCP?",
        "number",
        within=0.005,
        why="One byte says that it is text and whole, one says how long it is, and a server does not mask. Two bytes,"
        " nothing else, up to a text of 125.",
        notes=[
            Note(lambda count: count == 100, "Something has to say where it ends."),
            Note(lambda count: count == 106, "Six is a client's frame: it carries a masking key of four bytes."),
            Note(lambda count: count > 106, "There are no heads after the handshake."),
        ],
    ),
    Prediction(
        "cpu-of-a-poll",
        "The same messages to the same twenty clients. How much of the server's processor does a delivery by long poll"
        " take, compared with one by an event stream, on tornado's handlers?",
        options=[
            Option(
                "about as much", "For each delivery a request is parsed and routed, and an answer made.", key="as much"
            ),
            Option(
                "several times as much",
                "A stream's delivery is one write. A poll's is a request to parse, a handler to make, heads to write"
                " and"
                " a waiter to set up again.",
                key="several",
            ),
            Option("more than twenty times as much", "It is dear, not that dear.", key="twenty"),
        ],
    ),
    Prediction(
        "who-resumes",
        "One client on each of the three. The connection breaks, three messages are published, the connection comes"
        " back,"
        " and so do all three clients. How many of them get the three messages?",
        "number",
        within=0.01,
        why="A long poll brings its cursor, an EventSource its Last-Event-ID. A WebSocket has nothing of the kind: a"
        " new"
        " connection knows nothing of the old one, unless the program sends a cursor of its own.",
        notes=[
            Note(lambda count: count == 3, "What should a new WebSocket tell the server, and where?"),
            Note(lambda count: count == 0, "The server keeps a log. Two of the clients say what they have seen."),
            Note(
                lambda count: count == 1, "Long polls have cursors. Which other one sends a number when it comes back?"
            ),
        ],
    ),
    Prediction(
        "stripped",
        "A proxy that knows nothing of WebSockets does what HTTP asks of it, and takes away `Connection` and `Upgrade`."
        " What happens to the handshake?",
        options=[
            Option("it works: the proxy passes bytes", "It passes messages, and may rewrite their heads.", key="works"),
            Option(
                "the server refuses it",
                "The server sees an ordinary GET for a WebSocket's address. It says 400, or 426, *Upgrade Required*.",
                key="refused",
            ),
            Option("it hangs", "An ordinary request gets an ordinary answer.", key="hangs"),
        ],
    ),
    Prediction(
        "waits-for-the-slowest",
        "A server has two clients, and writes each message to one after the other, with `await writer.drain()`, which"
        " is"
        " what back-pressure is for. One client stops reading. What does the other get?",
        options=[
            Option("everything: each has a connection of its own", "And both have one loop, which waits.", key="all"),
            Option(
                "nothing any more, once the sleeper's buffers are full",
                "The loop waits for the sleeper, and everybody waits for the loop. Back-pressure belongs on each"
                " client's"
                " own queue.",
                key="stops",
            ),
            Option("everything, a little later", "Later than for ever: the sleeper never reads.", key="later"),
        ],
    ),
    Prediction(
        "the-usual-benchmark",
        "Now the usual benchmark measures a server that stops for 100 ms in each half second. One visitor in five comes"
        " while it is stopped. What mean does the benchmark print?",
        options=[
            Option(
                "10 ms or more, the mean that visitors see", "Visitors come during the stop. It does not.", key="more"
            ),
            Option(
                "less than that",
                "It asks once per stop, and hundreds of times between two. The mean is that of the good moments.",
                key="less",
            ),
            Option("0: it never meets the stop", "Now and then it does, and so does its mean.", key="zero"),
        ],
    ),
]
