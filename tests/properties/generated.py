"""Generated repositories: what a check may be made of, each choice beside what it means, said by hand.

Nothing here asks the program. A glob list stands beside a predicate over paths; a tool beside the files it always reads. From these the
model says what a check's outcome may depend on: the key of a check is that and nothing else, so a check whose key was seen passing
must be replayed, and any other must run.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

Predicate = Callable[[str], bool]

FILES = ("a.txt", "b.py", "src/a.txt", "src/c.py", "src/deep/d.txt", "docs/e.md", "docs/odd [1] ü.txt", "srcs/f.txt",
         "pyproject.toml", "uv.lock", "package.json", "go.mod", "tsconfig.json")  # fmt: skip
IGNORED = ("secret/key.bin", "secret/deep/more.bin", "made.log", "src/kept.txt")
CONTENTS = ("", "1\n", "22\n", "333\n")


def _txt(path: str) -> bool:
    return path.endswith(".txt")


def _always(_path: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Inputs:
    """`globs` as a user writes them; which files of git's they mean, which they take away, and which ignored ones they name."""

    globs: tuple[str, ...]
    means: Predicate
    never: Predicate = lambda _path: False
    names: Predicate = lambda _path: False

    @property
    def narrowed(self) -> bool:
        """Whether the tool's own files have to be added."""
        return any(not glob.startswith("!") for glob in self.globs)


INPUTS = (
    Inputs((), _always),
    Inputs(("src/**",), lambda path: path.startswith("src/")),
    Inputs(("src",), lambda path: path.startswith("src/")),
    Inputs(("./src/",), lambda path: path.startswith("src/")),
    Inputs(("**/*.txt",), _txt),
    Inputs(("*.txt", "b.py"), lambda path: path in ("a.txt", "b.py") or (_txt(path) and "/" not in path)),
    Inputs(("src/*.txt",), lambda path: _txt(path) and path.startswith("src/") and path.count("/") == 1, names=lambda path: path == "src/kept.txt"),
    Inputs(("**/*.txt", "!src/**"), lambda path: _txt(path) and not path.startswith("src/"), lambda path: path.startswith("src/")),
    Inputs(("!src", "**"), lambda path: not path.startswith("src/"), lambda path: path.startswith("src/")),
    Inputs(("!docs/**",), lambda path: not path.startswith("docs/"), lambda path: path.startswith("docs/")),
    Inputs(("**/*.{py,md}",), lambda path: path.endswith((".py", ".md"))),
    Inputs(("s?c/[ac]*",), lambda path: path in ("src/a.txt", "src/c.py")),
    Inputs(("a.txt", "secret"), lambda path: path == "a.txt", names=lambda path: path.startswith("secret/")),
    Inputs(("a.txt", "secret/deep/*.bin"), lambda path: path == "a.txt", names=lambda path: path == "secret/deep/more.bin"),
    Inputs(("docs/e.md", "made.log", "src/kept.txt"), lambda path: path == "docs/e.md", names=lambda path: path == "made.log"),
)
"""`b.py`, `a.txt` and so on stand for themselves; a file that git ignores counts only where a glob names it."""


@dataclass(frozen=True, slots=True)
class Program:
    """An executable that a check calls. `own`: files it reads whatever the inputs say. `variables`: what it sees and counts undeclared."""

    name: str
    own: frozenset[str]
    variables: frozenset[str]
    python: bool
    node: bool


_PYTHON = frozenset({"uv.lock"})
PROGRAMS = (
    Program("ruff", _PYTHON | {"pyproject.toml"}, frozenset({"RUFF_X"}), python=True, node=False),
    Program("eslint", frozenset({"package.json", "tsconfig.json"}), frozenset({"NODE_ENV"}), python=False, node=True),
    Program("go", frozenset({"go.mod"}), frozenset({"GOFLAGS"}), python=False, node=False),
    Program("stranger", _PYTHON | {"package.json", "go.mod"}, frozenset({"NODE_ENV", "GOFLAGS"}), python=True, node=True),
    Program("inside", _PYTHON | {"package.json", "go.mod"}, frozenset({"NODE_ENV", "GOFLAGS"}), python=True, node=True),
)
"""`inside` is a script of the venv, found at `.venv/bin`; the others stand on PATH."""

DECLARED = ("ALPHA", "BETA", "RUFF_X", "NODE_ENV", "GOFLAGS")
EVERYBODY = ("LANG", "TZ")  # seen and counted by every check
NOBODY = ("GAMMA", "USER", "XDG_RUNTIME_DIR", "GITHUB_RUN_ID")  # not seen, or only a place


@dataclass(frozen=True, slots=True)
class Drawn:
    """One check as it was drawn."""

    name: str
    inputs: Inputs
    program: Program
    env: frozenset[str]
    needs: frozenset[str]
    makes: bool  # whether it has an output
    version: int = 0  # of its command


@dataclass(slots=True)
class Model:
    """The world in plain data, and what has been proved in it."""

    checks: dict[str, Drawn]
    files: dict[str, tuple[str, bool]] = field(default_factory=dict)  # content and executable bit
    ignored: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    builds: dict[str, int] = field(default_factory=dict)  # of programs, of the interpreter, of the installed packages
    proved: set[object] = field(default_factory=set)

    def key(self, check: Drawn) -> object:
        """All that this check's outcome may depend on."""
        program = check.program
        wanted = check.inputs
        reads = frozenset(
            (path, content)
            for path, content in self.files.items()
            if wanted.means(path) or (wanted.narrowed and path in program.own and not wanted.never(path))
        )
        named = frozenset((path, content) for path, content in self.ignored.items() if wanted.names(path))
        seen = check.env | program.variables | frozenset(EVERYBODY)
        variables = frozenset((name, value) for name, value in self.variables.items() if name in seen)
        builds = [program.name, *(["python", "package"] if program.python else []), *(["node", "modules"] if program.node else [])]
        needs = frozenset(self.key(need) for need in self.above(check) if need.makes)
        return (check.name, check.version, reads, named, variables, tuple(self.builds.get(name, 0) for name in builds), needs)

    def above(self, check: Drawn) -> list[Drawn]:
        """What it needs, directly or not."""
        found: dict[str, Drawn] = {}
        waiting = list(check.needs)
        while waiting:
            need = self.checks[waiting.pop()]
            found[need.name] = need
            waiting += need.needs
        return list(found.values())

    def unproved(self) -> set[str]:
        """Who must run now. A check whose globs mean no file is never remembered."""
        return {name for name, check in self.checks.items() if self.key(check) not in self.proved or not self.any_input(check)}

    def any_input(self, check: Drawn) -> bool:
        return any(map(check.inputs.means, self.files)) or any(map(check.inputs.names, self.ignored))

    def learn(self) -> None:
        self.proved |= {self.key(check) for check in self.checks.values()}
