"""Makes the pictures of the documentation: `.build/e2e/venv/bin/python -m tests.e2e.screenshots`.

The page is of the tests' example, the job summary is the one that `tests/e2e/run -k told` has seen last, with GitHub's own renderer (cmark-gfm)
and its style (github-markdown-css). `tests/e2e/run` makes the interpreter and installs Chromium.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

from ftaction.report.page import page
from tests.e2e.browser import chromium, opened
from tests.report.page_runs import EXAMPLE, LOGS, MANIFESTS
from tests.support.npm import BUILD, install

HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "images"


BACKGROUND = {"light": "#ffffff", "dark": "#0d1117"}
WIDTH, PHONE = 1012, 390  # pixels


def summary_page(markdown: str, scheme: str) -> str:
    """As a run's page at GitHub shows it."""
    style = (install(HERE / "npm", BUILD / "npm-e2e") / "node_modules/github-markdown-css" / f"github-markdown-{scheme}.css").read_text(encoding="utf-8")
    body = github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)  # `details` is HTML; GitHub cleans it behind the renderer
    page = f"<meta name=viewport content='width=device-width'><style>{style} body {{ margin: 0; padding: 24px; background: {BACKGROUND[scheme]} }}</style>"
    return f"<!doctype html><meta charset=utf-8>{page}<article class=markdown-body>{body}</article>"


def summaries(markdown: str, images: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for name, scheme, width in (("light", "light", WIDTH), ("dark", "dark", WIDTH), ("phone", "light", PHONE)):
            path = Path(folder) / "summary.html"
            path.write_text(summary_page(markdown, scheme), encoding="utf-8")
            with opened(browser, path, width=width, height=800, scheme=scheme) as shown:
                shown.page.screenshot(path=images / f"summary-{name}.png", full_page=True)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    summaries((BUILD / "e2e" / "summary.md").read_text(encoding="utf-8"), IMAGES)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "report.html"
        path.write_text(page(EXAMPLE, LOGS, MANIFESTS), encoding="utf-8")
        for scheme in ("light", "dark"):
            with opened(browser, path, width=1200, height=1440, scheme=scheme) as shown:
                view = shown.page
                view.locator(".name", has_text="test:unit").click()
                view.get_by_label("Search in the log of test:unit").fill("19.99")
                view.locator(".view").evaluate("(one) => { one.style.maxHeight = '210px'; one.scrollTop = one.scrollHeight; }")
                view.locator("h1").scroll_into_view_if_needed()
                view.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
                view.screenshot(path=IMAGES / f"page-{scheme}.png")


if __name__ == "__main__":
    main()
