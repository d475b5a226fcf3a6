"""What a widget leaves where no widget can live."""

import base64

import ipywidgets
import pytest

from course_lib.look.scene import Scene
from course_lib.look.widget import Fallback


def _png() -> bytes:
    return Scene(200, 40).png()


def test_it_publishes_the_view_a_text_and_a_picture_with_its_alternative() -> None:
    shown = Fallback(
        [ipywidgets.HTML("x")], text="Panel: lag", png=_png, alt="lag is 3 ms", metadata={"course": {"n": 1}}
    )
    data, metadata = shown._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/plain", "image/png"}
    assert data["text/plain"] == repr(shown) == "Panel: lag"
    assert base64.b64decode(data["image/png"]) == _png()
    assert metadata == {"course": {"n": 1}, "image/png": {"alt": "lag is 3 ms", "width": 200}}


def test_without_a_picture_there_is_the_text() -> None:
    data, metadata = Fallback(text="just words")._repr_mimebundle_()
    assert data["text/plain"] == "just words"
    assert "image/png" not in data
    assert metadata == {}


def test_html_is_published_where_given() -> None:
    data, _ = Fallback(text="t", html="<b>t</b>")._repr_mimebundle_()
    assert data["text/html"] == "<b>t</b>"


def test_a_subclass_may_say_it_its_own_way() -> None:
    class Own(Fallback):
        def summary(self) -> str:
            return "my own"

        def snapshot(self) -> bytes | None:
            return _png()

    data, metadata = Own()._repr_mimebundle_()
    assert data["text/plain"] == "my own"
    assert metadata["image/png"]["alt"] == "my own"


def test_showing_it_twice_does_not_change_its_metadata() -> None:
    shown = Fallback(text="t", png=_png(), metadata={"course": 1})
    shown._repr_mimebundle_()
    assert shown.output_metadata() == {"course": 1}


@pytest.mark.parametrize("name", ["summary", "alternative"])
def test_it_always_has_words(name: str) -> None:
    assert getattr(Fallback(), name)() == "Fallback"
