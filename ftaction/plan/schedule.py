"""Which check starts next: what failed last, then the one with the longest road still ahead of it, that fits into the free slots and meets no lock."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from ftaction.model.check import Check
from ftaction.plan.order import needs_first

UNKNOWN = 60.0  # seconds: without history a check counts as long, so that it is not found out last


def priorities(checks: Sequence[Check], expected: Mapping[str, float | None]) -> dict[str, float]:
    """For each check the seconds from its start to the end of the longest chain that needs it."""
    road: dict[str, float] = {}
    behind: dict[str, float] = {}
    for check in reversed(needs_first(checks)):
        own = expected.get(check.name)
        road[check.name] = (UNKNOWN if own is None else own) + behind.get(check.name, 0.0)
        for need in check.needs:
            behind[need] = max(behind.get(need, 0.0), road[check.name])
    return road


def order(checks: Sequence[Check], expected: Mapping[str, float | None], failed_last: Collection[str]) -> list[str]:
    """Names as they start where several may: what failed last and all that it needs first, then by the road ahead."""
    road = priorities(checks, expected)
    urgent: set[str] = set()
    for check in reversed(needs_first(checks)):
        if check.name in failed_last or check.name in urgent:
            urgent.update((check.name, *check.needs))
    return sorted((check.name for check in checks), key=lambda name: (name not in urgent, -road[name]))


def next_check(waiting: Iterable[Check], ended: Collection[str], mine: Collection[str], running: Collection[Check], slots: int) -> Check | None:
    """The first of `waiting`, which stand in their order of priority, that may start now. `mine`: every check of this step."""
    free = slots - sum(_weight(check, slots) for check in running)
    held = {lock for check in running for lock in check.locks}
    for check in waiting:
        ready = all(need in ended or need not in mine for need in check.needs)
        if ready and _weight(check, slots) <= free and held.isdisjoint(check.locks):
            return check
    return None


def _weight(check: Check, slots: int) -> int:
    """Who asks a model only waits, so it takes no slot; with a single one checks run one at a time all the same."""
    return min(check.weight, slots) if check.ask is None else int(slots == 1)
