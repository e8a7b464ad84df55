"""Whether an import leads where the files of the repository can't tell what is there: made by a build, or renamed by an alias."""

from collections.abc import Collection, Iterable
from posixpath import dirname, normpath

from ftaction.model.narrow import Scan
from ftaction.tools.narrow.graph import names_of, package_of, plain, stems_of
from ftaction.tools.narrow.sets import named

_BUILT_IN = named(
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https "
    "inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url "
    "util v8 vm wasi worker_threads zlib"
)


_RUNNERS = named("vitest vite jest @jest/globals @vitest/runner @vitest/expect")  # they are there, for they run


class Known:
    """What imports may mean without a doubt. `declared`: packages that some package.json asks for, and those of the repository.

    `mocked`: whether a file of `__mocks__` stands in for the package of its name unasked, as in jest, be it installed or not.
    """

    def __init__(self, files: Iterable[str], declared: Collection[str], root: str, mocked: bool) -> None:
        self._declared = declared
        self._mocked = mocked
        self._root = f"{root}/" if root else ""
        self._names: set[str] = set()
        self._tails: set[str] = set()
        for file in files:
            for name in names_of(file) if file.startswith(self._root) else ():
                self._names.add(name)
                parts = name.split("/")
                self._tails |= {"/".join(parts[at:]) for at in range(1, len(parts))}

    def leads_away(self, source: str, scan: Scan) -> bool:
        """Whether any import of this source is in doubt."""
        return any(not self._is_known(source, text) for text in scan.imports)

    def _is_known(self, source: str, text: str) -> bool:
        bare = plain(text)
        if bare.startswith("."):
            return any(normpath(f"{dirname(source) or '.'}/{stem}") in self._names for stem in stems_of(bare))
        package = package_of(bare)
        if bare.startswith(("node:", "bun:")) or package in _BUILT_IN | _RUNNERS or package in self._declared or f"@types/{package}" in self._declared:
            return True
        if self._mocked and (f"__mocks__/{bare}" in self._tails or f"__mocks__/{bare}" in self._names):
            return True
        parts = [part for part in bare.split("/") if part]
        return any(stem in self._tails or stem in self._names for at in range(1, len(parts)) for stem in stems_of("/".join(parts[at:])))
