"""Python: what `pyproject.toml`, `setup.cfg` and `setup.py` say. Which of them a repository's own package is, its name tells."""

import re
from collections.abc import Iterator

from ftaction.tools.packages.manifests import BrokenError, Found, Need, Sources, join, lists, tables
from ftaction.tools.values import Table, string, strings, table

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_SETUP_NAME = re.compile(r"""\bname\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PATH = re.compile(r"""(?:^|@\s*)(?:file:)?(?:/*(?:\$\{PROJECT_ROOT\}|\{root(?::uri)?\})/)?((?:\.{1,2}/|(?<=\}/))[^\s;#]*|\.{1,2}$)""")
_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


def found(sources: Sources) -> Iterator[Found]:
    """Every folder that has a package's name in one of its manifests, or one that can't be read."""
    workspaces = list(_workspaces(sources))
    for folder in sorted({place for name in _FILES for place in sources.places(name)}):
        listed = any(lists(root, members, folder) for root, members in workspaces)
        try:
            one = _of(sources, folder)
        except BrokenError as broken:
            one = Found("python", folder.rpartition("/")[2] or "python", folder, doubt=str(broken))
        if one is not None:
            yield one._replace(listed=listed)


def normalized(name: str) -> str:
    """As package indexes compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _of(sources: Sources, folder: str) -> Found | None:
    there = [path for name in _FILES if (path := join(folder, name)) in sources.names]
    data = sources.toml(there[0]) if there[0].endswith(".toml") else {}
    setup = _setup_cfg(sources, join(folder, "setup.cfg")) if join(folder, "setup.cfg") in there else {}
    script = sources.text(there[-1]) if there[-1].endswith("setup.py") else None
    named = string(table(data, "project").get("name")) or string(table(data, "tool", "poetry").get("name")) or setup.get("name", "")
    if not named and script is not None:
        said = _SETUP_NAME.search(script)
        named = said[1] if said else folder.rpartition("/")[2] or "python"
    if not named:
        return None
    needs = [*_pyproject(data, folder, there[0])] if data else []
    needs += [need for line in setup.get("requires", "").splitlines() for need in _requirement(line, folder, f"{join(folder, 'setup.cfg')}: requires")]
    for path in sources.requirements(folder):
        needs += [need for line in sources.text(path).splitlines() for need in _requirement(line, folder, path)]
    return Found("python", named, folder, tuple(needs))


def _pyproject(data: Table, folder: str, file: str) -> Iterator[Need]:
    project, tool = table(data, "project"), table(data, "tool")
    requirements: list[tuple[str, object]] = [
        ("dependencies", project.get("dependencies")),
        ("build-system.requires", table(data, "build-system").get("requires")),
    ]
    requirements += [(f"optional-dependencies.{name}", value) for name, value in table(project, "optional-dependencies").items()]
    requirements += [(f"dependency-groups.{name}", value) for name, value in table(data, "dependency-groups").items()]
    requirements += [("tool.uv.dev-dependencies", table(tool, "uv").get("dev-dependencies"))]
    requirements += [(f"tool.pdm.dev-dependencies.{name}", value) for name, value in table(tool, "pdm", "dev-dependencies").items()]
    for name, env in tables(table(tool, "hatch").get("envs")):
        requirements += [(f"tool.hatch.envs.{name}.{key}", env.get(key)) for key in ("dependencies", "extra-dependencies")]
    for where, value in requirements:
        for line in strings(value):
            yield from _requirement(line, folder, f"{file}: {where}")
    for name, value in table(tool, "uv", "sources").items():
        for source in value if isinstance(value, list) else [value]:
            if path := string(table(source).get("path")):
                yield Need(f"{file}: tool.uv.sources.{name}", place=join(folder, path))
    yield from _poetry(table(tool, "poetry"), folder, file)
    if manifest := string(table(tool, "maturin").get("manifest-path")):
        yield Need(f"{file}: tool.maturin", place=join(folder, manifest).rpartition("/")[0])


def _poetry(data: Table, folder: str, file: str) -> Iterator[Need]:
    places = [("dependencies", data), ("dev-dependencies", data), *((f"group.{name}", group) for name, group in tables(data.get("group")))]
    for where, holder in places:
        for name, value in table(holder, where if holder is data else "dependencies").items():
            because = f"{file}: tool.poetry.{where}"
            yield Need(because, name=normalized(name))
            for source in value if isinstance(value, list) else [value]:
                if path := string(table(source).get("path")):
                    yield Need(because, place=join(folder, path))


def _requirement(line: str, folder: str, because: str) -> Iterator[Need]:
    """`name[extra]>=1; marker`, `name @ file:../there`, `-e ../there`, `-e file:///${PROJECT_ROOT}/../there`."""
    line = line.partition(" #")[0].strip().removeprefix("--editable").removeprefix("-e").strip("= ")
    if name := _NAME.match(line):
        yield Need(because, name=normalized(name[1]))
    if path := _PATH.search(line):
        yield Need(because, place=join(folder, path[1].partition("[")[0]))


def _setup_cfg(sources: Sources, path: str) -> dict[str, str]:
    from configparser import Error, RawConfigParser

    parser = RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(sources.text(path), path)
    except (Error, AttributeError) as error:  # the latter for a line that continues a name without a value
        raise BrokenError(f"{path} can't be read: {' '.join(str(error).split())}") from None
    requires = [parser.get("options", key, fallback="") or "" for key in ("install_requires", "setup_requires", "tests_require")]
    if parser.has_section("options.extras_require"):
        requires += [value or "" for _, value in parser.items("options.extras_require")]
    return {"name": (parser.get("metadata", "name", fallback="") or "").strip(), "requires": "\n".join(requires)}


def _workspaces(sources: Sources) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each uv workspace's folder and its members. One that can't be read is told of as a package."""
    for folder in sources.places("pyproject.toml"):
        path = join(folder, "pyproject.toml")
        try:
            workspace = table(sources.toml(path), "tool", "uv", "workspace")
        except BrokenError:
            continue
        if workspace:
            yield folder, (*strings(workspace.get("members")), *(f"!{pattern}" for pattern in strings(workspace.get("exclude"))))
