"""A page for each transport, in plain JavaScript: what a browser does with the server, beside the server's log.

``page.html`` is the frame, ``page.js`` what all three share (the list, the words for the state, the form), and
``NAME.js`` the transport. All addresses in them are relative, because behind a JupyterHub a page lives under
``proxy/PORT/``. What others wrote is only ever put into the page as text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import tornado.web

__all__ = ["NAMES", "POLICY", "Page", "routes", "script"]

NAMES: Final = {
    "long_polling": "Long polling",
    "sse": "Server-Sent Events",
    "websocket": "WebSocket",
}
"""The transports that have a page, and its title."""

_FOLDER: Final = Path(__file__).parent
_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY: Final = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; img-src data:"
"""What a page may load: its own files only (Content-Security-Policy)."""


def script(name: str) -> str:
    """The JavaScript of a transport, as the browser gets it.

    Raises:
        ValueError: no such page.
    """
    return _text(f"{_checked(name)}.js")


def routes(name: str) -> list[tuple[str, type[tornado.web.RequestHandler], dict[str, Any]]]:
    """The page of a transport for an application: ``/`` and the files it loads.

    Raises:
        ValueError: no such page.
    """
    title = NAMES[_checked(name)]
    page = _text("page.html").replace("{title}", title).replace("{script}", f"{name}.js")
    files = {file: _text(file) for file in ("page.css", "page.js", f"{name}.js")}
    served = {"/": ("page.html", page)} | {f"/{file}": (file, text) for file, text in files.items()}
    return [
        (path, Page, {"text": text, "content_type": f"{_TYPES[Path(file).suffix]}; charset=utf-8"})
        for path, (file, text) in served.items()
    ]


class Page(tornado.web.RequestHandler):
    """One file of a page."""

    def initialize(self, text: str, content_type: str) -> None:
        """Keep what is to be served."""
        self.text = text
        self.content_type = content_type

    def get(self) -> None:
        """Serve it; the policy lets no script run but ours, whatever gets into the page."""
        self.set_header("Content-Type", self.content_type)
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.write(self.text)


def _checked(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"expected a page: {', '.join(NAMES)}; got {name!r}")
    return name


def _text(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")
