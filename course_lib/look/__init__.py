"""How things look, without a subject: colours, a drawing list, HTML snippets, and the base of everything displayed.

* `look.palette`: one colour per thing, the same in every picture of the course.
* `look.text`: how wide a text is, and how to make it fit.
* `look.scene`: one drawing list that becomes SVG (themed, for the screen) or PNG (light).
* `look.html`: themed HTML snippets: tables, boxes, folded parts.
* `look.widget`: `Fallback`, a widget that also says what to show where no widget can live.
"""

__all__: list[str] = []
