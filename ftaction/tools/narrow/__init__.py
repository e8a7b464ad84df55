"""Which tests of jest and vitest a change can affect: their own selection has silent holes, so this decides by rules of our own.

The first rule that fires makes the full suite run. Only where none does, a part of it stands in, and every file whose doings no graph
shows counts as changed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from posixpath import dirname, normpath
from typing import NamedTuple

from ftaction.model.change import Touched
from ftaction.model.check import Command
from ftaction.model.narrow import Narrowed, Rule, Scan, Whole
from ftaction.tools.narrow.asked import Asked, Read, asked
from ftaction.tools.narrow.choose import choose
from ftaction.tools.narrow.essence import essence
from ftaction.tools.narrow.inputs import unseen
from ftaction.tools.narrow.names import rule_of
from ftaction.tools.narrow.runners import JEST
from ftaction.tools.narrow.scan import FORMAT, scan
from ftaction.tools.narrow.settings import refuse, settings
from ftaction.tools.narrow.touched import Then, judge
from ftaction.tools.narrow.world import Reading, is_installed, look, root_of

__all__ = ["FORMAT", "Ground", "essence", "essences", "is_empty", "narrow", "refused", "scan"]


class Ground(NamedTuple):
    """What is decided on. Paths are from the root of the repository.

    `folder`: the check's working folder, "." for the root. `files`: every file as it is now, sorted. `touched`: what differs from the
    files of the last full pass. `read` gives a file's text, None where it can't be read; `scan` what `scan` says of a source's text, and
    may remember it by content and `FORMAT`. `inputs`: the files that were compared, None for all. `before`: what `essences` said then.
    """

    run: Command
    folder: str
    files: Sequence[str]
    touched: Sequence[Touched]
    read: Read
    scan: Callable[[str], Scan | None]
    inputs: Collection[str] | None = None
    before: Mapping[str, str] = {}


def refused(run: Command, folder: str, read: Read) -> Whole | bool:
    """Whether a command starts one of the runners; where it does, the rule by which it always runs whole if there is one."""
    found = asked(run, _plain(folder), read)
    return found if isinstance(found, Whole) else found is not None


def essences(folder: str, files: Sequence[str], read: Read) -> dict[str, str]:
    """What is to be kept of a full pass in this folder, by path: `essence` of what the runner takes for its package and for those around it."""
    root = root_of(_plain(folder), files)
    above = {"", *(root[:at] for at, char in enumerate(root) if char == "/"), root}
    near = [path for path in files if not is_installed(path) and (dirname(path) in above or path.startswith(f"{root}/" if root else ""))]
    return {path: kept for path in near if path.endswith(".json") and rule_of(path) in (Rule.MANIFEST, Rule.LOCK) and (kept := essence(path, read(path)))}


def narrow(ground: Ground) -> Narrowed | None:
    """What has to run of the check's suite; None where its command starts neither runner."""
    folder = _plain(ground.folder)
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
    if ground.inputs is not None and (missing := unseen(found, said, world, ground.inputs)):
        return Whole(Rule.NO_INPUT, missing)
    judged = judge(found, said, world, ground.touched, Then(ground.read, ground.before))
    return judged if isinstance(judged, Whole) else choose(found, folder, world, judged)


def is_empty(run: Command, folder: str, read: Read, output: str) -> bool:
    """Whether the runner says that the files it was given hold no test: the part was none, so the full suite has to run."""
    found = asked(run, _plain(folder), read)
    return isinstance(found, Asked) and bool(found.runner.empty.search(output))


def _plain(folder: str) -> str:
    """A folder of the repository, "" for its root."""
    plain = normpath(folder)
    return "" if plain == "." else plain
