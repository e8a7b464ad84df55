"""Asking a model, in one line: what a check would ask, what was answered before, what came of it. Reasons are made of it in `words`."""

from collections.abc import Callable, Sequence

from ftaction.model.asking import Account, Asking, Left
from ftaction.model.ending import Passed
from ftaction.model.plan import Reason, Replay, Run
from ftaction.model.record import Record

_SHOWN = 2  # items and notes that are named before the rest is counted

Moment = Callable[[float], str]
"""Seconds since the epoch, as they are told."""


def reason(of: Run | Replay, proof: str, moment: Moment) -> str:
    """Of a check that asks. `proof`: who was answered, of one that is replayed."""
    assert of.asking is not None
    if isinstance(of, Run):
        return f"{'asked to run; ' if of.why.reason is Reason.FORCED else ''}{asks(of.asking)}"
    return f"{'' if isinstance(of.record.ending, Passed) else 'it did not pass: '}{answered(of.asking, of.record, proof, moment)}"


def asks(of: Asking) -> str:
    """What it would ask now, or why it can't. Names are untrusted."""
    if of.why_not:
        return f"not asked{f' about {_some(of)}' if 0 < len(of.open) < len(of.items) else ''}: {of.why_not}"
    if not of.items:
        return "nothing to ask about"
    waits = f"waits for answers of {', '.join(of.pending)}; " if of.pending else ""
    calls = f", in {_count(of.most.likely, 'call')}" if of.most.likely else ""
    if alone(of):
        return f"{waits}asks{' once' if of.most.likely == 1 else calls}"
    return f"{waits}asks about {'up to ' if of.pending else ''}{_some(of)}{calls}"


def answered(of: Asking, record: Record, proof: str, moment: Moment) -> str:
    """What stands because all of it was answered before. `proof`: who asked, and when the newest answer came."""
    if alone(of):
        return f"answered {proof}, not asked again"
    oldest = min((one.answer.ended for one in of.items if one.answer), default=record.ended)
    since = f", the oldest answer {moment(oldest)}" if moment(oldest) != moment(record.ended) else ""
    return f"answered {proof}, {_count(len(of.items), 'item')}{since}, none asked again"


def came(of: Run, account: Account, moment: Moment) -> str:
    """What came of asking: what was asked now, what was answered before and when, what has no answer and why, and notes."""
    asking, one = of.asking, account.items == 1 and of.asking is not None and alone(of.asking)
    calls = sum(spent.calls for spent in account.spent)
    unasked = {left.item for left in account.left if not left.asked}
    asked = _asked(of, account)
    mine = [item for item in asking.open if item.item.name not in unasked] if asking else []
    names = [item.item.name for item in mine if len(mine) == asked or item.spare is None]
    about = "" if one else f" about {_of(asked, account.items)}{_named(names)}"
    parts = [f"asked{about}, in {_count(calls, 'call')}"] if asked else []
    parts += [f"{'' if one else f'{account.remembered:,} '}answered before, {times(account, moment)}"] if account.remembered else []
    parts += _stood_in(of, account, asked, moment)
    parts += [f"{'not asked' if not asked_ else 'no answer'}: {why}" if one else left for asked_, why, left in _left(account)]
    nothing = f"not asked: {asking.why_not}" if asking and asking.why_not else "nothing to ask about"
    return "; ".join([*(parts or [nothing]), *account.notes[:_SHOWN], *_more_notes(account)])


def left_out(of: Account) -> list[str]:
    """What has no answer, a sentence for each reason."""
    return [sentence for _asked, _why, sentence in _left(of)]


def times(of: Account, moment: Moment) -> str:
    """When the answers were given that are not of now."""
    first, last = moment(of.oldest), moment(of.newest)
    return last if first == last else f"{first} to {last}"


def alone(of: Asking) -> bool:
    """Whether it asks one thing that has no name: its prompt."""
    return len(of.items) == 1 and not of.items[0].item.name


def tokens(into: int, out: int) -> str:
    """Estimated ones, which are told to three digits."""
    return f"about {_rough(into)} tokens in, {_rough(out)} out"


def dollars(usd: float, *, at_most: bool = False) -> str:
    """`$1.25`, and of what is less than ten cents `$0.0125`. `at_most`: never less than it is."""
    digits = 4 if 0 < usd < 0.095 else 2
    if 0 < usd < 0.00005:
        return "less than $0.0001"
    up = 0.5 * 10**-digits if at_most and round(usd, digits) < usd - 1e-12 else 0.0
    return f"${usd + up:,.{digits}f}"


def _left(of: Account) -> list[tuple[bool, str, str]]:
    """Whether they were asked, why, and both in words with how many they are."""
    groups: dict[tuple[bool, str], list[Left]] = {}
    for one in of.left:
        groups.setdefault((one.asked, one.why), []).append(one)
    return [(asked, why, f"{_of(len(found), of.items)} left {'without an answer' if asked else 'unasked'}: {why}") for (asked, why), found in groups.items()]


def _asked(of: Run, account: Account) -> int:
    """Items that were asked about now. What is the same in two of them is asked once, so there may be fewer answers; beside those, the fallback's."""
    answers = sum(spent.answers for spent in account.spent) + sum(left.asked for left in account.left)
    others = of.asking is not None and any(item.spare for item in of.asking.open)
    same = account.items - account.remembered - answers - sum(not left.asked for left in account.left)
    return answers if others else answers + max(0, same)


def _stood_in(of: Run, account: Account, asked: int, moment: Moment) -> list[str]:
    """Earlier answers of the fallback: all that is neither asked, remembered nor left."""
    number = account.items - account.remembered - asked - sum(not left.asked for left in account.left)
    spares = [item.spare.ended for item in of.asking.open if item.spare] if of.asking else []
    return [f"{number:,} by earlier answers of the fallback, the newest {moment(max(spares))}"] if number > 0 and spares else []


def _more_notes(of: Account) -> list[str]:
    more = len(of.notes) - _SHOWN
    return [f"and {_count(more, 'more note')}"] if more > 0 else []


def _some(of: Asking) -> str:
    return f"{_of(len(of.open), len(of.items))}{_named([one.item.name for one in of.open])}"


def _of(some: int, whole: int) -> str:
    return _count(whole, "item") if some == whole else f"{some:,} of {_count(whole, 'item')}"


def _named(names: Sequence[str]) -> str:
    if not any(names):
        return ""
    rest = len(names) - _SHOWN
    return f" ({', '.join(names[:_SHOWN])}{f' and {rest:,} more' if rest > 0 else ''})"


def _rough(number: int) -> str:
    return f"{round(number, min(0, 3 - len(str(number)))):,}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
