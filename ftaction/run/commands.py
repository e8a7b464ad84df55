"""What a check's process is given to run: its command, or the part of it that is enough."""

import shlex
from dataclasses import replace

from ftaction.model.narrow import Rule
from ftaction.model.plan import Decision, Run
from ftaction.model.selection import Selected, Selection, Whole
from ftaction.run import facts, parts
from ftaction.run.execute import Attempt
from ftaction.run.ground import Ground
from ftaction.run.job import Job
from ftaction.run.logs import read_log
from ftaction.run.world import World

_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
_SH = ("sh", "-e", "-c")


def given(job: Job, known: facts.Known, selection: Selection | None, ground: Ground) -> Job:
    """The job with its command; where a part is asked for by words, with that, and with the whole for where the part holds no test."""
    world, verification, slots = ground.world, ground.config.verification, ground.slots
    whole = _with(job, known, world, facts.share(known, verification, slots))
    if not isinstance(selection, Selected) or not selection.run:
        return whole
    part = facts.recognise(known.check._replace(run=selection.run))
    read = world.repository.read
    return replace(
        _with(job, part, world, facts.share(part, verification, slots)),
        whole=whole,
        found_none=lambda: parts.found_none(known, read, read_log(job.log, ()).decode("utf-8", "replace")),
    )


def settled(decision: Decision, attempt: Attempt) -> Decision:
    """What ran after all: the whole, where the part held no test."""
    if not attempt.whole or not isinstance(decision, Run) or not isinstance(decision.selection, Selected):
        return decision
    return decision._replace(selection=Whole(Rule.EMPTY, tuple(decision.selection.tests)))


def command(known: facts.Known, options: tuple[str, ...]) -> str:
    """What a shell may `exec`: the arguments themselves, or the shell that reads the line."""
    run = known.check.run
    if isinstance(run, tuple):
        return shlex.join((*run, *options))
    line = f"{run.rstrip()} {shlex.join(options)}" if options else run
    return shlex.join((*(_BASH if known.check.shell.value == "bash" else _SH), line))


def _with(job: Job, known: facts.Known, world: World, options: tuple[str, ...]) -> Job:
    job = replace(job, command=command(known, options))
    if known.tool is None or known.tool.name != "npm":
        return job
    from ftaction.run.scripts import without_npm

    return without_npm(job, known.words, world)
