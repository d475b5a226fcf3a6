"""Tables of facts are compared by the notebook tests; measured ones say only their title."""

from collections.abc import Callable

import pytest

from course_lib.look.scene import Scene
from course_lib.show import table
from course_lib.show.picture import Table
from course_lib.show.tables import Measured, drawn


def test_facts_are_html_and_aligned_text() -> None:
    shown = table(["phase", "n"], [["timers", 3], ["poll", 12]], title="Calls")
    assert repr(shown) == "Calls\nphase   n\ntimers  3\npoll    12"
    assert "<td" in shown._repr_html_()  # type: ignore[union-attr]
    assert "timers" in shown._repr_html_()  # type: ignore[union-attr]


def test_a_measured_table_keeps_its_numbers_out_of_the_text() -> None:
    shown = table(["delay", "ms"], [["1 ms", 1.234]], title="Timers", measured=True, caption="n = 1")
    assert isinstance(shown, Measured)
    data, metadata = shown._repr_mimebundle_()
    assert data["text/plain"] == "Table: Timers"
    assert "text/html" not in data
    assert metadata["image/png"]["alt"] == "Timers: 1 row; first: 1 ms, 1.234"
    assert shown.table.rows == (("1 ms", "1.234"),)


def test_a_measured_table_needs_a_title() -> None:
    with pytest.raises(ValueError, match="expected a title"):
        table(["x"], [], measured=True)


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 2 cells in row 1, got 3"):
        table(["a", "b"], [[1, 2], [1, 2, 3]])


@pytest.mark.parametrize("rows", [0, 1, 100])
@pytest.mark.parametrize("columns", [1, 4, 12])
@pytest.mark.parametrize("cell", ["x", "a cell with very much text in it, more than there is room for"])
def test_a_drawn_table_fits(rows: int, columns: int, cell: str, well_drawn: Callable[[Scene], None]) -> None:
    content = Table.of([f"column {at}" for at in range(columns)], [[cell] * columns] * rows)
    well_drawn(drawn(content, "A table", "and how it came about"))
    well_drawn(drawn(content, ""))
