"""Which file of the repository a tool means by a path: printed from a folder, from a container, or of a file that is none of the repository's."""

from collections.abc import Collection
from posixpath import join, normpath

_OTHERS = ("/site-packages/", "/dist-packages/", "/node_modules/")  # whose files are like ours in name only


class Places:
    """`files`: all paths of the repository. `roots`: absolute paths at which it stands. `folder`: where the tool ran, from the root."""

    def __init__(self, files: Collection[str], roots: Collection[str], folder: str) -> None:
        self._files = files
        self._roots = tuple(f"{root.rstrip('/')}/" for root in roots)
        self._folder = folder
        self._by_name: dict[str, list[str]] = {}

    def find(self, path: str) -> str:
        """Empty where it is no file of the repository, or may be several."""
        path = path.removeprefix("file://")
        if not path or "\0" in path:
            return ""
        inside = next((path.removeprefix(root) for root in self._roots if path.startswith(root)), path)
        for one in (normpath(inside), normpath(join(self._folder, inside))):
            if one in self._files:
                return one
        return "" if any(other in f"/{path}" for other in _OTHERS) else self._by_end(normpath(inside))

    def _by_end(self, path: str) -> str:
        """The one file that ends as the path does: in all its parts, or, where it is absolute, in two parts or more."""
        parts = path.split("/")
        least = 2 if path.startswith("/") else len([part for part in parts if part != ".."])
        ranked = sorted(((_alike(one.split("/"), parts), one) for one in self._named(parts[-1])), reverse=True)
        if not ranked or ranked[0][0] < least or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
            return ""
        return ranked[0][1]

    def _named(self, name: str) -> list[str]:
        if not self._by_name:
            for path in self._files:
                self._by_name.setdefault(path.rpartition("/")[2], []).append(path)
        return self._by_name.get(name, [])


def _alike(one: list[str], other: list[str]) -> int:
    """How many of their last parts are the same."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((count for count, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
