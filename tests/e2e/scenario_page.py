"""The page in a real browser: it shows the run, lets itself be searched, zoomed and compared, and whatever stands in a name or log is text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ftaction.model.ending import Failed
from ftaction.report.document import report_document
from ftaction.report.page import page
from ftaction.report.words import duration
from tests.e2e.browser import Opened, chromium, opened
from tests.report import page_runs
from tests.report.runs import replayed, report, result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    pages = {
        "example": (page_runs.EXAMPLE, page_runs.LOGS, page_runs.MANIFESTS),
        "hostile": (page_runs.HOSTILE_RUN, page_runs.HOSTILE_LOGS, page_runs.HOSTILE_MANIFESTS),
        "large": page_runs.large(500, 256_000),
    }
    for name, (run, logs, manifests) in pages.items():
        (made / f"{name}.html").write_text(page(run, logs, manifests), encoding="utf-8", errors="backslashreplace")
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def show(browser: Any, folder: Path) -> Iterator[Callable[..., Opened]]:
    """Opens a page; at the end nothing of it has complained, been refused or left the file."""
    with ExitStack() as stack:
        pages: list[tuple[Opened, Path]] = []

        def shown(name: str, **given: Any) -> Opened:
            path = folder / f"{name}.html"
            pages.append((stack.enter_context(opened(browser, path, **given)), path))
            return pages[-1][0]

        yield shown
        for found, path in pages:
            assert (found.complaints, found.violations(), found.requests) == ([], [], [path.as_uri()])


def texts(view: Any, selector: str) -> list[str]:
    return [text.strip() for text in view.locator(selector).all_inner_texts()]


def test_it_tells_the_run(show: Callable[..., Opened]) -> None:
    view = show("example").page
    assert view.title() == "Failed: acme/shop 012345678"
    assert view.locator("h1").inner_text().endswith("Failed in 31.4 s: 12 checks, 7 ran, 3 replayed, 1 unaffected, 2 failed, 1 blocked, saved 1 m 13 s")
    names = texts(view, ".checks .name")
    assert names[:3] == ["typecheck", "test:unit", "deploy:preview"], "what did not pass comes first"
    assert sorted(names) == sorted(one.check for one in page_runs.EXAMPLE.results)
    assert view.locator("tr", has_text="lint").locator("td.time").first.inner_text() == duration(1.84)
    assert "critical path" in view.locator("tr", has_text="typecheck").first.inner_text(), "said in words"


def test_times_are_said_as_everywhere(show: Callable[..., Opened]) -> None:
    seconds = [0, 0.0004, 0.9994, 0.9996, 1.26, 59.94, 59.96, 125, 3599.4, 3599.6, 3601, 90_000]
    assert show("example").page.evaluate("(all) => all.map(duration)", seconds) == [duration(one) for one in seconds]


def test_a_check_opens_with_its_log_and_what_is_large_is_built_only_then(show: Callable[..., Opened]) -> None:
    view = show("example").page
    assert view.locator("pre").count() == 0
    view.locator(".name", has_text="test:unit").click()
    panel = view.locator(".panel")
    assert "after 1.9 s of waiting for a slot" in panel.inner_text()
    assert "src/shop/cart.py modified" in panel.inner_text()
    assert "1 failed, 412 passed in 14.31s" in panel.locator("pre.content").inner_text()
    assert "\x1b" not in panel.locator("pre.content").inner_text()
    assert panel.locator("figure svg rect").count() == 13
    panel.get_by_text("Manifest").click()
    panel.locator("pre.content").nth(1).wait_for()  # the browser tells of a toggle in its own time
    assert "command\trun\t'pytest -q'" in panel.locator("pre.content").last.inner_text()
    panel.get_by_text("As a table").click()
    panel.locator("figure + details tbody tr").first.wait_for()
    assert panel.locator("figure + details tbody tr").count() == 13


def test_a_log_is_searched(show: Callable[..., Opened]) -> None:
    view = show("example").page
    view.locator(".name", has_text="test:unit").click()
    field = view.get_by_label("Search in the log of test:unit")
    field.fill("TEST_CHECKOUT.py")
    told = view.locator(".hits")
    assert told.inner_text() == "1 of 24"
    field.press("Enter")
    assert told.inner_text() == "2 of 24"
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    assert told.inner_text() == "24 of 24"
    view.get_by_role("button", name="Next hit").click()
    assert told.inner_text() == "1 of 24"
    assert view.evaluate("CSS.highlights.get('hits').size") == 24
    field.fill("nowhere to be found")
    assert told.inner_text() == "no hit"
    field.fill("(")
    assert told.inner_text() == "1 of 3", "text, no pattern"


def test_the_time_line_zooms_and_moves(show: Callable[..., Opened]) -> None:
    view = show("example").page
    outer, inner = view.locator(".outer"), view.locator(".inner")
    wide = inner.bounding_box()["width"]
    view.get_by_role("button", name="Zoom in").click()
    assert inner.bounding_box()["width"] == pytest.approx(1.5 * wide, abs=2)
    outer.focus()
    outer.press("+")
    assert inner.bounding_box()["width"] == pytest.approx(2.25 * wide, abs=2)
    before = outer.evaluate("(one) => one.scrollLeft")
    view.get_by_role("button", name="Later").click()
    view.wait_for_function("(before) => document.querySelector('.outer').scrollLeft > before", arg=before)
    outer.hover()
    view.keyboard.down("Control")
    view.mouse.wheel(0, -100)
    view.keyboard.up("Control")
    view.wait_for_function("(wide) => document.querySelector('.inner').clientWidth > 2.5 * wide", arg=wide)
    outer.press("0")
    assert inner.bounding_box()["width"] == pytest.approx(wide, abs=2)


def test_everything_can_be_done_with_a_keyboard(show: Callable[..., Opened]) -> None:
    view = show("example").page
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.textContent") == "To the checks"
    view.locator(".outer").focus()
    view.keyboard.press("PageDown")
    assert view.evaluate("document.activeElement.getAttribute('aria-label')").startswith("lint: passed in 1.8 s")
    view.keyboard.press("ArrowRight")
    assert view.evaluate("document.activeElement.getAttribute('aria-label')").startswith("format: passed")
    view.keyboard.press("Enter")
    assert view.locator(".name[aria-expanded=true]").inner_text() == "format"
    assert view.evaluate("document.activeElement.textContent") == "format"
    view.keyboard.press("Space")
    assert view.locator(".name[aria-expanded=true]").count() == 0
    assert view.evaluate(UNNAMED) == []


def test_the_table_is_filtered_and_sorted(show: Callable[..., Opened]) -> None:
    view = show("example").page
    view.get_by_label("Filter checks").fill("test:")
    assert sorted(texts(view, ".checks .name")) == ["deploy:preview", "test:api", "test:unit"], "by name and by reason"
    view.get_by_label("Filter checks").fill("")
    view.get_by_label("Which checks").select_option("did not pass")
    assert texts(view, ".checks .name") == ["typecheck", "test:unit", "deploy:preview"]
    view.get_by_label("Which checks").select_option("all")
    view.locator("th.time button").click()
    assert view.locator("th.time").get_attribute("aria-sort") == "ascending"
    assert texts(view, ".checks .name")[:2] == ["node-deps", "python-deps"], "the longest first"
    view.get_by_label("Filter checks").fill("lint")
    view.locator(".inner button", has_text="build").click()
    assert view.locator(".name[aria-expanded=true]").inner_text() == "build", "a bar opens its check, also one that was filtered out"


EARLIER = report(
    result("lint", seconds=9.0), result("test:unit", seconds=14.5), result("test:api", ending=Failed(1), seconds=3.0), result("gone"),
    result("typecheck", ending=Failed(2)), replayed("build"), seconds=40.0,
)  # fmt: skip
DIFFERENCES = [
    ("Newly not passing (1)", ["test:unit"]),
    ("Fixed (1)", ["test:api"]),
    ("Still not passing (1)", ["typecheck"]),
    ("Slower (2)", ["typecheck", "test:api"]),
    ("Faster (1)", ["lint"]),
    ("Added (7)", ["python-deps", "node-deps", "format", "docs", "e2e:checkout", "deploy:preview", "markdown"]),
    ("Gone (1)", ["gone"]),
]


@pytest.mark.parametrize("kind", ["report.json", "report.html"])
def test_it_is_compared_with_an_earlier_run(kind: str, show: Callable[..., Opened], tmp_path: Path) -> None:
    path = tmp_path / kind
    path.write_text(json.dumps(report_document(EARLIER)) if kind == "report.json" else page(EARLIER, {}, {}), encoding="utf-8")
    view = show("example").page
    view.get_by_label("A report.html or report.json of an earlier run").set_input_files(path)
    view.locator("#differences h3").last.wait_for()
    titles = texts(view, "#differences h3")
    rows = [texts(view, f"#differences .wide >> nth={number} >> tbody th") for number in range(len(titles))]
    assert list(zip(titles, rows, strict=True)) == DIFFERENCES


NO_RUNS = [
    ("no JSON", "nothing"),
    ("[]", "another JSON"),
    ('{"checks": {}}', "no list"),
    ('<script id="data">{"checks": 1}</script>', "a page of something else"),
    ("", "nothing at all"),
]


@pytest.mark.parametrize(("content", "reason"), NO_RUNS, ids=[row[1] for row in NO_RUNS])
def test_what_is_no_run_is_said_to_be_none(content: str, reason: str, show: Callable[..., Opened], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content)
    view = show("example").page
    view.locator("#earlier").set_input_files(tmp_path / "a.json")
    assert "a.json is neither a page nor a report of a run" in view.locator("#differences p").inner_text()


def test_an_earlier_run_is_no_more_trusted_than_this_one(show: Callable[..., Opened], folder: Path) -> None:
    view = show("example").page
    view.locator("#earlier").set_input_files(folder / "hostile.html")
    view.locator("#differences h3").last.wait_for()
    assert page_runs.MARKUP in texts(view, "#differences tbody th")
    assert view.evaluate("window.attacked") is None


def test_whatever_stands_in_a_run_is_shown_as_text(show: Callable[..., Opened]) -> None:
    view = show("hostile").page
    view.locator(".name").first.click()
    assert view.locator(".name").first.inner_text() == page_runs.MARKUP
    view.locator(".panel summary", has_text="Findings (5,007)").click()
    view.locator(".findings li").first.wait_for()
    assert view.locator(".findings li").count() == 100
    view.get_by_role("button", name="Show all findings").click()
    assert view.locator(".findings li").count() == 5000
    assert "7 more findings" in view.locator(".panel").first.inner_text()
    view.locator(".panel summary", has_text="Manifest").click()
    for name in view.locator(".name").all()[1:]:
        name.click()
    shown = view.locator("body").inner_text()
    assert "\\u{202e}rtl\\u{200b}zero\\u{dcff}\\u{0}" in shown
    assert not set("\u202e\u200b\x1b\x00\u2028") & set(shown)
    assert view.locator("img, iframe, [onerror], [onclick], b").count() == 0
    assert view.locator("script:not([type])").count() == 1
    assert view.locator("a[href^=javascript]").count() == 0
    assert view.evaluate("window.attacked") is None
    view.get_by_label("Search in the log of").first.fill("[a.b]*")
    assert view.locator(".hits").first.inner_text() == "1 of 1"


def test_markup_can_not_be_made_of_text(show: Callable[..., Opened]) -> None:
    view = show("example")
    refused = view.page.evaluate("() => { try { document.body.innerHTML = '<b>x'; return false } catch { return true } }")
    assert refused, "the page's own policy refuses what its script never does"
    view.page.evaluate("window.violations = []")
    view.complaints.clear()


def test_a_large_run_opens_and_its_last_log_too(show: Callable[..., Opened]) -> None:
    view = show("large").page
    assert len(texts(view, ".checks .name")) == 500
    opening = view.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert opening < 15_000, "ms, on whatever machine this is"
    view.get_by_label("Filter checks").fill("check:0499")
    view.locator(".name").click()
    view.locator(".panel summary", has_text="Log").click()
    assert "characters left out" in view.locator("pre.content").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_in_both_schemes(scheme: str, show: Callable[..., Opened]) -> None:
    """WCAG 2.2, 1.4.3: text against what is behind it, at least 4.5 to 1."""
    view = show("example", scheme="dark" if scheme == "light" else "light").page
    view.get_by_label("Theme").select_option(scheme)
    view.locator(".name").first.click()
    assert view.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_narrow_window_is_not_scrolled_sideways(width: int, show: Callable[..., Opened]) -> None:
    for name in ("example", "hostile"):
        view = show(name, width=width, height=800).page
        view.locator(".name").first.click()
        assert view.evaluate("document.documentElement.scrollWidth") <= width


def test_a_green_run_of_nothing_but_replays(show: Callable[..., Opened], folder: Path) -> None:
    (folder / "green.html").write_text(page(report(replayed("lint"), replayed("test"), seconds=0.04), {}, {}), encoding="utf-8")
    view = show("green").page
    assert "Passed in 40 ms" in view.locator("h1").inner_text()
    assert "Nothing ran" in view.locator("#time").inner_text()


UNNAMED = """() => [...document.querySelectorAll("button, input, select, [role=region]")]
  .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).map((one) => one.outerHTML)"""

CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  const behind = (one) => {
    const found = rgb(getComputedStyle(one).backgroundColor);
    return found[3] === 255 ? found : behind(one.parentElement);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.checkVisibility() || one.closest("script, .skip, option")) continue;
    const [text, back] = [light(rgb(getComputedStyle(one).color)), light(behind(one))];
    const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    if (ratio < 4.5) found.add(`${one.className || one.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""
