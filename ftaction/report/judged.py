"""Tests that a selection leaves out and that ran all the same, observed or audited: what that says of leaving them out."""

from shlex import quote

from ftaction.model.plan import Run
from ftaction.model.run import Report, Result
from ftaction.model.selection import Selected, Whole
from ftaction.report import tests, words

_SHOWN = 5  # tests named before the rest is counted


def wrong(result: Result) -> tuple[str, ...]:
    """The tests that leaving out would have hidden a failure of."""
    return result.judged.wrong if result.judged else ()


def loud(report: Report) -> tuple[str, ...]:
    """A sentence for each check of which leaving out tests would have hidden something: which, and what follows."""
    return tuple(_loud(result, wrong(result)) for result in report.results if wrong(result))


def notes(report: Report) -> tuple[str, ...]:
    """A sentence for each check of which tests were observed or audited."""
    found = [(result, result.decision) for result in report.results if isinstance(result.decision, Run)]
    return tuple(sentence for result, decision in found for sentence in (_observed(result, decision), _audited(result, decision)) if sentence)


def _loud(result: Result, missed: tuple[str, ...]) -> str:
    names = ", ".join(missed[:_SHOWN]) + (f" and {len(missed) - _SHOWN:,} more" if len(missed) > _SHOWN else "")
    follows = f"None of its tests is left out until `ftaction trust {quote(result.check)}`"
    return f"WRONG: leaving out tests of {result.check} would have hidden that these failed: {words.printable(names)}. {follows}."


def _observed(result: Result, decision: Run) -> str:
    match decision.would:
        case Whole():
            return f"Observed: {result.check} would run {words.printable(tests.selection(decision.would))}."
        case Selected() as would if would.left_out:
            times = f"{words.duration(would.of_seconds - would.seconds)} of {words.duration(would.of_seconds)}"
            saved = f" would have saved {times}" if would.of_seconds else ""
            total = words.count(len(would.left_out) + len(would.tests), "test")
            left = f"Observed: leaving out {len(would.left_out):,} of {total} of {result.check}{saved}"
            return f"{left}: {tests.RIGHT[result.judged.right if result.judged else None]}. The others: {words.printable(tests.causes(would))}."
        case Selected():
            return f"Observed: no test of {result.check} would have been left out."
        case None:
            return ""


def _audited(result: Result, decision: Run) -> str:
    chosen = decision.selection
    if not isinstance(chosen, Selected) or not chosen.audited:
        return ""
    right = tests.RIGHT[result.judged.right if result.judged else None]
    return f"Audited {len(chosen.audited):,} of {words.count(len(chosen.left_out), 'test')} of {result.check} that would be left out: {right}."
