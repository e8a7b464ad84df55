"""What a run leaves for others: `report.json`, the page, the trace, the job summary, the action's outputs."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from ftaction.edge.runner import RunnerFiles
from ftaction.errors import Stop
from ftaction.model.doors import Store
from ftaction.model.ending import green
from ftaction.model.finding import Level
from ftaction.model.plan import Run
from ftaction.model.run import Report
from ftaction.report.changed import changed_outputs
from ftaction.report.document import report_document
from ftaction.report.summary import summary
from ftaction.report.verdict import flaky, passed, totals
from ftaction.run.surfaces import Logs

FILES = {"report": "report.json", "page": "report.html", "trace": "trace.json"}
"""By the names of the action's outputs, and of the options that ask for one."""

_COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_HASTE = 1.0  # seconds that spans may take where somebody wants the run to end


def write_files(report: Report, folder: str, asked: Mapping[str, str], variables: Mapping[str, str], store: Store | None) -> dict[str, str]:
    """Those of every run into `folder`, in a workflow all of them; and those that are `asked` for. Where the first stand. Raises `Stop`."""
    writers: dict[str, Callable[[str], None]] = {
        "report": lambda path: write_report(report, path),
        "page": lambda path: write_page(report, path, variables, store),
        "trace": lambda path: write_trace(report, path),
    }
    paths = {name: f"{folder}/{file}" for name, file in FILES.items() if name == "report" or report.context.in_workflow}
    for name, where in (*paths.items(), *asked.items()):
        try:
            writers[name](where)
        except OSError as error:
            raise Stop(f"{where} can't be written: {error.strerror}", "Name a file in a folder that is there.") from error
    return paths


def write_report(report: Report, path: str) -> None:
    """`report.json`, whole or not at all. Raises `OSError`."""
    _write(path, ("{\n", ",\n".join(_lines(report_document(report))), "\n}\n"))


def _lines(document: Mapping[str, object]) -> Iterator[str]:
    """A line for each field, and for each check: with `indent` Python would encode it, and take ten times as long as C does."""
    for name, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f" {json.dumps(name)}: [\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]"
        else:
            yield f" {json.dumps(name)}: {json.dumps(value)}"


def write_page(report: Report, path: str, variables: Mapping[str, str], store: Store | None) -> None:
    """`report.html`, whole or not at all. `variables` say what must not be told; `store` has logs of what was replayed. Raises `OSError`."""
    from ftaction.report.page import page  # imported where used: nobody asks for a page of a run on a laptop
    from ftaction.run.at_hand import logs, manifests

    _write(path, (page(report, logs(report, variables, store), manifests(report, variables, store)),))


def write_trace(report: Report, path: str) -> None:
    """`trace.json`, whole or not at all. Raises `OSError`."""
    from ftaction.report.trace import trace_document

    _write(path, (json.dumps(trace_document(report)), "\n"))


def _write(path: str, parts: Iterable[str]) -> None:
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(parts)
    os.rename(temporary, path)


def publish(report: Report, files: RunnerFiles, logs: Logs, paths: Mapping[str, str]) -> tuple[str, ...]:
    """Summary and outputs through the runner's files; what could not be written, in a sentence each."""
    tails = {result.check: logs(result) for result in report.results if isinstance(result.decision, Run) and not green(result.ending)}
    problems = (files.add_summary(summary(report, tails)), files.set_outputs(outputs(report, paths)))
    return tuple(problem for problem in problems if problem)


def outputs(report: Report, paths: Mapping[str, str]) -> Mapping[str, str]:
    """The outputs that `action.yml` names. `paths`: of the files that a run writes, by the output's name."""
    sums = totals(report)
    lists = {
        "passed": [result.check for result in report.results if green(result.ending)], "ran": sums.ran, "replayed": sums.replayed,
        "unaffected": sums.unaffected, "failed": sums.failed, "blocked": sums.blocked, "flaky": flaky(report),
    }  # fmt: skip
    said = Counter(finding.level for result in report.results for finding in result.findings)
    return {
        "verdict": "passed" if passed(report) else "failed", "checks": str(len(report.results)),
        **{name: json.dumps(names) for name, names in lists.items()},
        "errors": str(said[Level.ERROR]), "warnings": str(said[Level.WARNING]), **changed_outputs(report.changes, report.snapshot.files),
        "seconds": str(round(report.seconds, 4)), "saved-seconds": str(round(sums.saved, 4)), **paths,
    }  # fmt: skip


def send_spans(report: Report, variables: Mapping[str, str]) -> tuple[str, ...]:
    """To the collector that the environment names, where it does; what went wrong, in a sentence."""
    if not any(variables.get(name) for name in _COLLECTORS):
        return ()
    from time import time

    from ftaction.edge.otel import PATIENCE, export
    from ftaction.report.spans import spans

    problem = export(spans(report, variables, time()), _HASTE if report.interrupted else PATIENCE)
    return (problem,) if problem else ()
