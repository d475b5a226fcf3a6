"""A live page inside the notebook.

JupyterLab opens at ``localhost``; a frame at ``127.0.0.1`` would be another site, and the browser would drop its
cookies. On a JupyterHub the learner's browser cannot reach the kernel's ports at all; there jupyter-server-proxy
passes requests on under ``proxy/PORT/``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..look import html
from ..look.palette import LINE, css

__all__ = ["Page", "browser_url", "page"]

_OURSELVES = {"127.0.0.1", "localhost", "0.0.0.0", "::1", "[::1]"}


def browser_url(url: str, environ: Mapping[str, str] = os.environ) -> str:
    """The address at which the learner's browser finds a page that the kernel knows as `url`.

    Raises:
        ValueError: not an http(s) URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"expected a URL like http://localhost:8000/, got {url!r}")
    if parts.hostname not in _OURSELVES or parts.port is None:
        return url
    path = parts.path or "/"
    if prefix := environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return urlunsplit(("", "", f"{prefix.rstrip('/')}/proxy/{parts.port}{path}", parts.query, parts.fragment))
    return urlunsplit((parts.scheme, f"localhost:{parts.port}", path, parts.query, parts.fragment))


class Page:
    """A page in a frame; its text form does not name the port, which is another one in every run."""

    def __init__(self, url: str, height: int, title: str) -> None:
        self.url = browser_url(url)
        self.height = height
        self.title = title

    def __repr__(self) -> str:
        return f"Page: {self.title} (live: run the cell to open it)"

    @property
    def html(self) -> str:
        """The frame, and a link that opens the page in a tab of its own."""
        url, title = html.esc(self.url), html.esc(self.title)
        style = f"width:100%;max-width:880px;height:{self.height}px;border:1px solid {css(LINE)};"
        style += "border-radius:6px;box-sizing:border-box;background:#fff"
        link = f'<a href="{url}" target="_blank" rel="noopener">open in a tab</a>'
        frame = f'<iframe src="{url}" title="{title}" style="{style}"></iframe>'
        return html.wrap(f'<div style="font-size:12px;margin-bottom:4px">{title} · {link}</div>{frame}')

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        import ipywidgets

        from ..look.widget import Fallback

        return Fallback([ipywidgets.HTML(self.html)], text=repr(self))._repr_mimebundle_(**kwargs)


def page(url: str, height: int = 320, *, title: str = "live page") -> Page:
    """A frame that shows a live page of this kernel's machine.

    Args:
        url: as the kernel knows it, for example ``server.url``.
        height: px.
        title: what the page is; read out by screen readers, and all that the text form says.

    Raises:
        ValueError: not an http(s) URL.
    """
    return Page(url, height, title)
