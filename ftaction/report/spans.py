"""A run as spans, named by OpenTelemetry's conventions for CI/CD and version control.

https://opentelemetry.io/docs/specs/semconv/cicd/cicd-spans/, https://opentelemetry.io/docs/specs/semconv/registry/attributes/cicd/ and …/vcs/.
What these have no name for stands under `ftaction.`.
"""

import re
from collections.abc import Mapping
from typing import assert_never

from ftaction.model.ending import Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut, Unanswered, green
from ftaction.model.run import Report, Result
from ftaction.model.span import Attributes, Span, Trace
from ftaction.report import words
from ftaction.report.trace import fingerprint_of
from ftaction.report.verdict import critical_path, passed, totals

_PULL = re.compile(r"refs/pull/(\d+)/")
_BRANCH = "refs/heads/"


def spans(report: Report, variables: Mapping[str, str], ended: float) -> Trace:
    """The whole run. `variables`: the runner's and `TRACEPARENT`, as the environment has them; `ended`: seconds since the epoch."""
    began = ended - report.seconds
    name = variables.get("GITHUB_WORKFLOW") or "ftaction"
    context = {name: value for name in ("traceparent", "tracestate") if (value := variables.get(name.upper()))}
    where = "/".join(filter(None, (variables.get(one, "") for one in ("GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_JOB"))))
    path = frozenset(critical_path(report)[0])
    checks = tuple(
        Span(
            words.printable(result.check), began + result.started, began + result.started + result.seconds, _check(report, result, where, path), _error(result)
        )
        for result in report.results
    )
    return Trace(_known(_resource(report, variables, name)), _run(report, f"RUN {name}", began, ended), checks, context)


def _resource(report: Report, variables: Mapping[str, str], name: str) -> Attributes:
    """What run and checks are of: https://opentelemetry.io/docs/specs/semconv/resource/cicd/."""
    origin = report.context.origin
    owner, _, repository = variables.get("GITHUB_REPOSITORY", "").rpartition("/")
    server, pull = variables.get("GITHUB_SERVER_URL", ""), _PULL.match(origin.ref)
    return {
        "service.name": "ftaction",
        "service.version": report.version,
        "cicd.pipeline.name": name,
        "cicd.pipeline.run.id": variables.get("GITHUB_RUN_ID", ""),
        "cicd.pipeline.run.url.full": origin.run,
        "cicd.worker.name": variables.get("RUNNER_NAME", ""),
        "vcs.provider.name": "github" if server == "https://github.com" else "",
        "vcs.owner.name": owner,
        "vcs.repository.name": repository,
        "vcs.repository.url.full": f"{server}/{owner}/{repository}" if server and owner else "",
        "vcs.ref.head.name": variables.get("GITHUB_HEAD_REF") or report.snapshot.branch or origin.ref.removeprefix(_BRANCH),
        "vcs.ref.head.type": variables.get("GITHUB_REF_TYPE") or ("branch" if report.snapshot.branch else ""),
        "vcs.ref.head.revision": report.snapshot.commit or origin.commit,
        "vcs.ref.base.name": variables.get("GITHUB_BASE_REF", ""),
        "vcs.change.id": pull[1] if pull else "",
    }


def _run(report: Report, name: str, began: float, ended: float) -> Span:
    sums = totals(report)
    result = "cancellation" if report.interrupted else "error" if report.lost else "success" if passed(report) else "failure"
    told: Attributes = {
        "cicd.pipeline.action.name": "RUN", "cicd.pipeline.result": result, "error.type": result if result in ("failure", "error") else "",
        "ftaction.checks": len(report.results), "ftaction.ran": len(sums.ran), "ftaction.replayed": len(sums.replayed), "ftaction.saved_seconds": sums.saved,
    }  # fmt: skip
    return Span(name, began, ended, _known(told), "" if result == "success" else result)


def _check(report: Report, result: Result, where: str, path: frozenset[str]) -> Attributes:
    """`where`: the job's own place in the run. A check has no page of its own, so its address is the run's."""
    kind, name = _result(result.ending), words.printable(result.check)
    told: Attributes = {
        "cicd.pipeline.task.name": name,
        "cicd.pipeline.task.run.id": f"{where}/{name}" if where else name,
        "cicd.pipeline.task.run.url.full": report.context.origin.run,
        "cicd.pipeline.task.run.result": kind,
        "error.type": result.ending.kind if kind in ("failure", "error", "timeout") else "",
        "ftaction.source": words.source(result.decision),
        "ftaction.reason": words.printable(words.result_reason(result)),
        "ftaction.fingerprint": fingerprint_of(result),
        "ftaction.critical_path": result.check in path,
    }
    code: Attributes = {"process.exit.code": result.ending.code} if isinstance(result.ending, Failed) else {}
    return _known({**told, **code, **_asked(result)})


def _asked(of: Result) -> Attributes:
    """Of all calls together: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/."""
    if of.account is None:
        return {}
    spent = of.account.spent
    into, out = [one.tokens_in for one in spent if one.tokens_in is not None], [one.tokens_out for one in spent if one.tokens_out is not None]
    usd = [one.usd for one in spent if one.usd is not None]
    told: Attributes = {
        "gen_ai.request.model": words.printable(spent[0].model) if spent else "", "ftaction.asked.items": of.account.items,
        "ftaction.asked.remembered": of.account.remembered, "ftaction.asked.calls": sum(one.calls for one in spent),
    }  # fmt: skip
    tokens: Attributes = {"gen_ai.usage.input_tokens": sum(into), "gen_ai.usage.output_tokens": sum(out)} if into and out else {}
    return {**told, **tokens, **({"ftaction.asked.usd": sum(usd)} if usd else {})}


def _error(result: Result) -> str:
    return "" if green(result.ending) else words.ending(result.ending)


def _result(ending: Ending) -> str:
    """One of those that `cicd.pipeline.task.run.result` may be."""
    match ending:
        case Passed():
            return "success"
        case Failed():
            return "failure"
        case TimedOut():
            return "timeout"
        case Cancelled():
            return "cancellation"
        case CouldNotStart():
            return "error"
        case Unanswered() | Blocked():
            return "skip"
        case _:
            assert_never(ending)


def _known(attributes: Attributes) -> Attributes:
    """Text that travels as UTF-8, and nothing that is not known."""
    clean = {name: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value for name, value in attributes.items()}
    return {name: value for name, value in clean.items() if value != ""}
