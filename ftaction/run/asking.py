"""What is asked of each kind of runner that can run a part of a suite, and on what it decides."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from ftaction.model.change import Touched
from ftaction.model.check import Check, Command
from ftaction.model.narrow import Narrowed, Whole
from ftaction.model.package import Packages
from ftaction.run.scans import How, Scans

Read = Callable[[str], str | None]


class Now(NamedTuple):
    """What is the same whichever pass it is compared with. `files`: all of the repository, sorted. `inputs`: those of the check, with their content."""

    check: Check
    files: list[str]
    inputs: Mapping[str, str]
    read: Read
    scans: Scans
    packages: Callable[[], Packages]

    @property
    def compared(self) -> Collection[str] | None:
        """None where that is all of them. A folder may stand for its files (`run/bound.py`)."""
        folders = tuple(path for path in self.inputs if path.endswith("/"))
        below = [path for path in self.files if path.startswith(folders)] if folders else []
        return None if self.inputs.keys() >= set(self.files) else {*self.inputs, *below}


class Kind(NamedTuple):
    """One kind of runner. `unit`: what is told apart. `refused`: the rule by which a command always runs whole, else whether it is of this kind.

    `say`: the command for a part.
    """

    unit: str
    refused: Callable[[Command, str, Read], Whole | bool]
    how: How
    narrow: Callable[[Now, list[Touched], Mapping[str, str]], Narrowed]
    say: Callable[[Command, tuple[str, ...]], Command]
