"""What is executed: one check made ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ftaction.edge.machine import Identity
from ftaction.model.check import Check
from ftaction.model.ending import Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One check made ready: a `command` that may be given to `exec`, or the `fate` that is known without one. Paths are absolute.

    `held_by`: restores that come first; where one of them can't be had the job is not done at all. `whole`: what runs after all where this
    part `found_none` of the tests. `begin`: makes it ready when it starts, once; it may come back with its fate. `early`: makes of it what may be
    started before, and waits for that. `identity`: the user it runs as, where that is not the one of all others.
    """

    check: Check
    command: str = ""
    fate: Ending | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    log: str = ""
    timeout: float = 0.0
    expected: float | None = None
    failed_last: bool = False
    held_by: tuple[str, ...] = ()
    whole: "Job | None" = None
    found_none: Callable[[], bool] = bool
    begin: "Callable[[Job], Job] | None" = None
    early: "Callable[[Job], Job] | None" = None
    identity: Identity | None = None
