"""Measured values as plain text, each beside its budget. No measuring here."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("what", "value", "spread", "ratio", "budget", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a section. `unit` is s, ms, MB, x or nothing, for a count; value, spread and budget are in it; `ratio` is of the section's base.

    Unless the section's method says otherwise the value is a median, and its spread the middle half of what was measured.
    """

    name: str
    value: float
    unit: str
    spread: tuple[float, float] | None = None
    ratio: float | None = None
    budget: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question, how it was asked, and the answers."""

    title: str
    method: tuple[str, ...]
    rows: tuple[Row, ...]


def shown(value: float, unit: str) -> str:
    digits = 0 if unit == "ms" and abs(value) >= 10 else {"s": 2, "ms": 1, "MB": 1, "x": 3, "": 0}[unit]
    return f"{value:.{digits}f} {unit}".removesuffix("x").strip()


def verdict(value: float, unit: str, budget: float | None) -> str:
    """`met`, or by how much not, in the unit and in per cent of the budget. Empty without a budget."""
    if budget is None:
        return ""
    if value <= budget:
        return "met"
    over = value - budget
    share = f" ({over / budget:.0%})" if budget > 0 else ""
    return f"missed by {shown(over, unit)}{share}"


def cells(row: Row) -> tuple[str, ...]:
    spread = "" if row.spread is None else f"{shown(row.spread[0], row.unit)} - {shown(row.spread[1], row.unit)}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    budget = "" if row.budget is None else shown(row.budget, row.unit)
    end = ", ".join(part for part in (verdict(row.value, row.unit, row.budget), row.note) if part)
    return row.name, shown(row.value, row.unit), spread, ratio, budget, end


def render(section: Section) -> str:
    rows = [cells(row) for row in section.rows]
    used = [column for column in range(len(HEADINGS)) if column == len(HEADINGS) - 1 or any(row[column] for row in rows)]
    lines = [tuple(line[column] for column in used) for line in (HEADINGS, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(used))]
    body = [_line(line, widths) for line in lines]
    rule = "  ".join("-" * width for width in widths[:-1])
    method = [f"  {line}" for line in section.method]
    return "\n".join([section.title, *method, "", body[0], rule, *body[1:], ""])


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    """Names and notes to the left, numbers to the right."""
    middle = [text.rjust(width) for text, width in zip(line[1:-1], widths[1:-1], strict=True)]
    return "  ".join([line[0].ljust(widths[0]), *middle, line[-1]]).rstrip()
