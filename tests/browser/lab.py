"""The real JupyterLab in a real browser: start it, open a notebook, run it, look at it.

Nothing here sleeps: every wait is for a condition, with a limit. The notebooks that are opened are copies, in a folder
that is gone afterwards, so that a run never writes into the course.

    with server() as lab, chromium() as browser:
        notebook = lab.open(browser, "notebooks/01_event_loop_phases.ipynb")
        notebook.run_all()
        notebook.shoot(Path("test-artifacts"), "01-light")
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from course_lib.commands import doctor
from course_lib.commands.isolation import isolation
from course_lib.commands.places import ROOT

__all__ = ["Lab", "Notebook", "answers", "chromium", "server"]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-sync",
]
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # every cell is in the page, not only the seen
}
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
WIDGET = "application/vnd.jupyter.widget-view+json"


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=doctor.chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its token, and the folder it serves."""

    url: str
    token: str
    root: Path

    def open(self, browser: Browser, path: str, *, size: tuple[int, int] = (1280, 1600)) -> Notebook:
        """Open a notebook in a page of its own and wait for its kernel."""
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        page.set_default_timeout(60_000)
        notebook = Notebook(page)
        page.goto(f"{self.url}/lab/tree/{path}?token={self.token}&reset")
        # The page shows an "idle" sign before there is a kernel: ask the application itself.
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.context?.isReady")
        page.evaluate(
            "async () => { const w = jupyterapp.shell.currentWidget; await w.revealed; await w.sessionContext.ready; }"
        )
        page.wait_for_function("() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
        page.evaluate("() => jupyterapp.shell.collapseLeft()")
        return notebook


class Notebook:
    """One notebook in one page. `failures` collects what the page itself threw."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.failures: list[str] = []
        page.on("pageerror", lambda error: self.failures.append(str(error)))

    def run_all(self, timeout: float = 120) -> None:
        """Run every cell as the menu does, and wait until the last one and every widget is there."""
        self.page.evaluate(
            "() => { window.courseRan = false;"
            " void jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.courseRan = true; }); }"
        )
        self.page.wait_for_function("() => window.courseRan", timeout=1000 * timeout)
        self.wait_for_widgets()

    def wait_for_widgets(self, timeout: float = 30) -> None:
        """Wait until every widget in the outputs is drawn.

        Raises:
            AssertionError: one is not drawn in time; the message names its cell.
        """
        try:
            self.page.wait_for_function(f"() => ({_UNDRAWN})().length === 0", timeout=1000 * timeout)
        except Exception as error:
            raise AssertionError(f"widgets that are not drawn: {self.page.evaluate(_UNDRAWN)}") from error

    def cells(self) -> list[dict[str, Any]]:
        """Every code cell: its id, execution count, and outputs as they are in the notebook's model."""
        found: list[dict[str, Any]] = self.page.evaluate(
            "() => [...jupyterapp.shell.currentWidget.content.model.cells].filter(c => c.type === 'code')"
            ".map(c => ({id: c.id, count: c.executionCount, source: c.sharedModel.getSource(),"
            " outputs: c.outputs.toJSON()}))"
        )
        return found

    def errors(self) -> list[str]:
        """What went wrong in the cells: error outputs, and cells that did not run."""
        found = []
        for cell in self.cells():
            if cell["source"].strip() and cell["count"] is None:
                found.append(f"{cell['id']}: did not run")
            for output in cell["outputs"]:
                if output["output_type"] == "error":
                    found.append(f"{cell['id']}: {output['ename']}: {output['evalue']}")
        return found

    def theme(self, name: str) -> None:
        """Change Lab's theme and wait until it is on the page."""
        self.page.evaluate("name => jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)
        self.page.wait_for_function("() => !document.querySelector('#jupyterlab-splash')")
        self._settle()

    def shoot(self, folder: Path, name: str) -> list[Path]:
        """Screenshots of the whole notebook from top to bottom, ``<name>-00.png`` and on; returns their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        box, height = self.page.evaluate(
            "() => { const p = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer');"
            " const b = p.getBoundingClientRect();"
            " const cells = p.querySelectorAll('.jp-Cell');"
            " const end = cells[cells.length - 1].getBoundingClientRect().bottom - b.y + p.scrollTop;"
            " return [{x: b.x, y: b.y, width: b.width, height: b.height}, end]; }"
        )
        paths = []
        for index, top in enumerate(range(0, max(1, int(height) - 40), int(box["height"]) - 40)):
            self.page.evaluate(
                "top => { document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer')"
                ".scrollTop = top; }",
                top,
            )
            self._settle()
            paths.append(folder / f"{name}-{index:02}.png")
            self.page.screenshot(path=paths[-1], clip=box)
        return paths

    def close(self) -> None:
        """Shut the kernel down and close the page. Closing twice is fine."""
        if not self.page.is_closed():
            self.page.evaluate("() => jupyterapp.shell.currentWidget?.sessionContext?.shutdown()")
            self.page.close()

    def _settle(self) -> None:
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


_UNDRAWN = f"""() => {{
    const undrawn = [];
    for (const cell of jupyterapp.shell.currentWidget.content.widgets) {{
        if (cell.model.type !== 'code') continue;
        const wanted = cell.model.outputs.toJSON().filter(o => o.data && o.data['{WIDGET}']).length;
        const areas = [...cell.node.querySelectorAll('.jp-OutputArea-output')];
        const drawn = areas.filter(a => a.querySelector('.jupyter-widgets')).length;
        const words = areas.map(a => a.innerText).join(' ');
        if (drawn < wanted || /Error displaying widget|Loading widget|Error creating widget/.test(words))
            undrawn.push(`${{cell.model.id}}: ${{drawn}} of ${{wanted}} drawn: ${{words.slice(0, 200)}}`);
    }}
    return undrawn;
}}"""


@contextlib.contextmanager
def server(python: str = sys.executable, root: Path = ROOT) -> Iterator[Lab]:
    """JupyterLab over a copy of the course, with its own settings and no learner's progress.

    Raises:
        RuntimeError: it ended or did not answer within 60 s; the message holds the end of its log.
    """
    with tempfile.TemporaryDirectory(prefix="course-lab-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        course = folder / "course"
        for part in ("course_lib", "notebooks"):
            shutil.copytree(
                root / part, course / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            )
        for part in ("README.md", "pyproject.toml", "requirements.txt"):
            if (root / part).exists():
                shutil.copy(root / part, course / part)
        (folder / "config" / "labconfig").mkdir(parents=True)
        (folder / "config" / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
        token, port = secrets.token_hex(8), _free_port()
        command = [python, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
        command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={course}"]
        command += [
            "--LabApp.extension_manager=readonly",
            "--expose-app-in-browser",
            "--KernelManager.transport_encryption=auto",
        ]
        command += ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        with (folder / "lab.log").open("w") as log:
            process = subprocess.Popen(
                command, env={**_environment(), **isolation(folder)}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            try:
                lab = Lab(f"http://localhost:{port}", token, course)
                if not answers(f"{lab.url}/api/status?token={lab.token}", process):
                    log.flush()
                    said = (folder / "lab.log").read_text()[-2000:]
                    raise RuntimeError(f"expected a JupyterLab that answers, got:\n{said}")
                yield lab
            finally:
                process.terminate()
                process.wait(20)


def _environment() -> dict[str, str]:
    """This process's, without coverage: the browser tests look at pictures, and a measured kernel is a slow one."""
    return {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, process: subprocess.Popen[Any], limit: float = 60) -> bool:
    """Ask until the address answers: True; False when its process ends first or `limit` seconds are over."""
    deadline = time.monotonic() + limit
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)  # ends at once when the server dies; otherwise the time until the next question
    return False
