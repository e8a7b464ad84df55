"""Node: `package.json` files, the workspaces of npm, yarn, pnpm and bun, and what a `tsconfig.json` beside one refers to.

A version range is not compared: a dependency with the name of a package of this repository is taken for it.
"""

from collections.abc import Iterator

from ftaction.tools.packages.manifests import BrokenError, Found, Need, Sources, join, lists
from ftaction.tools.values import Table, string, strings, table

_LISTS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_PLACES = ("file:", "link:", "portal:", "workspace:")
_TSCONFIG = "tsconfig.json"


def found(sources: Sources) -> Iterator[Found]:
    """Every `package.json` with a name, or that a workspace lists, or that can't be read."""
    folders = sources.places("package.json")
    workspaces = [(folder, patterns) for folder in sources.places("pnpm-workspace.yaml") + folders if (patterns := _members(sources, folder))]
    forced = dict(pair for folder in folders for pair in _forced(sources, folder))
    for folder in folders:
        listed = any(lists(root, patterns, folder) for root, patterns in workspaces)
        path = join(folder, "package.json")
        try:
            data = sources.json(path)
            name = string(data.get("name")) or (folder.rpartition("/")[2] or "root" if listed or "workspaces" in data else "")
            doubt = "" if folder not in sources.places("pnpm-workspace.yaml") else _unread(sources, folder)
            needs = (*_needs(data, folder, path, forced), *_tsconfig(sources, folder))
        except BrokenError as broken:
            name, needs, doubt = folder.rpartition("/")[2] or "root", (), str(broken)
        if name:
            yield Found("node", name, folder, needs, listed, doubt)


def _needs(data: Table, folder: str, path: str, forced: dict[str, str]) -> Iterator[Need]:
    for where in _LISTS:
        for name, version in table(data, where).items():
            yield from _need(name, string(version), folder, f"{path}: {where}")
            if name in forced:
                yield Need(f"{path}: {where}", place=forced[name])


def _need(name: str, version: str, folder: str, because: str) -> Iterator[Need]:
    """`workspace:../there`, `workspace:@org/name@*` and `npm:name@1` mean another than the name says."""
    yield Need(because, name=name)
    start = next((start for start in _PLACES if version.startswith(start)), "")
    rest = version.removeprefix(start) if start else version
    if rest.startswith("npm:") or (start == "workspace:" and "@" in rest[1:]):
        yield Need(because, name=_alias(rest.removeprefix("npm:")))
    elif start and start != "workspace:":
        yield Need(because, place=join(folder, rest.removeprefix("//")))
    elif rest.startswith(("./", "../")):
        yield Need(because, place=join(folder, rest))


def _alias(version: str) -> str:
    """`@org/name@^1.0.0` → `@org/name`."""
    return version[:1] + version[1:].partition("@")[0]


def _forced(sources: Sources, folder: str) -> Iterator[tuple[str, str]]:
    """Names that `overrides` or `resolutions` lead to a folder of the repository, whoever depends on them."""
    try:
        data = sources.json(join(folder, "package.json"))
    except BrokenError:
        return
    for values in (table(data, "overrides"), table(data, "resolutions"), table(data, "pnpm", "overrides")):
        for key, value in values.items():
            version = string(value)
            start = next((start for start in _PLACES[:3] if version.startswith(start)), "")
            if start:
                yield _alias(key.rpartition(">")[2].rpartition("**/")[2]), join(folder, version.removeprefix(start).removeprefix("//"))


def _members(sources: Sources, folder: str) -> tuple[str, ...]:
    """The patterns of the workspace that has its root here; none where there is none, or it can't be read, which is told elsewhere."""
    try:
        data = sources.json(join(folder, "package.json")) if join(folder, "package.json") in sources.names else {}
        listed = strings(data.get("workspaces")) or strings(table(data, "workspaces").get("packages"))
        pnpm = join(folder, "pnpm-workspace.yaml")
        return (*listed, *(strings(sources.yaml(pnpm).get("packages")) if pnpm in sources.names else ()))
    except BrokenError:
        return ()


def _unread(sources: Sources, folder: str) -> str:
    try:
        sources.yaml(join(folder, "pnpm-workspace.yaml"))
    except BrokenError as broken:
        return str(broken)
    return ""


def _tsconfig(sources: Sources, folder: str) -> Iterator[Need]:
    """Projects that it refers to, and folders that its `paths` lead to. Raises `BrokenError`."""
    path = join(folder, _TSCONFIG)
    if path not in sources.names:
        return
    data = sources.json(path, commented=True)
    references = data.get("references")
    for reference in references if isinstance(references, list) else ():
        if place := string(table(reference).get("path")):
            yield Need(f"{path}: references", place=join(folder, place))
    options = table(data, "compilerOptions")
    base = join(folder, string(options.get("baseUrl")) or ".")
    for place in (place for values in table(options, "paths").values() for place in strings(values)):
        yield Need(f"{path}: paths", place=join(base, place.partition("*")[0]))
    extends = data.get("extends")
    for other in extends if isinstance(extends, list) else [extends]:
        place = join(folder, string(other)).rpartition("/")[0]
        if string(other).startswith(".") and place and not f"{folder}/".startswith(f"{place}/"):  # one in a folder above counts as configuration
            yield Need(f"{path}: extends", place=place)
