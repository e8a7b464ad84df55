"""What asking came to: by check, phase and model for the job summary, in a line for other surfaces, as data for `report.json`."""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from ftaction.model.asking import Account, Spent
from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.asking import dollars, left_out
from ftaction.report.asking_plan import asking_of
from ftaction.report.markdown import cell, size

_HEAD = (
    "| Check | Phase | Model | Items | Answered now | From memory | Calls | Saved by memory | Saved by batching | Again / turned away "
    "| Tokens in / out | Cost | Time / sum of calls |\n| --- | --- | --- |" + " ---: |" * 10 + "\n"
)
_MOST_ROWS, _ROWS_BYTES = 200, 100_000
_MOST_LINES, _LINES_BYTES = 20, 50_000  # of what has no answer, and of notes
_NAMED = 5  # items
_WORDS = 300  # characters of a reason or note


class _Name(NamedTuple):
    """The cells of a row that are no model's. Markdown."""

    check: str
    phase: str
    model: str
    items: str
    remembered: str
    saved: str


def line(of: Account) -> str:
    """One check's, for people."""
    return _line([of], of.seconds)


def run_line(report: Report) -> list[str]:
    """The run's; nothing where nothing asks."""
    found = _asked(report)
    return [f"Asked by {words.count(len(found), 'check')}: {_line([account for _, account in found], _wall(report))}."] if found else []


def section(report: Report) -> str:
    """Of the job summary; empty where nothing asks."""
    found = _asked(report)
    if not found:
        return ""
    rows = [row for result, account in found for row in _rows(result, account)]
    shown = _within(rows, _MOST_ROWS, _ROWS_BYTES)
    more = f"\nand {words.count(len(rows) - len(shown), 'more row')}: see `report.json`\n" if len(rows) > len(shown) else ""
    total = _total(report, [account for _, account in found]) if len(rows) > 1 else ""
    told = [one for result, account in found for one in _told(result, account)]
    lines = _within(told, _MOST_LINES, _LINES_BYTES)
    rest = f"- and {len(told) - len(lines):,} more: see `report.json`\n" if len(told) > len(lines) else ""
    listed = f"\n{''.join(lines)}{rest}" if told else ""
    return f"### Asked\n\n{_HEAD}{''.join(shown)}{total}{more}{listed}"


def _within(lines: list[str], most: int, room: int) -> list[str]:
    """As many as there is room for, in lines and in bytes."""
    sizes = accumulate(size(one) for one in lines)
    return [one for one, sum_ in zip(lines[:most], sizes, strict=False) if sum_ <= room]


def account_document(of: Account) -> dict[str, object]:
    """Everything. Tokens and US dollars are null where the worker does not say."""
    return {
        "items": of.items, "remembered": of.remembered, "saved": of.saved,
        "spent": [{**one._asdict(), "usd": None if one.usd is None else round(one.usd, 6), "seconds": round(one.seconds, 4)} for one in of.spent],
        "left": [one._asdict() for one in of.left], "seconds": round(of.seconds, 4), "oldest": of.oldest, "newest": of.newest, "notes": list(of.notes),
    }  # fmt: skip


def _asked(report: Report) -> list[tuple[Result, Account]]:
    return [(result, result.account) for result in report.results if result.account]


def _line(of: list[Account], wall: float) -> str:
    spent = [one for account in of for one in account.spent]
    calls, spared = sum(one.calls for one in spent), sum(account.saved for account in of) + sum(one.batched for one in spent)
    facts = [words.count(sum(account.items for account in of), "item")]
    facts += [f"{sum(one.answers for one in spent):,} answered now", f"{sum(account.remembered for account in of):,} from memory"]
    facts += [f"{left:,} left without an answer"] if (left := sum(len(account.left) for account in of)) else []
    facts += [f"{words.count(calls, 'call')}{f' ({spared:,} spared)' if spared else ''}"]
    facts += (
        [
            f"{_tokens(spent)} tokens in / out",
            f"{_cost(spent)}{'' if any(one.usd is not None for one in spent) else ' cost'}",
            f"{words.duration(wall)} for calls of {_seconds(spent)}",
        ]
        if spent
        else []
    )
    return ", ".join(facts)


def _rows(result: Result, account: Account) -> Iterator[str]:
    """One for each model that was asked; one where none was."""
    asking = asking_of(result.decision)
    nobody = Spent(asking.phase, asking.worker, asking.model) if asking else Spent("", "", "")
    counts = (f"{account.items:,}", f"{account.remembered:,}", f"{account.saved:,}")
    for number, one in enumerate(account.spent or (nobody,)):
        own = number == 0  # what is the check's, not a model's
        name = _Name(cell(result.check), cell(one.phase), cell(f"{one.worker}/{one.model}"), *(counts if own else ("", "", "")))
        yield _row(name, [one] if account.spent else [], account.seconds if own else None)


def _total(report: Report, of: list[Account]) -> str:
    counts = (f"{sum(one.items for one in of):,}", f"{sum(one.remembered for one in of):,}", f"{sum(one.saved for one in of):,}")
    return _row(_Name("**All**", "", "", *counts), [one for account in of for one in account.spent], _wall(report))


def _row(of: _Name, spent: list[Spent], wall: float | None) -> str:
    """`wall`: seconds; None where they stand in another row."""
    time = f"{words.duration(wall)} / {_seconds(spent)}" if wall is not None else _seconds(spent)
    cells = [
        of.check, of.phase, of.model, of.items, f"{sum(one.answers for one in spent):,}", of.remembered, f"{sum(one.calls for one in spent):,}", of.saved,
        f"{sum(one.batched for one in spent):,}", f"{sum(one.again for one in spent):,} / {sum(one.refused for one in spent):,}",
        *([_tokens(spent), _cost(spent), time.replace(" ", "&nbsp;")] if spent else ["", "", ""]),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _told(result: Result, account: Account) -> list[str]:
    """What has no answer and why, and notes."""
    names = [one.item for one in account.left if one.item]
    rest = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    some = f" ({', '.join(cell(name, _WORDS) for name in names[:_NAMED])}{rest})" if names else ""
    left = [f"- {cell(result.check)}: {cell('; '.join(left_out(account)), _WORDS)}{some}\n"] if account.left else []
    return [*left, *(f"- {cell(result.check)}: {cell(note, _WORDS)}\n" for note in account.notes)]


def _tokens(spent: list[Spent]) -> str:
    into = [one.tokens_in for one in spent if one.tokens_in is not None]
    out = [one.tokens_out for one in spent if one.tokens_out is not None]
    return f"{sum(into):,} / {sum(out):,}" if into and out else "unknown"


def _cost(spent: list[Spent]) -> str:
    """At least so much where a worker did not say."""
    known = [one.usd for one in spent if one.usd is not None]
    return "unknown" if not known else f"{'at least ' if len(known) < len(spent) else ''}{dollars(sum(known))}"


def _seconds(spent: list[Spent]) -> str:
    return words.duration(sum(one.seconds for one in spent))


def _wall(report: Report) -> float:
    """Seconds in which any check asked: some do at the same time."""
    end = whole = 0.0
    for began, seconds in sorted((result.started, account.seconds) for result, account in _asked(report)):
        whole += max(0.0, began + seconds - max(began, end))
        end = max(end, began + seconds)
    return whole
