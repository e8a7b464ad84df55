"""What a change set is measured from: the plan's answer, before git was asked for the commit. A closed union, kept apart by `kind`."""

from typing import NamedTuple


class Checkout(NamedTuple):
    """The commit that is checked out and its parents as it names them, also where a shallow clone does not have these. Empty before the first."""

    commit: str
    parents: tuple[str, ...] = ()


class Exactly(NamedTuple):
    """One commit, known by its name."""

    commit: str
    kind: str = "exactly"


class Since(NamedTuple):
    """Where what is checked out parted from a commit, or from the branch of this name at the remote."""

    commit: str = ""
    branch: str = ""
    kind: str = "since"


class Named(NamedTuple):
    """Where what is checked out parted from what the user calls so."""

    ref: str
    kind: str = "named"


class Usual(NamedTuple):
    """Where what is checked out parted from the default branch, as far as the repository itself can tell which one that is."""

    kind: str = "usual"


class Nowhere(NamedTuple):
    """There is nothing to measure from, and why."""

    why: str
    kind: str = "nowhere"


Base = Exactly | Since | Named | Usual | Nowhere


class Pull(NamedTuple):
    """A pull request, as the event has it. `files`: how many it changes, None where the event does not say."""

    number: int
    base: str  # the tip of its base branch
    head: str
    files: int | None = None
