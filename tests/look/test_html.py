"""Snippets are escaped, themed, and say as text what they hold."""

import re

from course_lib.look import html


def test_everything_given_as_text_is_escaped() -> None:
    bad = '<script>"x"&'
    safe = "&lt;script&gt;&quot;x&quot;&amp;"
    for made in (
        html.table([bad], [[bad]], caption=bad),
        html.box("", title=bad),
        html.details(bad, ""),
        html.chip(bad, "#0072B2"),
        html.pre(bad),
    ):
        assert "<script>" not in made
        assert safe in made


def test_columns_of_numbers_stand_right_and_others_left() -> None:
    made = html.table(["name", "ms", "ratio"], [["a", "1,234.5", "2.3 \u00d7"], ["b", "-7", "0.5 \u00d7"]])
    cells = re.findall(r"<td style=\"[^\"]*text-align:(left|right)[^\"]*\">([^<]*)</td>", made)
    assert cells == [
        ("left", "a"),
        ("right", "1,234.5"),
        ("right", "2.3 \u00d7"),
        ("left", "b"),
        ("right", "-7"),
        ("right", "0.5 \u00d7"),
    ]


def test_a_long_table_says_how_many_rows_it_leaves_out() -> None:
    made = html.table(["n"], [[at] for at in range(1200)], limit=200)
    assert made.count("<tr>") == 202
    assert "… and 1,000 more rows" in made


def test_an_empty_table_has_its_headers() -> None:
    assert "what" in html.table(["what"], [])


def test_details_are_folded_unless_asked_otherwise() -> None:
    assert "<details>" in html.details("more", "inside")
    assert "<details open>" in html.details("more", "inside", shown=True)


def test_a_box_has_an_edge_of_its_accent() -> None:
    assert "border-left:5px solid #D55E00" in html.box("x", accent="#D55E00")
    assert "border-left" not in html.box("x")
