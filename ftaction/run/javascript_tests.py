"""jest and vitest, asked for test files: words are appended to the command."""

import shlex
from collections.abc import Mapping

from ftaction.model.change import Touched
from ftaction.model.check import Command
from ftaction.model.narrow import Narrowed
from ftaction.run.asking import Kind, Now
from ftaction.run.scans import How
from ftaction.tools.narrow import FORMAT, Ground, narrow, refused, scan


def _narrow(now: Now, touched: list[Touched], essences: Mapping[str, str]) -> Narrowed:
    check = now.check
    found = narrow(Ground(check.run, check.working_directory, now.files, touched, now.read, now.scans.of, now.compared, essences))
    assert found is not None  # it is of this kind
    return found


def _say(run: Command, words: tuple[str, ...]) -> Command:
    return (*run, *words) if isinstance(run, tuple) else f"{run.rstrip()} {shlex.join(words)}"


JAVASCRIPT = Kind(unit="test file", refused=refused, how=How(scan, f"javascript {FORMAT}"), narrow=_narrow, say=_say)
