"""What asking came to over all runs that a store remembers: for `ftaction cache stats`."""

from collections.abc import Mapping, Sequence
from typing import Any

from ftaction.model.asking import Spending
from ftaction.report import words
from ftaction.report.asking import dollars

ASKED = "asked"


def care_lines(found: Mapping[str, Any]) -> list[str]:
    """What looking after a store found, a line each; of asking one for each check, and one for all."""
    lines = [f"{name}: {value}" for name, value in found.items() if not name.startswith(ASKED)]
    of = [Spending(**one) for one in found.get(ASKED, ())]
    lines += ["asked:", *(f"  {words.printable(one.check)}: {_line(one)}" for one in of)] if of else []
    return [*lines, *([f"  all: {_line(_total(of))}"] if len(of) > 1 else [])]


def spending_document(of: Sequence[Spending]) -> dict[str, object]:
    """For programs; nothing where nothing asked."""
    if not of:
        return {}
    total = {name: value for name, value in _total(of)._asdict().items() if name != "check"}
    return {ASKED: [one._asdict() for one in of], f"{ASKED}_total": total}


def _line(of: Spending) -> str:
    calls = f"{words.count(of.calls, 'call')} ({of.spared:,} spared)"
    items = f"{words.count(of.items, 'item')} answered, {of.remembered:,} from memory"
    return f"{words.count(of.runs, 'run')} that asked, {items}, {calls}, {of.tokens_in:,} tokens in, {of.tokens_out:,} out, {dollars(of.usd)}"


def _total(of: Sequence[Spending]) -> Spending:
    return Spending(
        "", sum(one.runs for one in of), sum(one.items for one in of), sum(one.remembered for one in of), sum(one.calls for one in of),
        sum(one.spared for one in of), sum(one.tokens_in for one in of), sum(one.tokens_out for one in of), round(sum(one.usd for one in of), 6),
    )  # fmt: skip
