"""One drawing list, two outputs."""

import io
import sys
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from course_lib.look.scene import Rect, Scene, Text

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def scene() -> Scene:
    scene = Scene(200, 100)
    scene.rect(10, 10, 50, 20, fill="#D55E00", stroke="ink", radius=4, title="a bar")
    scene.line(0, 50, 200, 50)
    scene.path([(0, 0), (10, 10), (20, 0)], fill="card", closed=True, dash="4 2")
    scene.circle(100, 60, 8, fill="#0072B2")
    for at, kind in enumerate(("circle", "square", "triangle", "diamond", "cross")):
        scene.marker(20 + 20 * at, 80, kind, fill="card", stroke="#009E73")
    scene.text(100, 90, "price: $5 & $6 <b>", anchor="middle", bold=True)
    return scene


def test_the_svg_is_well_formed_named_and_as_wide_as_it_may_be(scene: Scene) -> None:
    root = ET.fromstring(scene.svg('says "this" & that'))
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'says "this" & that'
    assert root.get("viewBox") == "0 0 200 100"
    assert "width:100%;max-width:200px" in root.get("style", "")


def test_the_svg_takes_colours_from_the_theme_and_keeps_text_as_text(scene: Scene) -> None:
    drawn = scene.svg("x")
    assert "var(--jp-ui-font-color1" in drawn
    root = ET.fromstring(drawn)
    assert [text.text for text in root.iter(f"{SVG}text")] == ["price: $5 & $6 <b>"]
    assert [title.text for title in root.iter(f"{SVG}title")] == ["a bar"]


def test_the_png_has_the_size_and_the_colours_of_the_drawing(scene: Scene) -> None:
    picture = Image.open(io.BytesIO(scene.png(96))).convert("RGB")
    assert picture.size == (200, 100)
    assert Image.open(io.BytesIO(scene.png(192))).size == (400, 200)
    assert picture.getpixel((35, 20)) == (0xD5, 0x5E, 0x00)
    assert picture.getpixel((100, 60)) == (0x00, 0x72, 0xB2)
    assert picture.getpixel((190, 5)) == (255, 255, 255)


def test_a_png_never_goes_through_pyplot(scene: Scene) -> None:
    before = sys.modules.pop("matplotlib.pyplot", None)
    scene.png()
    assert "matplotlib.pyplot" not in sys.modules
    if before is not None:
        sys.modules["matplotlib.pyplot"] = before


def test_a_png_of_letters_the_font_lacks_warns_of_nothing() -> None:
    scene = Scene(200, 40)
    scene.text(4, 20, "日本 🙂 end")
    assert scene.png(96).startswith(b"\x89PNG")


def test_a_long_text_is_elided_to_its_room_and_told_in_full_on_hover() -> None:
    scene = Scene(200, 40)
    whole = "a label that is much too long for its place"
    wide = scene.text(10, 20, whole, room=80)
    (text,) = scene.shapes
    assert isinstance(text, Text)
    assert wide <= 80
    assert text.text.endswith("…")
    assert text.full == whole
    assert f"<title>{whole}</title>" in scene.svg("x")


@pytest.mark.parametrize(("x", "anchor"), [(150, "start"), (50, "end"), (180, "middle")])
def test_a_text_without_a_room_stays_inside_the_scene(x: float, anchor: str) -> None:
    scene = Scene(200, 40)
    scene.text(x, 20, "a label that is much too long for its place", anchor=anchor)  # type: ignore[arg-type]
    left, _, right, _ = scene.shapes[0].box
    assert left >= 0
    assert right <= 200


def test_line_breaks_in_a_text_do_not_break_the_line() -> None:
    scene = Scene(300, 40)
    scene.text(10, 20, "two\nlines  and\tmore")
    assert scene.shapes[0].text == "two lines and more"  # type: ignore[union-attr]


def test_boxes_say_where_shapes_stand(scene: Scene) -> None:
    assert isinstance(scene.shapes[0], Rect)
    assert scene.shapes[0].box == (10, 10, 60, 30)
    assert scene.shapes[3].box == (92, 52, 108, 68)
    assert scene.shapes[1].box == (0, 50, 200, 50)
    assert repr(scene) == f"<Scene 200 by 100 px, {len(scene.shapes)} shapes>"


def test_a_path_through_nothing_is_not_drawn() -> None:
    scene = Scene(10, 10)
    scene.path([])
    assert scene.shapes == []


def test_no_text_makes_a_picture_that_cannot_be_read() -> None:
    scene = Scene(100, 50)
    scene.text(5, 20, "a\x00\x1b[31m\ud800")
    scene.rect(0, 0, 5, 5, title="\x00\ud800")
    ET.fromstring(scene.svg("alt \x00\ud800"))
    assert scene.png().startswith(b"\x89PNG")
