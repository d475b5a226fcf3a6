"""The few marks the course's texts use, turned into HTML or into plain text.

A question is written once and shown in four places: a widget, a static page, a terminal and a test. So its text is
plain, with the five marks everybody knows from Markdown: ``code``, ``**bold**``, ``*stressed*``,
``[words](https://…)``, and, between lines of three backticks, a block of code. Everything else is text, escaped. The
renderer is ours, not a library's, because its output is stored in the notebooks and compared: it may not change when a
dependency does.
"""

from __future__ import annotations

import html
import re

__all__ = ["bare", "inline", "plain", "to_html"]

_FONT = "font-family: var(--jp-code-font-family, monospace); font-size: 0.92em"
_SHADE = "background: var(--jp-layout-color2, #eee)"
_CODE = f"{_FONT}; {_SHADE}; padding: 1px 4px; border-radius: 3px"
_BLOCK = f"{_FONT}; {_SHADE}; margin: 6px 0; padding: 6px 10px; overflow-x: auto"
_STRESSED = r"(?<![\w*])\*(?P<stressed>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"  # not the stars of 2 * 3 * 4
_MARK = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<url>https?://[^)\s]+)\)|" + _STRESSED
)
_FENCE = re.compile(r"^```\w*\n(.*?)\n```$", re.DOTALL | re.MULTILINE)


def inline(text: str) -> str:
    """One run of text as HTML: ``code``, bold, stress and links; the rest escaped."""
    parts, at = [], 0
    for match in _MARK.finditer(text):
        parts.append(html.escape(text[at : match.start()]))
        parts.append(_marked(match))
        at = match.end()
    return "".join([*parts, html.escape(text[at:])])


def _marked(match: re.Match[str]) -> str:
    if match["code"] is not None:
        return f'<code style="{_CODE}">{html.escape(match["code"])}</code>'
    if match["bold"] is not None:
        return f"<b>{inline(match['bold'])}</b>"
    if match["stressed"] is not None:
        return f"<em>{inline(match['stressed'])}</em>"
    return f'<a href="{html.escape(match["url"])}" target="_blank" rel="noopener">{inline(match["words"])}</a>'


def to_html(text: str) -> str:
    """A whole text as HTML: paragraphs parted by empty lines, lines that begin with ``- `` as a list, code blocks."""
    parts, at = [], 0
    text = text.strip("\n")
    for match in _FENCE.finditer(text):
        parts += _paragraphs(text[at : match.start()])
        parts.append(f'<pre style="{_BLOCK}">{html.escape(match[1])}</pre>')
        at = match.end()
    return "".join(parts + _paragraphs(text[at:]))


def _paragraphs(text: str) -> list[str]:
    return [_paragraph(block.strip()) for block in re.split(r"\n\s*\n", text) if block.strip()]


def _paragraph(block: str) -> str:
    lines = block.splitlines()
    if all(line.startswith("- ") for line in lines):
        items = "".join(f"<li>{inline(line[2:])}</li>" for line in lines)
        return f'<ul style="margin: 4px 0; padding-left: 22px">{items}</ul>'
    return f'<p style="margin: 4px 0">{inline(" ".join(lines))}</p>'


def plain(text: str) -> str:
    """The text without its marks, for a terminal: links keep their words, code its quotes."""
    text = _FENCE.sub(lambda match: match[1], text.strip("\n"))
    text = _unmarked(text)
    return re.sub(r"\[([^\]]+)\]\(https?://[^)\s]+\)", r"\1", text)


def _unmarked(text: str) -> str:
    """Without the stars of bold and stress; stars inside code are code."""
    parts = re.split(r"(`[^`]+`)", text)
    parts[::2] = [re.sub(_STRESSED, r"\g<stressed>", re.sub(r"\*\*([^*]+)\*\*", r"\1", part)) for part in parts[::2]]
    return "".join(parts)


def bare(text: str) -> str:
    """The text without any marks, for the words on a button."""
    return plain(text).replace("`", "")
