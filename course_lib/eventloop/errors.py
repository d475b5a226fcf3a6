"""What can go wrong with a loop itself; mistakes in arguments are `TypeError` or `ValueError` as everywhere."""

from __future__ import annotations

__all__ = ["AggregateError", "LoopError", "LoopLimit", "NoLoop", "Rejection", "UnhandledRejection"]


class LoopError(RuntimeError):
    """The event loop was used in a way it cannot work."""


class NoLoop(LoopError):  # noqa: N818 - says what is the case, as Python's StopIteration
    """A function that acts on the running loop was called where none runs.

    Args:
        name: the function that was called.
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}() acts on the loop that is running in this thread, and none is: "
            f"expected it inside the function given to run(), or in a callback scheduled there"
        )


class LoopLimit(LoopError):  # noqa: N818 - the same
    """The program did not end within the limit it was given.

    Attributes:
        alive: what kept the loop alive, one phrase each.
    """

    def __init__(self, limit: str, alive: list[str]) -> None:
        self.alive = alive
        keeps = "; ".join(alive) if alive else "nothing that the loop knows of"
        super().__init__(f"the program did not end within {limit}. What keeps the loop alive: {keeps}")


class Rejection(LoopError):  # noqa: N818 - the field's own word
    """Raised at an ``await`` whose promise was rejected with something that is no exception.

    Attributes:
        reason: what it was rejected with.
    """

    def __init__(self, reason: object, text: str = "the awaited promise was rejected with") -> None:
        self.reason = reason
        super().__init__(f"{text} {reason!r}")


class UnhandledRejection(Rejection):
    """A promise was rejected with something that is no exception, and nobody listened."""

    def __init__(self, reason: object) -> None:
        super().__init__(reason, "nothing handles a promise that was rejected with")


class AggregateError(LoopError):
    """Every promise given to `Promise.any` was rejected.

    Attributes:
        errors: the reasons, in the order of the promises.
    """

    def __init__(self, errors: list[object]) -> None:
        self.errors = errors
        super().__init__(f"all {len(errors)} promises were rejected: {errors!r}")
