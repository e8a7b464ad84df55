"""The commits of the main line, newest last. A merge counts as the one pull request that it brought."""

from .tree import Tree
from .truth import Truth, Truths


def line(tree: Tree, head: str, count: int) -> list[str]:
    """The last `count` commits and the parent of the first of them, oldest first."""
    return tree.git("rev-list", "--first-parent", f"--max-count={count + 1}", head).split()[::-1]


def truths(tree: Tree, known: Truths, head: str, count: int) -> None:
    """Find out what the full suite says at every commit; a line for each."""
    for number, commit in enumerate(reversed(line(tree, head, count))):
        tree.go(commit)
        truth = known.of(tree)
        failing = sorted(truth.failing)
        if number % 10 == 0:  # a second look at the same state finds tests that are not to be believed
            again = known.of(tree, take=2)
            for name in sorted(flaky(truth, again)):
                print(f"{known.repository.name} {commit[:10]} FLAKY {name}", flush=True)
        print(f"{known.repository.name} {commit[:10]} code {truth.code}, {len(truth.tests)} tests, {truth.seconds} s, failing: {failing[:5]}", flush=True)


def flaky(one: Truth, other: Truth) -> set[str]:
    """The tests that ended differently in two runs of one state."""
    names = one.tests.keys() | other.tests.keys()
    return {name for name in names if one.tests.get(name, ("", 0.0))[0] != other.tests.get(name, ("", 0.0))[0]}
