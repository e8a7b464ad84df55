"""Real commits, each as a pull request on its parent."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median
from typing import Any

from .results import Results
from .selectors import BrokeError, Selector, Verdict
from .told import Tests
from .tree import Tree
from .truth import Truth, Truths

Seconds = dict[str, float]


def replay(tree: Tree, selector: Selector, truths: Truths, line: list[str], results: Results, every: int = 1) -> Iterator[dict[str, Any]]:
    """`line` begins with the parent of the first. The base moves on with every `every`th commit, as pushes to main would move it."""
    done = {entry["commit"] for entry in results.all("commit") if entry["selector"] == selector.name}
    waiting = [(number, parent, commit) for number, (parent, commit) in enumerate(pairwise(line)) if commit not in done]
    usual = typical([_truth(tree, truths, commit) for commit in line]) if waiting else {}
    for number, parent, commit in waiting:
        learn(tree, selector, line[number - number % every], results)
        before, after = _truth(tree, truths, parent), _truth(tree, truths, commit)
        tree.go(commit, main=parent)
        entry = {"what": "commit", "selector": selector.name, "by": selector.by, "commit": commit, **_run(tree, selector, truths, before, after, usual)}
        results.add(**entry)
        yield entry


def learn(tree: Tree, selector: Selector, base: str, results: Results) -> None:
    """Unless it is what was learnt last."""
    if selector.learnt != base:
        tree.go(base)
        verdict = selector.learn(tree)
        results.add(what="learnt", selector=selector.name, base=base, red=verdict.red, seconds=verdict.seconds, cpu=verdict.cpu, said=verdict.said)


def _truth(tree: Tree, truths: Truths, commit: str) -> Truth:
    tree.go(commit)
    return truths.of(tree)


def _run(tree: Tree, selector: Selector, truths: Truths, before: Truth, after: Truth, usual: Seconds) -> dict[str, Any]:
    try:
        verdict = selector.run(tree)
    except BrokeError as broke:
        return {"broke": str(broke)}
    entry = judged(before, after, verdict, usual)
    if entry["missed"] or entry["hidden"]:
        tree.go(tree.commit)
        again = truths.of(tree, take=2)
        entry["missed"] = sorted(set(entry["missed"]) & again.failing)
        entry["hidden"] = entry["hidden"] and again.red
    return entry


def judged(before: Truth, after: Truth, verdict: Verdict, usual: Seconds) -> dict[str, Any]:
    """`missed`: tests that fail since this commit and did not run. `hidden`: the full run is red, the selected one was green."""
    missed = after.failing - before.failing - verdict.ran.keys()
    return {
        "red": verdict.red,
        "full_red": after.red,
        "new_failing": len(after.failing - before.failing),
        "missed": sorted(missed),
        "hidden": after.red and not verdict.red,
        "tests": len(after.tests),
        "ran": len(verdict.ran),
        "share": round(share(usual, after.tests, verdict.ran), 5),
        "seconds": verdict.seconds,
        "suite": round(sum(usual.get(name, told[1]) for name, told in after.tests.items()), 3),
        "cpu": verdict.cpu,
        "said": verdict.said,
        "detail": verdict.detail,
    }


def typical(truths: Iterable[Truth]) -> Seconds:
    """What each test takes: the median over all commits, for any single run of a test may have had to wait for a busy machine."""
    every: dict[str, list[float]] = {}
    for truth in truths:
        for name, (_, seconds) in truth.tests.items():
            every.setdefault(name, []).append(seconds)
    return {name: median(taken) for name, taken in every.items()}


def share(usual: Seconds, after: Tests, ran: Iterable[str]) -> float:
    """Of the time of all tests that are there now, what those that ran take."""
    seconds = {name: usual.get(name, told[1]) for name, told in after.items()}
    total = sum(seconds.values())
    return sum(seconds.get(name, 0.0) for name in ran) / total if total else 0.0
