"""What a run says of the tests within a suite: what was seen of them is kept, those that failed are counted, and those left out are judged."""

from typing import NamedTuple

from ftaction.model.ending import Passed
from ftaction.model.plan import Run, Unaffected
from ftaction.model.record import Trouble
from ftaction.model.run import Judged, Result
from ftaction.model.selection import Selected
from ftaction.model.trace import Trace
from ftaction.plan import troubles
from ftaction.plan.audit import judge
from ftaction.run import parts, watched
from ftaction.run.facts import Known
from ftaction.run.ground import Ground
from ftaction.run.past import counted

_SLOWEST = 10  # tests that are told,
_SLOW = 0.1  # and seconds from which a test is


class Told(NamedTuple):
    """`suite`: whether it has tests that can be told apart; `tests`: digest of what was seen; `unwatched`: why nothing is kept of them."""

    suite: bool = False
    tests: str = ""
    left_out: int = 0
    unwatched: str = ""
    troubles: tuple[Trouble, ...] = ()
    judged: Judged | None = None
    slowest: tuple[tuple[str, float], ...] = ()


def tell(ground: Ground, result: Result, decision: Run, ended: float) -> Told:
    """`ended`: epoch. Nothing for a check whose tests can't be told apart. To be asked before the run is remembered."""
    known = ground.recognised[result.check]
    left_out = len(decision.selection.left_out) if isinstance(decision.selection, Selected) else 0
    if not watched.is_watched(ground, known, decision) or ground.memory is None or decision.manifest is None:
        return Told(_is_suite(ground, known), _kept(ground, known, result, decision), left_out, judged=_unseen(decision, result))
    trace = watched.collect(ground, known)
    if isinstance(trace, str):
        return Told(True, left_out=left_out, unwatched=trace, judged=_unseen(decision, result))
    found = counted(ground.memory, decision.fingerprint or "", trace, result, ended).values()
    kept = troubles.kept(found)
    chosen = _asked(decision)
    judged = judge(chosen, trace, result.ending) if chosen and not result.flaky else None
    slowest = _slowest(trace)
    if kept is None:
        return Told(True, "", left_out, "more of its tests are flaky than can be told", tuple(found)[: troubles.MOST], judged, slowest)
    # nothing rests on a pass at the second try: the folder holds both tries, and what failed in the first may have spoilt the other
    return Told(True, "" if result.flaky else watched.keep(ground, trace, decision.manifest), left_out, "", kept, judged, slowest)


def _slowest(trace: Trace) -> tuple[tuple[str, float], ...]:
    from heapq import nlargest

    longest = nlargest(_SLOWEST, trace.tests, key=lambda test: test.outcome.seconds)
    return tuple((test.id, test.outcome.seconds) for test in longest if test.outcome.seconds >= _SLOW)


def _is_suite(ground: Ground, known: Known) -> bool:
    return bool(known.tool and known.tool.suite) or parts.starts(ground.world, known)


def _kept(ground: Ground, known: Known, result: Result, decision: Run) -> str:
    """Of a whole clean pass of a runner that can be asked for a part: what a later comparison needs."""
    whole = isinstance(result.ending, Passed) and not result.flaky and not (isinstance(decision.selection, Selected) and decision.selection.left_out)
    if not whole or ground.memory is None or decision.manifest is None or not parts.starts(ground.world, known):
        return ""
    return parts.keep(ground.memory, known, decision.manifest, ground.world.repository.read)


def _unseen(decision: Run, result: Result) -> Judged | None:
    """Where all of it ran and passed nothing would have been hidden, whatever ran; else nobody knows."""
    would = decision.would
    clean = isinstance(result.ending, Passed) and not result.flaky
    return Judged(len(would.left_out), would.of_seconds - would.seconds, (), right=True) if isinstance(would, Selected) and would.left_out and clean else None


def _asked(decision: Run) -> Selected | None:
    """The selection of which tests that it leaves out run all the same."""
    skip = decision.instead.selection if isinstance(decision.instead, Unaffected) else None
    chosen = decision.selection if isinstance(decision.selection, Selected) and decision.selection.audited else decision.would or skip
    return chosen if isinstance(chosen, Selected) else None
