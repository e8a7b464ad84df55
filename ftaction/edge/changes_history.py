"""From what a change set is to be measured from to the commit itself: refs, the merge base, and no more history than that takes.

In a shallow clone a merge base is believed only where no cut-off commit lies between it and the two it was asked for: behind such a one
there may be a nearer one.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from ftaction.edge.changes_fetch import ALONE, WHOLE, Bounds, FetchError, Limits, Scratch, cut_off
from ftaction.edge.git import Repository, common_folder
from ftaction.errors import Stop
from ftaction.model.base import Checkout

_DEPTHS = (64, 512, 2048)  # commits without trees or files take about 300 bytes each
_MOST_CUT = 200  # cut-off commits that are named to the server; each costs it a walk
_SHA1 = 40  # digits
_USUAL = ("refs/remotes/origin/main", "refs/remotes/origin/master", "refs/remotes/upstream/HEAD", "refs/heads/main", "refs/heads/master", "refs/heads/trunk")


def checkout(repository: Repository) -> Checkout:
    """What is checked out. Its parents are read from the commit itself, which names them in a shallow clone too."""
    commit, _, rest = repository.run("cat-file", "--batch", given=b"HEAD\n", extra=ALONE).partition(b"\n")
    words = commit.decode().split(" ")
    if words[1:2] != ["commit"]:
        return Checkout("")
    lines = rest.partition(b"\n\n")[0].decode("utf-8", "replace").split("\n")
    return Checkout(words[0], tuple(line.removeprefix("parent ") for line in lines if line.startswith("parent ")))


class History:
    """The commits of a repository, with what had to be fetched of them. To be closed."""

    def __init__(self, repository: Repository, variables: Mapping[str, str], clock: Callable[[], float], limits: Limits) -> None:
        self._repository = repository
        self._variables = variables
        self._bounds = Bounds(limits, clock() + limits.seconds, clock)
        self._scratches: list[Scratch] = []
        self._head = checkout(repository).commit

    def reach(self, repository: Repository, commit: str) -> Mapping[str, str]:
        """Where this commit's trees are: fetched, those alone that differ from the ones that are here. Raises `FetchError`."""
        scratch = self._scratch(repository, len(commit) > _SHA1)
        here = bool(_commit(repository, commit, ALONE))  # of a clone that left the trees behind
        scratch.fetch(remote_of(repository), [commit], kept="blob:none", depth=1, again=here)
        return scratch.objects

    def parting(self, commit: str, told: Callable[[], str]) -> str:
        """The nearest commit that this one and what is checked out both come from. Raises `FetchError`.

        `told`: what another knows it to be, or nothing; asked before all of a long history is fetched.
        """
        cut = cut_off(common_folder(self._repository.root))
        here = self.commit(commit)
        if here and (found := self._parting(commit, ALONE, cut)):
            return found
        if here and not cut:
            raise FetchError("it has no commit in common with what is checked out")
        try:
            if found := next(filter(None, self._deepened(commit, cut, _DEPTHS if cut else (0,))), ""):
                return found
        except FetchError:
            if found := told():
                return found
            raise
        found = told() or (next(self._deepened(commit, cut, (WHOLE,))) if cut else "")
        if not found:
            raise FetchError("it has no commit in common with what is checked out")
        return found

    def branch(self, name: str) -> str:
        """The tip of a branch at the remote, asked of it where that is not known here. Raises `FetchError`."""
        remote = remote_of(self._repository)
        if known := self.commit(f"refs/remotes/{remote}/{name}") or self._scratch(self._repository, len(self._head) > _SHA1).tip(remote, name):
            return known
        raise FetchError("the remote has no such branch")

    def default_branch(self) -> str:
        """The tip of what the remote calls its default, or the usual names; of the branch's own upstream where there are none of them. May be empty."""
        with suppress(FetchError):
            if known := self.commit(f"refs/remotes/{remote_of(self._repository)}/HEAD"):
                return known
        return next(filter(None, map(self.commit, (*_USUAL, "@{upstream}"))), "")

    def commit(self, ref: str) -> str:
        """The commit that this names; empty where there is none."""
        return _commit(self._repository, ref, ALONE)

    def close(self) -> None:
        """What was fetched is gone."""
        for scratch in self._scratches:
            scratch.close()

    def _deepened(self, commit: str, cut: frozenset[str], depths: tuple[int, ...]) -> Iterator[str]:
        """Deeper and deeper. Where the clone is cut off is what the server knows of it; what is checked out may never have been pushed."""
        scratch = self._scratch(self._repository, len(self._head) > _SHA1)
        ends = sorted(cut) if len(cut) <= _MOST_CUT else [self._head]
        for depth in depths:
            scratch.fetch(remote_of(self._repository), [*ends, commit], kept="tree:0", depth=depth)
            yield self._parting(commit, scratch.history, cut_off(scratch.folder))

    def _parting(self, commit: str, extra: Mapping[str, str], cut: frozenset[str]) -> str:
        """Empty where there is none, or a nearer one may be cut off."""
        try:
            found = self._repository.run("merge-base", "--all", self._head, commit, extra=extra).decode().split()
            between = self._repository.run("rev-list", self._head, commit, "--not", *found, "--", extra=extra).decode().split() if found and cut else []
        except Stop:
            return ""
        return found[0] if found and cut.isdisjoint(between) else ""

    def _scratch(self, repository: Repository, wide: bool) -> Scratch:
        scratch = Scratch(repository, self._variables, self._bounds, wide)
        self._scratches.append(scratch)
        return scratch


def _commit(repository: Repository, ref: str, extra: Mapping[str, str]) -> str:
    try:
        return "" if ref.startswith("-") else repository.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", extra=extra).decode().strip()
    except Stop:
        return ""


def remote_of(repository: Repository) -> str:
    """The remote that the branch follows, `origin`, or the only one. Raises `FetchError`."""
    names = repository.run("remote").decode("utf-8", "surrogateescape").split()
    with suppress(Stop):
        branch = repository.run("symbolic-ref", "--quiet", "--short", "HEAD").decode("utf-8", "surrogateescape").strip()
        followed = repository.run("config", "--get", f"branch.{branch}.remote").decode("utf-8", "surrogateescape").strip()
        if followed in names:
            return followed
    if "origin" in names or len(names) == 1:
        return "origin" if "origin" in names else names[0]
    raise FetchError("there is no remote to ask" if not names else "there are several remotes and none is called origin")
