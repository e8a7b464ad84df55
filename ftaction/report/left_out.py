"""Tests that a run left out: how many, by what right, and where those stand that ran."""

from collections import Counter

from ftaction.model.plan import Run
from ftaction.model.record import Record
from ftaction.model.run import Report
from ftaction.model.selection import Selected
from ftaction.report import words

_SHOWN = 5  # files of tests named before the rest is counted


def notes(report: Report) -> tuple[str, ...]:
    """Two sentences for each check that ran without some of its tests, each short enough for a line of a log."""
    found: list[str] = []
    for result in report.results:
        match result.decision:
            case Run(selection=Selected(left_out=left_out) as chosen, rests=Record() as rests) if left_out:
                right = f"none can notice what changed since the whole run {words.by_whom(rests)}"
                found.append(f"{len(left_out):,} of {words.count(len(left_out) + len(chosen.tests), 'test')} of {result.check} left out: {right}.")
                found += [f"{words.count(len(chosen.tests), 'test')} of {result.check} chosen: {words.printable(_files(chosen))}."] if chosen.tests else []
            case _:
                pass
    return tuple(found)


def _files(of: Selected) -> str:
    counted = sorted(Counter(identity.partition("::")[0] for identity in of.tests).items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(f"{number:,} in {path}" for path, number in counted[:_SHOWN])
    return f"{shown} and {sum(number for _, number in counted[_SHOWN:]):,} elsewhere" if len(counted) > _SHOWN else shown
