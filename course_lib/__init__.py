"""Loop to Cluster: the helper package behind the lessons in ``notebooks/``.

Rooms, from the ground up (an import only ever points down this list)::

    0  record, look, node, live      what happened; colours; real Node.js; things that run
    1  eventloop, modules            the subjects: the real systems a lesson studies
    2  measure                       instruments: loop lag, latency
    3  show, lesson                  pictures of records; the mechanism of a lesson
    4  exercises                     one package a lesson: predictions, questions, exercises

Importing this package imports nothing from outside the standard library.
"""

__version__ = "1.0.0"
