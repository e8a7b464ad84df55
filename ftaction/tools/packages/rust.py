"""Cargo: crates, what each takes from a path or a workspace, and what `patch` and `replace` put in a name's place."""

from collections.abc import Iterator

from ftaction.tools.packages.manifests import BrokenError, Found, Need, Sources, join, lists, tables
from ftaction.tools.values import Table, string, strings, table

_LISTS = ("dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies")


def found(sources: Sources) -> Iterator[Found]:
    """Every `Cargo.toml` that holds a package, or can't be read."""
    folders = sources.places("Cargo.toml")
    workspaces = {folder: data for folder in folders if (data := table(_read(sources, folder), "workspace")) or "workspace" in _read(sources, folder)}
    patched = dict(pair for folder in folders for pair in _patched(_read(sources, folder), folder))
    for folder in folders:
        path = join(folder, "Cargo.toml")
        try:
            data = sources.toml(path)
        except BrokenError as broken:
            yield Found("rust", folder.rpartition("/")[2] or "root", folder, doubt=str(broken))
            continue
        package = table(data, "package")
        name = string(package.get("name"))
        if not name:
            continue
        root = _root(folder, string(package.get("workspace")), list(workspaces))
        shared = table(workspaces.get(root or "", {}), "dependencies") if root is not None else {}
        listed = root is not None and _member(folder, root, workspaces[root])
        yield Found("rust", name, folder, tuple(_needs(data, folder, root or "", shared, patched)), listed)


def normalized(name: str) -> str:
    """Cargo takes `-` and `_` for one another in names."""
    return name.replace("_", "-")


def _needs(data: Table, folder: str, root: str, shared: Table, patched: dict[str, str]) -> Iterator[Need]:
    path = join(folder, "Cargo.toml")
    targets = [(f"target.{name}", target) for name, target in tables(data.get("target"))]
    for where, holder in [("", data), *targets]:
        for key in _LISTS:
            for name, value in table(holder, key).items():
                because = f"{path}: {f'{where}.' if where else ''}{key}"
                own = table(value)
                inherited = table(shared.get(name)) if own.get("workspace") is True else {}
                called = normalized(string(own.get("package")) or string(inherited.get("package")) or name)
                yield Need(because, name=called)
                for base, place in ((folder, string(own.get("path"))), (root, string(inherited.get("path"))), ("", patched.get(called, ""))):
                    if place:
                        yield Need(because, place=join(base, place))


def _patched(data: Table, folder: str) -> Iterator[tuple[str, str]]:
    for values in (*(value for _, value in tables(data.get("patch"))), table(data, "replace")):
        for name, value in tables(values):
            if path := string(value.get("path")):
                yield normalized(string(value.get("package")) or name.partition(":")[0]), join(folder, path)


def _root(folder: str, named: str, roots: list[str]) -> str | None:
    """The workspace that a crate is in: the one it names, else the nearest above."""
    if named:
        return join(folder, named) if join(folder, named) in roots else None
    above = [root for root in roots if not root or root == folder or folder.startswith(f"{root}/")]
    return max(above, key=len, default=None)


def _member(folder: str, root: str, workspace: Table) -> bool:
    patterns = (*strings(workspace.get("members")), *(f"!{path}" for path in strings(workspace.get("exclude"))))
    return folder == root or lists(root, patterns, folder)


def _read(sources: Sources, folder: str) -> Table:
    """Empty for one that can't be read, which is told of as a package."""
    try:
        return sources.toml(join(folder, "Cargo.toml"))
    except BrokenError:
        return {}
