"""A suite's run, watched from inside: what it is given before, and what is kept of it afterwards."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ftaction.model.manifest import Manifest
from ftaction.model.plan import Run
from ftaction.model.selection import Selected
from ftaction.model.trace import Trace
from ftaction.plan.fingerprint import input_files
from ftaction.plan.selection.standard import standard
from ftaction.run import facts
from ftaction.run.ground import Ground
from ftaction.run.world import file_name

if TYPE_CHECKING:
    from pathlib import Path  # imported where used: 5 ms


def is_watched(ground: Ground, known: facts.Known, decision: Run) -> bool:
    """Whether anybody could use what is seen: a run that is remembered, of a suite whose command may be narrowed."""
    suite = known.tool is not None and bool(known.tool.suite) and facts.refused(known) is None
    return suite and ground.memory is not None and decision.manifest is not None and not standard(input_files(decision.manifest.inputs))


def prepare(ground: Ground, known: facts.Known, decision: Run, environment: Mapping[str, str]) -> dict[str, str]:
    """What to add to the environment of the check."""
    from pathlib import Path

    from ftaction.run import tests_job

    folder = _folder(ground, known.check.name)
    folder.mkdir(parents=True)
    chosen = decision.selection
    skip = chosen.left_out - chosen.audited.keys() if isinstance(chosen, Selected) else frozenset()
    skip_files = chosen.skipped - set(chosen.audited.values()) if isinstance(chosen, Selected) else frozenset()
    leave = tests_job.Selection(skip=skip, skip_files=skip_files, first=decision.first, closely=_closely(ground, known.check.name))
    added = tests_job.prepare(folder, root=Path(ground.world.context.root), environment=environment, selection=leave)
    if identity := ground.world.identity:
        for path in (folder, folder.parent, folder / "python"):
            path.chmod(0o711)
        for path in (folder / "out", folder / "pytest"):
            os.chown(path, identity.user, identity.group)
    return added


def _closely(ground: Ground, check: str) -> tuple[str, ...]:
    """What the last run that was watched asks for; nothing where it can't be read, for it only makes a map more exact."""
    from ftaction.run.seen_tests import MOST_PACKED, late

    memory = ground.memory
    assert memory is not None
    record = next(iter(memory.traced(check)), None)
    content = memory.whole(record.tests, MOST_PACKED) if record else None
    return late(content) if content is not None else ()


def collect(ground: Ground, known: facts.Known) -> Trace | str:
    """What was seen, or why there is nothing."""
    from ftaction.run import tests_job

    return tests_job.collect(_folder(ground, known.check.name))


def keep(ground: Ground, trace: Trace, manifest: Manifest) -> str:
    """The digest of what is kept of it."""
    from ftaction.run.seen_tests import pack, texts_worth

    assert ground.memory is not None
    read = ground.world.repository.read_bytes
    texts = {path: content for path in texts_worth(trace, input_files(manifest.inputs)) if (content := read(path)) is not None}
    return ground.memory.keep_stream([pack(trace, texts)])


def _folder(ground: Ground, check: str) -> "Path":
    from pathlib import Path

    return Path(ground.world.folder) / "tests" / file_name(check)
