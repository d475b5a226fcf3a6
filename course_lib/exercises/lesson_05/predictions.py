"""What lesson 05 asks before each run, and what it says to each answer."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "half-an-interval",
        "A reader asks every 2 s, and messages are published at any moment. How long does a message wait, on average,"
        " until it is asked for?",
        "number",
        why="A message that comes right after a question waits the whole interval, one that comes right before the next"
        " question waits for nothing. On average it is half of it.",
        notes=[
            Note(lambda seconds: seconds >= 1.9, "That is the worst case, not the average."),
            Note(lambda seconds: seconds < 0.3, "Only if somebody asked at that moment. Nobody knows when to."),
        ],
        unit="s",
        within=0.1,
    ),
    Prediction(
        "interval-delay",
        "The usual server keeps a request and looks every second whether there is a message. A reader's request is"
        " waiting"
        " there; a message comes at any moment. How long does it take, on average, until the reader has it?",
        options=[
            Option(
                "a few milliseconds: the request is there already",
                "The request is there. But nothing wakes the server: it notices the message at its next look.",
                key="milliseconds",
            ),
            Option(
                "about half a second",
                "Half an interval until the next look. The question has moved from the client into the server, and the"
                " law of idea 1 with it.",
                key="half a second",
            ),
            Option(
                "a second or more",
                "A second is the longest that one message can wait. It takes longer only behind other messages: each"
                " look"
                " hands out one.",
                key="seconds",
            ),
        ],
        measured=True,
    ),
    Prediction(
        "away",
        "Bob has seen number 1. While his page is busy, 2, 3 and 4 are published; Carla, who was waiting, has got them"
        " already. What does Bob's next poll, with after=1, bring?",
        options=[
            Option(
                "nothing: they were delivered while he was away",
                "To Carla. A message stays in the log, however many have read it.",
                key="nothing",
            ),
            Option(
                "number 2; then he has to ask twice more",
                "The answer is a list: whatever came after his cursor, at once.",
                key="one",
            ),
            Option(
                "2, 3 and 4, in one answer, at once",
                "The log is asked first, and it has news after 1. There is nothing to wait for.",
                key="all",
            ),
        ],
    ),
    Prediction(
        "proxy",
        "A proxy between reader and server gives a connection up after 0.3 s of silence. The server holds a poll for up"
        " to 25 s, and nobody publishes anything. What does the reader see?",
        options=[
            Option(
                "204, after 25 s",
                "The server would say so. But the connection it would say it on is gone by then.",
                key="204",
            ),
            Option(
                "504 after 0.3 s, from the proxy",
                "To the proxy a silent server is a broken one. The reader cannot tell this from a real failure.",
                key="504",
            ),
            Option(
                "nothing: it waits until a message comes",
                "The proxy does not know that waiting is the idea.",
                key="waits",
            ),
        ],
    ),
    Prediction(
        "hang-up",
        "Five readers wait. Three of them close their connections. For how many does the server still wait, a moment"
        " later?",
        "number",
        why="The system tells the server's loop that a connection is closed, tornado calls `on_connection_close`, and"
        " that"
        " ends the wait. A server that does not listen for it goes on for all five.",
        notes=[
            Note(lambda number: number == 5, "It is so in every server that does not listen for it; this one is told."),
            Note(lambda number: number == 0, "The other two have done nothing."),
        ],
    ),
    Prediction(
        "gap",
        "The log keeps three messages; a, b, c, d and e were published. A reader who has seen a asks with after=1. What"
        " comes?",
        options=[
            Option(
                "b, c, d, e",
                "b is forgotten: a log that forgets nothing grows until the server has no memory left.",
                key="everything",
            ),
            Option(
                "c, d, e",
                "These three. And one thing more: nobody should find a gap by chance.",
                key="rest",
            ),
            Option(
                "c, d, e, and the word that something was missed",
                "`missed: true`. What to do then is the reader's affair: load the page anew, or say so to its user.",
                key="told",
            ),
            Option(
                "an error: the cursor is too old",
                "Possible. But the reader can do nothing with it but begin again, and these three are news.",
                key="error",
            ),
        ],
    ),
    Prediction(
        "another-type",
        'A page of another site submits a form to our server\'s `POST /messages`: `{"message": "buy now"}`, with the'
        " type"
        " text/plain. No browser asks anybody before it sends that. What should the server answer?",
        options=[
            Option(
                "201: the message is well formed",
                "Then every page on the internet can write into your chat, in the name of whoever visits it.",
                key="201",
            ),
            Option(
                "400: it is malformed",
                "It is well formed JSON. What is wrong is what it says about itself, and where it comes from.",
                key="400",
            ),
            Option(
                "415: the type must be application/json",
                "A form cannot send that type, and a script of another site has to ask the server first (CORS"
                " preflight),"
                " which says no.",
                key="415",
            ),
        ],
    ),
    Prediction(
        "herd",
        "A server with 1,000 waiting readers breaks down. Each tries again after 0.25 s, and after every failure waits"
        " twice as long. After 3 s the server is back. How many readers come to it within the same 100 ms, at the"
        " most?",
        "number",
        why="They lost the connection at the same moment and follow the same rule, so they come at the same moments."
        " Doubling makes the crowds rarer, not smaller.",
        notes=[
            Note(
                lambda number: number < 900,
                "Doubling spreads the tries of *one* client. All clients double in step.",
            ),
        ],
        within=0.05,
    ),
    Prediction(
        "wire-bytes",
        "A message of 32 characters is long-polled. How many bytes go over the wire for it: request and answer, heads"
        " included?",
        "number",
        why="Each message pays for a whole request and a whole answer, and both consist almost entirely of their"
        " heads. A"
        " browser sends several times as much: User-Agent, Accept-Language, cookies.",
        notes=[
            Note(lambda number: number < 120, "The message, and then the heads of the request and of the answer."),
            Note(
                lambda number: number > 1500,
                "A browser with a few cookies gets there. Our client sends the least it can.",
            ),
        ],
        unit="bytes",
        within=0.4,
        measured=True,
    ),
    Prediction(
        "eaten",
        "The usual server. Three readers poll and hang up; a fourth polls and stays. Four messages are posted. How many"
        " does the fourth reader get within the next second?",
        "number",
        why="Each of the three intervals runs on for a client that has gone, takes a message with `shift`, and answers"
        " nobody. The message is no longer in the list.",
        notes=[
            Note(
                lambda number: number == 4,
                "It is the only one that still listens. It is not the only one that still asks.",
            ),
            Note(lambda number: number == 0, "Its own interval looks as well, and takes one."),
        ],
    ),
]
