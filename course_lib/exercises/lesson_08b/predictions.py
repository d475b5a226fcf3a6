"""Lesson 08b's predictions: each is answered before a run, and judged by it."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "how-much-more",
        "Two echo servers in Python, same rules, same loop. One is a tornado `WebSocketHandler`, the other a bare"
        " asyncio protocol. What does a message of 32 bytes cost the first, in processor time, compared with the"
        " second?",
        options=[
            Option(
                "about the same: the kernel does most of the work",
                "The kernel's part is the same for both, and for the second one it is most of the bill. For the first"
                " it is not.",
                key="same",
            ),
            Option(
                "about half as much again",
                "That is what one expects of a layer more. There are several, and each message goes through all.",
                key="half",
            ),
            Option(
                "more than twice as much",
                "What stands between the kernel and your handler is Python, and for a message this small there is more"
                " of it than of anything else.",
                key="twice",
            ),
        ],
    ),
    Prediction(
        "turns",
        "One client sends one message and waits for its echo. How many turns does the loop of the *tornado* server make"
        " for it, on average? (A turn: `select` is asked what has happened, then what is ready runs.)",
        options=[
            Option(
                "one: read, answer",
                "So it is when a callback reads and writes. Here a coroutine waits, more than once.",
                key="1",
            ),
            Option(
                "two: one to read, one to write",
                "The write needs no turn: the kernel takes 34 bytes at once. Something else needs several.",
                key="2",
            ),
            Option(
                "more than three",
                "Each `await` that has to be woken by the loop is a turn: a future is done, its task is called in the"
                " next turn. Lesson 03 in real life.",
                key="many",
            ),
        ],
    ),
    Prediction(
        "amdahl",
        "A part that takes 20 % of the time is made *infinitely* fast. How many times as fast is the whole?",
        "number",
        within=0.02,
        why="100 µs become 80, and 100 / 80 is 1.25. The other 80 µs do not know that anything has changed.",
        notes=[
            Note(lambda times: abs(times - 1.2) < 0.011, "20 % are gone, and 80 % stay. What is 100 / 80?"),
            Note(lambda times: times >= 2, "Only a fifth of the time was touched. The rest takes as long as before."),
            Note(lambda times: times < 1.2, "100 µs become 80: it is more than that."),
        ],
    ),
    Prediction(
        "one-packet",
        "A client writes three small messages with one `sendall`. How often is the server's `data_received` called?",
        "number",
        why="The loop reads what is there, and it is all there. TCP carries bytes; it knows nothing of messages.",
        notes=[
            Note(lambda count: count == 3, "That would need somebody in between who knows where a message ends."),
            Note(lambda count: count not in (1, 3), "Think of what `recv(65536)` gives when 33 bytes have come."),
        ],
    ),
    Prediction(
        "early-bytes",
        "A client sends its request and, without waiting for the answer, its first line behind it: one packet. Tornado"
        " reads the request, and the handler gives the socket away. Where is the line?",
        options=[
            Option(
                "in the kernel: the protocol will read it",
                "Tornado has read it already. It reads what is there, like everybody.",
                key="kernel",
            ),
            Option(
                "in tornado's read buffer, and must be handed over",
                "Whoever gives a socket away has to give what was read from it, first.",
                key="buffer",
            ),
            Option("lost: one must not send before the answer", "HTTP allows it (pipelining).", key="lost"),
        ],
    ),
    Prediction(
        "mask-speed",
        "A payload of 64 KiB is unmasked: byte by byte in a Python loop, or as one huge number with a single `^`. How"
        " much faster is the second, still in plain Python?",
        options=[
            Option("about twice", "The loop makes 65,536 turns, the number one.", key="2"),
            Option("about four times: a machine word at a time", "Python's numbers do better than that.", key="4"),
            Option(
                "more than eight times",
                "The loop over the bytes runs in C then. What costs in Python is each step of the interpreter.",
                key="8",
            ),
        ],
    ),
    Prediction(
        "who-waits",
        "A greedy client sends 1,000 messages in one packet; a polite one sends a single message a moment later. The"
        " server answers everything that it finds in `data_received`, in a loop. How many greedy messages are answered"
        " before the polite one?",
        "number",
        why="Nobody else runs while a callback runs (lesson 01). The polite message waits in the kernel until all of"
        " the greedy ones are done.",
        notes=[
            Note(lambda count: count == 1, "Fair queues do that. Here there is one loop, and it does not look up."),
            Note(lambda count: count == 500, "Nobody shares: the loop in `data_received` runs to its end."),
            Note(lambda count: count not in (1, 500, 1000), "The loop in `data_received` runs to its end."),
        ],
    ),
    Prediction(
        "half-a-frame",
        "The server above gets `hello` in two packets: the first eight bytes of the frame, then the last three. What"
        " does it answer to the first packet?",
        options=[
            Option("nothing yet", "It would have to know that something is missing.", key="nothing"),
            Option(
                "a frame that says `5 bytes` and holds two",
                "It believes the length, and takes what is there. From here on the client reads the stream at the wrong"
                " place, for ever.",
                key="broken",
            ),
            Option("`he`, in a frame of two bytes", "It copies the length from the head.", key="he"),
        ],
    ),
]
