"""What asking would take, before any of it is spent: for `ftaction plan` and `ftaction explain`, in words and as data."""

from collections.abc import Iterable

from ftaction.model.asking import Ask, Asking
from ftaction.model.plan import Decision, Plan, Replay, Run
from ftaction.model.record import Record
from ftaction.report import words
from ftaction.report.asking import alone, dollars, tokens

_UNITS = ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"), (1.0, "second"))


def asking_of(of: Decision) -> Asking | None:
    """What the check asks, where it does."""
    return of.asking if isinstance(of, Run | Replay) else None


def question(ask: Ask, asking: Asking | None) -> str:
    """In place of a command."""
    whom = f"of {asking.worker}/{asking.model}" if asking else f"in phase {ask.phase}"
    return words.printable(f"asks {ask.prompt} {whom}")


def most(of: Asking) -> list[str]:
    """What it may take; nothing where nothing is asked."""
    take = of.most
    if not take.calls or of.why_not:
        return []
    return [f"{_calls(take.calls, take.likely)}; {tokens(take.tokens_in, take.tokens_out)}; {_price(take.usd)}"]


def total(plans: Iterable[Plan]) -> list[str]:
    """Of all checks that ask something; nothing where none does."""
    of = _asking(plans)
    takes = [one.most for one in of.values()]
    if not takes:
        return []
    calls = _calls(sum(one.calls for one in takes), sum(one.likely for one in takes))
    spent = tokens(sum(one.tokens_in for one in takes), sum(one.tokens_out for one in takes))
    unknown = [name for name, one in of.items() if one.most.usd is None]
    known = dollars(sum(one.usd or 0.0 for one in takes), at_most=True)
    if len(unknown) == len(takes):
        price = "price unknown"
    else:
        price = f"at most {known}" + (f" without {words.printable(', '.join(unknown))}, of unknown price" if unknown else "")
    return [f"Asking, {words.count(len(takes), 'check')}: {calls}; {spent}; {price}"]


def total_document(plans: Iterable[Plan]) -> dict[str, object]:
    """The same for programs. `usd`: null where the price of any is unknown."""
    takes = [one.most for one in _asking(plans).values()]
    prices = [one.usd for one in takes if one.usd is not None]
    return {
        "checks": len(takes),
        "likely": sum(one.likely for one in takes),
        "calls": sum(one.calls for one in takes),
        "tokens_in": sum(one.tokens_in for one in takes),
        "tokens_out": sum(one.tokens_out for one in takes),
        "usd": round(sum(prices), 6) if len(prices) == len(takes) else None,
    }


def asking_document(of: Asking) -> dict[str, object]:
    """`open`: items that have no answer yet; the rest is what asking about them takes."""
    return {
        "worker": of.worker, "model": of.model, "items": len(of.items), "open": len(of.open), "likely": of.most.likely,
        "calls": of.most.calls, "tokens_in": of.most.tokens_in, "tokens_out": of.most.tokens_out,
        "usd": None if of.most.usd is None else round(of.most.usd, 6), "why_not": of.why_not, "pending": list(of.pending),
    }  # fmt: skip


def items(of: Asking) -> list[str]:
    """Which have no answer, which were answered when and by whom."""
    open_, known = of.open, [one for one in of.items if one.answer]
    if alone(of):
        return [f"It was answered {_by(one.answer)}." for one in known]
    lines = [f"{words.count(len(open_), 'item')} without an answer:"] if open_ else []
    lines += [f"  {words.printable(one.item.name)}{f': the fallback answered {_by(one.spare)}' if one.spare else ''}" for one in open_]
    lines += [f"{words.count(len(known), 'item')} answered:"] if known else []
    return [*lines, *(f"  {words.printable(one.item.name)}: {_by(one.answer)}" for one in known)]


def again(ask: Ask) -> list[str]:
    """What would make it ask again."""
    of = [*(["the item"] if ask.items is not None else []), "the prompt and what is put into it", "the model", "how it is reached", "the schema of an answer"]
    of += [f"the answers of {', '.join(map(words.printable, ask.handed))}"] if ask.handed else []
    late = f"; an answer older than {_time(ask.ttl)} does not count" if ask.ttl else ""
    return [f"What would make it ask again, where it differs: {', '.join(of)}{late}."]


def _by(record: Record | None) -> str:
    return words.printable(words.by_whom(record)) if record else "never"


def _time(seconds: float) -> str:
    length, unit = next((one for one in _UNITS if seconds >= one[0] and seconds % one[0] == 0), _UNITS[-1])
    return words.count(round(seconds / length), unit)


def _asking(plans: Iterable[Plan]) -> dict[str, Asking]:
    found = {name: asking_of(decision) for plan in plans for name, decision in plan.decisions.items()}
    return {name: one for name, one in found.items() if one and one.most.calls and not one.why_not}


def _calls(most_: int, likely: int) -> str:
    return f"at most {words.count(most_, 'call')}{f', likely {likely:,}' if likely != most_ else ''}"


def _price(usd: float | None) -> str:
    return "price unknown" if usd is None else f"at most {dollars(usd, at_most=True)}"
