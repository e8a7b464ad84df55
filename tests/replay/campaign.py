"""Injected faults: whenever the full suite goes red, the selected run must."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

from .commits import learn
from .faults.catalog import Fault, make
from .faults.sources import Sources
from .history import line
from .patch import DoesNotFitError
from .results import Results
from .selectors import BrokeError, Selector
from .tree import Tree
from .truth import Truths


def bases(tree: Tree, truths: Truths, head: str, commits: int, count: int) -> list[str]:
    """`count` of the newest commits, evenly spread, newest first: those that touched code, and whose full suite is green."""
    fitting = [commit for parent, commit in pairwise(line(tree, head, commits)) if _near(tree, parent, commit)][::-1]
    chosen: list[str] = []
    for number in range(count):
        for commit in fitting[number * len(fitting) // count : (number + 1) * len(fitting) // count]:
            tree.go(commit)
            if not truths.of(tree).red:
                chosen.append(commit)
                break
    return chosen


def _near(tree: Tree, parent: str, commit: str) -> bool:
    tree.go(commit)
    return bool(Sources(tree.folder, tree.git("diff", "--name-only", "-z", parent, commit).split("\0")).near)


def made(tree: Tree, commits: Sequence[str], count: int, declared: tuple[str, ...], seed: int) -> list[Fault]:
    """`count` faults, shared out over the commits."""
    faults: list[Fault] = []
    for number, commit in enumerate(commits):
        tree.go(commit)
        sources = Sources(tree.folder, tree.git("diff", "--name-only", "-z", f"{commit}^", commit).split("\0"))
        share = count // len(commits) + (number < count % len(commits))
        faults += make(sources, commit, share, declared, seed)
    return faults


def inject(tree: Tree, selectors: Sequence[Selector], truths: Truths, faults: Sequence[Fault], results: Results, log: Path) -> Iterator[dict[str, Any]]:
    """Every fault against every selector; what is in the results already is left out. `log` keeps the output of what went wrong."""
    earlier = {(entry["fault"], entry["selector"]): entry for entry in results.all("fault")}
    for fault in faults:
        waiting = [selector for selector in selectors if (fault.id, selector.name) not in earlier]
        known = any(entry.get("red") for (name, _), entry in earlier.items() if name == fault.id)
        entries = [_tried(tree, selector, truths, fault, results) for selector in waiting]
        killed = _killed(tree, truths, fault, entries, known=known)
        for entry in entries:
            entry["outcome"] = outcome(entry, killed)
            out = str(entry.pop("out", ""))
            if entry["outcome"] in WRONG:
                log.mkdir(parents=True, exist_ok=True)
                (log / f"{fault.id}.{entry['selector']}.txt").write_text(f"{fault.title}\n{out}")
            results.add(**entry)
            yield entry


WRONG = ("missed", "broke", "false alarm")


def outcome(entry: dict[str, Any], killed: bool) -> str:
    """A selected run that is red counts as right where the full suite was not asked as well."""
    if "unusable" in entry or "broke" in entry:
        return "unusable" if "unusable" in entry else "broke"
    if entry["red"]:
        return "caught" if killed else "false alarm"
    return "missed" if killed else "survived"


def _tried(tree: Tree, selector: Selector, truths: Truths, fault: Fault, results: Results) -> dict[str, Any]:
    entry: dict[str, Any] = {"what": "fault", "selector": selector.name, "by": selector.by, "fault": fault.id, "base": fault.base}
    entry |= {"kind": fault.kind, "aimed": fault.aimed, "title": fault.title}
    try:
        learn(tree, selector, fault.base, results)
        tree.go(fault.base)
        every = truths.of(tree).tests.keys()
        tree.go(fault.base, fault.patch)
    except DoesNotFitError as unfit:
        return entry | {"unusable": str(unfit)}
    try:
        verdict = selector.run(tree)
    except BrokeError as broke:
        return entry | {"broke": str(broke)[:500], "out": str(broke)}
    told = {"red": verdict.red, "ran": len(verdict.ran), "all": verdict.ran.keys() >= every, "seconds": verdict.seconds, "cpu": verdict.cpu}
    return entry | told | {"said": verdict.said, "detail": verdict.detail, "out": verdict.out}


def sampled(name: str) -> bool:
    """One in eight, always the same ones."""
    return crc32(name.encode()) % 8 == 0


def _killed(tree: Tree, truths: Truths, fault: Fault, entries: list[dict[str, Any]], *, known: bool) -> bool:
    """Whether the full suite goes red. A red selected run says so, and a green one that ran every test says that it does not; of both a
    sample is looked at more closely, for being watched may change what a test does.
    """
    red = known or any(entry.get("red") for entry in entries)
    told = red or any(entry.get("all") for entry in entries)
    if not entries or any("unusable" in entry for entry in entries) or (told and not sampled(fault.id)):
        return red
    tree.go(fault.base)
    limit = 60 + 5 * truths.of(tree).seconds
    tree.go(fault.base, fault.patch)
    truth = truths.killed(tree, limit=limit)
    if truth.red and not red:  # it counts when it is red once more: a flaky test is no fault's doing
        truth = truths.killed(tree, limit=limit, take=2)
    for entry in entries:
        entry["failing"] = sorted(truth.failing)[:20] if truth.red else []
    return truth.red
