"""A small repository with a real pytest suite, of which a test decides from outside which tests fail: nothing that a fingerprint knows of differs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.command_line import CommandLine
from tests.support.repository import TestRepository
from tests.within.pythons import NEWEST, python

RUN = "python -m pytest -q -p no:cacheprovider -p no:randomly"

FILES = {
    "app/__init__.py": "",
    "app/one.py": "def one():\n    return 1\n",
    "app/two.py": "def two():\n    return 2\n",
    "app/said.py": (
        "from pathlib import Path\n\n\ndef obey(name):\n"
        "    said = Path({said!r})\n    words = said.read_text().split() if said.exists() else []\n"
        "    if name in words:\n        words.remove(name)\n        said.write_text(' '.join(words))\n        raise AssertionError(name)\n"
    ),
    "tests/test_one.py": "from app.one import one\nfrom app.said import obey\n\n\ndef test_one():\n    obey('one')\n    assert one() == 1\n",
    "tests/test_two.py": (
        "from app.said import obey\nfrom app.two import two\n\n\ndef test_two():\n    obey('two')\n    assert two() == 2\n\n\n"
        "def test_both():\n    obey('both')\n    assert two() == 2\n"
    ),
    "pytest.ini": "[pytest]\npythonpath = .\n",
    ".gitignore": "__pycache__/\n",
}
ONE, TWO, BOTH = "tests/test_one.py::test_one", "tests/test_two.py::test_two", "tests/test_two.py::test_both"


class Suite(CommandLine):
    """Each `run` is a process of its own, as a user starts it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(TestRepository(folder / "repository"), folder / "store")
        self.folder = folder
        self.said = folder / "said"
        self.variables |= {"PATH": f"{Path(python(NEWEST)).parent}:{self.variables['PATH']}"}
        self.repository.write_all({path: text.replace("{said!r}", repr(str(self.said))) for path, text in FILES.items()})
        self.settle()

    def settle(self, run: str = RUN, verification: Mapping[str, object] | None = None, **check: object) -> None:
        """The configuration, committed; it is no input."""
        self.configure({"verification": verification or {}, "checks": {"unit": {"run": run, "inputs": ["app", "tests", "pytest.ini"], **check}}})

    def fail(self, *names: str) -> None:
        """The next time that these tests run they fail, each once; given twice, twice."""
        self.said.write_text(" ".join(names))

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.repository.root / path).read_text()
        assert text.count(old) == 1
        self.repository.write(path, text.replace(old, new))
        self.repository.commit()

    def go(self, *arguments: str) -> "Ran":
        path = self.folder / "report.json"
        path.unlink(missing_ok=True)
        status, out, err = self.run("run", "--report", str(path), *arguments)
        assert status in (0, 1), out + err
        report: dict[str, Any] = json.loads(path.read_text())
        log = report["checks"][0]["log"]
        return Ran(status, report, out + err, Path(log).read_text() if log and Path(log).exists() else "")


class Ran:
    """One run, with its one check."""

    def __init__(self, status: int, report: dict[str, Any], said: str, log: str) -> None:
        self.status = status
        self.report = report
        self.said = said
        self.log = log
        (self.check,) = report["checks"]

    @property
    def selected(self) -> list[str] | str:
        """The tests that were chosen, or the rule by which all of them ran, or where the result comes from."""
        if "selection" not in self.check or self.check["source"] != "ran":
            return str(self.check["source"])
        return self.check["selection"]["rule"] or self.check["selection"]["selected"]  # type: ignore[no-any-return]  # plain JSON

    @property
    def suspects(self) -> dict[str, str]:
        """Failures of runs, by test; the check's own by the empty name."""
        return {one["test"]: f"{one['failed']}/{one['runs']}" for one in self.report["suspects"]}

    def loud(self) -> list[str]:
        return [line for line in self.said.splitlines() if line.startswith("WRONG: ")]
