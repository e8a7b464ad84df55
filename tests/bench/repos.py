"""The repositories that are measured: generated, the same bytes every time, with a git history of one commit."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

AGED = 1_700_000_000  # files older than the index: git need not read them again to trust it (git's "racy git" note)
IGNORED = "node_modules/\n.turbo/\n.wireit/\n.nx/\n.moon/cache/\n.moon/docker/\n"

Files = Iterable[tuple[str, str]]  # path from the root of the repository, text


def many_files(folder: str, count: int) -> Iterator[tuple[str, str]]:
    """`count` text files of about 2 KB, 25 in each subfolder of `folder`."""
    for number in range(count):
        path = f"{folder}/d{number // 25:02}/f{number % 25:02}.txt"
        yield path, f"{path}: line of a file that a check reads\n" * 40


def small_files(folder: str, count: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        yield f"{folder}/f{number:03}.txt", f"{folder} {number}\n"


def make(folder: Path, files: Files) -> bool:
    """A repository with these files in one commit. False, and nothing done, where it is there already with the same files."""
    listed = list(files)
    digest = hashlib.sha256(repr((AGED, listed)).encode()).hexdigest()
    marker = folder / ".git" / "bench-made-of"
    if marker.is_file() and marker.read_text() == digest:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "fast-import", "--quiet", stdin=b"".join(_stream(listed)))
    _git(folder, "reset", "--quiet", "--hard", "main")
    for path, _ in listed:
        os.utime(folder / path, (AGED, AGED))
    _git(folder, "update-index", "-q", "--refresh")
    marker.write_text(digest)
    return True


def _stream(files: Files) -> Iterator[bytes]:
    """One commit in the form that `git fast-import` reads (git-fast-import(1)): much faster than adding 100,000 files."""
    yield b"commit refs/heads/main\ncommitter bench <bench@example.invalid> 1700000000 +0000\ndata 4\ntree\n"
    for path, text in files:
        data = text.encode()
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
    yield b"\n"


def _git(folder: Path, *words: str, stdin: bytes = b"") -> None:
    command = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsync=none", "-c", "fetch.unpackLimit=1", *words)
    subprocess.run(command, cwd=folder, input=stdin, check=True, stdout=subprocess.DEVNULL)


def linked(source: Path, target: Path) -> None:
    """A copy of a folder that shares its files' bytes, symbolic links as they are."""
    if not target.exists():
        shutil.copytree(source, target, symlinks=True, copy_function=_hard_link)


def _hard_link(source: str, target: str) -> None:
    os.link(source, target, follow_symlinks=False)
