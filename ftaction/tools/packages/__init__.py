"""The packages of a repository and what they need of each other, from their manifests and, for Go and Python, their imports."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ftaction.errors import Stop
from ftaction.model.package import Declared, Package, Packages
from ftaction.tools.packages.manifests import MANIFESTS, Found, Imports, Sources, is_requirements

__all__ = ["counted", "find", "is_code"]

_CODE = (".py", ".pyi", ".go")
_NAMES = MANIFESTS | {"tsconfig.json", "modules.txt"}


def counted(paths: Iterable[str]) -> list[str]:
    """Files of which what is in them may change which packages there are, or what they need. The list of all paths counts besides."""
    return [path for path in paths if path.endswith(_CODE) or (name := path.rpartition("/")[2]) in _NAMES or is_requirements(name)]


def is_code(path: str) -> bool:
    """Whether only what it imports, and that it is there, counts of a file."""
    return path.endswith(_CODE) and path.rpartition("/")[2] not in _NAMES


def find(paths: Sequence[str], read: Callable[[str], str | None], imports: Imports, declared: Mapping[str, Declared]) -> Packages:
    """From all paths (sorted), a way to read one, and what a source file imports. Raises `Stop` where what is declared fits nothing.

    A manifest that can't be read may name anything: its package needs everything, and every package of its ecosystem needs it.
    """
    from ftaction.tools.packages import go, modules, node, python, rust
    from ftaction.tools.packages.resolve import accepted, resolved

    sources = Sources(paths, read, imports)
    found = accepted([*python.found(sources), *node.found(sources), *go.found(sources), *rust.found(sources)], declared)
    own_go = [one for one in found if one.ecosystem == "go" and not one.doubt]
    found = [*(one for one in found if one not in own_go), *go.inside(sources, own_go)]
    own_python = [one for one in found if one.ecosystem == "python"]
    also = modules.needs(sources, _files_of(sources, found), own_python) if own_python else {}
    found = [one._replace(needs=(*one.needs, *also.get(one.folder, ()))) if one.ecosystem == "python" else one for one in found]
    packages = resolved(found)
    return _extended(packages, declared) if declared else packages


def _files_of(sources: Sources, found: Sequence[Found]) -> dict[str, list[str]]:
    """The Python files by the innermost package's folder."""
    folders = {one.folder for one in found}
    files: dict[str, list[str]] = {}
    for path in sources.paths:
        if path.endswith((".py", ".pyi")):
            folder = path.rpartition("/")[0]
            while folder not in folders and folder:
                folder = folder.rpartition("/")[0]
            files.setdefault(folder, []).append(path)
    return files


def _extended(packages: Packages, declared: Mapping[str, Declared]) -> Packages:
    """With what the configuration declares: a name that was found needs more; a new one has a folder, and shares it with what was found there."""
    found = dict(packages)
    for name, one in declared.items():
        if name not in packages and one.folder is None:
            raise Stop(f"packages.{name}: no package `{name}` was found, and it has no `folder`", _nearest(name, packages))
        if name in packages and one.folder is not None and one.folder != packages[name].folder:
            raise Stop(f"packages.{name}: the package `{name}` was found in {packages[name].folder or 'the root'}", "Name another, or leave `folder` out.")
        if name not in packages:
            found[name] = Package(name, one.folder or "", "declared")
    because = "packages in the configuration"
    for name, one in declared.items():
        for need in one.needs:
            if need not in found:
                raise Stop(f"packages.{name}.needs: there is no package `{need}`", _nearest(need, found))
        mine = found[name]
        here = [other for other in packages.values() if name not in packages and other.folder == mine.folder]
        found[name] = _needing(mine, {**dict.fromkeys((other.name for other in here), "in the same folder"), **dict.fromkeys(one.needs, because)})
        for other in here:
            found[other.name] = _needing(found[other.name], dict.fromkeys(one.needs, because))
    return found


def _needing(package: Package, more: Mapping[str, str]) -> Package:
    because = {name: why for name, why in more.items() if name != package.name} | package.because
    return package._replace(needs=tuple(sorted(because)), because=because)


def _nearest(name: str, packages: Mapping[str, Package]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(packages), n=1)
    return f"Did you mean `{near[0]}`?" if near else f"The packages are: {', '.join(packages) or 'none'}."
