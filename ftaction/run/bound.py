"""The inputs of a check that is bound to a package: its files, those of all that it depends on, and what counts above these folders.

Tools look for configuration and lock files from a package's folder upwards. So those of an unrelated package do not count here, while for a
check that is bound to none they count wherever they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ftaction.model.check import Check
from ftaction.plan import globs
from ftaction.plan.fingerprint import inputs_list
from ftaction.plan.packages import Ground

ABOVE = {
    "python": ("pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", "conftest.py", "constraints*.txt", ".python-version"),
    "node": ("tsconfig*.json", "babel.config.*", ".babelrc*", "pnpm-workspace.yaml", ".npmrc", ".yarnrc", ".yarnrc.yml", ".nvmrc", ".node-version"),
    "go": (),
    "rust": ("Cargo.toml", ".cargo/config"),
}
"""What the packages of an ecosystem take from folders above them, whatever tool looks at them; beside the lock files."""


MOST_LISTED = 500
"""Files of what a package depends on that a check's list still names one by one."""

Chosen = Callable[[globs.Paths, list[str]], list[str]]
"""The same paths, and what links among them lead to."""


class Bound:
    """Asked over one set of paths: those of a snapshot, or those of a change set."""

    def __init__(self, ground: Ground, paths: globs.Paths, most_listed: int = MOST_LISTED) -> None:
        self.ground = ground
        self.most_listed = most_listed
        self.paths = paths
        self._files: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._trees: dict[tuple[str, tuple[str, ...]], str] = {}
        self._reaches: dict[tuple[str, str], set[str]] = {}
        self._above: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def all(self, check: Check, config: tuple[str, ...], named: Sequence[str]) -> list[str]:
        """Every input, sorted."""
        parts = [self.own(check, config, named), *(self.files(check, folder) for folder in self.others(check))]
        return sorted(dict.fromkeys(path for part in parts for path in part))  # each part is sorted, which a set would undo

    def own(self, check: Check, config: tuple[str, ...], named: Sequence[str]) -> list[str]:
        """Without the files of the packages that its package depends on. `config`: globs of what counts above; `named`: files that its command names."""
        assert check.package is not None
        if self.ground.doubts(check.package):
            return self._less(check, self.paths.all)
        positive = [glob for glob in check.inputs if not glob.startswith("!")]
        found = set(self.paths.select(positive)) if positive else set()
        found |= {path for path in named if self.paths.exactly(path)}
        above = self._configuration(config)
        for folder in self._reach(check):
            found.update(above.get(folder, ()))
        return sorted({*self._less(check, found), *self.files(check, self.ground.packages[check.package].folder)})

    def others(self, check: Check) -> tuple[str, ...]:
        """The folders of what its package depends on, sorted."""
        assert check.package is not None
        if self.ground.doubts(check.package):
            return ()
        own = self.ground.packages[check.package].folder
        return tuple(folder for folder in self.ground.folders(check.package) if folder != own)

    def files(self, check: Check, folder: str) -> list[str]:
        """The files of one of these folders, without what the check's own globs take out."""
        key = (folder, tuple(glob for glob in check.inputs if glob.startswith("!")))
        if key not in self._files:
            self._files[key] = self._less(check, self.ground.files(self.paths, folder))
        return self._files[key]

    def listed(
        self, check: Check, config: tuple[str, ...], named: Sequence[str], files: Mapping[str, str], chosen: Chosen, *, in_full: bool = False
    ) -> tuple[str, str]:
        """The list of its inputs with its digest. Where what its package depends on holds many files, each such folder is one line.

        `tree DIGEST TAB FOLDER/`, with the digest of the folder's own list: so a thousand checks over the same files share their digests.
        `in_full`: never so, for which tests a change can affect is a question of files.
        """
        others = self.others(check)
        if in_full or not self._many(check, others):
            return inputs_list(files, chosen(self.paths, self.all(check, config, named)))
        entries = {path: files[path] for path in chosen(self.paths, self.own(check, config, named))}
        for folder in others:
            key = (folder, tuple(glob for glob in check.inputs if glob.startswith("!")))
            if key not in self._trees:
                self._trees[key] = inputs_list(files, chosen(self.paths, self.files(check, folder)))[1]
            entries[f"{folder or '.'}/"] = f"tree {self._trees[key]}"
        return inputs_list(entries, sorted(entries))

    def _many(self, check: Check, folders: Iterable[str]) -> bool:
        left = self.most_listed
        for folder in folders:
            left -= len(self.files(check, folder))
            if left < 0:
                return True
        return False

    def _reach(self, check: Check) -> set[str]:
        """Every folder that is above one of its packages, or above where it runs."""
        assert check.package is not None
        key = (check.package, check.working_directory)
        if key not in self._reaches:
            found = {""}
            for folder in (*self.ground.folders(check.package), check.working_directory.removeprefix("./").rstrip("/.")):
                while folder not in found:
                    found.add(folder)
                    folder = folder.rpartition("/")[0]
            self._reaches[key] = found
        return self._reaches[key]

    def _less(self, check: Check, paths: Iterable[str]) -> list[str]:
        negative = [globs.compiled(glob[1:]) for glob in check.inputs if glob.startswith("!")]
        return [path for path in paths if not any(regex.fullmatch(path) for regex in negative)] if negative else list(paths)

    def _configuration(self, config: tuple[str, ...]) -> dict[str, list[str]]:
        """By the folder that they speak for: `.cargo/config.toml` speaks for the folder above `.cargo`."""
        if config not in self._above:
            found: dict[str, list[str]] = {}
            for path in self.paths.select(config) if config else ():
                folder = path.rpartition("/")[0]
                found.setdefault(folder.rpartition("/")[0] if folder.rpartition("/")[2].startswith(".") else folder, []).append(path)
            self._above[config] = found
        return self._above[config]
