"""Go: modules, and the packages inside them by what their files import, whatever their build tags.

A module is a package of the repository under its path, and needs every Go package in it. These go by their import path; the one in the
module's own folder, where there are others, by the path and `/.`. What a module only requires counts with its `go.mod` alone, which goes by the
path and `/go.mod`: it takes part in choosing versions.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from ftaction.tools.packages.manifests import BrokenError, Found, Need, Sources, join

_COMMENT = re.compile(r"//[^\n]*")
_MODULE = re.compile(r'^module[ \t]+"?([^\s"]+)', re.MULTILINE)
_VERBS = {verb: re.compile(rf"^{verb}[ \t]*\(([^)]*)\)|^{verb}[ \t]+([^\n(]+)", re.MULTILINE) for verb in ("use", "replace", "require")}
_NOT_BUILT = re.compile(r"(^|/)(testdata|vendor|[._][^/]*)/")


def found(sources: Sources) -> Iterator[Found]:
    """Every module that has a `go.mod`; what is in it comes later, when it is known which of them count."""
    used = {join(folder, path) for folder in sources.places("go.work") for path in _said(sources, join(folder, "go.work"), "use")}
    for folder in sources.places("go.mod"):
        path = join(folder, "go.mod")
        try:
            text = _COMMENT.sub("", sources.text(path))
            named = _MODULE.search(text)
            if not named:
                raise BrokenError(f"{path} names no module")
            needs = [Need(path, name=_manifest(named[1]))]
            needs += [Need(f"{path}: require", name=_manifest(line.split()[0].strip('"'))) for line in _lines(text, "require")]
            needs += [Need(f"{path}: replace", place=join(folder, f"{target}/go.mod")) for _, target in _replaced(text)]
            yield Found("go", named[1], folder, tuple(needs), folder in used)
        except BrokenError as broken:
            yield Found("go", folder.rpartition("/")[2] or "root", folder, listed=folder in used, doubt=str(broken))


def inside(sources: Sources, modules: Sequence[Found]) -> Iterator[Found]:
    """The Go packages of these modules, each with what it needs, and each module once more with what is in it."""
    files = _files(sources, modules)
    known = {_import_path(module, folder): _name(module, folder, files[module.folder]) for module in modules for folder in files[module.folder]}
    names = {module.name for module in modules}
    for module in modules:
        own = files[module.folder]
        vendor = join(module.folder, "vendor")
        vendored = [Need(f"{vendor}/modules.txt", name=f"{module.name}/vendor")] if f"{vendor}/modules.txt" in sources.names else []
        whole = [*module.needs]
        yield Found("go", _manifest(module.name), join(module.folder, "go.mod"), listed=True)
        for folder, paths in own.items():
            name = _name(module, folder, own)
            needs = [need for path in paths for need in _needs(sources, path, known, names)]
            if name == module.name:
                whole += [*needs, *vendored]
            else:
                whole.append(Need(f"in the module {module.name}", name=name))
                yield Found("go", name, folder, (*module.needs, *needs, *vendored), listed=True)
        if vendored:
            yield Found("go", vendored[0].name, vendor, listed=True)
        yield module._replace(needs=tuple(whole))


def _files(sources: Sources, modules: Sequence[Found]) -> dict[str, dict[str, list[str]]]:
    """By module's folder: its folders with Go files, and these. What the go command never builds is left out."""
    found: dict[str, dict[str, list[str]]] = {module.folder: {} for module in modules}
    for path in sources.paths:
        if not path.endswith(".go"):
            continue
        root = path.rpartition("/")[0]
        while root not in found and root:
            root = root.rpartition("/")[0]
        if root in found and not _NOT_BUILT.search(path[len(root) :].lstrip("/")):
            found[root].setdefault(path.rpartition("/")[0], []).append(path)
    return found


def _needs(sources: Sources, path: str, known: dict[str, str], modules: Collection[str]) -> Iterator[Need]:
    """The packages that a file's imports mean; where the repository does not have one, as with generated code, its whole module."""
    for name in sources.imports(path):
        module = name
        while module not in modules and module:
            module = module.rpartition("/")[0]
        if module:
            yield Need(f"{path} imports {name}", name=known.get(name, module))


def _name(module: Found, folder: str, own: dict[str, list[str]]) -> str:
    """A module with a single Go package, in its own folder, is that package."""
    alone = set(own) == {module.folder}
    return f"{module.name}/." if folder == module.folder and not alone else _import_path(module, folder)


def _manifest(path: str) -> str:
    return f"{path}/go.mod"


def _import_path(module: Found, folder: str) -> str:
    below = folder[len(module.folder) :].strip("/")
    return f"{module.name}/{below}" if below else module.name


def _replaced(text: str) -> Iterator[tuple[str, str]]:
    """The names that lead to a folder instead of a version, with the folder."""
    for line in _lines(text, "replace"):
        old, arrow, new = line.partition("=>")
        if arrow and old.strip() and new.strip().startswith("."):
            yield old.split()[0], new.split()[0].strip('"')


def _said(sources: Sources, path: str, verb: str) -> list[str]:
    try:
        return [line.strip('"') for line in _lines(_COMMENT.sub("", sources.text(path)), verb)]
    except BrokenError:
        return []


def _lines(text: str, verb: str) -> Iterator[str]:
    for block, line in _VERBS[verb].findall(text):
        yield from (one.strip() for one in (block or line).splitlines() if one.strip())
