"""Commits and trees that a shallow clone lacks, fetched beside it: nothing in the user's `.git` is written, not even for a moment.

A fetch with a filter or a depth writes `promisor` into the configuration, so that later commands of git fetch by themselves, and moves
`.git/shallow`, so that the history looks another. Both are among what git keeps in `GIT_COMMON_DIR` (git(1), gitrepository-layout(5)):
here that is an empty folder which includes the user's own configuration. `GIT_DIR` stays the user's: `includeIf.gitdir` is how
actions/checkout hands its token to git, and its references tell the server what need not be sent. None is written: commits are asked for by
their names alone. Objects go to the folder too, the user's are read beside them.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from subprocess import TimeoutExpired
from typing import NamedTuple

from ftaction.edge.files import text
from ftaction.edge.git import Repository, common_folder, own_folder
from ftaction.edge.machine import hand_over

WHOLE = 2**31 - 1  # a depth that git takes for all there is
_COMMIT = re.compile("[0-9a-f]{40,64}")
_MOST_TOLD = 200  # characters
_LOOK = 0.2  # seconds between two looks at how much has come
_NETWORK = (
    "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSH", "GIT_SSH_COMMAND",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
)  # fmt: skip
_QUIET = (
    "core.hooksPath=/dev/null", "core.alternateRefsCommand=true", "gc.auto=0", "maintenance.auto=false", "fetch.writeCommitGraph=false",
    "fetch.negotiationAlgorithm=default", "fetch.output=compact", "advice.fetchShowForcedUpdates=false",
)  # fmt: skip
"""The user's settings that would run something, or tell the server other than what it must know to send little."""

_FETCH = (
    "fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance", "--no-show-forced-updates",
    "--no-progress", "--refmap=",
)  # fmt: skip
ALONE: Mapping[str, str] = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": f"{os.devnull}/none"}
"""For every question about history: git asks nobody, and tells it as it is, not as replacements and grafts have it."""


class FetchError(Exception):
    """It can't be had, in a sentence without a full stop."""


class Limits(NamedTuple):
    """Seconds of all fetches of one run, and bytes of one of them. Where a server has no filters, the content of files comes along."""

    seconds: float = 60.0
    size: int = 200 << 20


USUAL = Limits()


class Bounds(NamedTuple):
    """The limits of one run: `until` all of its fetches must have ended, as `clock` counts."""

    limits: Limits
    until: float
    clock: Callable[[], float]

    def exceeded(self, size: int) -> str:
        """By what, in a sentence; empty where there is time and room left."""
        if self.clock() >= self.until:
            return f"fetching it took more than {self.limits.seconds:g} s"
        return f"more than {self.limits.size >> 20} MiB came" if size > self.limits.size else ""


class Scratch:
    """One folder of fetched objects. Each kind of fetch needs its own: of a commit that came without its trees git believes that all is there."""

    def __init__(self, repository: Repository, variables: Mapping[str, str], bounds: Bounds, wide: bool) -> None:
        """`wide`: whether digests are SHA-256."""
        self._repository = repository
        self._network = {name: variables[name] for name in _NETWORK if name in variables}
        self._bounds = bounds
        self.folder = tempfile.mkdtemp(prefix="ftaction-fetch-")
        common, own = common_folder(repository.root), own_folder(repository.root)
        _prepare(self.folder, common, own, wide)
        if repository.identity:
            hand_over([self.folder], repository.identity)
        objects = {"GIT_OBJECT_DIRECTORY": f"{self.folder}/objects", "GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(f"{common}/objects")}
        self.history = {**ALONE, **objects, "GIT_DIR": own, "GIT_COMMON_DIR": self.folder}
        self.objects = {**ALONE, "GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(f"{self.folder}/objects")}

    def fetch(self, remote: str, commits: Iterable[str], *, kept: str, depth: int = 0, again: bool = False) -> None:
        """`kept`: the filter. `again`: what is here is without what is wanted of it. Raises `FetchError`."""
        options = [f"--filter={kept}", *([f"--depth={depth}"] if depth else []), *(["--refetch"] if again else [])]
        self._remotely(*_FETCH, *options, "--end-of-options", remote, *commits)

    def tip(self, remote: str, branch: str) -> str:
        """The commit that a branch of the remote ends in; empty where there is no such branch. Raises `FetchError`."""
        out = self._remotely("ls-remote", "--quiet", "--end-of-options", remote, f"refs/heads/{branch}")
        found = [line.partition("\t") for line in os.fsdecode(out).splitlines()]
        return next((commit for commit, _, ref in found if ref == f"refs/heads/{branch}"), "")

    def _remotely(self, *words: str) -> bytes:
        settings = [word for setting in _QUIET for word in ("-c", setting)]
        process = self._repository.start_alone(*settings, *words, extra={**self._network, **self.history})
        try:
            while process.returncode is None:
                with suppress(TimeoutExpired):
                    out, err = process.communicate(timeout=_LOOK)
                if why := self._bounds.exceeded(sum(_sizes(f"{self.folder}/objects"))):
                    raise FetchError(why)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                process.communicate()
        if process.returncode:
            raise FetchError(f"the remote did not hand it out: {last_word(err.decode('utf-8', 'replace'))}")
        return out

    def close(self) -> None:
        """Nothing of it stays."""
        shutil.rmtree(self.folder, ignore_errors=True)


def quoted(path: str) -> str:
    """As git quotes names: any byte stands for itself."""
    return '"' + "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}" for byte in os.fsencode(path)) + '"'


def _prepare(folder: str, common: str, own: str, wide: bool) -> None:
    """A folder that git takes for a repository's common one. Included configuration says nothing of the format, so that is told again."""
    for name in ("objects", "refs"):
        os.mkdir(f"{folder}/{name}")
    with open(f"{folder}/config", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"[core]\n\trepositoryformatversion = {int(wide)}\n" + ("[extensions]\n\tobjectFormat = sha256\n" if wide else ""))
        file.writelines(f"[include]\n\tpath = {_setting(path)}\n" for path in (f"{common}/config", f"{own}/config.worktree"))
    if cut := cut_off(common):
        with open(f"{folder}/shallow", "w", encoding="ascii") as file:
            file.writelines(f"{commit}\n" for commit in sorted(cut))


def cut_off(folder: str) -> frozenset[str]:
    """Commits whose parents are not here. `folder` is where all worktrees meet; a check may have put anything there, which is not passed on."""
    try:
        return frozenset(filter(_COMMIT.fullmatch, text(f"{folder}/shallow").split()))
    except OSError:
        return frozenset()


def _setting(value: str) -> str:
    """As git's configuration quotes values, which knows no octal numbers."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _sizes(folder: str) -> Iterable[int]:
    for here, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield os.lstat(f"{here}/{name}").st_size


def last_word(said: str) -> str:
    """What git said that is an error: lines of the server, hints and progress stand around it. An address may hold a password."""
    lines = [line.strip() for line in said.replace("\r", "\n").split("\n") if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["git did not say why"]
    return " ".join("…" if "://" in word else word for word in told[0].removeprefix("fatal: ").removeprefix("error: ").split())[:_MOST_TOLD]
