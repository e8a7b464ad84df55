"""What `git ls-files -s -v -z` and `git status --porcelain=v2 -z` print (git-ls-files(1), git-status(1))."""

import os
import re
from collections.abc import Iterator

_SUBMODULE = "160000"
_ODD = re.compile(rb"\0(?!H 1[02]0)[^\0]+")  # entries but those of plain files and links that git compares


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


def read_odd(out: bytes) -> tuple[dict[str, str], list[str]]:
    """The same of those files alone that have to be looked at, by their index entry; and submodules."""
    files, doubtful, inner = read_listing(b"".join(_ODD.findall(b"\0" + out)))
    return {path: files[path] for path in {*doubtful, *inner}}, inner


def read_changed(out: bytes) -> dict[str, str]:
    """Index entries of the paths whose file differs from it; empty for what git does not track, and for what is not merged."""
    found: dict[str, str] = {}
    for line in os.fsdecode(out).split("\0"):
        if line.startswith("? "):
            found[line[2:]] = ""
        elif line.startswith("u "):
            found[line.split(" ", 10)[10]] = ""
        elif line.startswith("1 ") and line[3] != ".":
            _, _, _, _, mode, _, _, digest, path = line.split(" ", 8)
            found[path] = f"{mode} {digest}"
    return found


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
