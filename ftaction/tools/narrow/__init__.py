"""Which tests of jest and vitest a change can affect: their own selection has silent holes, so this decides by rules of our own.

The first rule that fires makes the full suite run. Only where none does, a part of it stands in, and every file whose doings no graph
shows counts as changed.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ftaction.model.change import Touched
from ftaction.model.check import Command
from ftaction.model.narrow import Narrowed, Scan, Whole
from ftaction.tools.narrow.asked import Asked, Read, asked
from ftaction.tools.narrow.choose import choose
from ftaction.tools.narrow.runners import JEST
from ftaction.tools.narrow.scan import FORMAT, scan
from ftaction.tools.narrow.settings import refuse, settings
from ftaction.tools.narrow.touched import judge
from ftaction.tools.narrow.world import Reading, look, root_of

__all__ = ["FORMAT", "Ground", "is_empty", "narrow", "scan"]


class Ground(NamedTuple):
    """What is decided on. Paths are from the root of the repository.

    `folder`: the check's working folder, "." for the root. `files`: every file as it is now, sorted. `touched`: what differs from the
    files of the last full pass. `read` gives a file's text, None where it can't be read; `scan` what `scan` says of a source's text, and
    may remember it by content and `FORMAT`.
    """

    run: Command
    folder: str
    files: Sequence[str]
    touched: Sequence[Touched]
    read: Read
    scan: Callable[[str], Scan | None]


def narrow(ground: Ground) -> Narrowed | None:
    """What has to run of the check's suite; None where its command starts neither runner."""
    folder = "" if ground.folder in (".", "./", "") else ground.folder.strip("/")
    found = asked(ground.run, folder, ground.read)
    if not isinstance(found, Asked):
        return found
    root = root_of(folder, ground.files)
    said = settings(found, root, ground.files, ground.read)
    if whole := refuse(found, said):
        return whole
    world = look(root, said, ground.files, Reading(ground.read, ground.scan), mocked=found.runner is JEST)
    if isinstance(world, Whole):
        return world
    judged = judge(found, said, world, ground.touched, ground.read)
    return judged if isinstance(judged, Whole) else choose(found, folder, world, judged)


def is_empty(run: Command, folder: str, read: Read, output: str) -> bool:
    """Whether the runner says that the files it was given hold no test: the part was none, so the full suite has to run."""
    found = asked(run, "" if folder == "." else folder, read)
    return isinstance(found, Asked) and bool(found.runner.empty.search(output))
