"""The verdict and what it rests on, in one line."""

from ftaction.model.run import Report
from ftaction.report import judged, words
from ftaction.report.verdict import Totals, passed, skips, totals


def headline(report: Report) -> str:
    """Both in one."""
    sums = totals(report)
    return f"{verdict(report)}: {facts(report, sums)}{saved(sums)}"


def verdict(report: Report) -> str:
    """What came of it, and in which time."""
    word = "interrupted" if report.interrupted else "passed" if passed(report) else "failed"
    return f"{word} in {words.duration(report.seconds)}"


def facts(report: Report, sums: Totals) -> str:
    """How many checks ended how."""
    found = [words.count(len(report.results), "check"), f"{len(sums.ran)} ran", f"{len(sums.replayed)} replayed"]
    found += [f"{len(sums.unaffected)} unaffected"] if sums.unaffected else []
    found += [f"{len(sums.unasked)} not asked"] if sums.unasked else []
    found += [f"{len(sums.failed)} failed"] if sums.failed else []
    found += [f"{len(sums.blocked)} blocked"] if sums.blocked else []
    found += [f"{words.count(len(wrong), 'skip')} WRONG"] if (wrong := skips(report).wrong) else []
    found += [f"{words.count(missed, 'left-out test')} WRONG"] if (missed := sum(len(judged.wrong(result)) for result in report.results)) else []
    return ", ".join(found)


def saved(sums: Totals) -> str:
    """What was not run, in time; empty where all of it was."""
    return f", saved {words.duration(sums.saved)}" if sums.replayed or sums.unaffected else ""
