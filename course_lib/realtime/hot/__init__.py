"""The hot path: tornado routes a connection's first request, then a bare asyncio protocol has the connection.

The same transports, the same hub, limits and wire protocol as in `batteries`, several times as fast. Where the time
goes, and what each step of the way saves, is a lesson of its own.
"""

__all__: list[str] = []
