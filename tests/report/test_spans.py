"""A run as spans: the names of OpenTelemetry's conventions, and what each ending is there."""

from pathlib import Path

import pytest

from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.run import Report
from ftaction.report.spans import spans
from tests.report.page_runs import EXAMPLE, HOSTILE_RUN
from tests.report.runs import RUNS, report, result

VARIABLES = {
    "GITHUB_WORKFLOW": "verify", "GITHUB_RUN_ID": "4711", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_JOB": "prove", "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_SERVER_URL": "https://github.com", "GITHUB_HEAD_REF": "fix-rounding", "GITHUB_BASE_REF": "main", "GITHUB_REF_TYPE": "branch", "RUNNER_NAME": "r7",
    "TRACEPARENT": f"00-{'a' * 32}-{'b' * 16}-01", "GITHUB_TOKEN": "secret",
}  # fmt: skip
ENDED = 1_800_000_000.0

# https://opentelemetry.io/docs/specs/semconv/registry/attributes/cicd/ and …/vcs/, /error/, /process/, /service/
CONVENTIONS = {
    "cicd.pipeline.action.name", "cicd.pipeline.name", "cicd.pipeline.result", "cicd.pipeline.run.id", "cicd.pipeline.run.url.full",
    "cicd.pipeline.task.name", "cicd.pipeline.task.run.id", "cicd.pipeline.task.run.result", "cicd.pipeline.task.run.url.full", "cicd.worker.name",
    "error.type", "gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "process.exit.code", "service.name", "service.version",
    "vcs.change.id", "vcs.owner.name", "vcs.provider.name", "vcs.ref.base.name",
    "vcs.ref.head.name", "vcs.ref.head.revision", "vcs.ref.head.type", "vcs.repository.name", "vcs.repository.url.full",
}  # fmt: skip
RESULTS = {"success", "failure", "timeout", "cancellation", "error", "skip"}


def test_the_run_is_a_span_of_its_pipeline() -> None:
    trace = spans(EXAMPLE, VARIABLES, ENDED)
    assert trace.resource == {
        "service.name": "ftaction", "service.version": "1.2.3", "cicd.pipeline.name": "verify", "cicd.pipeline.run.id": "4711",
        "cicd.pipeline.run.url.full": EXAMPLE.context.origin.run, "cicd.worker.name": "r7", "vcs.provider.name": "github", "vcs.owner.name": "acme",
        "vcs.repository.name": "shop", "vcs.repository.url.full": "https://github.com/acme/shop", "vcs.ref.head.name": "fix-rounding",
        "vcs.ref.head.type": "branch", "vcs.ref.head.revision": EXAMPLE.snapshot.commit, "vcs.ref.base.name": "main", "vcs.change.id": "128",
    }  # fmt: skip
    assert (trace.run.name, trace.run.start, trace.run.end, trace.run.error) == ("RUN verify", ENDED - 31.42, ENDED, "failure")
    assert trace.run.attributes["cicd.pipeline.result"] == trace.run.attributes["error.type"] == "failure"
    assert trace.context == {"traceparent": VARIABLES["TRACEPARENT"]}


def test_each_check_is_a_span_at_its_time() -> None:
    trace = spans(EXAMPLE, VARIABLES, ENDED)
    lint = next(one for one in trace.checks if one.name == "lint")
    assert (lint.start, lint.end) == pytest.approx((ENDED - 31.42 + 0.21, ENDED - 31.42 + 0.21 + 1.84))
    assert lint.attributes["cicd.pipeline.task.run.id"] == "4711/2/prove/lint"
    assert len({one.attributes["cicd.pipeline.task.run.id"] for one in trace.checks}) == len(EXAMPLE.results)
    replayed = next(one for one in trace.checks if one.name == "markdown")
    assert (replayed.attributes["ftaction.source"], replayed.attributes["cicd.pipeline.task.run.result"]) == ("replayed", "success")
    assert replayed.start == replayed.end


ENDINGS: list[tuple[Ending, str, str, str]] = [
    (Passed(), "success", "", "nothing went wrong"),
    (Failed(3), "failure", "failed", "its exit code says so"),
    (TimedOut(9.0), "timeout", "timed_out", "we ended it"),
    (Cancelled(), "cancellation", "", "somebody ended the run"),
    (CouldNotStart("no bash"), "error", "could_not_start", "the machine's fault"),
    (Blocked(("a",), Barrier.NEEDS), "skip", "", "it never began"),
]


@pytest.mark.parametrize(("ending", "outcome", "error", "reason"), ENDINGS, ids=[row[3] for row in ENDINGS])
def test_an_ending_is_a_result(ending: Ending, outcome: str, error: str, reason: str) -> None:
    (check,) = spans(report(result("a", ending=ending)), {}, ENDED).checks
    assert (check.attributes["cicd.pipeline.task.run.result"], check.attributes.get("error.type", "")) == (outcome, error)
    assert bool(check.error) == (ending.kind != "passed")
    assert check.attributes.get("process.exit.code") == (3 if isinstance(ending, Failed) else None)


PIPELINES: list[tuple[Report, str, str]] = [
    (RUNS["passed"], "success", "green"),
    (RUNS["failed"], "failure", "a check failed"),
    (RUNS["cancelled"], "cancellation", "interrupted"),
    (RUNS["passed"]._replace(lost=True), "error", "the files were gone"),
]


@pytest.mark.parametrize(("run", "outcome", "reason"), PIPELINES, ids=[row[2] for row in PIPELINES])
def test_a_run_has_a_result(run: Report, outcome: str, reason: str) -> None:
    assert spans(run, {}, ENDED).run.attributes["cicd.pipeline.result"] == outcome


@pytest.mark.parametrize("name", ["example", "hostile", *RUNS])
def test_names_are_those_of_the_conventions_and_texts_travel(name: str) -> None:
    run = {"example": EXAMPLE, "hostile": HOSTILE_RUN}.get(name) or RUNS[name]
    trace = spans(run, VARIABLES, ENDED)
    for given in (trace.resource, trace.run.attributes, *(one.attributes for one in trace.checks)):
        assert {one for one in given if not one.startswith("ftaction.")} <= CONVENTIONS
        assert all(isinstance(value, int | float | bool) or value.encode() for value in given.values())
        assert "secret" not in given.values()
    assert {one.attributes["cicd.pipeline.task.run.result"] for one in trace.checks} <= RESULTS


def test_outside_of_a_workflow_only_what_is_known_is_said() -> None:
    trace = spans(RUNS["passed"], {}, ENDED)
    assert trace.resource.keys() == {"service.name", "service.version", "cicd.pipeline.name", "vcs.ref.head.name", "vcs.ref.head.type", "vcs.ref.head.revision"}
    assert trace.context == {}


def test_every_name_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "page.md").read_text()
    found = {name for run in RUNS.values() for one in spans(run, VARIABLES, ENDED).checks for name in one.attributes}
    assert [name for name in (*CONVENTIONS, *found) if f"`{name}`" not in page] == []
