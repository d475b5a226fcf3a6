"""Every lesson in the real JupyterLab: Run All, every widget drawn, one of each kind moved, in light and in dark.

Screenshots of the whole lesson stay in ``test-artifacts/browser/``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from course_lib.commands import doctor
from course_lib.commands.places import ROOT, notebooks
from tests.browser.lab import DARK, LIGHT, Notebook, chromium, server

ARTEFACTS = ROOT / "test-artifacts" / "browser"

pytestmark = pytest.mark.skipif(
    doctor.chromium() is None, reason=f"no Chromium on this machine; to run this: {doctor._command('chromium')}"
)


def press(control: Locator) -> None:
    control.click()


def slide(control: Locator) -> None:
    at_end = control.get_attribute("aria-valuenow") == control.get_attribute("aria-valuemax")
    control.focus()
    control.press("ArrowLeft" if at_end else "ArrowRight")


def choose(control: Locator) -> None:
    now = control.evaluate("node => node.selectedIndex")
    control.select_option(index=0 if now else 1)


def write(control: Locator) -> None:
    control.fill("7")
    control.press("Enter")


KINDS: dict[str, tuple[str, Callable[[Locator], None]]] = {
    "slider": (".widget-slider .noUi-handle", slide),
    "step": ("button[title='step']", press),
    "play": (".widget-play button", press),
    "toggle": (".widget-toggle-button:not(.mod-active)", press),
    "dropdown": (".widget-dropdown select", choose),
    "text": (".widget-text input", write),
    "option": (".course-option", press),
    "action": (".course-action", press),
}
"""A control of each kind, and what a learner does with it."""

BESIDES = """control => {
    const copy = control.closest('.jp-OutputArea-output').cloneNode(true);
    for (const one of copy.querySelectorAll('input, select, .widget-slider, .widget-play')) one.remove();
    for (const one of copy.querySelectorAll('button')) one.className = '';
    return copy.innerHTML;
}"""
"""What an output shows besides the controls themselves: what an interaction must change."""

UNNAMED = """() => [...document.querySelectorAll('.jp-OutputArea-output svg, .jp-RenderedMarkdown img')]
    .filter(one => !one.closest('button, .jp-icon-hoverShow, [data-icon], [aria-hidden=true]'))
    .filter(one => !(one.getAttribute('aria-label') || one.getAttribute('alt') || '').trim())
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def lab():
    with server() as lab, chromium() as browser:
        yield lambda path: lab.open(browser, path)


def moved(notebook: Notebook, kind: str) -> str:
    """Use the first control of a kind; what went wrong, in words, or ""."""
    selector, act = KINDS[kind]
    controls = notebook.page.locator(f".jp-OutputArea-output {selector}:visible:not([disabled])")
    if controls.count() == 0:
        return ""
    control = controls.first
    handle = control.element_handle()
    before = control.evaluate(BESIDES)
    act(control)
    try:
        notebook.page.wait_for_function(
            f"([control, before]) => !control.isConnected || ({BESIDES})(control) !== before",
            arg=[handle, before],
            timeout=20_000,
        )
    except Exception as error:
        return f"{kind}: used, and nothing changed ({error})"
    if kind == "play":
        control.click()
    return ""


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_lives_in_jupyterlab(lab, path):
    notebook = lab(path.relative_to(ROOT).as_posix())
    try:
        notebook.run_all()
        assert notebook.errors() == []
        notebook.shoot(ARTEFACTS, f"{path.stem}-light")
        assert notebook.page.evaluate(UNNAMED) == []
        assert [words for kind in KINDS if (words := moved(notebook, kind))] == []
        notebook.theme(DARK)
        notebook.shoot(ARTEFACTS, f"{path.stem}-dark")
        notebook.theme(LIGHT)
        assert notebook.errors() == []
        assert notebook.failures == []
    finally:
        notebook.close()
