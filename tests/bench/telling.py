"""(l) Telling a run of 500 checks: summary, report.json, page and trace. `python -m tests.bench.telling FOLDER` measures it once.

Each round is a new process, so that the first import of what only telling needs is in it.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import budgets
from .clock import NotMeasuredError, Sample
from .ours import emptied
from .table import Row, Section
from .world import World

if TYPE_CHECKING:
    from ftaction.model.run import Report

TITLE = "(l) telling a run of 500 checks"
CHECKS = 500
LOG = 4_000  # bytes of each log
PARTS = ("report.json", "page", "trace", "summary")


def measure(world: World) -> Section:
    folder = emptied(world.root / "telling")
    folder.mkdir(parents=True)
    rounds = world.rounds(20)
    found = [_one(folder, world.env) for _ in range(rounds + 1)][1:]
    rows = [_row("all of it", [sum(one[part] for part in PARTS) for one in found], budgets.TELLING_MS, "")]
    rows.append(_row("  our CPU time", [one["cpu"] for one in found], None, ""))
    sizes = {"report.json": "report.json", "page": "report.html", "trace": "trace.json", "summary": "summary.md"}
    rows += [_row(f"  {part}", [one[part] for one in found], None, f"{(folder / sizes[part]).stat().st_size / 1e6:.2f} MB") for part in PARTS]
    method = (
        f"{CHECKS} checks with logs of {LOG:,} bytes and manifests of 200 files that they share, every tenth failed with 20 findings; {rounds} rounds",
        "after 1 discarded, each a new process; imports of what only telling needs are part of it, reading logs and writing files too.",
    )
    return Section(title=TITLE, method=method, rows=tuple(rows))


def _row(name: str, seconds: list[float], budget: float | None, note: str) -> Row:
    sample = Sample(values=tuple(one * 1000 for one in seconds))
    return Row(name=name, value=sample.median, unit="ms", spread=sample.middle, budget=budget, note=note)


def _one(folder: Path, env: dict[str, str]) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", "tests.bench.telling", str(folder)], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasuredError(f"telling ended with {done.returncode}:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _run(folder: Path) -> "Report":
    """The report as a workflow's run has it when it ends, with its logs on disk."""
    from ftaction.model.ending import Failed, Passed
    from ftaction.model.finding import Finding, Level
    from ftaction.model.manifest import Manifest
    from ftaction.model.plan import Reason
    from tests.report.runs import report, result, run

    manifest = Manifest("command\trun\tmake\n" * 20, "".join(f"100644 {number:040x}\tsrc/file_{number}.py\n" for number in range(200)), "0")
    findings = tuple(Finding(f"src/file_{number}.py", number, Level.ERROR, "something is not as it should be", rule="E1") for number in range(1, 21))
    results = []
    for number in range(CHECKS):
        log, bad = folder / f"{number}.log", number % 10 == 0
        log.write_text(f"{number}: a line of a log with <some> text\n" * (LOG // 42))
        decision = run(Reason.FAILED_LAST)._replace(manifest=manifest)
        times = {"started": number // 2 * 0.5, "seconds": 0.45}
        ending = Failed(1) if bad else Passed()
        results.append(result(f"check:{number}", decision, ending=ending, log=str(log), findings=findings if bad else (), **times))
    return report(*results, seconds=CHECKS / 4)


def main(folder: Path) -> None:
    import ftaction.app
    import ftaction.run.execute  # noqa: F401  # what a run has loaded by then

    made = _run(folder)
    variables = {"GITHUB_TOKEN": "a-token-of-a-job"}
    if loaded := {"ftaction.report.page", "ftaction.report.trace", "ftaction.report.summary"} & sys.modules.keys():
        sys.exit(f"{loaded} would be measured without its import")
    times, began = [time.perf_counter()], time.process_time()
    from ftaction.run.publish import write_page, write_report, write_trace

    write_report(made, str(folder / "report.json"))
    times.append(time.perf_counter())
    write_page(made, str(folder / "report.html"), variables, None)
    times.append(time.perf_counter())
    write_trace(made, str(folder / "trace.json"))
    times.append(time.perf_counter())
    from ftaction.model.ending import green
    from ftaction.report.summary import summary
    from ftaction.run.surfaces import log_reader

    read = log_reader(variables)
    tails = {one.check: read(one) for one in made.results if not green(one.ending)}
    (folder / "summary.md").write_text(summary(made, tails))
    times.append(time.perf_counter())
    cpu = time.process_time() - began
    print(json.dumps({"cpu": cpu, **{part: times[index + 1] - times[index] for index, part in enumerate(PARTS)}}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
