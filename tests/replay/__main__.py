"""`python -m tests.replay`: replays real commits and injected faults, and finds out what a selection of tests hides."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from . import campaign, commits, cost, history, prepare, repositories, table
from .faults import catalog
from .ours import PROGRAM, FTAction
from .places import Place
from .repositories import Repository
from .results import Results
from .selectors import Everything, Selector, Testmon
from .tree import Tree
from .truth import Truths

WHAT = {
    "prepare": "clone and install",
    "truth": "what the full suite says at every commit",
    "commits": "replay the commits",
    "make": "make the faults",
    "faults": "inject them",
    "cost": "what being watched costs",
    "one": "run single commits or faults (`--only`) once more and show all of it; nothing is written down",
    "table": "write the tables",
    "all": "all of these but `cost`",
}


def main() -> int:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    os.nice(asked.nice)
    missed = 0
    for name in asked.repository:
        repository = repositories.named(name, asked.source)
        place = Place(root=asked.folder.resolve(), name=repository.name)
        if asked.what == "table":
            table.page(asked.page, repository.name, table.render(repository.name, Results(place.results)))
            continue
        with place.alone():
            missed += _one(asked, repository, place)
    return 1 if missed else 0


def _one(asked: argparse.Namespace, repository: Repository, place: Place) -> int:
    """How many failures were hidden."""
    tree, results = prepare.prepare(repository, place), Results(place.results)
    truths = Truths(repository, place)
    missed = 0
    for selector in asked.selectors if asked.anew else ():
        results.put_aside(selector)
    if asked.what in ("truth", "all"):
        history.truths(tree, truths, repository.head, asked.commits)
    if asked.what in ("commits", "all"):
        missed += _commits(asked, tree, truths, results)
    if asked.what in ("make", "all") and not place.faults.exists():
        at = campaign.bases(tree, truths, repository.head, asked.commits, asked.bases)
        catalog.write(place.faults, campaign.made(tree, at, asked.faults, repository.env, asked.seed))
    if asked.what in ("faults", "all"):
        missed += _faults(asked, tree, truths, results)
    if asked.what == "one":
        _shown(asked, tree, truths)
    if asked.what == "cost":
        tree.go(repository.head)
        learners = _selectors(asked, truths, ())
        cost.measure(tree, place, tree.commit, cost.ways(repository, place, learners), asked.rounds, results)
    if asked.what == "all":
        table.page(asked.page, repository.name, table.render(repository.name, results))
    return missed


def _commits(asked: argparse.Namespace, tree: Tree, truths: Truths, results: Results) -> int:
    missed = 0
    line = history.line(tree, truths.repository.head, asked.commits)
    for selector in _selectors(asked, truths, ()):
        for entry in commits.replay(tree, selector, truths, line, results, asked.every_base):
            wrong = bool(entry.get("missed") or entry.get("hidden") or "broke" in entry)
            missed += wrong
            print(f"{'MISSED ' if wrong else ''}{truths.repository.name} {entry}", flush=True)
    return missed


def _faults(asked: argparse.Namespace, tree: Tree, truths: Truths, results: Results) -> int:
    missed = 0
    faults = catalog.read(truths.place.faults)[: asked.faults]
    tree.go(truths.repository.head)
    asked.limit = min(asked.limit, 120 + 20 * truths.of(tree).seconds)  # a fault may make an end of nothing
    for entry in campaign.inject(tree, _selectors(asked, truths, ("-x",)), truths, faults, results, truths.place.folder / "wrong"):
        wrong = entry["outcome"] in campaign.WRONG
        missed += wrong
        print(f"{entry['outcome'].upper() if wrong else entry['outcome']} {truths.repository.name} {entry}", flush=True)
    return missed


def _shown(asked: argparse.Namespace, tree: Tree, truths: Truths) -> None:
    faults = {fault.id: fault for fault in catalog.read(truths.place.faults)} if truths.place.faults.exists() else {}
    for name in asked.only:
        for selector in _selectors(asked, truths, ("-x",) if name in faults else ()):
            base = faults[name].base if name in faults else tree.git("rev-parse", f"{name}^").strip()
            tree.go(base)
            selector.learn(tree)
            tree.go(base if name in faults else name, faults[name].patch if name in faults else None, main=base)
            verdict = selector.run(tree)
            print(f"{tree.folder} is at {tree.commit}\n{verdict.out}\n{selector.name}: red {verdict.red}, ran {len(verdict.ran)}")


def _selectors(asked: argparse.Namespace, truths: Truths, options: tuple[str, ...]) -> list[Selector]:
    given = truths.repository, truths.place, asked.limit, options
    makers: dict[str, Callable[[], Selector]] = {
        "ftaction": lambda: FTAction(*given, program=tuple(asked.ftaction.split())),
        "testmon": lambda: Testmon(*given),
        "everything": lambda: Everything(*given),
    }
    return [makers[name]() for name in asked.selectors]


def _names(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := set(names) - {"ftaction", "testmon", "everything"}:
        raise argparse.ArgumentTypeError(f"there is no selector {', '.join(sorted(unknown))}")
    return names


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__, epilog="; ".join(f"{name}: {text}" for name, text in WHAT.items()))
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("repository", nargs="+", help="a name of repositories.toml, or a path or URL of a clone with its history")
    parser.add_argument("--source", default="", help="where git clones a named repository from; else GitHub")
    parser.add_argument("--folder", type=Path, default=Path(".build/replay"), help="where everything stands, and stays")
    parser.add_argument("--selectors", type=_names, default=["ftaction", "testmon"], metavar="A,B", help="ftaction, testmon, everything")
    parser.add_argument("--ftaction", default=" ".join(PROGRAM), metavar="COMMAND", help="the program to be proved")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], metavar="ID,ID", help="of `one`: faults or commits")
    parser.add_argument("--anew", action="store_true", help="put the results of these selectors aside and begin anew")
    parser.add_argument("--commits", type=int, default=50, metavar="N", help="how many of the newest commits")
    parser.add_argument("--every-base", type=int, default=1, metavar="K", help="the base is learnt anew at every Kth commit")
    parser.add_argument("--faults", type=int, default=300, metavar="N", help="how many faults, half of them aimed")
    parser.add_argument("--bases", type=int, default=6, metavar="N", help="at how many commits faults are injected")
    parser.add_argument("--seed", type=int, default=1, help="which faults are made")
    parser.add_argument("--rounds", type=int, default=3, help="of `cost`")
    parser.add_argument("--limit", type=float, default=3600.0, metavar="SECONDS", help="for one run of a suite")
    parser.add_argument("--page", type=Path, default=Path("docs/replay.md"), help="where the tables go")
    parser.add_argument("--nice", type=int, default=0, help="added to the niceness, for a machine that others use")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
