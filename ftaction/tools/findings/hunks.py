"""Differences as `diff -u` and rustfmt write them: where in the old file something changes."""

from ftaction.tools.findings.blocks import bounded


def changed(start: int, hunk: list[str]) -> tuple[int, int, str]:
    """The first and the last line of the old file that differ, and the difference without what stays. `start`: the old line of the first of `hunk`."""
    line, first, last = start, 0, 0
    for one in hunk:
        if one[:1] in ("-", "+"):
            first = first or line
            last = max(last, line if one[:1] == "-" else first)
        line += one[:1] != "+"
    return first or start, last or start, bounded(hunk)
