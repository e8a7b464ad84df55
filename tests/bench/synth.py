"""Synthetic graphs of checks that only wait, and how fast any scheduler could run them."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A check that waits so many seconds."""

    name: str
    seconds: float
    weight: int = 1
    needs: tuple[str, ...] = ()
    lock: str = ""


def wide() -> tuple[Job, ...]:
    """40 short checks and a long one, which stands last: whoever starts it last loses 3 s."""
    short = tuple(Job(name=f"short-{number:02}", seconds=0.2) for number in range(40))
    return (*short, Job(name="z-long", seconds=3.0))


def layered() -> tuple[Job, ...]:
    """5 layers of 8; each check needs two of the layer before. The left column is the slow one."""
    jobs: list[Job] = []
    for layer in range(5):
        for column in range(8):
            needs = () if layer == 0 else (f"l{layer - 1}-{column}", f"l{layer - 1}-{(column + 3) % 8}")
            seconds = 0.6 if column == 0 else 0.15 + 0.05 * (column % 4)
            jobs.append(Job(name=f"l{layer}-{column}", seconds=seconds, needs=needs))
    return tuple(jobs)


def weighted() -> tuple[Job, ...]:
    """48 checks, a third of them of weight 2, every seventh under the same lock (1.3 s in all, so the lock is not the bound)."""
    return tuple(
        Job(
            name=f"w-{number:02}",
            seconds=0.1 + 0.05 * (number % 5),
            weight=2 if number % 3 == 0 else 1,
            lock="database" if number % 7 == 0 else "",
        )
        for number in range(48)
    )


def bound(jobs: Sequence[Job], slots: int) -> float:
    """max(critical path, work / slots), in seconds. No schedule is shorter. Locks only make it longer."""
    work = sum(job.seconds * job.weight for job in jobs)
    return max(*_finished(jobs).values(), work / slots)


def _finished(jobs: Sequence[Job]) -> dict[str, float]:
    """When each would end with slots without number. Needs stand before what needs them."""
    ends: dict[str, float] = {}
    for job in jobs:
        ends[job.name] = job.seconds + max((ends[need] for need in job.needs), default=0.0)
    return ends


def longest_first(jobs: Sequence[Job], slots: int) -> float:
    """Seconds that a scheduler without any cost of its own would take that starts, of what may start, the longest that fits."""
    waiting = sorted(jobs, key=lambda job: -job.seconds)
    running: list[tuple[float, int, Job]] = []
    done: set[str] = set()
    now, free = 0.0, slots
    while waiting or running:
        for job in list(waiting):
            locked = job.lock and any(other.lock == job.lock for _, _, other in running)
            if job.weight <= free and not locked and done.issuperset(job.needs):
                waiting.remove(job)
                free -= job.weight
                heapq.heappush(running, (now + job.seconds, jobs.index(job), job))
        now, _, ended = heapq.heappop(running)
        free += ended.weight
        done.add(ended.name)
    return now
