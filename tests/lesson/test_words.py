from __future__ import annotations

import pytest

from course_lib.lesson.words import bare, inline, plain, to_html


def test_everything_but_the_marks_is_escaped() -> None:
    assert inline("a < b & <script>") == "a &lt; b &amp; &lt;script&gt;"
    assert "&lt;b&gt;</code>" in inline("`<b>`")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("`x`", ">x</code>"),
        ("**now**", "<b>now</b>"),
        ("*on* the loop", "<em>on</em> the loop"),
        ("*in poll*", "<em>in poll</em>"),
        ("`a * b * c`", ">a * b * c</code>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("f(*args, *more)", "f(*args, *more)"),
        ("[libuv](https://libuv.org)", '<a href="https://libuv.org" target="_blank" rel="noopener">libuv</a>'),
    ],
)
def test_a_mark_becomes_html(text: str, part: str) -> None:
    assert part in inline(f"see {text}.")
    assert inline(f"see {text}.").startswith("see ")
    assert inline(f"see {text}.").endswith(".")


def test_only_web_addresses_become_links() -> None:
    assert "<a" not in inline("[x](javascript:alert(1))")


def test_paragraphs_lists_and_blocks() -> None:
    page = to_html("One\nline.\n\n- a\n- `b`\n\n```js\nif (a < b) x();\n```\n\nEnd.")
    assert page.count("<p ") == 2
    assert "One line." in page
    assert page.count("<li>") == 2
    assert ">if (a &lt; b) x();</pre>" in page
    assert "```" not in page


def test_plain_keeps_code_quotes_and_bare_does_not() -> None:
    text = "**Run** `f()`, *then* see [docs](https://x.org/y)"
    assert plain(text) == "Run `f()`, then see docs"
    assert bare(text) == "Run f(), then see docs"


def test_stars_inside_code_are_code() -> None:
    assert plain("`a *b* c`, *d*, 2 * 3 * 4") == "`a *b* c`, d, 2 * 3 * 4"
