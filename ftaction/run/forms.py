"""Which form a run is told in, by where its words go."""

import os
import time
from collections.abc import Callable
from typing import TextIO

from ftaction.run.surfaces import Plain, Quiet, log_reader
from ftaction.run.world import Surface

WIDE = 200  # columns of a log


def surface(people: TextIO, variables: dict[str, str], *, in_workflow: bool, quiet: bool, programs: TextIO | None) -> Surface:
    """One for `people`; with a line for each thing that happens where `programs` read too."""
    told = _for_people(people, variables, in_workflow=in_workflow, quiet=quiet)
    if programs is None:
        return told
    from ftaction.run.events import Events

    return Events(_writer(programs), told, time.monotonic)


def _for_people(people: TextIO, variables: dict[str, str], *, in_workflow: bool, quiet: bool) -> Surface:
    """Imported where used: a warm run needs one."""
    write, logs = _writer(people), log_reader(variables)
    if in_workflow:
        from ftaction.run.workflow import Workflow

        return Workflow(write, logs, WIDE)
    if quiet:
        return Quiet(write, logs, WIDE)
    if not people.isatty() or (variables.get("TERM") or "dumb") == "dumb":
        return Plain(write, logs, WIDE)
    from ftaction.run.live import Live, show_cursor_when_stopped

    live = Live(write, logs, lambda: _size_of(people), time.monotonic)
    show_cursor_when_stopped(live)
    return live


def _writer(stream: TextIO) -> Callable[[str], None]:
    def write(text: str) -> None:
        stream.write(text)
        stream.flush()

    return write


def _size_of(terminal: TextIO) -> tuple[int, int]:
    """Columns and lines, as they are now; the usual ones where it does not say."""
    try:
        size = os.get_terminal_size(terminal.fileno())
    except OSError:
        return 80, 24
    return size.columns or 80, size.lines or 24
