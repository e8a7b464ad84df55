"""The shape of the package: imports only point down, nothing goes in circles, files and functions stay small, a warm run imports little."""

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from statistics import median

import pytest
import yaml

PACKAGE = Path(__file__).parents[1] / "ftaction"
FILES = sorted(PACKAGE.rglob("*.py"))

BELOW: dict[str, set[str]] = {
    "model": set(),
    "errors": {"model"},
    "plan": {"errors", "model"},
    "tools": {"errors", "model"},
    "report": {"errors", "model"},
    "edge": {"errors", "model"},
    "within": set(),
    "run": {"plan", "tools", "report", "edge", "errors", "model"},
    "app": {"run", "plan", "tools", "report", "errors", "model"},
}
"""What each layer may import besides itself and the package's version. `stores`, `wiring`, `cli` and `__main__` build the world: they may know all."""

TOP = {"asking", "wiring", "touched", "stores", "statuses", "arguments", "cli", "__main__"}

THERE = {"ftaction.within.firsttry_pytest": {"pluggy", "pytest", "_pytest"}}
"""What runs inside a process of the user's meets what is installed there."""

ALONE = THERE.keys()
"""Handed to such a process as one file, whatever its length."""

PURE = ("model", "plan", "tools", "report", "errors")
OUTSIDE = {
    "os", "asyncio", "subprocess", "socket", "time", "random", "http", "urllib", "requests", "httpx", "aiohttp", "tempfile", "shutil", "pathlib", "signal",
    "threading", "multiprocessing", "select", "selectors", "ssl", "glob", "io", "fcntl", "secrets", "uuid", "platform", "getpass", "locale",
}  # fmt: skip
"""What reaches outside, or differs from one run to the next."""

THIRD_PARTY = {
    "plan": {"jsonschema", "referencing", "yaml"}, "tools": {"yaml"},
    "edge": {"anthropic", "cryptography", "obstore", "openai", "opentelemetry", "zstandard"},
}  # fmt: skip


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text())


def imports(module: str, of: ast.AST | None = None) -> list[tuple[str, int]]:
    """Every module that is imported, wherever it stands, also for types alone; and the line."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(of or tree(module)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: relative imports hide where they point"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.append((inner if inner in MODULES else str(node.module), node.lineno))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_point_down(module: str) -> None:
    mine = layer(module)
    if not mine or mine in TOP:
        return
    wrong = [f"{name} in line {line}" for name, line in imports(module) if name.startswith("ftaction.") and layer(name) not in BELOW[mine] | {mine}]
    assert wrong == []


@pytest.mark.parametrize("module", MODULES)
def test_who_decides_touches_nothing(module: str) -> None:
    if layer(module) in PURE:
        assert [f"{name} in line {line}" for name, line in imports(module) if name.split(".")[0] in OUTSIDE and name != "os.path"] == []


@pytest.mark.parametrize("module", MODULES)
def test_only_the_standard_library_and_what_is_listed(module: str) -> None:
    allowed = set(sys.stdlib_module_names) | {"ftaction"} | THIRD_PARTY.get(layer(module), set()) | THERE.get(module, set())
    assert [f"{name} in line {line}" for name, line in imports(module) if name.split(".")[0] not in allowed] == []


def test_every_layer_is_known() -> None:
    assert {layer(module) for module in MODULES} - {""} == BELOW.keys() | TOP


def test_only_the_top_knows_both_the_line_and_the_outside() -> None:
    both = {module for module in MODULES if {"app", "edge"} <= {layer(name) for name, _ in imports(module)}}
    assert {layer(module) for module in both} <= TOP
    assert not [name for name, _ in imports("ftaction.app") if layer(name) == "edge"]


def test_no_import_goes_in_a_circle() -> None:
    state: dict[str, int] = {}  # 1: on the path, 2: done
    stack: list[str] = []

    def visit(module: str) -> None:
        state[module] = 1
        stack.append(module)
        for name, line in imports(module):
            if name in MODULES and name != "ftaction":
                assert state.get(name) != 1, f"{' → '.join([*stack[stack.index(name) :], name])}, closed in line {line}"
                if name not in state:
                    visit(name)
        state[module] = 2
        stack.pop()

    for module in MODULES:
        if module not in state and module != "ftaction":
            visit(module)


def test_no_file_is_long_and_most_are_short() -> None:
    lengths = {module: len(path.read_text().splitlines()) for module, path in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > 300 and module not in ALONE} == {}
    assert median(lengths.values()) < 100


@pytest.mark.parametrize("module", MODULES)
def test_no_function_is_long(module: str) -> None:
    functions = [node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [f"{one.name} in line {one.lineno}" for one in functions if (one.end_lineno or 0) - one.lineno + 1 > 40] == []


HEAVY = {
    "asyncio", "concurrent.futures", "cryptography", "ctypes", "dataclasses", "difflib", "email", "http.client", "inspect", "logging", "multiprocessing",
    "obstore", "pathlib", "random", "secrets", "shutil", "socket", "ssl", "subprocess", "tarfile", "tempfile", "tomllib", "traceback", "typing_extensions",
    "urllib.request", "yaml", "zstandard",
}  # fmt: skip
"""What costs a millisecond or more to import, and what a run that replays everything has no use for."""

NEEDED = {"subprocess"}
"""Of those, what even such a run uses: git is asked which files differ."""


def imported(*arguments: str, folder: Path, environment: dict[str, str]) -> tuple[set[str], subprocess.CompletedProcess[str]]:
    """The modules that a real process imported."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    lines = [line for line in ended.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip() for line in lines}, ended


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "FTACTION_STORE": str(tmp_path / "store"), "LANG": "C.UTF-8"}


def always(environment: dict[str, str], folder: Path) -> set[str]:
    """What this interpreter imports before any program: files of its site-packages among it."""
    return imported("-c", "", folder=folder, environment=environment)[0]


def test_the_command_line_imports_nothing_heavy(tmp_path: Path, environment: dict[str, str]) -> None:
    names, ended = imported("-c", "import ftaction.cli", folder=tmp_path, environment=environment)
    assert ended.returncode == 0
    assert names & HEAVY - always(environment, tmp_path) <= NEEDED


CONFIG = """\
version: 1
verification: {parallel: true, parallel_groups: [[a, b]]}
checks:
  a: {run: "true", inputs: ["*.txt"]}
  b: {run: [cat, a.txt]}
  c: {run: "cat a.txt > made", outputs: [made], stage: slow}
  d: {run: "grep -q a made", needs: [c]}
"""


@pytest.mark.parametrize("format", ["yml", "json"])
def test_a_run_that_replays_everything_imports_nothing_heavy(tmp_path: Path, environment: dict[str, str], format: str) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "a.txt").write_text("a\n")
    (repository / f".firsttry.{format}").write_text(CONFIG if format == "yml" else json.dumps(yaml.safe_load(CONFIG)))
    (repository / ".gitignore").write_text("made\n")
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "m"]):
        subprocess.run(["git", *command], cwd=repository, check=True, env=environment)
    cold, first = imported("-m", "ftaction", "run", folder=repository, environment=environment)
    assert (first.returncode, "asyncio" in cold) == (0, True), first.stdout
    warm, second = imported("-m", "ftaction", "run", folder=repository, environment=environment)
    assert "0 ran, 4 replayed" in second.stdout
    assert warm & HEAVY - always(environment, repository) <= NEEDED
    unused = ("ftaction.tools.detect", "ftaction.plan.kinds", "ftaction.run.execute", "ftaction.edge.archive", "ftaction.report.page", "opentelemetry")
    alone = ("ftaction.report.trace", "ftaction.report.spans", "ftaction.report.lanes", "ftaction.run.at_hand", "ftaction.edge.otel", "ftaction.model.span")
    assert not {name for name in warm if name.startswith(unused) or name in alone}
