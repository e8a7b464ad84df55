"""What would have been decided for the last commits of a repository, each on its parent: `python -m tests.narrow.history GIT_DIR "vitest run" --folder web`.

Nothing is run. Merges are left out. Shares are of files with tests, not of time.
"""

import argparse
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import mean, median

from ftaction.model.change import Kind, Touched
from ftaction.model.narrow import Narrowed, Nothing, Related, Scan, Whole
from ftaction.tools.narrow import Ground, narrow, scan

_KINDS = {"A": Kind.ADDED, "D": Kind.DELETED, "M": Kind.MODIFIED, "T": Kind.MODIFIED}


class History:
    """One git directory. Scans are remembered by content, as a run would do it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._text = cache(self._uncached_text)
        self._scan = cache(self._uncached_scan)

    def commits(self, number: int, paths: list[str]) -> list[str]:
        return self._git("log", "--no-merges", f"-n{number}", "--format=%H", "HEAD", "--", *paths).split()

    def decided(self, commit: str, line: str, folder: str) -> Narrowed | None:
        entries = [entry.partition("\t") for entry in self._git("ls-tree", "-r", "-z", commit).split("\0") if entry]
        blobs = {path: head.split()[2] for head, _, path in entries if head.startswith("100")}
        words = [word for word in self._git("diff", "--name-status", "--no-renames", "-z", f"{commit}^", commit).split("\0") if word]
        touched = [Touched(path, _KINDS[kind]) for kind, path in zip(words[::2], words[1::2], strict=True)]
        return narrow(
            Ground(
                run=line,
                folder=folder,
                files=sorted(blobs),
                touched=touched,
                read=lambda path: self._text(blobs[path]) if path in blobs else None,
                scan=lambda path: self._scan(blobs[path]) if path in blobs else None,
            )
        )

    def _uncached_text(self, blob: str) -> str:
        return self._git("cat-file", "blob", blob)

    def _uncached_scan(self, blob: str) -> Scan:
        return scan(self._text(blob))

    def _git(self, *words: str) -> str:
        return subprocess.run(["git", "-C", str(self._folder), *words], check=True, capture_output=True).stdout.decode(errors="replace")


def share(found: Narrowed | None) -> float:
    match found:
        case Related(tests=tests, left_out=left_out):
            return len(tests) / (len(tests) + len(left_out))
        case Nothing():
            return 0.0
    return 1.0


def said(found: Narrowed | None) -> str:
    match found:
        case Related(tests=tests, left_out=left_out, always=always):
            return f"part: {len(tests)} of {len(tests) + len(left_out)} files with tests; blind and reached by tests: {len(always)}"
        case Nothing(inert=inert):
            return f"nothing: {', '.join(inert)}"
        case Whole(rule=rule, because=because):
            return f"whole: {rule}: {', '.join(because[:4])}"
    return "no runner"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("repository", type=Path)
    parser.add_argument("line")
    parser.add_argument("--folder", default=".")
    parser.add_argument("-n", type=int, default=30)
    parser.add_argument("--paths", nargs="*", default=[], help="only commits that touch these")
    given = parser.parse_args()
    history = History(given.repository)
    decided = {commit: history.decided(commit, given.line, given.folder) for commit in history.commits(given.n, given.paths)}
    for commit, found in decided.items():
        print(commit[:8], f"{share(found):.2f}", said(found))
    shares = [share(found) for found in decided.values()]
    kinds = Counter(found.rule.value if isinstance(found, Whole) else type(found).__name__ for found in decided.values())
    print(f"{len(shares)} commits: mean share {mean(shares):.2f}, median {median(shares):.2f};", ", ".join(f"{kind} {n}" for kind, n in kinds.most_common()))


if __name__ == "__main__":
    main()
