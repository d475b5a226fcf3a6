"""Lesson 06's words: what it needs and gives, three questions that look back, and its quizzes."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Lesson 05: a log of messages with a cursor for each client.",
    "From lesson 03: a task that is cancelled, and what `finally` is for.",
]

GOALS = [
    "Read an event stream on the wire, and say what each of its lines does.",
    "Write a parser that gives the same events however the network cuts the stream.",
    "Let a client that comes back have what it missed, or tell it that something is gone.",
    "Say which answers an EventSource survives, and which end it for good.",
    "Bound what a slow client costs, and clean up behind one that has left.",
]

RUNS = [
    "Small servers on free local ports, closed at the end of their cell; one stays open for the live page.",
    "Real Node.js programs: a server, a client, a browser's six connections.",
    "A load generator in a process of its own, for about three seconds.",
]

POINTS = [
    "An event stream is one HTTP answer whose end is not written. No header keeps it open.",
    "Lines end with CR, LF or CR LF, and nothing else. An empty line fires what was collected, if it has data.",
    "The last id stays in force; a client that comes back sends it. A history is bounded: say what is missed.",
    "A lost connection or an ended stream is tried again. Any status but 200, or another content type, is the end.",
    "Comments are heartbeats: they keep proxies calm and find clients that are gone.",
    "Bound what waits for a client, decide who loses, and say so. When it leaves, stop everything that was its own.",
    "Over HTTP/1.1 six streams are all a browser gives to one server. Over HTTP/2 they share one connection.",
]

RECALL = [
    Quiz(
        "recall-cursor",
        "From lesson 05: several clients poll one server, and each is to see every message. What does the server keep?",
        [
            Option(
                "A log of numbered messages; each client says up to which number it has seen",
                "Nothing is taken out when somebody reads. Today the same cursor travels in a header.",
                right=True,
            ),
            Option(
                "A queue from which each answer takes the next message", "Then each message reaches one client only."
            ),
            Option(
                "A copy of each message for every client that has ever asked",
                "It works until the first client that never comes back.",
            ),
        ],
    ),
    Quiz(
        "recall-hang-up",
        "From lesson 05: a client hangs up while its long poll waits. What must the server do?",
        [
            Option("Nothing: the next message ends the wait", "And is written into a closed connection. It is lost."),
            Option(
                "Give the wait up at once",
                "Whatever waits for a client that is gone is a leak, and may eat what others should get.",
                right=True,
            ),
            Option("Wait for the timeout", "Until then it counts as a client, and holds what a client holds."),
        ],
    ),
    Quiz(
        "recall-cancelled",
        "From lesson 03: a task waits in `await queue.get()` and is cancelled. Which of its lines still run?",
        [
            Option(
                "Those in its `finally` blocks",
                "CancelledError is raised at the `await`, and leaves through every `finally`. Today that is the way"
                " out.",
                right=True,
            ),
            Option("The rest of its loop, up to the next `await`", "The exception is raised *at* the await."),
            Option("None: it is gone", "A task is not killed, it is asked, by an exception."),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "one-direction",
        "A common claim: a chat cannot be built on Server-Sent Events, because they go one way only. Is it so?",
        [
            Option(
                "It is: a chat needs both directions", "It does, and the other direction need not be the same answer."
            ),
            Option(
                "No: messages to the server are ordinary POST requests",
                "The page you will see in a moment does that. What one saves with WebSockets is the request per"
                " message.",
                right=True,
            ),
            Option("No: an EventSource can send, too", "It has no method for that. It reads one GET's answer."),
        ],
    ),
    Quiz(
        "which-policy",
        "A stream of stock prices, several a second, and a phone in a tunnel. Which policy for its full queue?",
        [
            Option(
                "Drop the oldest: only the latest price counts",
                "What is overtaken is worth nothing. The client is told, and goes on with what is new.",
                right=True,
            ),
            Option(
                "Disconnect: it comes back and resumes",
                "It would get all the old prices from the history. Right for orders and chats, where each message"
                " counts.",
            ),
            Option("Let it grow: tunnels end", "Some end an hour later, and there are many phones."),
        ],
    ),
    Quiz(
        "who-notices",
        "The laptop's lid is shut: no farewell is sent. How does a server that sends nothing learn that the client is"
        " gone?",
        [
            Option(
                "The connection is closed by the network", "Nobody in the network keeps a list of connections to close."
            ),
            Option(
                "Not at all, for hours",
                "Only a write is answered by nothing, and gives up after a while. That is the heartbeat's other use.",
                right=True,
            ),
            Option("EventSource says goodbye", "It is asleep."),
        ],
    ),
]
