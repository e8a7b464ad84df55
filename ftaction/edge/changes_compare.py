"""What differs between a commit's tree and the files as they are: staged or not, tracked or not, in submodules too.

Git is asked two things: what differs between the tree and its index, which needs no content of any file, and what differs between its index
and the working tree. Where both say so of one path, or git was told not to look, the file itself decides.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Set
from hashlib import new
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import NamedTuple

from ftaction.edge.changes_fetch import ALONE, quoted
from ftaction.edge.digests import git_blob
from ftaction.edge.git import Repository
from ftaction.edge.porcelain import read_changed, read_odd
from ftaction.errors import Stop
from ftaction.model.change import Kind, Touched

Reach = Callable[[Repository, str], Mapping[str, str]]
"""What git's environment must hold so that it finds this commit's trees."""

_EMPTY = {False: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", True: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"}
"""The tree with nothing in it, which git knows without having it; by whether digests are SHA-256."""
_SUBMODULE = "160000"
_LINK = "120000"


class _Standing(NamedTuple):
    """`entries` are "MODE DIGEST" as the index has them, of what is named here; `on_disk`: paths whose file may differ, each read for itself."""

    entries: dict[str, str]
    on_disk: frozenset[str]
    inner: tuple[str, ...]
    embedded: tuple[str, ...]


def compare(repository: Repository, base: str, reach: Reach, within: str = "") -> list[Touched]:
    """All that differs, in no order. `within` is put before each path. Raises `Stop`, and what `reach` raises."""
    standing = _standing(repository)
    wide = len(base) == 64 if base else repository.run("rev-parse", "--show-object-format").strip() == b"sha256"
    staged = _staged(repository, base or _EMPTY[wide], reach)
    was = standing.entries | {path: old for path, (old, _) in staged.items()}
    now = standing.entries | {path: new for path, (_, new) in staged.items()} | dict.fromkeys(standing.on_disk, "")
    now |= _from_disk(repository, standing.on_disk, was, wide)
    inner = [(path, repository.inner(path)) for path in standing.inner]
    now |= {path: f"{_SUBMODULE} {head}" for path, one in inner if one and (head := head_of(one))}
    touched = [Touched(within + path, _kind(was[path], now[path])) for path in was if was[path] != now[path]]
    for path, one in (*inner, *((path, repository.inner(path)) for path in standing.embedded)):
        if one:
            old = was.get(path, "")
            touched += compare(one, old.partition(" ")[2] if old.startswith(_SUBMODULE) else "", reach, f"{within}{path}/")
    return touched


def head_of(repository: Repository) -> str:
    """The commit that is checked out; empty before the first."""
    try:
        return repository.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", extra=ALONE).decode().strip()
    except Stop:
        return ""


def _kind(was: str, now: str) -> Kind:
    return Kind.ADDED if not was else Kind.MODIFIED if now else Kind.DELETED


def _standing(repository: Repository) -> _Standing:
    listed, told = repository.answers(True)
    odd, inner = read_odd(listed)
    changed = {path: entry for path, entry in read_changed(told).items() if entry or not path.startswith(repository.hidden)}
    embedded = tuple(path.removesuffix("/") for path in changed if path.endswith("/"))
    gone = {path for path in inner if not S_ISDIR(_mode(repository, path))}
    out = _left_out(repository, odd.keys() - changed.keys())
    on_disk = frozenset(path for path in {*changed, *(odd.keys() - set(inner)), *gone} if not path.endswith("/") and path not in out)
    return _Standing({**changed, **odd}, on_disk, tuple(path for path in inner if path not in on_disk), embedded)


def _left_out(repository: Repository, odd: Set[str]) -> frozenset[str]:
    """What a sparse checkout leaves out is not there and yet not deleted."""
    absent = {path for path in odd if not _mode(repository, path)}
    try:
        if not absent or repository.run("config", "--type=bool", "--get", "core.sparseCheckout").strip() != b"true":
            return frozenset()
    except Stop:  # it is not set
        return frozenset()
    skipped = os.fsdecode(repository.run("ls-files", "-t", "-z")).split("\0")
    return frozenset(line[2:] for line in skipped if line.startswith("S ")) & absent


def _staged(repository: Repository, base: str, reach: Reach) -> dict[str, tuple[str, str]]:
    """Where the tree and the index differ, the entries of both by path; empty for what one of them does not have."""
    words = ("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-abbrev", "--ignore-submodules=none")
    try:
        out = repository.run(*words, "--ita-visible-in-index", base, "--", extra=ALONE)
    except Stop:
        out = repository.run(*words, "--ita-visible-in-index", base, "--", extra=reach(repository, base))
    parts = iter(os.fsdecode(out).split("\0"))
    found: dict[str, tuple[str, str]] = {}
    for meta in filter(None, parts):  # ":MODE MODE DIGEST DIGEST LETTER", then the path
        old_mode, new_mode, old, new, _ = meta[1:].split(" ")
        found[next(parts)] = (f"{old_mode} {old}" if old_mode.strip("0") else "", f"{new_mode} {new}" if new_mode.strip("0") else "")
    return found


def _from_disk(repository: Repository, paths: Iterable[str], was: Mapping[str, str], wide: bool) -> dict[str, str]:
    """Entries of what has to be read; of what differs by its mode already, without a digest."""
    found: dict[str, str] = {}
    asked: list[str] = []
    for path in paths:
        mode = _mode(repository, path)
        if S_ISLNK(mode):
            target = os.fsencode(os.readlink(f"{repository.root}/{path}"))
            found[path] = f"{_LINK} {_blob(target, wide)}"
        elif S_ISREG(mode):
            found[path] = f"{'100755' if mode & 0o100 else '100644'} differs"
            if was[path][:6] == found[path][:6]:
                asked.append(path)
    algorithm = "sha256" if wide else "sha1"
    digests = repository.digests.of_many(algorithm, repository.root, asked, git_blob(algorithm))
    found |= {path: f"{found[path][:6]} {digest}" for path, digest in digests.items()}
    other = [path for path in asked if found[path] != was[path]]
    return found | _converted(repository, other, found)


def _converted(repository: Repository, paths: list[str], found: Mapping[str, str]) -> dict[str, str]:
    """The same as git would store them: line endings and filters may make other bytes of the same content."""
    given = "".join(f"{quoted(path)}\n" for path in paths).encode()
    try:
        digests = repository.run("hash-object", "--stdin-paths", given=given, extra=ALONE).decode().split() if paths else []
    except Stop:  # one of them can't be read: what differs in its bytes counts as changed
        return {}
    return {path: f"{found[path][:6]} {digest}" for path, digest in zip(paths, digests, strict=True)}


def _mode(repository: Repository, path: str) -> int:
    """0 where nothing stands, also where the way to it leads through a link: to git that is another place."""
    folder = os.path.dirname(path)
    if folder and os.path.realpath(f"{repository.root}/{folder}") != f"{os.path.realpath(repository.root)}/{folder}":
        return 0
    try:
        return os.lstat(f"{repository.root}/{path}").st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _blob(content: bytes, wide: bool) -> str:
    return new("sha256" if wide else "sha1", b"blob %d\0" % len(content) + content).hexdigest()
