"""What `git ls-files -s -v -z` and `git status --porcelain=v2 -z` print (git-ls-files(1), git-status(1))."""

import os
from collections.abc import Iterator

_SUBMODULE = "160000"


def read_listing(out: bytes) -> tuple[dict[str, str], list[str], list[str]]:
    """Files by their index entry; those whose entry git was told not to check; submodules. An entry is `TAG MODE DIGEST STAGE TAB PATH`."""
    files: dict[str, str] = {}
    doubtful: list[str] = []
    inner: list[str] = []
    for entry in os.fsdecode(out).split("\0"):
        meta, _, path = entry.partition("\t")
        if not path:
            continue
        files[path] = meta[2:-2]
        if meta[0] != "H":  # skip-worktree, assume-unchanged, unmerged: what stands on disk is what a check reads
            doubtful.append(path)
        if meta.startswith(_SUBMODULE, 2):
            inner.append(path)
    return files, doubtful, inner


def read_status(out: bytes) -> tuple[dict[str, str], list[str]]:
    """Head lines by name, and the paths whose file differs from its index entry."""
    lines = os.fsdecode(out).split("\0")
    return dict(line[2:].split(" ", 1) for line in lines if line.startswith("# ")), list(_changed(lines))


def _changed(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith("? "):
            yield line[2:]
        elif line.startswith("1 ") and line[3] != ".":
            yield line.split(" ", 8)[8]
        elif line.startswith("u "):
            yield line.split(" ", 10)[10]
