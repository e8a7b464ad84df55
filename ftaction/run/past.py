"""What is remembered of a suite's tests beyond what was seen of them: which failed lately, and in which order that has them run."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from ftaction.model.record import Record, Trouble
from ftaction.model.run import Result
from ftaction.model.trace import Trace
from ftaction.plan import troubles
from ftaction.plan.fingerprint import narrowed
from ftaction.plan.tally import Outcome
from ftaction.run.lines import RECENT
from ftaction.run.memory import Memory
from ftaction.run.seen_tests import MOST_PACKED, unpack


class Past(NamedTuple):
    """`troubles`: tests that failed lately. `newest`: the run on this branch that ended last; where there was none, anywhere. `last`: what failed in it."""

    troubles: troubles.Troubles
    last: tuple[str, ...] = ()
    newest: Record | None = None


def past(memory: Memory, check: str, branch: str, fingerprint: str = "") -> Past:
    """`fingerprint`: the inputs that it is seen from; without, from other ones than any that ran."""
    records = list(islice(memory.recent(check), RECENT))
    mine = (fingerprint, narrowed(fingerprint))
    found: dict[str, Trouble] = {}
    for record in records:
        found = troubles.joined(found.values(), record.troubles if record.fingerprint in mine else map(troubles.elsewhere, record.troubles))
    own = [record for record in records if record.origin.ref == branch] or records
    newest = max(own, key=lambda record: record.ended, default=None)
    return Past(found, tuple(trouble.test for trouble in newest.troubles if trouble.failed_at == newest.ended) if newest else (), newest)


def order(of: Past, changed: Iterable[str], seconds: Mapping[str, float]) -> tuple[str, ...]:
    """What begins: what failed last, then `changed` tests and files, then what failed before, most often and quickest first.

    The rest stays as the suite has it: a suite that passes in its own order may fail in another one, where a test relies on what another left.
    """
    failed = [test for test in of.last if test in of.troubles]
    worth = [trouble for trouble in of.troubles.values() if trouble.streak < troubles.FORGIVEN]
    before = sorted(worth, key=lambda trouble: (-trouble.failures, seconds.get(trouble.test, 0.0), trouble.test))
    return tuple(dict.fromkeys([*sorted(failed, key=lambda test: seconds.get(test, 0.0)), *changed, *(trouble.test for trouble in before)]))


def counted(memory: Memory, fingerprint: str, trace: Trace, result: Result, ended: float) -> dict[str, Trouble]:
    """What is known of tests that failed lately, with this run on inputs of this fingerprint. `ended`: epoch."""
    found = dict(past(memory, result.check, "", fingerprint).troubles)
    outcomes = _outcomes(trace, result, ended)
    here = [record for one in (fingerprint, narrowed(fingerprint)) if (record := memory.find(one))]
    failing = any(outcome.failed for outcome in outcomes.values())
    cut = any(len(record.troubles) >= troubles.MOST for record in here)
    before = _before(memory, result.check, here) if failing or cut else {}
    for test, outcome in outcomes.items():
        earlier = found.get(test, Trouble(test))
        if not (earlier.passed or earlier.failed) and test in before and (outcome.failed or before[test].failed):
            earlier = troubles.joined([earlier], [before[test]])[test]
        if test in found or earlier.failed or outcome.failed:
            found[test] = troubles.after(earlier, outcome)
    return found


def _outcomes(trace: Trace, result: Result, ended: float) -> dict[str, Outcome]:
    """Of the tests that came to one. Where the check was tried again and passed, what had failed passed at last."""
    found = {}
    for test in trace.tests:
        passed, again = test.outcome.passed, test.outcome.again
        if not passed:
            found[test.id] = Outcome(result.flaky or again > 0, max(again, 1), ended)
        elif not test.outcome.skipped:
            found[test.id] = Outcome(True, 0, ended)
    return found


def _before(memory: Memory, check: str, here: Iterable[Record]) -> dict[str, Trouble]:
    """How tests ended when the check ran on these inputs before. What passed in the last run did so in each clean pass of as much of it."""
    found: dict[str, Trouble] = {}
    for record in here:
        content = memory.whole(record.tests, MOST_PACKED) if record.tests else None
        layer = unpack(record, content, "") if content is not None else None
        passes = max(1, memory.passes(check, record.fingerprint))
        for test in layer.trace.tests if layer else ():
            one = Trouble(test.id)
            if test.outcome.passed and not test.outcome.skipped:
                one = Trouble(test.id, passed=1 if record.left_out else passes)
            elif not test.outcome.passed:
                one = troubles.after(one, Outcome(test.outcome.again > 0, max(test.outcome.again, 1), record.ended))
            found |= troubles.joined([found[test.id]] if test.id in found else [], [one])
    return found
