"""A pull request that is reviewed by a model, under act: findings in the diff, the account in the summary, and nothing is asked twice.

The model is a server on this machine that speaks OpenAI's API, reached by the official client library in the image.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.changes.scene import Host
from tests.e2e import act
from tests.e2e.act import ActRun, Caches, Event
from tests.e2e.hosted import serving
from tests.e2e.repository import action_of, workflow
from tests.models.answers import items
from tests.models.server import Server
from tests.models.server import serving as answering
from tests.models.speech import Call, Reply

KEY = "sk-of-the-scenario"
CHECKS = """\
version: 1
phases:
  review: {{ worker: house, model: small }}
workers:
  house: {{ api: openai, url: "{url}/v1", env: [OPENAI_API_KEY], price: {{ small: {{ input: 1, output: 4 }} }} }}
checks:
  words: {{ run: "test -s a.txt", inputs: [a.txt] }}
  review: {{ ask: .firsttry/review.md, phase: review, items: change, batch: 8 }}
"""
ONE, OTHER, MORE = "def one(x):\n    return x == None\n", "def other(x):\n    return x\n", "def other(x):\n    return x != None\n"


def reviewer(call: Call) -> Reply:
    """Complains of comparisons with None, and of nothing else."""
    rows = []
    for number, _, text in items(call.prompt):
        lines = [line.partition(" ") for line in text.split("\n")]
        found = [{"line": int(at), "level": "warning", "message": "compare with `is`"} for at, _, line in lines if line.startswith("+") and "= None" in line]
        rows.append({"id": number, "answer": {"findings": found}})
    return Reply(json.dumps(rows))


def names(call: Call) -> list[str]:
    return [name for _, name, _ in items(call.prompt)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    runs: dict[str, ActRun]
    calls: dict[str, list[Call]]
    server: Server


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory, home: Path, job_image: str, action_image: str) -> Iterator[Reviews]:
    folder = tmp_path_factory.mktemp("asking")
    with answering(reviewer) as server:
        ours = {".firsttry.yml": CHECKS.format(url=server.url), ".firsttry/review.md": "Review these hunks.\n{items}\n", **action_of(action_image)}
        at = Host(folder / "host", more=ours)
        main = at.main[5]
        first = at.on(main, {"src/one.py": ONE, "src/other.py": OTHER})
        second = at.on(first, {"src/other.py": MORE})
        runs: dict[str, ActRun] = {}
        calls: dict[str, list[Call]] = {}
        commits = {name: at.merged(main, head) for name, head in (("first", first), ("second", second))}
        with serving(at) as hosted:

            def run(name: str, head: str, commit: str, *, fork: bool = False) -> None:
                before = len(server.calls)
                source = {"ref": "topic", "sha": head, "repo": {"full_name": "stranger/demo" if fork else "octo/demo"}}
                payload = at.pull_request(head=source, changed_files=2)
                env = {"OPENAI_API_KEY": "" if fork else KEY}
                happened = Event(name="pull_request", payload=payload, workflow=workflow({}, env, events=["pull_request"]))
                runs[name] = act.run(hosted.checked_out(commit), home, job_image, Caches(folder=folder / "caches"), event=happened)
                calls[name] = server.calls[before:]

            run("first push", first, commits["first"])
            run("second push", second, commits["second"])
            run("the same again", second, commits["second"])
            shutil.rmtree(folder / "caches")
            run("a fork", second, commits["second"], fork=True)
        yield Reviews(runs=runs, calls=calls, server=server)


def test_what_the_model_finds_stands_in_the_diff(reviews: Reviews) -> None:
    run = reviews.runs["first push"]
    assert run.code == 0, run.log
    assert [sorted(names(call)) for call in reviews.calls["first push"]] == [["src/one.py:1-2", "src/other.py:1-2"]], "in one call"
    (warning,) = run.annotations("warning")
    assert "file=src/one.py,line=2" in warning
    assert "compare with `is`" in warning


def test_the_account_stands_in_the_summary(reviews: Reviews) -> None:
    summary = reviews.runs["first push"].summary
    assert "### Asked" in summary, summary
    assert "small" in summary.partition("### Asked")[2]


def test_the_second_push_asks_about_what_changed_alone(reviews: Reviews) -> None:
    run = reviews.runs["second push"]
    assert run.code == 0, run.log
    assert [names(call) for call in reviews.calls["second push"]] == [["src/other.py:1-2"]]
    assert sorted(re.findall(r"file=(src/\w+\.py),line=(\d+)", "".join(run.annotations("warning")))) == [("src/one.py", "2"), ("src/other.py", "2")]


def test_what_is_answered_is_never_asked_again(reviews: Reviews) -> None:
    run = reviews.runs["the same again"]
    assert (run.code, reviews.calls["the same again"]) == (0, []), run.log
    assert "review" in run.names("replayed")


def test_a_fork_without_the_key_is_not_asked_and_that_is_no_failure(reviews: Reviews) -> None:
    run = reviews.runs["a fork"]
    assert (run.code, reviews.calls["a fork"]) == (0, []), run.log
    assert "not asked" in run.summary
    assert r"OPENAI\_API\_KEY is not set" in run.summary


def test_the_key_reaches_the_worker_and_nothing_else(reviews: Reviews) -> None:
    asked = [request for request in reviews.server.requests if request.path.endswith("/chat/completions")]
    assert {request.headers["authorization"] for request in asked} == {f"Bearer {KEY}"}
    for run in reviews.runs.values():
        assert KEY not in run.summary
        assert KEY not in run.printed(".firsttry-action")
