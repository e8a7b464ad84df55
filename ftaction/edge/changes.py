"""The change set: everything between a base and the files as they are, staged or not, untracked ones too.

From git, which a shallow clone has fetch what is missing; else from GitHub's API, as far as that can be checked here; else everything counts
as changed, and the change set says why. It is complete only where all of it was compared.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, assert_never

from ftaction.edge.changes_compare import compare
from ftaction.edge.changes_fetch import USUAL, FetchError, Limits, last_word
from ftaction.edge.changes_history import History, checkout
from ftaction.edge.git import Repository
from ftaction.errors import Stop, StoreError
from ftaction.model.base import Base, Exactly, Named, Nowhere, Pull, Since, Usual
from ftaction.model.change import ChangeSet, Kind, Touched

if TYPE_CHECKING:
    from ftaction.edge.github_pulls import GitHubPulls

_SHOWN = 9  # digits of a commit in a sentence


def change_set(
    repository: Repository,
    base: Base,
    variables: Mapping[str, str],
    *,
    pull: Pull | None = None,
    pulls: "GitHubPulls | None" = None,
    limits: Limits = USUAL,
    clock: Callable[[], float] = time.monotonic,
) -> ChangeSet:
    """Whatever goes wrong is a doubt. `variables`: of the environment, how the network is reached. `pull` and `pulls`: whose files GitHub may tell."""
    try:
        return _change_set(repository, base, _Api(repository, pull, pulls), History(repository, variables, clock, limits))
    except Stop as error:
        return _unknown(_reason(error))
    except OSError as error:
        return _unknown(f"the files can't be read: {error.strerror}")


def _change_set(repository: Repository, base: Base, api: "_Api", history: History) -> ChangeSet:
    commit = ""
    try:
        commit = _measured_from(history, base, api)
        touched = compare(repository, commit, history.reach)
    except FetchError as error:
        return api.instead(commit, f"{_named(commit or _asked(base))} is not here: {error}", history)
    finally:
        history.close()
    if not touched and api.expects_some:
        return _unknown(f"nothing differs from {_named(commit)}, while the pull request says that it changes files")
    return ChangeSet(base=commit, touched=tuple(sorted(touched)), complete=True)


def _measured_from(history: History, base: Base, api: "_Api") -> str:
    """The commit. Raises `FetchError`, and `Stop` where there is none."""
    match base:
        case Exactly(commit=commit):
            return commit
        case Since(commit=commit, branch=branch):
            return history.parting(commit or history.branch(branch), api.merge_base)
        case Named(ref=ref):
            if commit := history.commit(ref):
                return history.parting(commit, str)
            raise Stop(f"there is no commit `{ref}` here")
        case Usual():
            if commit := history.default_branch():
                return history.parting(commit, str)
            raise Stop("there is no default branch to compare with")
        case Nowhere(why=why):
            raise Stop(why)
        case _:
            assert_never(base)


class _Api:
    """GitHub's word for what git could not be asked, where what is checked out is what GitHub speaks of."""

    def __init__(self, repository: Repository, pull: Pull | None, pulls: "GitHubPulls | None") -> None:
        self._repository = repository
        self._pull = pull
        self._pulls = pulls

    @property
    def expects_some(self) -> bool:
        """Whether GitHub said that something is touched."""
        return bool(self._pull and self._pull.files)

    def merge_base(self) -> str:
        """Empty where it does not know either."""
        if not self._pull or not self._pulls or checkout(self._repository).commit != self._pull.head:
            return ""
        try:
            return self._pulls.merge_base(self._pull.base, self._pull.head)
        except StoreError:
            return ""

    def instead(self, commit: str, doubt: str, history: History) -> ChangeSet:
        """The pull request's own list, with what is not committed here; else everything, for these reasons."""
        here = checkout(self._repository)
        if not self._pull or not self._pulls or self._pull.head not in (here.commit, *here.parents[1:2]):
            return _unknown(doubt)
        try:
            listed = dict(self._pulls.files(self._pull))
            own = dict(compare(self._repository, here.commit, history.reach))
            base = commit or self._pulls.merge_base(self._pull.base, self._pull.head)
        except (StoreError, FetchError) as error:
            return _unknown(f"{doubt}; {error}")
        except Stop as error:
            return _unknown(f"{doubt}; {_reason(error)}")
        if not self._fits(here.commit, listed):
            return _unknown(f"{doubt}; the files that GitHub lists are not those that are checked out")
        return ChangeSet(base=base, touched=_together(listed, own), complete=True)

    def _fits(self, commit: str, listed: Mapping[str, Kind]) -> bool:
        """Whether what is checked out has all that is said to be there, and nothing of what is said to be gone."""
        names = frozenset(os.fsdecode(self._repository.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)).split("\0"))
        return all((path in names) is (kind is not Kind.DELETED) for path, kind in listed.items())


def _together(listed: Mapping[str, Kind], own: Mapping[str, Kind]) -> tuple[Touched, ...]:
    """What was committed, then what was not: of one path, what both come to."""
    found = {**listed, **own}
    for path in listed.keys() & own.keys():
        match listed[path], own[path]:
            case Kind.ADDED, Kind.DELETED:
                del found[path]
            case Kind.ADDED, _:
                found[path] = Kind.ADDED
            case _, Kind.DELETED:
                found[path] = Kind.DELETED
            case _:
                found[path] = Kind.MODIFIED
    return tuple(Touched(path, kind) for path, kind in sorted(found.items()))


def _asked(base: Base) -> str:
    return base.commit or base.branch if isinstance(base, Since) else ""


def _named(commit: str) -> str:
    return f"the base {commit[:_SHOWN] if commit.isalnum() and len(commit) > 39 else commit}" if commit else "the base"


def _reason(stop: Stop) -> str:
    return last_word(stop.message.removeprefix("git failed in ").partition(": ")[2]) if stop.message.startswith("git failed in ") else stop.message


def _unknown(doubt: str) -> ChangeSet:
    return ChangeSet(base="", touched=(), complete=False, doubt=doubt)
