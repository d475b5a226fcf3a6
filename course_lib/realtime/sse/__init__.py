"""Server-Sent Events: the encoder, the parser and the client's rules of the HTML standard, section 9.2."""

__all__: list[str] = []
