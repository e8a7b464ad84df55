"""Which commands a repository already runs on itself: in its workflows, in tox, nox, hatch, poe, pdm and make, in its scripts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ftaction.model.tool import Words
from ftaction.tools import recognise
from ftaction.tools.detect.python_runner import hatch_environments
from ftaction.tools.detect.repository import Repository, sections, tables
from ftaction.tools.detect.workflows import workflow_lines
from ftaction.tools.values import Table, string, strings, table
from ftaction.tools.words import split

_KEYED = frozenset({"ruff", "go", "cargo"})  # tools whose subcommands are checks of their own
_ASSIGNED = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\n#;]*))", re.MULTILINE)
_USED = re.compile(r"\$(?:\{(\w+)\}|\((\w+)\)|(\w+))")
_NOX = re.compile(r"session\.run(?:_always|_install)?\(\s*((?:\*?[^()]|\([^()]*\))*)\)", re.DOTALL)
_LITERAL = re.compile(r"""(\*)|f?["']([^"'\n]*)["']\s*(?:,|$)""")
_FACTOR = re.compile(r"[\w.,{}!-]+:\s+")  # `mypy: mypy src` in tox.ini runs only in environments of that factor
_SMALL = 20_000  # characters; a longer script is no list of checks
_SCRIPT = re.compile(r"(scripts?|bin|ci|tools|\.ci)/[\w.-]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a tool we know. `key` is the tool's name, with the subcommand where that is a check of its own."""

    key: str
    words: Words
    source: str  # the file, for a reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What the repository runs, the workflows' own commands first.

    `known` are the keys that continuous integration reaches, directly or through a runner it starts; None without any workflow
    that judges pull requests.
    """

    found: tuple[Command, ...]
    known: frozenset[str] | None

    def of(self, key: str) -> tuple[Command, ...]:
        return tuple(command for command in self.found if command.key == key)

    def in_workflows(self, key: str) -> tuple[Command, ...]:
        return tuple(command for command in self.of(key) if command.source.startswith(".github/"))


def commands_of(repository: Repository) -> Commands:
    lines = workflow_lines(repository)
    direct = [command for line, source in lines for command in _read(line, source)]
    started = " ".join(line for line, _ in lines)
    reached: list[Command] = []
    others: list[Command] = []
    for runner, line, source in _runner_lines(repository):
        (reached if not lines or runner in started else others).extend(_read(line, source))
    known = frozenset(command.key for command in (*direct, *reached)) if lines else None
    return Commands(found=(*direct, *reached, *others), known=known)


def key_of(tool: str, words: Words) -> str:
    """`ruff format`, `go vet`, `cargo test`, `mypy`."""
    if tool not in _KEYED:
        return tool
    verb = next((word for word in words[1:] if word[:1] not in "-+"), "")
    return f"{tool} {'check' if tool == 'ruff' and verb != 'format' else verb}"


def _read(line: str, source: str) -> Iterator[Command]:
    for simple in split(line):
        known = recognise(simple)
        if known is not None:
            tool, words = known
            yield Command(key=key_of(tool.name, words), words=words, source=source)


def _runner_lines(repository: Repository) -> Iterator[tuple[str, str, str]]:
    """Triples: a word that starts the runner, a shell line it runs, its file."""
    project = table(repository.toml("pyproject.toml"), "tool")
    yield from _tox(repository, table(project, "tox"))
    for line in _nox_lines(repository.text("noxfile.py")):
        yield "nox", line, "noxfile.py"
    for runner, tasks in (
        *(("hatch", table(environment, "scripts")) for environment in tables(hatch_environments(repository, ""))),
        ("poe", table(project, "poe", "tasks")),
        ("pdm", table(project, "pdm", "scripts")),
    ):
        for line in _texts(tasks):
            yield runner, line, "pyproject.toml"
    for line in _recipes(repository.text("Makefile")):
        yield "make", line, "Makefile"
    for path in repository.paths:
        text = repository.text(path) if _SCRIPT.match(path) else ""
        if len(text) < _SMALL and text.startswith("#!") and "sh" in text.partition("\n")[0]:
            yield path, substituted(text), path


def _tox(repository: Repository, project: Table) -> Iterator[tuple[str, str, str]]:
    for found, file in ((project, "pyproject.toml"), (repository.toml("tox.toml"), "tox.toml")):
        for line in _tox_lines(found):
            yield "tox", line, file
    for section in (*repository.ini("tox.ini").values(), *sections(string(project.get("legacy_tox_ini"))).values()):
        for line in section.get("commands", "").replace("{toxinidir}", ".").replace("{posargs}", "").splitlines():
            yield "tox", _FACTOR.sub("", line, count=1) if _FACTOR.match(line) else line, "tox.ini"


def _tox_lines(found: dict[str, object]) -> Iterator[str]:
    for environment in (table(found, "env_run_base"), *tables(table(found, "env"))):
        commands = environment.get("commands")
        for command in commands if isinstance(commands, list) else ():
            yield " ".join(f"'{word}'" for word in strings(command))


def _nox_lines(text: str) -> Iterator[str]:
    for call in _NOX.finditer(text):
        words = []
        for starred, literal in _LITERAL.findall(call[1]):
            if starred:
                break
            words.append(literal)
        yield " ".join(f"'{word}'" for word in words)


def _texts(tasks: dict[str, object]) -> Iterable[str]:
    """The shell lines in a table of tasks, however they are written."""
    for task in tasks.values():
        for item in task if isinstance(task, list) else [task]:
            shell = item if isinstance(item, str) else next((string(table(item).get(key)) for key in ("cmd", "shell") if key in table(item)), "")
            if shell:
                yield shell


def _recipes(text: str) -> Iterator[str]:
    for line in substituted(text).splitlines():
        if line.startswith("\t"):
            yield line.lstrip("\t@-+")


def substituted(text: str) -> str:
    """The text with `$NAME` replaced where it gives the name a value itself; the first value counts."""
    values: dict[str, str] = {}
    for found in _ASSIGNED.finditer(text):
        values.setdefault(found[1], (found[2] or found[3] or found[4] or "").strip())
    return _USED.sub(lambda use: values.get(use[1] or use[2] or use[3], use[0]), text)
