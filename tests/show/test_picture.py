"""A picture and what goes with it."""

import base64
import io
import subprocess
import sys

from PIL import Image

from course_lib.record import Event, Record
from course_lib.show import Picture, timeline
from course_lib.show.picture import ROWS, nothing

ONE = timeline(Record((Event(0.0123, "a", "x", "y", 0.0456),), "One"))


def test_its_text_is_its_title_and_holds_no_number() -> None:
    data, metadata = ONE._repr_mimebundle_()
    assert data["text/plain"] == "Picture: One"
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/plain", "image/png"}
    assert metadata["image/png"]["alt"] == ONE.alt
    assert "57.9 ms" in ONE.alt


def test_its_png_is_as_wide_as_the_screen_version_says() -> None:
    data, metadata = ONE._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.width == 1.5 * metadata["image/png"]["width"] == 1320


def test_its_widget_holds_the_drawing_with_its_name_and_the_folded_table() -> None:
    drawing, folded = ONE.widget().children
    assert 'role="img"' in drawing.value
    assert f'aria-label="{ONE.alt}"' in drawing.value
    assert "<details>" in folded.value
    assert "45.6 ms" in folded.value


def test_a_long_table_is_shown_in_part_and_kept_whole() -> None:
    many = timeline(Record(tuple(Event(at, "a", "x", str(at)) for at in range(500))))
    assert len(many.table.rows) == 500
    assert many.table_html().count("<tr>") == ROWS + 2


def test_nothing_is_said_in_words() -> None:
    empty = nothing("Empty", "nothing was recorded")
    assert empty.alt == "Empty: nothing was recorded"
    assert len(empty.widget().children) == 1


def test_equal_records_make_equal_pictures() -> None:
    def draw() -> Picture:
        return timeline(Record((Event(0, "a", "x", "y", 1),), "t"))

    assert draw().svg == draw().svg
    assert draw().png(48) == draw().png(48)


def test_importing_the_room_and_drawing_svg_imports_neither_widgets_nor_matplotlib() -> None:
    code = (
        "import sys; from course_lib import show; from course_lib.record import Event, Record;"
        "show.timeline(Record((Event(0, 'a', 'x'),))).svg; show.frame(Record(), 0).svg('x');"
        "show.LiveChart('t'); show.table(['a'], [[1]]); show.page('http://localhost:1/');"
        "print(sorted({'ipywidgets', 'IPython', 'matplotlib', 'numpy', 'tornado'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
