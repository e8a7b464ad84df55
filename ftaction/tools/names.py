"""What the name of a script, target or environment says about where it runs."""

import re

from ftaction.model.check import Stage

_PART = re.compile(r"[^A-Za-z0-9]+")
_READS = frozenset({"check", "ci", "verify", "diff", "dry"})
_WRITES = frozenset({"fix", "format", "fmt", "write", "autofix", "prettify"})
_TESTS = frozenset({"test", "tests", "unittest", "pytest", "e2e", "integration", "coverage", "cov", "bench"})
_PYTHONS = re.compile(r"(py|pypy)\d*$")


def stage_of_name(name: str) -> Stage:
    """`lint:fix` writes, `format:check` does not, `test:unit` and tox's `py312` are suites, anything else is fast."""
    parts = {part for part in _PART.split(name.lower()) if part}
    if parts & _WRITES and not parts & _READS:
        return Stage.MUTATING
    if parts & _TESTS or any(_PYTHONS.match(part) for part in parts):
        return Stage.SLOW
    return Stage.FAST


def stage_of_names(names: tuple[str, ...]) -> Stage:
    """Of several: one that writes makes all of them writers, else one suite makes them slow."""
    stages = {stage_of_name(name) for name in names}
    return next((stage for stage in (Stage.MUTATING, Stage.SLOW) if stage in stages), Stage.FAST)
