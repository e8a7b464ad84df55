"""What checks waited for, and what other worker slots would have brought, in words."""

from ftaction.model.run import Otherwise, Report, Result
from ftaction.report import words

_LEAST = 0.5  # seconds; less is no wait worth a word, and nothing saved
_SHORT = 2.0  # seconds of a run that nobody waits for
_HARDLY = 0.02  # of what can be saved
_SHOWN = 3


def slots(report: Report) -> tuple[str, ...]:
    """One sentence; none where it was not found out, or the run was short."""
    return slots_said(report.slots, report.seconds, report.otherwise)


def slots_said(slots: int, seconds: float, of: tuple[Otherwise, ...]) -> tuple[str, ...]:
    """The same of numbers."""
    saved = {one.slots: seconds - one.seconds for one in of}
    saved.setdefault(slots + 1, 0.0)  # a document may say anything
    if seconds < _SHORT:
        return ()
    if not of or max(saved.values()) < _LEAST:
        return ("More worker slots would have saved nothing: what the run waited for was one check, needs, locks or steps.",) if of else ()
    most = max(saved.values())
    enough = next(number for number, less in saved.items() if less > most - max(_LEAST, most * _HARDLY))
    rest = "nothing more" if saved[enough] > most - _LEAST else "hardly more"
    one = f"One more worker slot would have saved {_saved(saved[slots + 1])}"
    if enough == slots + 1:
        return (f"{one}; with more than {enough} {rest} is saved.",)
    if enough == slots + 2:
        return (f"{one}, two {_saved(saved[enough])}; with more than {enough} {rest} is saved.",)
    return (f"{one}, two {_saved(saved.get(slots + 2, 0.0))}, and {enough} in all {_saved(saved[enough])}; with more {rest} is saved.",)


def waits(report: Report) -> tuple[str, ...]:
    """The checks that waited longest for a free slot or a lock, and how long all did."""
    waited = sorted((result for result in report.results if wait(result) >= _LEAST), key=lambda one: -wait(one))
    if not waited:
        return ()
    shown = ", ".join(f"{words.printable(result.check)} {words.duration(wait(result))}{_lock(result)}" for result in waited[:_SHOWN])
    rest = f" and {words.count(len(waited) - _SHOWN, 'more check')}" if len(waited) > _SHOWN else ""
    return (f"Waited for a free slot or a lock: {shown}{rest}",)


def wait(result: Result) -> float:
    """Seconds from when only a slot or a lock was missing to its start; 0 for what did not run."""
    return max(0.0, result.started - result.ready) if result.seconds > 0 else 0.0


def _lock(result: Result) -> str:
    return f" (a lock: {', '.join(map(words.printable, result.locked_by))})" if result.locked_by else ""


def _saved(seconds: float) -> str:
    return words.duration(seconds) if seconds >= _LEAST else "nothing"
