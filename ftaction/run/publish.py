"""What a run leaves for others: `report.json`, the job summary, the action's outputs."""

import json
import os
from collections.abc import Mapping

from ftaction.edge.runner import RunnerFiles
from ftaction.model.plan import Run
from ftaction.model.run import Report
from ftaction.report.changed import changed_outputs
from ftaction.report.document import report_document
from ftaction.report.summary import summary
from ftaction.report.verdict import green
from ftaction.run.surfaces import Logs


def write_report(report: Report, path: str) -> None:
    """`report.json`, whole or not at all. Raises `OSError`."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8", errors="backslashreplace") as file:
        json.dump(report_document(report), file, indent=1)
        file.write("\n")
    os.rename(temporary, path)


def publish(report: Report, files: RunnerFiles, logs: Logs, path: str) -> tuple[str, ...]:
    """Summary and outputs through the runner's files; what could not be written, in a sentence each."""
    tails = {result.check: logs(result) for result in report.results if isinstance(result.decision, Run) and not green(result.ending)}
    problems = (files.add_summary(summary(report, tails)), files.set_outputs(outputs(report, path)))
    return tuple(problem for problem in problems if problem)


def outputs(report: Report, path: str) -> Mapping[str, str]:
    """The outputs that `action.yml` names."""
    document = report_document(report)
    names = {name: json.dumps(document[name]) for name in ("ran", "replayed", "unaffected", "failed", "blocked")}
    return {
        "verdict": str(document["verdict"]), **names, **changed_outputs(report.changes, report.snapshot.files),
        "seconds": str(document["seconds"]), "saved-seconds": str(document["saved_seconds"]), "report": path,
    }  # fmt: skip
