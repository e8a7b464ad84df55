"""A small project with tests, run by a real pytest, and questions to what was seen of it."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ftaction.model.trace import Trace, Window
from ftaction.run.tests_job import Selection, collect, prepare

QUIET = ("-p", "no:randomly", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Seen:
    """One run: its exit code, what it printed, what was seen, or why nothing was."""

    code: int
    output: str
    found: Trace | str

    @property
    def trace(self) -> Trace:
        assert isinstance(self.found, Trace), f"{self.found}\n{self.output}"
        return self.found

    def windows(self, number: int) -> Iterator[Window]:
        """A window with all that it uses."""
        known: set[int] = set()
        todo = [number]
        while todo:
            one = todo.pop()
            if one not in known:
                known.add(one)
                yield self.trace.windows[one]
                todo += self.trace.windows[one].uses

    def window(self, name: str) -> int:
        """Of the one test whose id ends like this; or with `import:` and `collect:`, of a file's."""
        kind, _, rest = name.partition(":")
        if kind == "import":
            return self.trace.imports[rest]
        if kind == "collect":
            return self.trace.collected[rest]
        numbers = {test.window for test in self.trace.tests if test.id.endswith(name)}
        assert len(numbers) == 1, f"{name}: {[test.id for test in self.trace.tests]}\n{self.output}"
        return numbers.pop()

    def of(self, name: str) -> set[str]:
        """All that a test relies on: `path:qualname`, `open path`, `list path`, `run program`."""
        trace = self.trace
        found: set[str] = set()
        for window in self.windows(self.window(name)):
            found |= {f"{trace.units[unit].path}:{trace.units[unit].name}" for unit in window.units}
            found |= {f"open {trace.paths[path]}" for path in window.opened} | {f"list {trace.paths[path]}" for path in window.listed}
            found |= {f"run {program}" for program in window.spawned}
        return found

    def outcomes(self) -> dict[str, str]:
        words = {(True, False): "passed", (True, True): "skipped", (False, False): "failed", (False, True): "failed"}
        return {test.id: words[test.outcome.passed, test.outcome.skipped] for test in self.trace.tests}

    def order(self) -> list[str]:
        return [test.id.rsplit("::", 1)[1] for test in self.trace.tests]


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(
    python: str,
    root: Path,
    *arguments: str,
    selection: Selection | None = None,
    env: Mapping[str, str] | None = None,
    command: tuple[str, ...] = ("-m", "pytest"),
    cwd: str = ".",
    quiet: tuple[str, ...] = QUIET,
    broken: tuple[str, str] | None = None,
) -> Seen:
    """`arguments` for pytest. What the run is prepared with lies beside the project. `broken`: a line of our plugin, and what stands in its place."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "LANG": "C.UTF-8", **(env or {})}
    jobs = root.parent / "jobs"
    jobs.mkdir(exist_ok=True)
    folder = jobs / str(len(list(jobs.iterdir())))
    folder.mkdir()
    environment |= prepare(folder, root=root, environment=environment, selection=selection or Selection())
    if broken is not None:
        plugin = folder / "pytest" / "firsttry_pytest.py"
        text = plugin.read_text()
        assert text.count(broken[0]) == 1
        plugin.write_text(text.replace(*broken))
    ended = subprocess.run(
        [python, *command, "-q", *quiet, *arguments], cwd=root / cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return Seen(ended.returncode, ended.stdout, collect(folder))
