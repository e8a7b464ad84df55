"""What ran beside what, as bars on one scale. For eyes; the same is in the table and in the sentence on the critical path."""

from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.verdict import critical_path

_WIDTH = 48  # characters of the longest bar
_MOST = 40  # checks; of more the longest
_NAME = 28  # characters of a name
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def timeline(report: Report) -> list[str]:
    """A line a check in the order of their starts; nothing where fewer than two ran."""
    ran = [result for result in report.results if result.seconds > 0]
    if len(ran) < 2:
        return []
    shown = sorted(sorted(ran, key=lambda one: -one.seconds)[:_MOST], key=lambda one: (one.started, one.check))
    end = max(one.started + one.seconds for one in ran)
    critical = set(critical_path(report)[0])
    width = min(_NAME, max(len(one.check) for one in shown))
    lines = [_line(one, end, width, one.check in critical) for one in shown]
    lines += [f"{words.count(len(ran) - len(shown), 'shorter check')} not shown"] if len(ran) > len(shown) else []
    return lines


def _line(result: Result, end: float, width: int, critical: bool) -> str:
    name = words.printable(result.check)
    name = name if len(name) <= width else f"{name[: width - 1]}…"
    return f"{'*' if critical else ' '} {name:<{width}} {_bar(result.started / end, result.seconds / end)} {words.duration(result.seconds)}"


def _bar(start: float, share: float) -> str:
    """In eighths of a character at its end, so that a short one is no longer than it was."""
    first = round(start * _WIDTH)
    eighths = max(1, min(round(share * _WIDTH * 8), (_WIDTH - first) * 8)) if first < _WIDTH else 1
    first = min(first, _WIDTH - 1)
    bar = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    return f"{' ' * first}{bar}".ljust(_WIDTH)
