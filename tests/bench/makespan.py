"""(c) How near a parallel run comes to the shortest that any schedule could be."""

from collections.abc import Sequence

from . import budgets, clock, ours, repos, synth
from .ours import Planned
from .replayed import Told
from .synth import Job
from .table import Row, Section
from .world import World

TITLE = "(c) makespan against max(critical path, work / slots)"
SLOTS = 4  # the checks only wait, so more slots than cores are no disturbance
GRAPHS = {"wide, one long": synth.wide, "layered needs": synth.layered, "weights and locks": synth.weighted}


def measure(world: World) -> Section:
    rows = tuple(_row(world, name, make()) for name, make in GRAPHS.items())
    method = (
        f"checks that sleep, {SLOTS} slots, median of {world.rounds(8)} runs with `--all` after one that filled the history;",
        "whole process against the bound, so that start-up, saving and reporting count as lost time too;",
        "`no-cost` is a simulated scheduler without any cost that starts the longest first: the rest is ours.",
    )
    return Section(title=TITLE, method=method, rows=rows)


def _row(world: World, name: str, jobs: Sequence[Job]) -> Row:
    bound, ideal = synth.bound(jobs, SLOTS), synth.longest_first(jobs, SLOTS)
    folder = world.repository(f"makespan-{name.split(maxsplit=1)[0].strip(',')}")
    checks = [
        Planned(
            name=job.name,
            run=f"sleep {job.seconds:.2f}",
            inputs=("input.txt",),
            needs=job.needs,
            locks=(job.lock,) if job.lock else (),
            weight=job.weight,
        )
        for job in jobs
    ]
    repos.make(folder, {".firsttry.yml": ours.configuration(checks, slots=SLOTS), "input.txt": "one\n"}.items())
    store = ours.emptied(world.store(folder.name))
    all_ran = Told(replayed=0, total=len(jobs))
    world.ftaction.run(folder, store, expected=all_ran)
    values = [world.ftaction.run(folder, store, "--all", expected=all_ran) for _ in range(world.rounds(8))]
    sample = clock.Sample(values=tuple(value / bound for value in values))
    return Row(
        name=f"{name}, {len(jobs)} checks",
        value=sample.median,
        unit="x",
        spread=sample.middle,
        budget=budgets.MAKESPAN,
        note=f"{sample.median * bound:.2f} s for {bound:.2f} s; no-cost {ideal / bound:.3f}",
    )
