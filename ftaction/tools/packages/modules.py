"""Python's imports between the packages of a repository, where no manifest declares them: whose module a name means."""

from collections.abc import Iterator, Mapping, Sequence

from ftaction.tools.packages.manifests import Found, Need, Sources, join

_SOURCES = ("src", "lib", "python")
"""Folders of a package that its modules are looked for in, beside the package's own."""


def needs(sources: Sources, folders: Mapping[str, Sequence[str]], packages: Sequence[Found]) -> dict[str, list[Need]]:
    """By folder: what its files, and each `conftest.py` above it, import of others. `folders`: the Python files of each package's folder.

    Files in no package stand there under the root. Who imports one needs the folder at the root that it is in.
    """
    owners: dict[str, set[str]] = {}
    for package in packages:
        for path in folders.get(package.folder, ()):
            for module in _modules(path, package.folder):
                owners.setdefault(module, set()).add(package.folder)
    named = {package.folder: package.name for package in packages}
    for path in folders.get("", ()) if "" not in named else ():
        for module in _modules(path, ""):
            owners.setdefault(module, set()).add(path.partition("/")[0])
    tops = {module.partition(".")[0] for module in owners}
    found: dict[str, list[Need]] = {}
    for folder in named:
        seen: set[str] = set()
        for path in (*folders.get(folder, ()), *_above(sources, folder)):
            for name in sources.imports(path):
                if name not in seen and name.partition(".")[0] in tops:
                    seen.add(name)
                    found.setdefault(folder, []).extend(Need(f"{path} imports {name}", place=other) for other in sorted(_owners(name, owners, folder)))
    return found


def _above(sources: Sources, folder: str) -> Iterator[str]:
    """What pytest loads before a package's own tests."""
    while folder:
        folder = folder.rpartition("/")[0]
        if (path := join(folder, "conftest.py")) in sources.names:
            yield path


def _modules(path: str, folder: str) -> Iterator[str]:
    """The dotted names that a file can be imported by, with those of the packages above it."""
    below = path[len(folder) :].lstrip("/").removesuffix(".py").removesuffix(".pyi").split("/")
    below = below[1:] if len(below) > 1 and below[0] in _SOURCES else below
    parts = below[:-1] if below[-1] == "__init__" else below
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def _owners(name: str, owners: dict[str, set[str]], own: str) -> set[str]:
    """Who has the longest beginning of a dotted name; nobody else where the package has it itself."""
    while name and name not in owners:
        name = name.rpartition(".")[0]
    found = owners.get(name, set())
    return set() if own in found else found
