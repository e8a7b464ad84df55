"""What a check asks and what that came to, through the real command line: before it is spent, in the summary, in `report.json` and over runs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ftaction.model.asking import Account, Api, Ask, Phase, Spent, Worker
from ftaction.model.check import Stage
from ftaction.run.caretaking import care
from ftaction.run.spending import added, newest
from tests.run.test_across import MAIN, Job
from tests.support.command_line import CommandLine
from tests.support.repository import TestRepository
from tests.support.rig import check, config
from tests.support.service import Entries

PRICE = {"small": {"input": 1, "output": 5}}
FIVE = {"ask": "p.md", "phase": "plan", "items": "tests/**", "batch": 2}


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    repository = TestRepository(tmp_path / "repository")
    repository.write("p.md", "Look at each of these. {items}\n")
    for name in "abcde":
        repository.write(f"tests/test_{name}.py", f"def test_{name}(): pass\n")
    return CommandLine(repository, tmp_path / "store")


def configure(line: CommandLine, checks: dict[str, dict[str, object]], **worker: object) -> None:
    workers = {"echo": {"api": "echo", "price": PRICE, **worker}, "free": {"api": "echo"}, "house": {"run": "cat", "env": ["HOUSE_API_KEY"]}}
    phases = {"plan": {"worker": "echo", "model": "small"}, "free": {"worker": "free", "model": "x"}, "house": {"worker": "house", "model": "big"}}
    line.configure({"workers": workers, "phases": phases, "checks": checks})


def checks_of(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["check"]: one for one in report["checks"]}


def test_a_plan_says_what_asking_takes_before_anything_is_asked(line: CommandLine) -> None:
    second: dict[str, object] = {"ask": "p.md", "phase": "free", "items": "tests/test_a.py", "with": ["first"]}
    configure(line, {"first": FIVE, "second": second, "keyless": {"ask": "p.md", "phase": "house"}})
    status, out, err = line.run("plan")
    assert (status, err) == (0, "")
    lines = [text.strip() for text in out.splitlines()]
    assert lines[1:3] == ["run        first: asks p.md of echo/small", "asks about 5 items (tests/test_a.py, tests/test_b.py and 3 more), in 3 calls"]
    assert lines[3].startswith("at most 9 calls, likely 3; about ")
    assert lines[5] == "waits for answers of first; asks about up to 1 item (tests/test_a.py), in 1 call"
    assert lines[6].endswith("; price unknown")
    assert lines[7:9] == ["not asked  keyless: asks p.md of house/big", "not asked: HOUSE_API_KEY is not set"]
    assert lines[9].startswith("Asking, 2 checks: at most 12 calls, likely 4; ")
    assert lines[9].endswith(" without second, of unknown price")
    document = line.plan()
    asking = {one["check"]: one["asking"] for step in document["steps"] for one in step["checks"]}
    assert {name: asking["first"][name] for name in ("worker", "model", "items", "open", "likely", "calls", "why_not", "pending")} == {
        "worker": "echo", "model": "small", "items": 5, "open": 5, "likely": 3, "calls": 9, "why_not": "", "pending": [],
    }  # fmt: skip
    assert (asking["second"]["pending"], asking["second"]["usd"]) == (["first"], None)
    assert {name: document["asking"][name] for name in ("checks", "likely", "calls", "usd")} == {"checks": 2, "likely": 4, "calls": 12, "usd": None}
    assert line.run("plan")[1] == out, "nothing was asked"


def test_no_run_takes_more_than_the_plan_said(line: CommandLine) -> None:
    for batch, calls in ((1, None), (2, None), (2, 1), (5, None)):
        configure(line, {"first": {**FIVE, "batch": batch, **({"budget": {"calls": calls}} if calls else {})}})
        line.run("cache", "clear")
        most = line.plan()["asking"]
        spent = checks_of(line.reported())["first"]["account"]["spent"][0]
        assert spent["calls"] <= most["calls"]
        assert spent["tokens_in"] <= most["tokens_in"]
        assert spent["tokens_out"] <= most["tokens_out"]
        assert spent["usd"] <= most["usd"]


def test_every_answer_says_when_it_was_given(line: CommandLine) -> None:
    configure(line, {"first": FIVE})
    first = checks_of(line.reported())["first"]
    assert first["why"] == "asked about 5 items (tests/test_a.py, tests/test_b.py and 3 more), in 3 calls"
    assert first["account"] | {"seconds": 0, "spent": ()} == {
        "items": 5, "remembered": 0, "saved": 0, "spent": (), "left": [], "seconds": 0, "oldest": 0.0, "newest": 0.0, "notes": [],
    }  # fmt: skip
    line.repository.write("tests/test_a.py", "changed\n")
    status, out, _ = line.run("run")
    assert status == 0
    assert "asked about 1 of 5 items (tests/test_a.py), in 1 call; 4 answered before, 20" in out
    assert "Asked by 1 check: 5 items, 1 answered now, 4 from memory, 1 call (2 spared), " in out
    again = checks_of(line.reported())["first"]
    assert again["source"] == "replayed"
    assert again["why"].startswith("answered here, 20")
    assert again["why"].endswith("5 items, none asked again")
    assert "5 items answered:\n  tests/test_a.py: here, 20" in line.run("explain", "first")[1]
    assert "\nanswered here, 20" in line.run("run")[1]
    assert "Asked" not in line.run("run", "--quiet")[1]


def test_who_was_not_asked_did_not_run(line: CommandLine) -> None:
    configure(line, {"keyless": {"ask": "p.md", "phase": "house"}, "gate": {"ask": "p.md", "phase": "house", "verdict": "gate"}})
    report = line.reported()
    assert (report["verdict"], report["ran"], report["unasked"], report["failed"]) == ("failed", [], ["keyless", "gate"], ["gate"])
    for one in report["checks"]:
        assert (one["source"], one["ending"], one["why"]) == ("not run", "unanswered", "HOUSE_API_KEY is not set")
        assert (one["seconds"], one["account"]["spent"]) == (0.0, [])
    assert "asked" not in json.loads(line.run("cache", "stats", "--json")[1]), "a run that asks nobody is none"


def test_what_a_budget_left_is_told(line: CommandLine) -> None:
    configure(line, {"first": {**FIVE, "budget": {"calls": 1}}})
    _, out, _ = line.run("run")
    assert "4 of 5 items left unasked: the budget of 1 call was spent" in out


def test_a_red_gate_shows_its_findings(line: CommandLine, tmp_path: Path) -> None:
    said = tmp_path / "said.json"
    said.write_text(json.dumps([{"id": 1, "answer": {"findings": [{"level": "error", "path": "p.md", "line": 1, "message": "it is wrong"}]}}]))
    line.configure({
        "workers": {"file": {"run": f"cat {said}"}}, "phases": {"review": {"worker": "file", "model": "x"}},
        "checks": {"gate": {"ask": "p.md", "phase": "review", "verdict": "gate"}},
    })  # fmt: skip
    for _ in range(2):  # the second time it is replayed
        status, out, _ = line.run("run")
        assert status == 1
        assert "── gate: failed (1) ──\n  p.md:1: it is wrong\n" in out


def test_stats_count_over_runs(line: CommandLine) -> None:
    configure(line, {"first": FIVE, "other": {"ask": "p.md", "phase": "free"}})
    line.run("run")
    line.repository.write("tests/test_a.py", "changed\n")
    line.run("run")
    line.run("run")
    stats = json.loads(line.run("cache", "stats", "--json")[1])
    first, other = stats["asked"]
    assert {name: first[name] for name in ("check", "runs", "items", "remembered", "calls", "spared")} == {
        "check": "first", "runs": 2, "items": 6, "remembered": 4, "calls": 4, "spared": 4,
    }  # fmt: skip
    assert (other["check"], other["runs"], other["calls"], other["usd"]) == ("other", 1, 1, 0.0)
    assert stats["asked_total"]["calls"] == 5
    assert stats["asked_total"]["usd"] == first["usd"] > 0
    assert "\n  first: 2 runs that asked, 6 items answered, 4 from memory, 4 calls (4 spared), " in line.run("cache", "stats")[1]


def test_a_bundle_carries_what_was_spent(line: CommandLine) -> None:
    """Each job begins with an empty disk; what the next one counts on stands in the bundle alone."""
    line.repository.commit()
    entries, first = Entries(), check("first", (), ask=Ask("p.md", "plan", items=("tests/**",), batch=2), stage=Stage.SLOW)
    settings = config(first)._replace(workers={"echo": Worker(api=Api.ECHO)}, phases={"plan": Phase("echo", "small")})
    for content in ("first\n", "second\n"):
        line.repository.write("tests/test_a.py", content)
        job = Job(line.repository, entries.of(MAIN.ref))
        shutil.rmtree(job.store_folder, ignore_errors=True)
        report = job.run(settings)
    assert report.results[0].account is not None
    assert report.results[0].account.remembered == 4
    (asked,) = json.loads(json.dumps(care("stats", job.store(), 0)[0]))["asked"]
    assert (asked["check"], asked["runs"], asked["items"], asked["remembered"], asked["calls"], asked["spared"]) == ("first", 2, 6, 4, 4, 4)


@pytest.mark.parametrize("name", ["a" * 100, "é" * 100, "\N{GRINNING FACE}" * 100, "\\" * 100, '"' * 100], ids=["ascii", "latin", "emoji", "\\", "quotes"])
def test_a_line_of_any_check_fits_a_bundle(name: str) -> None:
    many = 10**9
    account = Account(many, many, many, (Spent("p", "w", "m", many, many, many, 0, 0, many, many, float(many)),) * 3)
    before: list[bytes] = []
    for now in (1.8e9, 1.9e9):
        before.append(added(before, name, account, now))
    assert all(len(one) <= 1000 for one in before)
    said = newest(reversed(before))
    assert said is not None
    assert (said.check, said.runs, said.calls) == (name, 2, 6 * many)
