"""What a Python project says about its tools: configuration, dependencies, and the commands it runs."""

import re
from dataclasses import dataclass

from ftaction.tools.detect.commands import Commands
from ftaction.tools.detect.python_runner import Declared, declared_in
from ftaction.tools.detect.repository import Repository, join
from ftaction.tools.values import table

_FILES = {
    "ruff check": ("ruff.toml", ".ruff.toml"),
    "mypy": ("mypy.ini", ".mypy.ini"),
    "pyright": ("pyrightconfig.json",),
    "flake8": (".flake8",),
    "isort": (".isort.cfg",),
    "pylint": ("pylintrc", ".pylintrc", "pylintrc.toml", ".pylintrc.toml"),
    "pytest": ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"),
}
_TABLES = {  # in pyproject.toml, below [tool]
    "ruff check": ("ruff",),
    "ruff format": ("ruff.format",),
    "black": ("black",),
    "mypy": ("mypy",),
    "pyright": ("pyright", "basedpyright"),
    "isort": ("isort",),
    "pylint": ("pylint",),
    "pytest": ("pytest", "pytest.ini_options"),
}
_SECTIONS = {  # in setup.cfg and tox.ini
    "mypy": ("mypy",),
    "flake8": ("flake8",),
    "isort": ("isort", "tool:isort"),
    "pylint": ("pylint",),
    "pytest": ("pytest", "tool:pytest"),
}
_SECTION = re.compile(r"^\[([^\]\n]+)\]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """For one project. Each question answers with a reason for a reader, or None."""

    repository: Repository
    place: str
    commands: Commands
    declared: dict[str, Declared]

    def configured(self, key: str) -> str | None:
        for name in _FILES.get(key, ()):
            if join(self.place, name) in self.repository.names:
                return join(self.place, name)
        path = join(self.place, "pyproject.toml")
        for name in _TABLES.get(key, ()):
            if table(self.repository.toml(path), "tool", *name.split(".")):
                return f"[tool.{name}] in {path}"
        for file in ("setup.cfg", "tox.ini"):
            for name in _SECTION.findall(self.repository.text(join(self.place, file))):
                if name in _SECTIONS.get(key, ()):
                    return f"[{name}] in {join(self.place, file)}"
        return None

    def runs(self, key: str) -> str | None:
        command = next(iter(self.commands.of(key)), None)
        return f"`{' '.join(command.words)}` in {command.source}" if command else None

    def executable(self, key: str) -> str:
        name = key.split(maxsplit=1)[0]
        return "basedpyright" if name == "pyright" and "basedpyright" in self.declared and "pyright" not in self.declared else name

    def is_declared(self, key: str) -> bool:
        return self.executable(key) in self.declared

    def declared_reason(self, key: str) -> str | None:
        """A dependency speaks for a check, except for ruff's formatter: many use only its linter."""
        declared = self.declared.get(self.executable(key))
        return None if declared is None or key == "ruff format" else f"{self.executable(key)} among {declared.because}"

    def asks_for(self, key: str) -> bool:
        return self.is_declared(key) or self.configured(key) is not None


def evidence(repository: Repository, place: str, commands: Commands) -> Evidence:
    return Evidence(repository=repository, place=place, commands=commands, declared=declared_in(repository, place))
