"""What a program is, found without starting it: its bytes, its interpreter, and the packages that interpreter would import.

A distribution is known by its folder `NAME-VERSION.dist-info` and the hashes in its RECORD
(https://packaging.python.org/en/latest/specifications/recording-installed-packages/), so a rebuilt one of the same version differs.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from glob import escape, glob
from hashlib import sha256

from ftaction.edge import shims
from ftaction.edge.digests import TRAMPOLINE, Digests, content
from ftaction.edge.files import text
from ftaction.edge.linked import folders, identity
from ftaction.edge.links import UNREADABLE

_STATES = (".package-lock.json", ".pnpm/lock.yaml", ".yarn-state.yml", ".yarn-integrity")
"""What npm, pnpm, yarn and yarn classic write into `node_modules` of what they installed."""


_SHELLS = frozenset(["sh", "bash", "dash", "zsh", "ksh"])
_MOST_SCRIPT = 256 * 1024  # characters
_RECIPE = re.compile(r"\n\t[@+-]*")


class Toolchain:
    """Identities as pairs of a name and a digest. Names hold no path outside the repository, so two checkouts agree."""

    def __init__(self, root: str, path: str, digests: Digests, variables: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._variables = variables or {}
        self._home = self._variables.get("HOME") or os.path.expanduser("~")
        self._path = [folder for folder in path.split(os.pathsep) if folder]
        self._digests = digests
        self._on_path: dict[str, str | None] = {}
        self._known: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        self._asked: dict[tuple[object, ...], tuple[tuple[str, str], ...]] = {}
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}
        # a thousand folders of packages look into the same folders above them, and mostly find the same
        self._is_folder, self._executable, self._shimmed, self._text = cache(os.path.isdir), cache(_executable), cache(shims.installed), cache(text)
        self._manager, self._version_files_in, self._settings_of = cache(shims.manager), cache(shims.version_files), cache(self._settings_for)
        self._local = cache(self._local_programs)

    def of(self, word: str, working_directory: str, opaque: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
        """What `word` may start in this folder; nothing where it is no program. `opaque`: folders that a need provides."""
        found: list[tuple[str, str]] = []
        if word.startswith(("/", "~/")) and os.path.isfile(path := os.path.expanduser(word)) and not inside(path, self.root):
            found.append((f"file {os.path.basename(word)}", self._content(path)))
        for program in self._programs(word, working_directory):
            if not any(inside(program, f"{self.root}/{folder}") for folder in opaque):
                found += self._identity(word, program)
                found += self._chosen(word, program, working_directory)
        return tuple(found)

    def _chosen(self, word: str, program: str, working_directory: str) -> Iterator[tuple[str, str]]:
        """What a shim could start instead of itself."""
        if manager := self._manager(program):
            name, settings = os.path.basename(word), self._settings_of(manager, os.path.normpath(f"{self.root}/{working_directory}"))
            yield from self._once((name, manager, settings), lambda: self._installed_versions(name, manager, settings))
            yield from self._once((settings,), lambda: ((f"version {file}", self._content(path)) for file, path in settings))

    def _settings_for(self, manager: shims.Manager, folder: str) -> shims.Settings:
        return shims.settings(manager, folder, self._version_files_in)

    def _installed_versions(self, name: str, manager: shims.Manager, settings: shims.Settings) -> Iterator[tuple[str, str]]:
        """One pair a version that may be started, for all that it would bring along."""
        texts = [value for variable, value in self._variables.items() if variable.endswith("_VERSION")]
        texts += [self._text(path) for _, path in settings]
        for chosen in shims.chosen(self._shimmed(name, manager), manager, texts):
            pairs = sorted(self._identity(name, chosen))
            doubt = next((identity for _, identity in pairs if identity.startswith(UNREADABLE)), "")
            digest = sha256("".join(f"{what}\t{identity}\n" for what, identity in pairs).encode("utf-8", "surrogateescape")).hexdigest()
            yield f"installed {os.path.relpath(chosen, manager[0])}", doubt or digest

    def python(self, working_directory: str, opaque: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
        """The interpreter and packages that a script would meet here."""
        return self._once(("python", working_directory, opaque), lambda: self._python(working_directory, opaque))

    def _python(self, working_directory: str, opaque: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        path = [folder for folder in self._variables.get("PYTHONPATH", "").split(os.pathsep) if folder]
        yield from (*self.of("python3", working_directory, opaque), *self.of("python", working_directory, opaque))
        for number, folder in enumerate(path):
            yield from self._linked(f"PYTHONPATH {number}", os.path.join(self.root, folder))

    def node(self, working_directory: str, opaque: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
        """Node, and what is installed in each `node_modules` from this folder up to the root."""
        return self._once(("node", working_directory, opaque), lambda: self._node(working_directory, opaque))

    def _node(self, working_directory: str, opaque: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        folders = [*self._upwards(working_directory), *shims.upwards(os.path.dirname(self.root))]  # Node looks up to the file system's root
        yield from self.of("node", working_directory, opaque)
        for folder in folders:
            yield from self._node_modules(f"{folder}/node_modules", opaque)

    def _once(self, key: tuple[object, ...], found: Callable[[], Iterator[tuple[str, str]]]) -> tuple[tuple[str, str], ...]:
        """What many checks ask is looked for once."""
        if key not in self._asked:
            self._asked[key] = tuple(found())
        return self._asked[key]

    def settings(self, config: tuple[str, ...], home: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """A tool's configuration above the repository, where many look too, and in the user's home folder."""
        return self._once((config, home), lambda: self._settings(config, home))

    def _settings(self, config: tuple[str, ...], home: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        names = sorted({pattern.removeprefix("**/") for pattern in config})
        for folder in shims.upwards(os.path.dirname(self.root)):
            for path in (path for name in names for path in (glob(f"{escape(folder)}/{name}") if "*" in name else [f"{folder}/{name}"])):
                if os.path.isfile(path):
                    yield f"above {os.path.relpath(path, self.root)}", self._content(path)
        own = self._variables.get("XDG_CONFIG_HOME") or f"{self._home}/.config"
        for name in home:
            path = f"{own}/{name.removeprefix('.config/')}" if name.startswith(".config/") else f"{self._home}/{name}"
            if os.path.isfile(path):
                yield f"home {name}", self._content(path)

    def script(self, path: str, make: bool = False) -> str:
        """The text of a shell script or makefile of the repository; empty for anything else."""
        full = f"{self.root}/{path}"
        try:
            with open(os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK), encoding="utf-8", errors="surrogateescape") as file:
                if not (make or path.endswith(".sh") or os.path.basename((_first_line(full) or [""])[0]) in _SHELLS):
                    return ""
                found = file.read(_MOST_SCRIPT)
        except OSError:
            return ""
        return _RECIPE.sub("\n", found) if make else found

    def _programs(self, word: str, working_directory: str) -> tuple[str, ...]:
        """Every program the word may mean: local ones first, then the first on PATH."""
        key = (word, working_directory)
        if key not in self._found:
            if "/" in word:
                candidates = [os.path.normpath(os.path.join(self.root, working_directory, os.path.expanduser(word)))]
                self._found[key] = tuple(path for path in candidates if self._executable(path))
            else:
                local = [path for folder in self._local(working_directory) if self._executable(path := f"{folder}/{word}")]
                if word not in self._on_path:
                    self._on_path[word] = next((path for folder in self._path if _executable(path := f"{folder}/{word}")), None)
                on_path = self._on_path[word]
                self._found[key] = tuple(dict.fromkeys(local + ([on_path] if on_path else [])))
        return self._found[key]

    def _local_programs(self, working_directory: str) -> tuple[str, ...]:
        """The folders of programs that are installed here, or above inside the repository."""
        environment = self._variables.get("UV_PROJECT_ENVIRONMENT") or ".venv"
        places = dict.fromkeys((f"{environment}/bin", ".venv/bin", "node_modules/.bin"))
        folders = (os.path.join(folder, place) for folder in self._upwards(working_directory) for place in places)
        return tuple(folder for folder in folders if self._is_folder(folder))

    def _upwards(self, working_directory: str) -> Iterator[str]:
        folder = os.path.normpath(f"{self.root}/{working_directory}")
        while inside(folder, self.root) and folder != self.root:
            yield folder
            folder = os.path.dirname(folder)
        yield self.root

    def _identity(self, word: str, program: str) -> tuple[tuple[str, str], ...]:
        key = (word, program)
        if key not in self._known:
            try:
                real = os.path.realpath(program)
                found = [(f"program {os.path.basename(word)}", self._digests.of("program", real, content))]
                if os.path.basename(real).startswith(("python", "pypy")):
                    found += self._interpreter(program, real)
                elif line := _first_line(real):
                    found += [(f"options of {os.path.basename(word)}", " ".join(line[1:]))] if line[1:] else []
                    found += self._script(line[0], real)
                self._known[key] = tuple(found)
            except OSError as error:
                self._known[key] = ((f"program {os.path.basename(word)}", f"unreadable: {error.strerror}"),)
        return self._known[key]

    def _script(self, interpreter: str, real: str) -> Iterator[tuple[str, str]]:
        name = os.path.basename(interpreter)
        where = interpreter if "/" in interpreter and _executable(interpreter) else next(iter(self._programs(name, ".")), "")
        if name.startswith("python") and where:
            yield from self._interpreter(where, os.path.realpath(where))
        elif where:
            yield f"program {name}", self._digests.of("program", os.path.realpath(where), content)
        folder, found, _ = real.rpartition("/node_modules/")
        if found:
            yield from self._node_modules(f"{folder}/node_modules", ())

    def _interpreter(self, program: str, real: str) -> Iterator[tuple[str, str]]:
        """The interpreter itself and every distribution it finds: those of its venv, or of its own prefix and the user's."""
        prefix = os.path.dirname(os.path.dirname(real))
        yield "interpreter", self._digests.of("program", real, content)
        for library in sorted(glob(f"{escape(prefix)}/lib/libpython3*.so*")):
            yield f"library {os.path.basename(library)}", self._digests.of("program", os.path.realpath(library), content)
        venv = os.path.dirname(os.path.dirname(os.path.abspath(program)))
        if os.path.exists(f"{venv}/pyvenv.cfg"):
            settings = dict(line.replace(" ", "").strip().lower().partition("=")[::2] for line in text(f"{venv}/pyvenv.cfg").splitlines())
            yield from self._distributions(f"{escape(venv)}/lib/python3*/site-packages")
            if settings.get("include-system-site-packages") != "true":
                return
        system = [f"{escape(prefix)}/lib/python3*/{packages}" for packages in ("site-packages", "dist-packages")]
        for pattern in (*system, "/usr/local/lib/python3*/dist-packages", f"{escape(self._home)}/.local/lib/python3*/site-packages"):
            yield from self._distributions(pattern)

    def _distributions(self, pattern: str) -> Iterator[tuple[str, str]]:
        for folder in sorted(glob(pattern)):
            for line in self._digests.of("packages", os.path.realpath(folder), self._packages).split("\n"):
                name, kept, digest = line.partition("\t")
                if kept:
                    yield f"package {name}", digest
                elif name:
                    yield from self._leading(folder, name)

    def _packages(self, folder: str) -> str:
        """A line `NAME TAB DIGEST` for each distribution, remembered by the folder's time: installing and removing one changes that.

        What leads to other folders is a line of its name alone: these are looked at each time.
        """
        lines = []
        for name in sorted(os.listdir(folder)):
            path = f"{folder}/{name}"
            if name.endswith((".dist-info", ".egg-info")):
                record = f"{path}/RECORD"
                known = self._digests.of("record", record, _record) if os.path.isfile(record) else self._content(path) if os.path.isfile(path) else ""
                lines.append(f"{name}\t{known}")
            elif name.endswith((".egg-link", ".pth")) or (name.startswith("__editable__") and name.endswith(".py")):
                lines.append(name)
        return "\n".join(line for line in lines if line.count("\n") == 0)

    def _leading(self, folder: str, name: str) -> Iterator[tuple[str, str]]:
        path = f"{folder}/{name}"
        if name.endswith((".egg-link", ".pth")):
            yield f"package {name}", self._content(path)
        for number, linked in enumerate(folders(path)):
            yield from self._linked(f"{name} {number}", linked)

    def _linked(self, name: str, folder: str) -> Iterator[tuple[str, str]]:
        """Modules outside the repository; those inside are its files."""
        if not inside(os.path.realpath(folder), os.path.realpath(self.root)) and os.path.isdir(folder):
            yield from self._once((name, folder), lambda: iter([(f"linked {name}", identity(folder, self._content))]))

    def _content(self, path: str) -> str:
        return self._digests.of("program", os.path.realpath(path), content)

    def _node_modules(self, folder: str, opaque: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        if not any(inside(folder, f"{self.root}/{provided}") for provided in opaque):
            yield from self._once((folder,), lambda: self._installed(folder))

    def _installed(self, folder: str) -> Iterator[tuple[str, str]]:
        if not self._is_folder(folder):
            return
        states = [(state, path) for state in _STATES if os.path.isfile(path := os.path.realpath(f"{folder}/{state}"))]
        if not states:  # bun, and whatever else keeps no list of what it installed
            names = (*glob("*/package.json", root_dir=folder), *glob("@*/*/package.json", root_dir=folder))
            states = [(name, os.path.realpath(f"{folder}/{name}")) for name in names]
        for state, path in states:
            yield f"installed {os.path.relpath(folder, self.root)}/{state}", self._digests.of("program", path, content)


def _record(path: str) -> str:
    """A RECORD's hashes, without compiled files and without scripts, whose first line names where the venv stands."""
    lines = [line for line in text(path).splitlines(keepends=True) if not line.startswith("..") and ".pyc," not in line and "direct_url.json" not in line]
    return sha256("".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()


def _first_line(path: str) -> list[str]:
    """The interpreter that a script's first line names, and its options; empty for anything else."""
    with open(path, "rb") as file:
        line = file.readline(256)
        if file.readline(16).startswith(TRAMPOLINE) and _executable(beside := f"{os.path.dirname(path)}/python"):
            return [beside]
    words = os.fsdecode(line[2:]).split() if line.startswith(b"#!") else []
    if words and os.path.basename(words[0]) == "env":
        named = [word for word in words[1:] if not word.startswith("-") and "=" not in word][:1]
        words = named + [word for word in words[1:] if word not in named] if named else []
    return words


def _executable(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def inside(path: str, folder: str) -> bool:
    """Whether this is the folder, or something below it; both written the same way."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
