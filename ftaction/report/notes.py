"""What a run's reader should look at beside the table, a sentence each."""

from ftaction.model.ending import Passed
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.run import Report, Result, Suspect
from ftaction.report import judged, words
from ftaction.report.verdict import instead, observing, skips

_MOST_TESTS = 10


def notes(report: Report) -> tuple[str, ...]:
    """What the run went on without, and what its reader should look at, a sentence each."""
    globs = tuple(f"`{glob}`, an input of {name}, means no file: is it misspelt?" for name, glob in report.misspelt)
    problems = {one.problem for one in report.restored}  # the store may have told the same
    return (
        *judged.loud(report),
        *skipped(report),
        *_left_out(report),
        *judged.notes(report),
        *_suspects(report.suspects),
        *words.changes(report.changes),
        *globs,
        *map(words.restored, report.restored),
        *words.transfers(report.transfers),
        *(note for note in report.notes if note not in problems),
    )


def spent(report: Report) -> list[str]:
    """What asking came to; the job summary has a table of it."""
    if not any(result.account for result in report.results):
        return []
    from ftaction.report.account import run_line  # imported where used: most runs ask nothing

    return run_line(report)


def _left_out(report: Report) -> tuple[str, ...]:
    if not any(isinstance(result.decision, Run) and result.decision.rests for result in report.results):
        return ()
    from ftaction.report import left_out  # imported where used: what is replayed leaves no tests out

    return left_out.notes(report)


def _suspects(of: tuple[Suspect, ...]) -> tuple[str, ...]:
    """Checks, and of their tests the worst."""
    tests = sorted((one for one in of if one.test), key=lambda one: -one.failed / one.runs)
    shown = [f"{words.printable(one.test)} of {one.check} is a flaky suspect: it failed {words.rate(one.failed, one.runs)}." for one in tests[:_MOST_TESTS]]
    shown += [f"{len(tests) - _MOST_TESTS} more tests are flaky suspects: see `report.json`."] if len(tests) > _MOST_TESTS else []
    return (*(f"{one.check} is a flaky suspect: it failed {words.rate(one.failed, one.runs)}." for one in of if not one.test), *shown)


def skipped(report: Report) -> tuple[str, ...]:
    """What would have been skipped and ran all the same; what that says of memory, the wrong skips first."""
    found, observed = skips(report), observing(report)
    if not found.would:
        return ("Observed: no check would have been skipped.",) if observed else ()
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
