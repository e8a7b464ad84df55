"""Tests that run besides those that a change selects: no pass of theirs is one that leaving them out may rest on."""

from collections.abc import Mapping

from ftaction.model.record import Trouble
from ftaction.model.selection import Cause, Right, Selected
from ftaction.model.trace import Test
from ftaction.plan.troubles import flaky


def besides(of: Selected, troubles: Mapping[str, Trouble], newest: Mapping[str, Test]) -> Selected:
    """With those of the tests left out that are flaky, or failed when they last ran. `newest`: each test as it was last seen."""
    failed = {name for name, test in newest.items() if not test.outcome.passed} | {name for name, trouble in troubles.items() if not trouble.streak}
    flaky_ones = {name for name, trouble in troubles.items() if flaky(trouble)}
    found = {name: _cause(name in flaky_ones, newest[name].path) for name in sorted(of.left_out & (failed | flaky_ones))}
    named = {name: _cause(True, cause.path) for name, cause in of.tests.items() if cause.right is Right.FAILED and name in flaky_ones}
    return of._replace(
        tests={**of.tests, **named, **found},
        left_out=of.left_out - found.keys(),
        skipped=of.skipped - {cause.path for cause in found.values()},
        seconds=of.seconds + sum(newest[name].outcome.seconds for name in found),
    )


def _cause(flaky: bool, path: str) -> Cause:
    return Cause(Right.FLAKY if flaky else Right.FAILED, path)
