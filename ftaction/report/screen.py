"""What a watched terminal shows while a run goes on: rows for what runs and what is on its way, and the run as a whole."""

from typing import NamedTuple

from ftaction.model.run import Move
from ftaction.report import words
from ftaction.report.columns import cut, width

LONG = 2.0  # seconds; what takes longer is shown with the time that it will likely take
_MOST_MOVES = 3
_SHORTEST = 4  # columns of a name


class Running(NamedTuple):
    """A check whose command runs: since how many seconds, and how many it was expected to take."""

    check: str
    seconds: float
    expected: float | None = None


class Left(NamedTuple):
    """Seconds that the run will likely take from now. `most` where everything runs that is not planned yet; None where nobody knows."""

    least: float
    most: float | None


class Scene(NamedTuple):
    """One moment. `running`: the one that runs longest first; `waiting`: checks of this step; `again`: of those to be tried alone."""

    seconds: float
    done: int
    of: int
    running: tuple[Running, ...] = ()
    waiting: int = 0
    again: int = 0
    moves: tuple[Move, ...] = ()
    left: Left | None = None


def rows(of: Scene, columns: int, lines: int) -> list[str]:
    """At most `lines` rows, each narrower than the terminal: what is more is counted."""
    last = [_waiting(of)] if of.waiting or of.again else []
    last += [_total(of)] if of.seconds >= LONG else []
    moves = _shown([_move(move, columns) for move in of.moves], _MOST_MOVES, "on their way")
    room = max(lines - len(last) - len(moves), 1)
    found = [*_shown([_running(one, columns) for one in of.running[: room + 1]], room, "running", len(of.running)), *moves, *last]
    return [cut(row, columns - 1) for row in (found[-lines:] if lines > 0 else [])]


def _shown(rows: list[str], most: int, rest: str, of: int = 0) -> list[str]:
    """At most so many, the last of them a count. `of`: how many there are, where not all are made."""
    total = max(of, len(rows))
    return rows if total <= most else [*rows[: most - 1], f"     {total - most + 1:,} {'more ' if most > 1 else ''}{rest}"]


def _running(of: Running, columns: int) -> str:
    time = words.duration(of.seconds)
    if of.expected is not None and of.seconds > of.expected and of.seconds >= LONG:
        time += f", longer than the {words.duration(of.expected)} expected"
    elif of.expected is not None and of.expected >= LONG:
        time += f" of about {words.duration(of.expected)}"
    return _named("run  ", of.check, time, columns)


def _move(of: Move, columns: int) -> str:
    size = f"{words.size(of.size)}  " if of.size else ""
    return _named("     saving " if of.saved else "     restoring ", words.moved(of), f"{size}{words.duration(of.seconds)}", columns)


def _named(mark: str, name: str, rest: str, columns: int) -> str:
    """Where there is no room for everything the name is cut: the numbers are what changes."""
    room = columns - 1 - width(mark) - 2 - width(rest)
    name = words.printable(name)
    return f"{mark}{cut(name, room) if room >= _SHORTEST else name}  {rest}"


def _waiting(of: Scene) -> str:
    again = f"{words.count(of.again, 'check')} to be tried again alone" if of.again else ""
    waiting = f"{words.count(of.waiting, 'check')} waiting" if of.waiting else ""
    return f"     {', '.join(filter(None, (waiting, again)))}"


def _total(of: Scene) -> str:
    facts = [f"{of.done:,} of {words.count(of.of, 'check')}", _about(of.seconds), *_left(of.left)]
    return f"     {', '.join(facts)}"


def _left(of: Left | None) -> list[str]:
    if of is None or (of.least < 1 and (of.most or 0.0) < 1):
        return []
    if of.most is None:
        return [f"at least {_about(of.least)} left"]
    return [f"about {_about(of.least)} left"] if of.most - of.least < 1 else [f"{_about(of.least)} to {_about(of.most)} left"]


def _about(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 59.5 else words.duration(seconds)
