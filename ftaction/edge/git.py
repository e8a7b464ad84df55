"""Git, asked by its own program: which files there are, what is in them, what a mutating check changed.

Git runs as the workspace's owner with a scrubbed environment: the repository's configuration may name programs (`core.fsmonitor`,
filters) and a check may have written it, so nothing of ours may be within their reach. Its owner also never meets git's
"dubious ownership"; `safe.directory` answers for this one folder where the owner of `.git` is another.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from stat import S_ISREG

from ftaction.edge.conversions import converted
from ftaction.edge.digests import Digests, git_blob
from ftaction.edge.links import UNREADABLE, behind
from ftaction.edge.machine import Identity
from ftaction.edge.porcelain import read_listing, read_status
from ftaction.errors import Stop
from ftaction.model.run import Snapshot

_SHA256_DIGITS = 64
_MOST_TEXT = 20_000_000  # bytes; a longer file is cut, which no reader of it takes for whole
_LINK = "120000"
_STATUS = ("--untracked-files=all", "--no-renames", "--ignore-submodules=all")
_MOST_LOOKS = 4
_SEES_CASE = ("ignoreCase=false",) if sys.platform == "linux" else ()  # else a file renamed by case alone is neither there nor new
_SETTINGS = ("quotePath=false", "fsmonitor=false", "fileMode=true", "symlinks=true", "trustctime=true", "checkStat=default", *_SEES_CASE)
_HONEST = (*(word for setting in _SETTINGS for word in ("-c", f"core.{setting}")), "-c", "diff.orderFile=/dev/null")
"""A clone's settings may let git overlook changes: to modes, to files of the same size and time, or whatever a monitor says; or have it fail."""
_EMBEDDED = "/"  # git lists an untracked repository inside this one as a folder


def find_root(folder: str) -> str:
    """The working tree that holds this folder. Raises `Stop` where there is none."""
    here = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(here, ".git")):
        if here == os.path.dirname(here):
            raise Stop(f"{folder} is in no git repository", "FirstTry asks git which files there are: run `git init`, or check the code out.")
        here = os.path.dirname(here)
    return here


def own_folder(root: str) -> str:
    """Where git keeps what is of this working tree alone: `.git`, or what a worktree's `.git` file leads to (gitrepository-layout(5))."""
    try:
        with open(f"{root}/.git", encoding="utf-8", errors="surrogateescape") as file:
            return os.path.realpath(os.path.join(root, file.read().removeprefix("gitdir:").strip()))
    except OSError:
        return os.path.realpath(f"{root}/.git")


def common_folder(root: str) -> str:
    """Where all worktrees of one repository meet."""
    folder = own_folder(root)
    try:
        with open(f"{folder}/commondir", encoding="utf-8", errors="surrogateescape") as file:
            return os.path.realpath(os.path.join(folder, file.read().strip()))
    except OSError:
        return folder


class Repository:
    """One working tree. `environment` is what git itself may see."""

    def __init__(self, root: str, digests: Digests, environment: Mapping[str, str], identity: Identity | None = None, hidden: str = "") -> None:
        """Make a door to the working tree at `root`. `hidden`: a folder of ours whose untracked files are no files of the repository."""
        self.root = root
        self.hidden = f"{os.path.relpath(os.path.realpath(hidden), root)}/" if hidden else "../"
        self.digests = digests
        self._environment = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
        self.identity = identity
        self._index = f"{own_folder(root)}/index"

    def snapshot(self, quiet: bool = False) -> Snapshot:
        """The files as they are now. `quiet`: git's index is left alone, for a check may be using it. Raises `Stop`."""
        listed, told = self.answers(quiet)
        files, doubtful, inner = read_listing(listed)
        head, changed = read_status(told)
        plain = [path for path in converted(files, self.root, common_folder(self.root), self._environment, self._ask) if files[path].startswith("100")]
        algorithm = "sha256" if any(len(content) > _SHA256_DIGITS for content in files.values()) else "sha1"
        on_disk = {*doubtful, *changed}
        plain = [path for path in plain if path not in on_disk]
        digests = self.digests.of_many(algorithm, self.root, plain, git_blob(algorithm))
        files.update({path: f"{files[path].partition(' ')[0]} {digest}" for path, digest in digests.items()})
        unreadable = [path for path in plain if path not in digests]
        for path in on_disk:
            if path.startswith(self.hidden) and path not in files:
                continue
            if path.endswith(_EMBEDDED):
                inner.append(path.removesuffix(_EMBEDDED))
                continue
            files.pop(path, None)
            try:
                files.update(self._content(path, algorithm))
            except OSError:
                unreadable.append(path)
        links = {path: os.readlink(f"{self.root}/{path}") for path, content in files.items() if content.startswith(_LINK) and self._is_link(path)}
        own_links = tuple(links)
        for folder in inner:
            below = self._inner(folder, quiet)
            files |= self._content(folder, algorithm) | {f"{folder}/{path}": content for path, content in below.files.items()}
            links |= {f"{folder}/{path}": target for path, target in below.links.items()}
            unreadable += [f"{folder}/{path}" for path in below.unreadable]
        beyond = [behind(self.root, path, listed, self._entry, self._may_read) for listed in [sorted(files)] for path in own_links]
        files |= {path: content for found in beyond for path, content in found.items()}
        unreadable += [path for found in beyond for path, content in found.items() if content == UNREADABLE]
        commit, branch = head.get("branch.oid", "").replace("(initial)", ""), head.get("branch.head", "")
        return Snapshot(commit=commit, branch=branch, files=dict(sorted(files.items())), links=links, unreadable=tuple(sorted(unreadable)))

    def answers(self, quiet: bool) -> list[bytes]:
        """What git lists, and what of it differs: two answers about one index. Where that moved in between, by us or by others, both are asked again."""
        for _ in range(_MOST_LOOKS):
            stamp = self._stamp()
            locks = ("--no-optional-locks",) if quiet else ()
            listing = self._start(*locks, "ls-files", "-s", "-v", "-z")
            status = self._start(*locks, "status", "--porcelain=v2", "--branch", "--no-ahead-behind", "-z", *_STATUS)
            said = self._finish(listing, status)
            quiet = True
            if self._stamp() == stamp:
                break
        return said

    def _stamp(self) -> tuple[int, int, int]:
        try:
            stat = os.stat(self._index)
        except OSError:
            return 0, 0, 0
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def read(self, path: str) -> str | None:
        """A file's text; see `read_bytes`."""
        content = self.read_bytes(path)
        return content.decode("utf-8", "surrogateescape") if content is not None else None

    def read_bytes(self, path: str) -> bytes | None:
        """What is in a plain file inside the repository only: a link could lead to what is ours. None where there is none."""
        try:
            descriptor = os.open(f"{self.root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        if not S_ISREG(os.fstat(descriptor).st_mode) or ".." in path.split("/"):
            os.close(descriptor)
            return None
        with open(descriptor, "rb") as file:
            return file.read(_MOST_TEXT)

    def ignored(self, folder_or_file: str) -> dict[str, str]:
        """Entries of what git ignores at this path, links not followed. What can't be read stands there as such."""
        full = f"{self.root}/{folder_or_file}"
        paths = [full] if not os.path.isdir(full) or os.path.islink(full) else [f"{folder}/{name}" for folder, _, names in os.walk(full) for name in names]
        found: dict[str, str] = {}
        for path in paths:
            name = os.path.relpath(path, self.root)
            try:
                found.update(self._content(name, "sha1"))
                if os.path.islink(path):
                    found.update(behind(self.root, name, (), self._entry, self._may_read))
            except OSError:
                found[name] = UNREADABLE
        return found

    def ignored_by(self, pattern: str) -> dict[str, str]:
        """The same for the files that a glob without `**` finds on disk."""
        from glob import glob

        paths = glob(re.sub(r"\{[^{}]*\}", "*", pattern), root_dir=self.root, include_hidden=True)
        return {name: content for path in paths if not os.path.isdir(f"{self.root}/{path}") for name, content in self.ignored(path).items()}

    def index(self) -> str:
        """A digest of what git lists, with what is staged of it."""
        return sha256(self.run("ls-files", "-s", "-z")).hexdigest()

    def history(self) -> str:
        """A digest of the commit that is checked out and of every branch and tag."""
        refs = self.run("for-each-ref", "--format=%(objectname) %(refname)")
        try:
            head = self.run("rev-parse", "--verify", "--quiet", "HEAD")
        except Stop:
            head = b""  # no commit yet
        return sha256(head + refs).hexdigest()

    def run(self, *arguments: str, given: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        """Standard output of one git command. Raises `Stop` with what git said."""
        return self._finish(self._start(*arguments, extra=extra, piped=True), given=given)[0]

    def start_alone(self, *arguments: str, extra: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """One git command in a session of its own: it has no terminal to ask anything on, and can be ended with all that it started."""
        return self._start(*arguments, extra=extra, alone=True)

    def _ask(self, *arguments: str) -> list[str]:
        """What git says, between NULs; nothing where it has nothing to say."""
        try:
            return [part for part in os.fsdecode(self.run(*arguments)).split("\0") if part]
        except Stop:
            return []

    def _content(self, path: str, algorithm: str) -> dict[str, str]:
        """The entry of one file as it stands on disk; none where it is gone or is no file."""
        full = f"{self.root}/{path}"
        try:
            mode = os.lstat(full).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return {}
        kind = mode & 0o170000
        if kind not in (0o100000, 0o120000):
            return {}
        git_mode = _LINK if kind == 0o120000 else "100755" if mode & 0o100 else "100644"
        return {path: f"{git_mode} {self.digests.of(algorithm, full, git_blob(algorithm))}"}

    def _entry(self, path: str) -> str:
        return f"file {self.digests.of('sha1', path, git_blob('sha1'))}"

    def _may_read(self, stat: os.stat_result) -> bool:
        """Whether the workspace's owner could; we may be root."""
        return self.identity is None or stat.st_uid == self.identity.user or bool(stat.st_mode & 0o004)

    def _inner(self, folder: str, quiet: bool) -> Snapshot:
        """The files of a submodule, or of a repository that stands untracked inside this one; none where it is not checked out."""
        inner = self.inner(folder)
        return inner.snapshot(quiet) if inner else Snapshot(commit="", branch="", files={})

    def inner(self, folder: str) -> "Repository | None":
        """The repository that is checked out in this folder, if one is."""
        root = f"{self.root}/{folder}"
        return Repository(root, self.digests, self._environment, self.identity) if os.path.lexists(f"{root}/.git") else None

    def _is_link(self, path: str) -> bool:
        return os.path.islink(f"{self.root}/{path}")

    def _start(self, *arguments: str, extra: Mapping[str, str] | None = None, piped: bool = False, alone: bool = False) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                ["git", "-C", self.root, "-c", f"safe.directory={self.root}", *_HONEST, *arguments],
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**self._environment, **(extra or {}), "LC_ALL": "C"},
                user=self.identity.user if self.identity else None,
                group=self.identity.group if self.identity else None,
                extra_groups=[] if self.identity else None,
                start_new_session=alone,
            )
        except OSError as error:
            raise Stop(f"git can't be started: {error.strerror}", "Install git 2.25 or later and put it on PATH.") from error

    def _finish(self, *processes: "subprocess.Popen[bytes]", given: bytes | None = None) -> list[bytes]:
        """What each of them said. Raises `Stop` where one failed, after all have ended."""
        said = [process.communicate(given) for process in processes]
        for process, (_, err) in zip(processes, said, strict=True):
            if process.returncode:
                reason = err.decode("utf-8", "replace").strip() or process.returncode
                raise Stop(f"git failed in {self.root}: {reason}", "Run `git status` there: it should work.")
        return [out for out, _ in said]
