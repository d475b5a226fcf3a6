"""The transports with tornado's own handlers: what to read first.

Each module is one transport, short enough to take in at once; `common` is what they share.
"""

__all__: list[str] = []
