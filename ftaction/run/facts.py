"""What one check's outcome depends on, gathered: its tool, its files, its environment, its programs."""

import os.path
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ftaction.edge.toolchain import Toolchain
from ftaction.model.check import Check, Command, Stage, Tests, Verification
from ftaction.model.package import Packages
from ftaction.model.run import Snapshot
from ftaction.model.selection import Rule, Whole
from ftaction.model.tool import Tool, Words
from ftaction.plan import environment, globs
from ftaction.plan.fingerprint import Facts, inputs_list

if TYPE_CHECKING:
    from ftaction.plan.packages import Ground
    from ftaction.run.bound import Bound

_LOCKS = {
    "python": ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements*.txt"),
    "node": ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "package.json"),
    "go": ("go.mod", "go.sum", "go.work", "go.work.sum"),
    "rust": ("Cargo.lock", "rust-toolchain", "rust-toolchain.toml", ".cargo/config.toml"),
}
"""What an ecosystem's tools take their packages from, in any folder: inputs even where a check's own are narrower."""

_NEUTRAL = frozenset([":", "[", "cd", "echo", "exit", "export", "false", "mkdir", "printf", "pwd", "set", "test", "true"])
"""Commands that read no configuration: beside others they say nothing of what a line depends on."""


class Known(NamedTuple):
    """A check with what is known of its tool. `words` are those of its one command, empty where there are several."""

    check: Check
    tool: Tool | None
    words: Words


def recognise(check: Check) -> Known:
    """The check with its tool and its stage."""
    if check.ask is not None:
        return Known(check, None, ())
    from ftaction import tools
    from ftaction.tools import words

    commands = words.split(check.run) if check.tool != "none" else ()
    found = [tools.recognise(command) for command in commands if len(commands) == 1 or command[0] not in _NEUTRAL]
    first = found[0] if len(commands) == 1 else None
    tool = tools.find(check.tool) if check.tool not in (None, "none") else first[0] if first else _together(found)
    stages = [one[0].stage(one[1]) for one in found if one] or [Stage.FAST]
    stage = check.stage or next((stage for stage in (Stage.MUTATING, Stage.SLOW) if stage in stages), Stage.FAST)
    return Known(check._replace(stage=stage), tool, first[1] if first else ())


def _together(found: list[tuple[Tool, Words] | None]) -> Tool | None:
    """What stands for several commands: all that any of them reads. None where none is known."""
    known = {one[0].name: one[0] for one in found if one}
    if not known:
        return None
    strangers = None in found
    ecosystems = {tool.ecosystem for tool in known.values()}
    return Tool(
        name=" ".join(known),
        ecosystem=ecosystems.pop() if len(ecosystems) == 1 and not strangers else "any",
        stage=lambda _words: Stage.FAST,  # `recognise` has asked each of them
        config=tuple(dict.fromkeys(glob for tool in known.values() for glob in tool.config)),
        home=tuple(dict.fromkeys(path for tool in known.values() for path in tool.home)),
        env=tuple(dict.fromkeys([*(glob for tool in known.values() for glob in tool.env), *(environment.ANY_TOOL if strangers else ())])),
        parts=any(tool.parts for tool in known.values()),
    )


class Gatherer:
    """Gathers for many checks over one snapshot; what checks share is computed once. Made anew when files or programs may differ."""

    def __init__(
        self, snapshot: Snapshot, toolchain: Toolchain, variables: Mapping[str, str], platform: tuple[tuple[str, str], ...], packages: Packages | None = None
    ) -> None:
        self._snapshot = snapshot
        self.paths = globs.Paths(list(snapshot.files))
        self.packages = packages or {}
        self._bounds: dict[int, Bound] = {}
        self._ground: Ground | None = None
        self._toolchain = toolchain
        self._variables = variables
        self._platform = platform
        self._lists: dict[tuple[object, ...], tuple[str, str]] = {}
        self._envs: dict[tuple[tuple[str, ...], tuple[str, ...] | None], tuple[tuple[str, str], ...]] = {}
        self._known_places: dict[tuple[Command, str], tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def inputs(self, known: Known, ignored: Mapping[str, str]) -> tuple[str, str]:
        """The list of its files with its digest. `ignored`: files that git ignores and its globs name."""
        if ignored:
            files = {**self._snapshot.files, **ignored}
            return inputs_list(files, self.select(known, globs.Paths(sorted(files))))
        check = known.check
        key = (check.package, check.working_directory, check.inputs, *self._also(known)) if check.package is not None else self._patterns(known)
        if key not in self._lists:
            self._lists[key] = self._listed(known)
        return self._lists[key]

    def _listed(self, known: Known) -> tuple[str, str]:
        if known.check.package is None:
            return inputs_list(self._snapshot.files, self.select(known, self.paths))
        return self._bound(self.paths).listed(
            known.check, self._also(known), self._named(known), self._snapshot.files, self._chosen, in_full=bool(known.tool and known.tool.suite)
        )

    def select(self, known: Known, paths: globs.Paths) -> list[str]:
        """Which of these paths are its inputs, sorted: those of the snapshot, or those of a change set, which may be gone."""
        if known.check.package is None:
            return self._chosen(paths, paths.select(self._patterns(known)))
        return self._chosen(paths, self._bound(paths).all(known.check, self._also(known), self._named(known)))

    def _bound(self, paths: globs.Paths) -> "Bound":
        from ftaction.plan.packages import Ground  # imported where used: most repositories bind no check to a package
        from ftaction.run.bound import Bound

        self._ground = self._ground or Ground(self.packages)
        if id(paths) not in self._bounds:
            self._bounds[id(paths)] = Bound(self._ground, paths)  # which holds them, so that no other paths get their number
        return self._bounds[id(paths)]

    def unreadable(self, known: Known) -> list[str]:
        """Inputs that could not be read."""
        return self.select(known, globs.Paths(self._snapshot.unreadable)) if self._snapshot.unreadable else []

    def own_inputs(self, known: Known) -> bool:
        """Whether the check's own globs, or its package, mean any file; a tool's configuration alone is no input."""
        if known.check.package is not None:
            bound = self._bound(self.paths)
            return any(bound.files(known.check, folder) for folder in bound.ground.folders(known.check.package))
        return bool(self.paths.select(known.check.inputs))

    def misspelt(self, known: Known) -> list[str]:
        """Its positive globs that mean no file."""
        return self.paths.unmatched(known.check.inputs)

    def _patterns(self, known: Known) -> tuple[str, ...]:
        """Its globs, and those of its tool's configuration and lock files where its own are narrower."""
        inputs = known.check.inputs
        return (*inputs, *self._also(known)) if any(not pattern.startswith("!") for pattern in inputs) else inputs

    def _chosen(self, paths: globs.Paths, chosen: list[str]) -> list[str]:
        return _through_links(chosen, self._snapshot, paths) if self._snapshot.links else chosen

    def facts(self, known: Known, needs: Iterable[tuple[str, str]], opaque: tuple[str, ...], elsewhere: tuple[str, ...], options: tuple[str, ...]) -> Facts:
        """Everything beside the files. `opaque`: folders that needs make, whose fingerprints stand for what is in them.

        `elsewhere`: folders that any check makes. What a check does not name by its command is not looked for there: these folders come
        and go with the checks that make them.
        """
        return Facts(
            env=self._env(known),
            toolchain=tuple(self._programs(known, opaque, (*opaque, *elsewhere))),
            platform=self._platform,
            needs=tuple(needs),
            options=options,
        )

    def _env(self, known: Known) -> tuple[tuple[str, str], ...]:
        key = (known.check.env, known.tool.env if known.tool else None)
        if key not in self._envs:
            self._envs[key] = environment.counted(seen(known, self._variables), known.check.env)
        return self._envs[key]

    def _programs(self, known: Known, opaque: tuple[str, ...], unnamed: tuple[str, ...]) -> Iterable[tuple[str, str]]:
        if isinstance(known.check.run, str):
            yield from self._toolchain.of(known.check.shell.value, known.check.working_directory, opaque)
        if known.tool:
            yield from self._toolchain.settings(known.tool.config, known.tool.home)
        ecosystem = known.tool.ecosystem if known.tool else "any"
        for folder in self._folders(known):
            for word in self._words(known):
                yield from self._toolchain.of(word, folder, opaque)
            if ecosystem in ("python", "any"):
                yield from self._toolchain.python(folder, unnamed)
            if ecosystem in ("node", "any"):
                yield from self._toolchain.node(folder, unnamed)

    def _words(self, known: Known) -> tuple[str, ...]:
        """What may name a program: in the command, in the shell scripts of the repository that it names, in what make reads."""
        from ftaction.tools import words

        found = dict.fromkeys(words.executables(known.check.run))
        makefiles = self.paths.select(known.tool.config) if known.tool and known.tool.name == "make" else ()
        for path in (*self._named(known), *makefiles):
            found |= dict.fromkeys(words.executables(self._toolchain.script(path, path in makefiles)))
        return tuple(found)

    def _named(self, known: Known) -> tuple[str, ...]:
        """Files of the repository that the command names."""
        return self._places(known)[1]

    def _folders(self, known: Known) -> tuple[str, ...]:
        """The working folder, and every folder that the command names: `cd app && npm test`, `uv run --directory=app pytest`."""
        return self._places(known)[0]

    def _places(self, known: Known) -> tuple[tuple[str, ...], tuple[str, ...]]:
        from ftaction.tools import words

        key = (known.check.run, known.check.working_directory)
        if key not in self._known_places:
            here = os.path.normpath(known.check.working_directory)
            named = {word.rpartition("=")[2] for command in words.split(known.check.run) for word in command}
            paths = {os.path.normpath(os.path.join(here, word)) for word in named}
            folders = {here, *(path for path in paths if path not in self._snapshot.files and self.paths.holds(path))}
            below = {os.path.normpath(os.path.join(folder, word)) for folder in folders for word in named}
            files = (path for path in below if path in self._snapshot.files)
            self._known_places[key] = tuple(sorted(folders)), tuple(sorted(files))
        return self._known_places[key]

    def managed(self, known: Known) -> tuple[str, ...]:
        """Folders that the command's own wrapper makes from a lock file before it runs anything, so that the lock file stands for them.

        `uv run` brings `.venv` in line with `uv.lock` each time: https://docs.astral.sh/uv/concepts/projects/sync/
        """
        from ftaction.tools import words

        commands = [command for command in words.split(known.check.run) if command[0] not in _NEUTRAL]
        synced = bool(commands) and all(command[:2] == ("uv", "run") and "--no-sync" not in command for command in commands)
        places = {*self._folders(known), "."} if synced else set()
        return tuple(os.path.normpath(f"{place}/.venv") for place in places if os.path.normpath(f"{place}/uv.lock") in self._snapshot.files)

    def _also(self, known: Known) -> tuple[str, ...]:
        ecosystem = known.tool.ecosystem if known.tool else "any"
        locks = [lock for name, names in _LOCKS.items() if ecosystem in (name, "any") for lock in names]
        above: list[str] = []
        if known.check.package is not None:
            from ftaction.run.bound import ABOVE

            above += [name for one, names in ABOVE.items() if ecosystem in (one, "any") for name in names]
        return (*(known.tool.config if known.tool else ()), *(f"**/{name}" for name in (*locks, *above)), *self._named(known))


def seen(known: Known, variables: Mapping[str, str]) -> dict[str, str]:
    """The environment the check sees."""
    return environment.visible(variables, known.check.env, known.tool.env if known.tool else None)


def may_have_parts(known: Known) -> bool:
    """Whether a part of its tests may stand for them, as far as its tool tells."""
    return known.tool is not None and (bool(known.tool.suite) or known.tool.parts)


def refused(known: Known, final: bool = False) -> Whole | None:
    """Why all tests of a suite run, whatever was seen of them. `final`: this is a checkpoint at which everything runs."""
    assert known.tool is not None
    if known.check.tests is Tests.ALL:
        return Whole(Rule.OFF)
    if final:
        return Whole(Rule.FINAL)
    if known.check.outputs:
        return Whole(Rule.COMMAND, ("it makes outputs",))
    if not known.tool.suite:
        return None
    problem = known.tool.narrows(known.words) if known.words else "it is not one command"
    return Whole(Rule.COMMAND, (problem,)) if problem else None


def installs(known: Known) -> bool:
    """Whether the check's command may change the environment that it runs in, by what lock files and manifests say now."""
    from ftaction.tools import words, wrappers

    return any(wrappers.installs(command) for command in words.split(known.check.run))


def share(known: Known, verification: Verification, slots: int) -> tuple[str, ...]:
    """The options that tell a tool its slots, where it takes more than one."""
    weight = min(known.check.weight, slots)
    if known.tool is None or weight < 2 or not verification.parallel:
        return ()
    return known.tool.share(known.words, weight)


def slots_told(known: Known, verification: Verification, slots: int) -> tuple[str, ...]:
    """Variables that tell the same to tools which read their share from the environment: make, and xdist's `-n auto`."""
    weight = min(known.check.weight, slots)
    return (f"MAKEFLAGS=-j{weight}", f"PYTEST_XDIST_AUTO_NUM_WORKERS={weight}") if weight > 1 and verification.parallel else ()


def _through_links(chosen: list[str], snapshot: Snapshot, paths: globs.Paths) -> list[str]:
    """The same files, and those that a chosen symbolic link leads to inside the repository."""
    found = dict.fromkeys(chosen)
    waiting = [path for path in chosen if path in snapshot.links]
    while waiting:
        path = waiting.pop()
        target = os.path.normpath(os.path.join(os.path.dirname(path), snapshot.links[path]))
        for reached in paths.select([target]) if not target.startswith(("..", "/")) else []:
            if reached not in found:
                found[reached] = None
                waiting += [reached] if reached in snapshot.links else []
    return sorted(found)
