"""The real world of a run: this machine, this environment, this repository. Everything is made here and handed on as arguments."""

import os
import sys
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TextIO

from ftaction import stores
from ftaction.edge import folders, machine
from ftaction.edge.digests import Digests
from ftaction.edge.disk import DiskStore
from ftaction.edge.git import Repository, common_folder, find_root
from ftaction.edge.guard import Guard, give_back
from ftaction.edge.held import Held
from ftaction.edge.remote import repository_name
from ftaction.edge.runner import RunnerFiles
from ftaction.edge.toolchain import Toolchain
from ftaction.errors import Stop, StoreError
from ftaction.model.change import ChangeSet, Pieces
from ftaction.model.check import Cache, Config
from ftaction.model.doors import Store
from ftaction.model.record import Origin
from ftaction.model.run import Context, Request
from ftaction.plan.context import origin
from ftaction.plan.order import choose
from ftaction.run import configuration, forms
from ftaction.run.configuration import Found
from ftaction.run.surfaces import Plain, log_reader
from ftaction.run.world import Surface, World

if TYPE_CHECKING:
    from ftaction.report.last import Last  # imported where used
    from ftaction.run.statuses import Statuses

_CONTAINER_TEMP = "/github/runner_temp"
_STANDARD_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


class Options(NamedTuple):
    """What the command line says about the world."""

    store: str | None = None
    config: str | None = None
    use_memory: bool = True
    cache_url: str = ""
    runs: bool = False  # whether checks will run, or only be looked at


class Wiring:
    """One process's view of the outside. `variables` is the whole environment; only what `plan/environment.py` lets through goes on."""

    def __init__(self, variables: Mapping[str, str], options: Options) -> None:
        self.options = options
        self.in_workflow = variables.get("GITHUB_ACTIONS") == "true"
        self.variables = _with_standard_path(variables) if self.in_workflow else dict(variables)
        self.root = find_root(self._workspace())
        self.files = RunnerFiles(self.variables)
        self.identity = machine.owner_of(self.root)
        self.event = self.files.event()
        self._job_store = self._new_job_store()
        folder = _no_link_of(self.root, os.path.abspath(self._job_store or options.store or store_folder(self.variables)))
        self._held = Held(folder, self.identity) if self.identity else None
        self.store = DiskStore(self._held.folder if self._held else folder)
        self.digests = Digests(f"{self.store.folder}/digests/{_short(self.root)}.json")
        self._folder = ""
        self._guard: Guard | None = None
        self._kept_for_post = False
        self._change_set: ChangeSet | None = None
        self.repository = Repository(self.root, self.digests, git_environment(self.variables), self.identity, hidden=folder)

    def find_config(self) -> Found:
        """From the file, or from what the repository holds. Raises `Stop`."""
        return configuration.find(self.repository, self.options.config, self.store if self.options.use_memory else None)

    def world(self, surface: Surface, config: Config) -> World:
        """Everything a run needs."""
        if self.in_workflow:
            machine.make_unreadable()
        if self.identity:
            self._guard = Guard(self.variables) if self.in_workflow and self.options.runs else None
            self._kept_for_post = True  # should we be ended in the middle
            self.variables["HOME"] = machine.home_for(self.identity, self.variables.get("HOME", ""), f"{self.run_folder()}/home")
        return World(
            context=Context(root=self.root, origin=self._origin(), in_workflow=self.in_workflow, final=self._is_final(config)),
            repository=self.repository,
            store=self._memory(config, surface),
            digests=self.digests,
            toolchain=lambda: Toolchain(self.root, self.variables.get("PATH", ""), self.digests, self.variables),
            environment=self.variables,
            platform=machine.platform(),
            identity=self.identity,
            cpus=machine.cpus(),
            surface=surface,
            folder=self.run_folder(),
            clock=time.monotonic,
            now=time.time,
            changes=self.changes,
            lines=self._lines,
            diffs=self._diffs,
            kept=self.store if self.options.use_memory else None,
        )

    def surface(self, people: TextIO, *, quiet: bool = False, programs: TextIO | None = None) -> Surface:
        """The surface that fits where words for `people` go; with a line for each thing that happens where `programs` read too."""
        return forms.surface(people, self.variables, in_workflow=self.in_workflow, quiet=quiet, programs=programs)

    def silent(self) -> Surface:
        """One for what tells nothing while it goes on."""
        return Plain(lambda _: None, log_reader(self.variables), forms.WIDE)

    def statuses(self, surface: Surface, config: Config, request: Request, asked: str, comment: bool) -> "Statuses | None":
        """The same, told to GitHub as well; None where it is to be told nothing. Raises `Stop` for a check that is none."""
        if not self._tells(asked, comment):
            return None
        from ftaction.statuses import statuses

        checks = len(choose(config, request.checks, request.profile))
        return statuses(surface, self.repository, self.variables, self.event, self._origin(), asked=asked, comment=comment, checks=checks)

    def told(self, statuses: "Statuses") -> tuple[str, ...]:
        """Wait until GitHub was told everything. What it could not be told, in a sentence each."""
        from ftaction.statuses import STATE

        problems, settled = statuses.settle()
        if settled:
            self.files.save_state({STATE: "told"})
        return problems

    def post_statuses(self, asked: str) -> None:
        """Conclude the status checks that a killed run left open, if GitHub lets us."""
        if self._tells(asked, comment=False):
            from ftaction.statuses import post

            with suppress(StoreError):
                post(self.repository, self.variables, self.event, asked)

    def _tells(self, asked: str, comment: bool) -> bool:
        if not self.in_workflow or (asked.lower() == "false" and not comment):
            return False
        from ftaction.touched import token

        return bool(token(self.variables))

    def run_folder(self) -> str:
        """A new folder for this run's logs. Where checks run as another user they must be able to reach into it."""
        if not self._folder:
            self._folder = folders.new_folder(self._runs(), reachable=self.identity is not None)
        return self._folder

    def post(self) -> tuple[str, ...]:
        """The action's post step. Notes, a sentence each."""
        try:
            cache = self.find_config().config.cache
        except Stop:  # the step itself has said so
            cache = Cache()
        return stores.post(self._doors(), cache, self.identity)

    def carry_on(self, store: Store | None, interrupted: bool) -> None:
        """What comes after the run, for its memory: told to the post step, or done here."""
        told = stores.carry_on(store, self._doors(), interrupted, self._job_store if self.identity else "") if store else {}
        if told:
            self.files.save_state(told)
        self._kept_for_post = interrupted and self.identity is not None

    def close(self) -> str:
        """What we made belongs to the workspace's owner, and stands where later steps find it. What went wrong, in a sentence."""
        if self._job_store and not self._kept_for_post:
            folders.remove(self.store.folder)
            with suppress(OSError):  # by then it is empty, and what else stands under its name is not ours to remove
                os.rmdir(self._job_store)
        if not self.identity:
            return ""
        self._guard.release() if self._guard else give_back(self.variables, self.identity)
        moved = self._held.give_back() if self._held and not self._job_store else ""
        machine.hand_over([self._folder], self.identity)
        kept = self._kept() if self._folder else ""
        return moved or (machine.move_files(self._folder, kept, self.identity) if kept != self._folder else "")

    def last_run(self) -> "Last | None":
        """The newest run of this repository of which the report is kept on this machine, as far as it can be read."""
        from ftaction.report.last import read

        found = (read(content, ended) for content, ended in folders.newest(self._runs(), "report.json"))
        return next(filter(None, found), None)

    def for_later_steps(self, path: str) -> str:
        """Where a later step, which runs on the runner itself, finds a file of the run folder.

        `RUNNER_WORKSPACE` keeps the runner's own path in a container; the temporary folder stands beside it (actions/runner,
        `src/Runner.Worker/Handlers/ContainerActionHandler.cs`).
        """
        there = f"{self._kept()}/{os.path.basename(path)}"
        temporary, workspace = self.variables.get("RUNNER_TEMP", ""), self.variables.get("RUNNER_WORKSPACE", "")
        moved = temporary == _CONTAINER_TEMP and workspace
        return f"{os.path.dirname(workspace)}/_temp{there.removeprefix(temporary)}" if moved else there

    def _kept(self) -> str:
        """The run folder as it stands when the run has ended: in a workflow where later steps find it."""
        temporary = self.variables.get("RUNNER_TEMP", "")
        movable = self.identity and self.in_workflow and os.path.isdir(temporary)
        return f"{temporary}/{os.path.basename(self.run_folder())}" if movable else self.run_folder()

    def _new_job_store(self) -> str:
        """Empty where the store is a lasting one."""
        across = self.options.use_memory and self.options.runs and stores.has_service(self.variables, self.options.cache_url)
        return "" if self.options.store or not self.in_workflow else stores.job_store(self.variables, across, self.identity)

    def _memory(self, config: Config, surface: Surface) -> Store | None:
        if not self.options.use_memory:
            return None
        return stores.memory(self.store, self._doors()._replace(moving=surface.moving), config.cache, self.in_workflow)

    def _doors(self) -> stores.Doors:
        return stores.Doors(self.variables, self.event, _mask, self._origin(), self.run_folder(), self.options.cache_url)

    def _origin(self) -> Origin:
        return origin(self.variables, self.event, self.repository_name)

    @property
    def repository_name(self) -> str:
        """As its host has it; without a remote the folder that all its worktrees share."""
        folder = common_folder(self.root)
        return repository_name(folder) or folder

    def _is_final(self, config: Config) -> bool:
        if not self.in_workflow:
            return False
        from ftaction.plan.checkpoint import is_final

        return is_final(self.variables, self.event, config.verification.full_suite)

    def changes(self, base: str = "") -> ChangeSet:
        """What was touched, found out once. `base`: a name that the user gave."""
        if self._change_set is None:
            from ftaction.touched import change_set

            self._change_set = change_set(self.repository, self.variables, self.event, base)
        return self._change_set

    def _lines(self, changes: ChangeSet, paths: Collection[str]) -> Pieces:
        from ftaction.touched import lines_of

        return lines_of(self.repository, self.variables, changes, paths)

    def _diffs(self, changes: ChangeSet, paths: Collection[str]) -> Mapping[str, str] | None:
        from ftaction.touched import diffs_of

        return diffs_of(self.repository, self.variables, changes, paths)

    def _runs(self) -> str:
        """In a workflow where later steps find it; else in the store. Never in a folder of the checks' user: he could put a link in its place."""
        if self.identity:
            return folders.STICKY
        temporary = self.variables.get("RUNNER_TEMP", "")
        return temporary if self.in_workflow and os.path.isdir(temporary) else f"{self.store.folder}/runs/{_short(self.root)}"

    def _workspace(self) -> str:
        workspace = self.variables.get("GITHUB_WORKSPACE", "") if self.in_workflow else ""
        return workspace if workspace and os.path.isdir(workspace) else os.getcwd()


def _no_link_of(root: str, folder: str) -> str:
    """A folder that we write to and give away. Raises `Stop` where a link in the repository, which is a pull request's, leads there."""
    if folder.startswith(f"{root}/") and os.path.realpath(folder) != folder:
        raise Stop(f"the store {folder} stands behind a symbolic link of the repository", "Name a folder outside the repository, or take the link away.")
    return folder


def store_folder(variables: Mapping[str, str]) -> str:
    """Where this machine remembers, shared by all its repositories."""
    home = variables.get("HOME") or os.path.expanduser("~")
    cache = variables.get("XDG_CACHE_HOME") or f"{home}/.cache"
    return os.path.abspath(variables.get("FTACTION_STORE") or f"{cache}/ftaction")


def git_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """What git may see: where things live, and none of the runner's tokens."""
    return {name: variables[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "USER") if name in variables}


def _with_standard_path(variables: Mapping[str, str]) -> dict[str, str]:
    """A runner's PATH may name folders that are not in this container; the standard ones follow it."""
    given = [folder for folder in variables.get("PATH", "").split(os.pathsep) if folder]
    return {**variables, "PATH": os.pathsep.join(dict.fromkeys([*given, *_STANDARD_PATH]))}


def _mask(text: str) -> None:
    """Have the runner hide this text wherever it is told."""
    from ftaction.report.commands import command

    sys.stderr.write(command("add-mask", text) + "\n")  # which the runner reads as well: standard output may be JSON
    sys.stderr.flush()


def _short(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
