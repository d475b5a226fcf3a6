"""Lesson 06's predictions: each is answered before a run, and judged by it."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "what-holds",
        "An answer in the style of the usual snippet has the headers `Content-Type: text/event-stream` and"
        " `Connection: keep-alive`. What keeps it from being over?",
        options=[
            Option(
                "`Connection: keep-alive`",
                "It speaks of the time *after* the answer: the connection may be used for another request. In HTTP/1.1"
                " that is so anyway, and HTTP/2 forbids the header.",
                key="keep-alive",
            ),
            Option(
                "`Content-Type: text/event-stream`",
                "It tells the client how to read the body. How long the body is stands elsewhere.",
                key="type",
            ),
            Option(
                "neither: the server has not written the end",
                "A chunked answer is over when a chunk of length 0 comes. Until then it goes on, whatever its headers"
                " say.",
                key="neither",
            ),
        ],
    ),
    Prediction(
        "how-many-events",
        "How many events does an EventSource fire for the stream above?",
        "number",
        why="An empty line fires what has been collected, if any data has. A block with comments, `retry` or an id"
        " alone"
        " has none, and what has begun when the stream ends is discarded.",
        notes=[
            Note(lambda count: count == 6, "Six blocks; but a block without data fires nothing."),
            Note(lambda count: count == 5, "The last block does not count, rightly. Nor do those without data."),
            Note(lambda count: count == 4, "An id alone is remembered and fires nothing; so is `retry`."),
            Note(lambda count: count == 3, "Is it the last block, or the id alone? Neither is fired."),
            Note(lambda count: count > 6, "Lines are no events. Lines up to an empty one belong together."),
        ],
    ),
    Prediction(
        "a-line-separator",
        "A message holds the character U+2028, LINE SEPARATOR, between `one` and `two`. A client written in Python"
        " reads"
        " the stream with `str.splitlines()`. What does it get?",
        options=[
            Option(
                "the whole message",
                "It would, if `splitlines` split where the format does: at CR, LF and CR LF.",
                key="whole",
            ),
            Option(
                "`one`, and no sign that something is missing",
                "`splitlines` splits at U+2028 as well; the rest is a line that is no field, and unknown fields are"
                " ignored.",
                key="one",
            ),
            Option(
                "an error", "It would be better. Lines that are no field are ignored, by the standard.", key="error"
            ),
        ],
    ),
    Prediction(
        "cut-between",
        "A server ends its lines with CR LF. One message of two lines is cut by the network between a CR and its LF. A"
        " client splits each chunk by itself. How many messages does it get?",
        options=[
            Option(
                "one, as sent",
                "Only if somebody remembers, from chunk to chunk, that the last character was a CR.",
                key="1",
            ),
            Option(
                "two, the first too early",
                "The CR ends the line, and the LF in the next chunk ends another, empty one. An empty line fires the"
                " event.",
                key="2",
            ),
            Option("none", "Nothing is lost, it comes in the wrong pieces.", key="0"),
        ],
    ),
    Prediction(
        "comes-back",
        "The server keeps the last 5 messages. A client has seen up to 3, is away until 12 have been published, and"
        " comes"
        " back with `Last-Event-ID: 3`. What does it get first?",
        options=[
            Option("message 4", "4 is forgotten: the server keeps five.", key="4"),
            Option(
                "message 8, as if nothing had happened",
                "Then it could not know that four messages are missing. This server says so.",
                key="8",
            ),
            Option(
                "the word that some are missing, then message 8",
                "A bounded history forgets; an honest one says that it did. The page can then load everything anew.",
                key="missed",
            ),
            Option("message 13, when it is published", "That is what a client without Last-Event-ID gets.", key="13"),
        ],
    ),
    Prediction(
        "after-503",
        "A server restarts. For two seconds the proxy before it answers `503 Service Unavailable` with `Retry-After:"
        " 2`."
        " What do the open pages do, if they reconnect just then?",
        options=[
            Option(
                "they wait two seconds and try again",
                "EventSource does not read Retry-After.",
                key="waits",
            ),
            Option(
                "they try again after the usual time",
                "So it is when the network fails or a stream ends. An answer with another status is another thing.",
                key="connecting",
            ),
            Option(
                "they stop, for good",
                "Any status but 200 fails the connection, and a failed EventSource never comes back. Unless the page's"
                " own code makes a new one, it is silent until it is loaded again.",
                key="closed",
            ),
        ],
    ),
    Prediction(
        "behind-a-proxy",
        "A proxy between server and client collects 4,096 bytes before it passes a body on. The server sends five small"
        " events and then waits. When does the client get the first?",
        options=[
            Option("at once", "The proxy does not know what an event is. It counts bytes.", key="at once"),
            Option(
                "when 4,096 bytes have come together, however long that takes",
                "Everything works in development, without the proxy, and in production nothing comes for minutes.",
                key="late",
            ),
            Option("never", "It comes when enough other events have been sent.", key="never"),
        ],
    ),
    Prediction(
        "stops-reading",
        "A client stays connected and stops reading: a laptop asleep, a page in an endless loop. A server writes to it"
        " without looking. What happens?",
        options=[
            Option(
                "the write fails",
                "The connection is intact. Nothing fails until somebody gives it up.",
                key="fails",
            ),
            Option(
                "TCP drops what does not fit",
                "TCP delivers all of it or breaks. When the client's window is full, it makes the sender wait.",
                key="drops",
            ),
            Option(
                "the server's memory grows, message by message",
                "What the kernel does not take waits in the program's write buffer, and nothing bounds that by itself.",
                key="grows",
            ),
        ],
    ),
    Prediction(
        "eight-streams",
        "A browser opens at most six connections to one server over HTTP/1.1. A page (or eight tabs) makes eight"
        " EventSources and then asks for `/hello`. How many of the nine requests are answered?",
        "number",
        why="Each stream holds its connection for as long as it lives. The seventh request waits for one of them to"
        " end,"
        " and everything behind it waits too, images and POSTs included.",
        notes=[
            Note(lambda count: count == 9, "They would be, if a connection were free again after each answer."),
            Note(lambda count: count == 8, "Streams have no limit of their own; they are requests like any other."),
            Note(
                lambda count: count == 7, "A short request has no lane of its own: it waits behind the seventh stream."
            ),
        ],
    ),
    Prediction(
        "timers-left",
        "Thirty clients connect to the usual server, one after the other, and each leaves again. How many timers does"
        " the"
        " server run then?",
        "number",
        why="The timer belongs to nobody. It was started when the client came, and nothing stops it when the client"
        " leaves; it goes on writing into a closed connection for as long as the server lives.",
        notes=[
            Note(lambda count: count == 0, "Somebody would have to stop them. Read the code again: who?"),
            Note(lambda count: count == 1, "One for all would be the better design. Here each request starts its own."),
        ],
    ),
]
