"""One run in which everything happens, and its job summary: who sees only that can say all of it.

The second of two runs: between them one file of the linter is broken, one program is another one, and nothing else is touched.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.e2e import act
from tests.e2e.act import ActRun, Event
from tests.e2e.browser import chromium, opened
from tests.e2e.repository import PROJECT, commit, create, git, workflow, write
from tests.e2e.screenshots import summary_page
from tests.support.golden import Golden

CHECKS = """\
version: 1
verification: { parallel: true, max_workers: 2, fail_fast: never }
checks:
  lint:
    run: python lint.py src
    inputs: [lint.py, src]
    findings: [mypy]
  docs: { run: "sleep 1.2; grep -q . README.md", inputs: [README.md] }
  build: { run: .scratch/compiler README.md, inputs: [README.md] }
  package: { run: "sleep 0.4", needs: [lint], inputs: [src] }
  browser: { run: "sleep 60", timeout: 1s, inputs: [src] }
  network: { run: "[ -e .scratch/tried ] || { touch .scratch/tried; echo no answer; exit 1; }", retries: 1, inputs: [src] }
  types: { run: "sleep 0.3; echo \\"src/b.py:1: note: nothing to complain of\\"", inputs: [src], findings: [mypy] }
"""
LINT = '''\
"""Complains of long lines, as other linters do."""

import sys
from pathlib import Path

found = [
    f'{path}:{number}: error: line is {len(line)} characters long  [line-length]'
    for path in sorted(Path(sys.argv[1]).rglob("*.py"))
    for number, line in enumerate(path.read_text().splitlines(), 1)
    if len(line) > 40
]
print("\\n".join(found) or "all lines are short enough")
sys.exit(bool(found))
'''
TOOL = '#!/bin/sh\n# {number}\nsleep 0.5\ntest -s "$1"\n'
FILES = {
    ".firsttry.yml": CHECKS, "lint.py": LINT, "README.md": "Read me.\n", "src/a.py": "short = 1\n", "src/b.py": "b = 2\n" + f"old = '{'y' * 50}'\n" * 12,
}  # fmt: skip
SEEN = PROJECT / ".build" / "e2e" / "summary.md"
"""What `tests.e2e.screenshots` makes pictures of."""

CHANGING = [
    (r"\d+(\.\d+)?(?: |&nbsp;)?(ms|s)\b(?! characters)", "TIME"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "DATE"),
    (r"(?<=commit )[0-9a-f]{9}\b|(?<=since )[0-9a-f]{9}\b|(?<=blob/)[0-9a-f]{40}", "COMMIT"),
    (r"Waited for a free slot or a lock: .*?TIME\.", "WAITED"),  # who did besides lint depends on the machine,
    (r" (?:One more|More) worker slots?\b[^\n]*", ""),  # and so does whether another slot is worth a word
    (r"(?m)^[* ] \w+ +[█▏▎▍▌▋▊▉ ]+TIME$", "BAR"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, home: Path, job_image: str, action_image: str) -> ActRun:
    folder = tmp_path_factory.mktemp("told")
    files = {**FILES, "src/b.py": "b = 2\n", ".github/workflows/verify.yml": workflow({"store": ".store"})}
    repository = create(folder / "repository", files, image=action_image)
    write(repository, {".scratch/compiler": TOOL.format(number=1), ".scratch/tried": ""})
    (repository / ".scratch/compiler").chmod(0o755)
    before = git(repository, "rev-parse", "HEAD").strip()
    first = act.run(repository, home, job_image)
    assert first.names("failed") == ["browser"], first.log
    write(repository, {".scratch/compiler": TOOL.format(number=2), "src/a.py": f"short = 1\nlong = '{'x' * 60}'\n", "src/b.py": FILES["src/b.py"]})
    (repository / ".scratch/tried").unlink()
    commit(repository, "Long lines")
    return act.run(repository, home, job_image, event=Event(name="push", payload={"before": before, "ref": "refs/heads/topic"}))


def test_who_sees_only_the_summary_can_say_all_that_happened(told: ActRun, golden: Golden) -> None:
    assert told.code == 1, told.log
    page = told.summary
    SEEN.parent.mkdir(parents=True, exist_ok=True)
    SEEN.write_text(page, encoding="utf-8")
    for pattern, word in CHANGING:
        page = re.sub(pattern, word, page)
    golden("told-summary.md", page)


def test_findings_stand_in_the_diff_those_of_touched_lines_first(told: ActRun) -> None:
    errors = told.annotations("error")
    assert len(errors) <= 10
    assert any("file=src/a.py,line=2" in line and "line-length" in line for line in errors), errors


def test_the_outputs_say_the_same(told: ActRun) -> None:
    said = {name: json.loads(told.outputs[name]) for name in ("failed", "blocked", "replayed", "unaffected", "flaky", "passed")}
    assert {name: sorted(checks) for name, checks in said.items()} == {
        "failed": ["browser", "lint"], "blocked": ["package"], "replayed": ["docs"], "unaffected": ["build"], "flaky": ["network"],
        "passed": ["build", "docs", "network", "types"],
    }  # fmt: skip
    assert (told.outputs["verdict"], told.outputs["checks"], told.outputs["errors"]) == ("failed", "7", "13")


@pytest.mark.parametrize(("width", "scheme"), [(1012, "light"), (1012, "dark"), (390, "light")])
def test_it_is_shown_whole_at_its_host_on_a_phone_too(told: ActRun, tmp_path: Path, width: int, scheme: str) -> None:
    path = tmp_path / "summary.html"
    path.write_text(summary_page(told.summary, scheme), encoding="utf-8")
    with chromium() as browser, opened(browser, path, width=width, height=800, scheme=scheme) as shown:
        view = shown.page
        assert view.evaluate("document.documentElement.scrollWidth") <= width, "only tables scroll, and for themselves"
        assert view.locator("h2").count() == 1
        assert view.locator("table").count() == view.locator("table:has(th)").count() == 2
        assert view.locator("details").evaluate_all("found => found.map(one => one.open)") == [False], "the log is folded"
        assert shown.complaints == []
