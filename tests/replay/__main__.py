"""`python -m tests.replay`: replays real commits and injected faults, and finds out what a selection of tests hides."""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import history, prepare, repositories
from .places import Place
from .truth import Truths


def main() -> int:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    os.nice(asked.nice)
    for name in asked.repository:
        repository = repositories.named(name, asked.source)
        place = Place(root=asked.folder.resolve(), name=repository.name)
        with place.alone():
            tree = prepare.prepare(repository, place)
            if asked.what == "prepare":
                print(f"{repository.name}: {place.folder}", flush=True)
            if asked.what == "truth":
                history.truths(tree, Truths(repository, place), repository.head, asked.commits)
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__)
    parser.add_argument("what", choices=["prepare", "truth"])
    parser.add_argument("repository", nargs="+", help="a name of repositories.toml, or a path or URL of a clone with its history")
    parser.add_argument("--source", default="", help="where git clones a named repository from; else GitHub")
    parser.add_argument("--folder", type=Path, default=Path(".build/replay"), help="where everything stands, and stays")
    parser.add_argument("--commits", type=int, default=50, metavar="N", help="how many of the newest commits")
    parser.add_argument("--nice", type=int, default=0, help="added to the niceness, for a machine that others use")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
