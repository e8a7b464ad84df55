"""Spans to a real collector over OTLP/HTTP, each time by a process of its own: OpenTelemetry's library reads the process's environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.page_runs import EXAMPLE
from tests.support.collector import attributes, collecting
from tests.support.command_line import CommandLine
from tests.support.job import Job
from tests.support.repository import TestRepository

CHECKS: dict[str, object] = {"checks": {"good": {"run": "env", "inputs": ["a.txt"], "tool": "none"}, "bad": {"run": "exit 3", "inputs": ["a.txt"]}}}
CALLER = ("a1" * 16, "b2" * 8)
SCRIPT = """
import sys
from ftaction.edge.otel import export
from ftaction.report.spans import spans
from tests.report.page_runs import EXAMPLE
if len(sys.argv) > 2: sys.modules["opentelemetry.sdk.trace"] = None
print(export(spans(EXAMPLE, {}, 1_800_000_000.0), float(sys.argv[1])))
"""


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    repository = TestRepository(tmp_path / "repository")
    repository.write("a.txt", "a\n")
    made = CommandLine(repository, tmp_path / "store")
    made.configure(CHECKS)
    return made


def sent(variables: dict[str, str], *arguments: str) -> str:
    """What a process of its own says after it sent the example."""
    environment = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=False, env=environment, cwd=Path(__file__).parents[2]
    )
    assert (done.returncode, done.stderr) == (0, ""), "no traceback, and nothing in the library's own words"
    return done.stdout.strip()


def test_a_run_arrives_with_its_checks(line: CommandLine) -> None:
    with collecting() as collector:
        line.variables |= {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20hidden-secret",
            "OTEL_RESOURCE_ATTRIBUTES": "team=shop,cicd.worker.name=mine", "TRACEPARENT": f"00-{CALLER[0]}-{CALLER[1]}-01",
        }  # fmt: skip
        status, out, err = line.run("run")
    assert (status, err) == (1, "")
    ((path, headers, _),) = collector.requests
    assert (path, headers["authorization"], headers["content-type"]) == ("/v1/traces", "Bearer hidden-secret", "application/x-protobuf")
    assert collector.resource["team"] == "shop"
    assert (collector.resource["service.name"], collector.resource["cicd.worker.name"]) == ("ftaction", "mine"), "what the user says goes before"
    run, *checks = collector.spans
    assert (run.trace_id.hex(), run.parent_span_id.hex()) == CALLER
    assert (run.name, run.kind, run.status.code) == ("RUN ftaction", run.SPAN_KIND_SERVER, run.status.STATUS_CODE_ERROR)
    assert [one.name for one in checks] == ["good", "bad"]
    assert all(one.parent_span_id == run.span_id and one.trace_id == run.trace_id and one.kind == one.SPAN_KIND_INTERNAL for one in checks)
    assert all(run.start_time_unix_nano <= one.start_time_unix_nano <= one.end_time_unix_nano <= run.end_time_unix_nano for one in checks)
    assert attributes(checks[1].attributes)["process.exit.code"] == 3
    assert "hidden-secret" not in out


def test_no_check_sees_the_collectors_secret_and_no_configuration_may_ask_for_it(line: CommandLine) -> None:
    with collecting() as collector:
        line.variables |= {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/v1/traces", "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "key=hidden-secret"}
        line.configure({"checks": {"good": {"run": "env", "env": ["OTEL_*"], "inputs": ["a.txt"]}}})
        status, out, _ = line.run("run", "--page", "page.html")
        assert status == 0
    log = next(line.repository.root.parent.rglob("good.log")).read_text()
    assert ("hidden-secret" in log, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" in log) == (False, True)
    assert "hidden-secret" not in out + (line.repository.root / "page.html").read_text()
    line.configure({"checks": {"good": {"run": "env", "env": ["OTEL_EXPORTER_OTLP_HEADERS"], "inputs": ["a.txt"]}}})
    assert line.run("run")[0] == 2


def test_a_trace_that_was_not_sampled_is_not_sent(line: CommandLine) -> None:
    with collecting() as collector:
        line.variables |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "TRACEPARENT": f"00-{CALLER[0]}-{CALLER[1]}-00"}
        assert line.run("run", "good")[::2] == (0, "")
    assert collector.requests == []


def test_the_action_sends_them_too(line: CommandLine, tmp_path: Path) -> None:
    with collecting() as collector:
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "GITHUB_WORKFLOW": "verify", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}
        Job(tmp_path / "job", line.repository, variables).run()
    assert (collector.resource["cicd.pipeline.name"], collector.resource["cicd.pipeline.run.id"]) == ("verify", "7")
    assert collector.spans[0].name == "RUN verify"


ABSENT = "no spans were sent: their library is not here, `pip install 'ftaction[otel]'` brings it"
REFUSED = "no spans were sent: the collector could not be reached, or refused them"
SILENT = "no spans were sent: the collector did not answer within 0.5 s"


def test_the_example_arrives() -> None:
    with collecting() as collector:
        assert sent({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}, "30") == ""
    assert len(collector.spans) == 1 + len(EXAMPLE.results)


def test_without_the_library_there_is_one_note() -> None:
    with collecting() as collector:
        assert sent({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}, "30", "without") == ABSENT
    assert collector.requests == []


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_collector_that_refuses_is_one_note(status: int) -> None:
    with collecting(status) as collector:
        assert sent({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}, "30") == REFUSED
    assert len(collector.requests) == 1


@pytest.mark.parametrize(("status", "reason"), [(0, "says nothing"), (503, "asks for patience")])
def test_a_collector_costs_no_more_than_its_time(status: int, reason: str) -> None:
    with collecting(status) as collector:
        assert sent({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}, "0.5") in (SILENT, REFUSED)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://[::1", "http://\udcff"])
def test_an_address_that_leads_nowhere_is_one_note(url: str) -> None:
    told = sent({"OTEL_EXPORTER_OTLP_ENDPOINT": url}, "0.5")
    assert told in (SILENT, REFUSED)
