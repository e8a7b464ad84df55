"""Where a Python project declares its tools, and what has to stand before a command so that it finds them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ftaction.tools.detect.repository import Repository, join, sections, tables
from ftaction.tools.values import Table, string, strings, table

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_REQUIREMENTS = re.compile(r"(requirements/[^/]+|[^/]*requirements[^/]*)\.(txt|in)$")
_QUOTED = re.compile(r"""["']([a-z0-9][a-z0-9._-]*)[^"'\n]{0,40}["']""")


class Source(StrEnum):
    """Who has to know of a dependency that is declared there."""

    GROUP = "group"
    EXTRA = "extra"
    HATCH = "hatch"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Declared:
    """A dependency's place: `name` is the group, extra or environment; `because` is for a reader."""

    source: Source
    name: str
    because: str


def declared_in(repository: Repository, place: str) -> dict[str, Declared]:
    """Names of distributions (lower case, `-`) that a project declares for its development; the first declaration counts."""
    found: dict[str, Declared] = {}
    project = repository.toml(join(place, "pyproject.toml"))
    environments = hatch_environments(repository, place)
    for requirement, declared in (*_in_project(project), *_in_hatch(environments), *_in_files(repository, place)):
        name = _NAME.match(requirement)
        if name:
            found.setdefault(re.sub(r"[-_.]+", "-", name[1]).lower(), declared)
    return found


def prefix(repository: Repository, place: str, tool: str, declared: dict[str, Declared]) -> str:
    """`uv run --frozen --group typing `, `poetry run `, `.venv/bin/`, or nothing."""
    project = table(repository.toml(join(place, "pyproject.toml")), "tool")
    where = declared.get(tool)
    locked = any(join(up, "uv.lock") in repository.names for up in _upwards(place))
    if locked or "uv" in project:
        return "uv run " + ("--frozen " if locked else "") + _uv_option(project, where)
    for file, name in (("poetry.lock", "poetry"), ("pdm.lock", "pdm"), ("Pipfile", "pipenv")):
        if join(place, file) in repository.names or (name == "poetry" and name in project):
            return f"{name} run "
    if where is not None and where.source is Source.HATCH:
        return "hatch run " + ("" if where.name == "default" else f"{where.name}:")
    made = (folder for folder in (".venv", "venv") if repository.read(join(place, f"{folder}/pyvenv.cfg")) is not None)
    return next((f"{folder}/bin/" for folder in made), "")


def _uv_option(project: Table, where: Declared | None) -> str:
    """Uv installs `default-groups` (the group dev, unless said otherwise) by itself; others have to be asked for."""
    if where is None:
        return ""
    if where.source is Source.EXTRA:
        return f"--extra {where.name} "
    defaults = table(project, "uv").get("default-groups", ["dev"])
    if where.source is Source.GROUP and defaults != "all" and where.name not in strings(defaults):
        return f"--group {where.name} "
    return ""


def _upwards(place: str) -> Iterator[str]:
    while place:
        yield place
        place = place.rpartition("/")[0]
    yield ""


def _in_project(project: Table) -> Iterator[tuple[str, Declared]]:
    tool = table(project, "tool")
    groups = table(project, "dependency-groups")
    defaults = strings(table(tool, "uv").get("default-groups", ["dev"]))
    for name in sorted(groups, key=lambda name: (name not in defaults, name)):
        for requirement in _group(groups, name, frozenset()):
            yield requirement, Declared(Source.GROUP, name, f"the dependency group {name} in pyproject.toml")
    for requirement in strings(table(tool, "uv").get("dev-dependencies")):
        yield requirement, Declared(Source.OTHER, "dev", "uv's dev-dependencies in pyproject.toml")
    for name, extra in table(project, "project", "optional-dependencies").items():
        for requirement in strings(extra):
            yield requirement, Declared(Source.EXTRA, name, f"the extra {name} in pyproject.toml")
    poetry = table(tool, "poetry")
    for group in (*tables(table(poetry, "group")), {"dependencies": table(poetry, "dev-dependencies")}):
        for requirement in table(group, "dependencies"):
            yield requirement, Declared(Source.OTHER, "poetry", "poetry's groups in pyproject.toml")
    for group in table(tool, "pdm", "dev-dependencies").values():
        for requirement in strings(group):
            yield requirement, Declared(Source.OTHER, "pdm", "pdm's dev-dependencies in pyproject.toml")


def hatch_environments(repository: Repository, place: str) -> Table:
    """Hatch's environments, from its own file or the project's."""
    return table(repository.toml(join(place, "hatch.toml")), "envs") or table(repository.toml(join(place, "pyproject.toml")), "tool", "hatch", "envs")


def _in_hatch(environments: Table) -> Iterator[tuple[str, Declared]]:
    for name, environment in environments.items():
        for key in ("dependencies", "extra-dependencies"):
            for requirement in strings(table(environment).get(key)):
                yield requirement, Declared(Source.HATCH, name, f"hatch's environment {name}")


def _group(groups: Table, name: str, seen: frozenset[str]) -> Iterator[str]:
    items = groups.get(name)
    for item in items if isinstance(items, list) and name not in seen else ():
        if isinstance(item, str):
            yield item
        else:
            yield from _group(groups, string(table(item).get("include-group")), seen | {name})


def _in_files(repository: Repository, place: str) -> Iterator[tuple[str, Declared]]:
    for path in repository.inside(place):
        if _REQUIREMENTS.fullmatch(path):
            for line in repository.text(join(place, path)).splitlines():
                yield line, Declared(Source.OTHER, path, join(place, path))
    for section in ("dev-packages", "packages"):
        for requirement in table(repository.toml(join(place, "Pipfile")), section):
            yield requirement, Declared(Source.OTHER, section, join(place, "Pipfile"))
    setup_cfg = sections(repository.text(join(place, "setup.cfg")))
    for line in "\n".join(setup_cfg.get("options.extras_require", {}).values()).splitlines():
        yield line, Declared(Source.OTHER, "setup.cfg", join(place, "setup.cfg"))
    for name in _QUOTED.findall(repository.text(join(place, "setup.py"))):
        yield name, Declared(Source.OTHER, "setup.py", join(place, "setup.py"))
