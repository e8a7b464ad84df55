"""What a run's reader should look at beside the table, a sentence each."""

from ftaction.model.ending import Passed
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.verdict import instead, observing, skips


def notes(report: Report) -> tuple[str, ...]:
    """What the run went on without, and what its reader should look at, a sentence each."""
    globs = tuple(f"`{glob}`, an input of {name}, means no file: is it misspelt?" for name, glob in report.misspelt)
    problems = {one.problem for one in report.restored}  # the store may have told the same
    return (
        *skipped(report),
        *_left_out(report),
        *(f"{one.check} is a flaky suspect: it failed {words.rate(one.failed, one.runs)}." for one in report.suspects),
        *words.changes(report.changes),
        *globs,
        *map(words.restored, report.restored),
        *words.transfers(report.transfers),
        *(note for note in report.notes if note not in problems),
    )


def _left_out(report: Report) -> tuple[str, ...]:
    if not any(isinstance(result.decision, Run) and result.decision.rests for result in report.results):
        return ()
    from ftaction.report import left_out  # imported where used: what is replayed leaves no tests out

    return left_out.notes(report)


def skipped(report: Report) -> tuple[str, ...]:
    """What would have been skipped and ran all the same; what that says of memory, the wrong skips first."""
    found, observed = skips(report), observing(report)
    if not found.would:
        return ("Observed: nothing would have been skipped.",) if observed else ()
    judged = len(found.right) + len(found.wrong)
    right = f"right {len(found.right)} of {judged}{f', {len(found.would) - judged} not told' if judged < len(found.would) else ''}"
    saved = f"would have saved {words.duration(found.seconds)} of {words.duration(found.of_seconds)}"
    total = (
        f"Observed: skipping {len(found.would)} of {words.count(len(report.results), 'check')} {saved}; {right}."
        if observed
        else f"Audited {words.count(len(found.would), 'check')} that would have been skipped: {right}."
    )
    return (*(wrong(result, skip) for result in found.wrong if (skip := instead(result))), total)


def wrong(of: Result, skip: Replay | Unaffected) -> str:
    """A skip that would have hidden something: what, who had proved it, and what follows."""
    from shlex import quote

    came = "changed files otherwise" if isinstance(of.ending, Passed) else words.ending(of.ending)
    follows = f"Nothing of it is skipped until `ftaction trust {quote(of.check)}`"
    return f"WRONG: skipping {of.check} would have hidden that it {came}. {follows}. It would have been {words.source(skip)}: {words.reason(skip)}."
