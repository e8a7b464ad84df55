"""Checks that ask: what their part of the configuration means, and every mistake in it with its place."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ftaction.errors import ConfigError
from ftaction.model.asking import CHANGE, Api, Ask, Budget, Keep, Phase, Price, Verdict, Worker
from ftaction.model.check import Check, Config, Stage
from ftaction.plan.config import read_config
from ftaction.plan.document import parse
from ftaction.plan.kept import from_data, to_data
from ftaction.plan.schema import schema

VALIDATOR = Draft202012Validator(schema())

EXAMPLE = """\
version: 1
phases:
  plan: { worker: claude, model: haiku }
  review: { worker: house, model: small, fallback: tiny, max_tokens: 500, temperature: 0.5 }
workers:
  claude:
    run: claude -p --model {model}
    answer: text
    max_parallel: 2
    per_minute: 30
    env: [ANTHROPIC_API_KEY, CLAUDE_HOME]
    timeout: 90s
    window: 50000
  house:
    url: http://127.0.0.1:8080/v1
    api: openai
    price: { small: { input: 0.1, output: 0.4 } }
checks:
  prepare: { run: make }
  analyze:
    ask: .firsttry/analyze.md
    phase: plan
    items: "tests/**/test_*.py"
    batch: 8
    answers: schema.json
    needs: [prepare]
  review:
    ask: .firsttry/review.md
    phase: review
    items: change
    with: [analyze]
    verdict: gate
    budget: { calls: 20, usd: 1.5, seconds: 300 }
    ttl: 24h
    store: digest
    inputs: ["**/*.py"]
    timeout: 5m
    locks: [x]
  task: { ask: task.md, phase: plan, items: [a, "!b"], stage: fast }
"""


def meaning() -> Config:
    asks: dict[str, Any] = {"run": (), "tool": "none"}
    return Config(
        phases={"plan": Phase("claude", "haiku"), "review": Phase("house", "small", "tiny", 500, 0.5)},
        workers={
            "claude": Worker(
                run="claude -p --model {model}", max_parallel=2, per_minute=30, env=("ANTHROPIC_API_KEY", "CLAUDE_HOME"), timeout=90.0, window=50_000
            ),
            "house": Worker(url="http://127.0.0.1:8080/v1", api=Api.OPENAI, price={"small": Price(0.1, 0.4)}),
        },
        checks={
            "prepare": Check("prepare", "make"),
            "analyze": Check(
                "analyze", **asks, stage=Stage.SLOW, needs=("prepare",),
                ask=Ask(".firsttry/analyze.md", "plan", ("tests/**/test_*.py",), 8, "schema.json"),
            ),
            "review": Check(
                "review", **asks, stage=Stage.SLOW, needs=("analyze",), inputs=("**/*.py",), timeout=300.0, locks=("x",),
                ask=Ask(
                    ".firsttry/review.md", "review", CHANGE, handed=("analyze",), verdict=Verdict.GATE, budget=Budget(20, 1.5, 300),
                    ttl=86_400.0, store=Keep.DIGEST,
                ),
            ),
            "task": Check("task", **asks, stage=Stage.FAST, ask=Ask("task.md", "plan", ("a", "!b"))),
        },
        source="f.yml",
    )  # fmt: skip


def read(text: str) -> Config:
    return read_config(parse(text, "f.yml"), tools=("pytest",), agents=("text", "claude-json"))


def test_every_key_means_what_it_says() -> None:
    assert read(EXAMPLE) == meaning()
    assert VALIDATOR.is_valid(yaml.safe_load(EXAMPLE))


def test_what_is_kept_of_it_is_all_of_it() -> None:
    assert from_data(json.loads(json.dumps(to_data(meaning())))) == meaning()


def _check(line: str, rest: str = "") -> str:
    return f"version: 1\nworkers: {{w: {{api: echo}}}}\nphases: {{p: {{worker: w, model: m}}}}\nchecks:\n  a: {{ask: a.md, phase: p, {line}}}\n{rest}"


def _worker(line: str, phase: str = "worker: w, model: m") -> str:
    return f"version: 1\nchecks: {{a: {{ask: a.md, phase: p}}}}\nphases: {{p: {{{phase}}}}}\nworkers: {{w: {{{line}}}}}\n"


OTHER = "  b: {run: x}\n  c: {ask: c.md, phase: p, store: digest}\n"
HEAD = "version: 1\nworkers: {w: {api: echo}}\nphases: {p: {worker: w, model: m}}\n"
MISTAKES: list[tuple[str, list[tuple[int, str, str, str]], bool, str]] = [
    # (text, its mistakes as (line, message, text, nearest), whether the schema sees it too, why it is one)
    (_check("run: x"), [(5, "checks.a: one of them, not both, is expected: `run` or `ask`", "a", "")], True, "a check runs or asks"),
    (HEAD + "checks: {a: {ask: a.md}}", [(4, "checks.a: the key `phase` is missing", "a", "")], True, "nobody to ask"),
    (HEAD + "checks: {a: {phase: p, run: x}}", [(4, "checks.a: `phase` says nothing without `ask`", "phase", "")], True, "nothing to ask"),
    (HEAD + "checks: {a: {ask: a.md, phase: P}}", [(4, "checks.a.phase: there is no phase `P`", "P", "")], False, "no such phase"),
    (_worker("api: echo", "worker: W, model: m"), [(3, "phases.p.worker: there is no worker `W`", "W", "")], False, "no such worker"),
    (_worker("api: echo", "worker: w"), [(3, "phases.p: the key `model` is missing", "p", "")], True, "no model"),
    (_worker("{}".strip("{}")), [(4, "workers.w: the key is missing: `run` or `api`", "w", "")], True, "no way to reach it"),
    (_worker("api: echo, run: x"), [(4, "workers.w: one of them, not both, is expected: `run` or `api`", "w", "")], True, "two ways to reach it"),
    (_worker("api: opnai"), [(4, "workers.w.api: one of anthropic, openai, echo is expected", "opnai", "openai")], True, "an unknown API"),
    (_worker("run: x, url: 'http://h'"), [(4, "workers.w: `url` says nothing without `api`", "url", "")], True, "an address of a command"),
    (_worker("api: openai, answer: text"), [(4, "workers.w: `answer` says nothing without `run`", "answer", "")], True, "a format of an API"),
    (
        _worker("run: x, answer: claude"),
        [(4, "workers.w.answer: nothing is known of a format `claude`", "claude", "claude-json")], False, "an unknown format",
    ),
    (
        _worker("api: openai, url: 'http://me:pass@h'"),
        [(4, "workers.w.url: http://host:port/path or https://host/path is expected, and no name or password in it", "", "")],
        True, "a password in an address",
    ),
    (_worker("api: echo, max_parallel: 0"), [(4, "workers.w.max_parallel: a whole number from 1 is expected", "0", "")], True, "nobody at once"),
    (_worker("api: echo, price: {m: {input: 1}}"), [(4, "workers.w.price.m: the key `output` is missing", "m", "")], True, "half a price"),
    (
        _worker("api: echo, price: {m: {input: -1, output: 1}}"),
        [(4, "workers.w.price.m.input: a number from 0 is expected", "-1", "")], True, "a price below nothing",
    ),
    (
        _worker("api: echo, env: [GITHUB_TOKEN]"),
        [(4, "workers.w.env[0]: this variable could write the cache or sign for the repository: no check may see it", "GITHUB_TOKEN", "")],
        True, "what no check may see no worker may see",
    ),
    (
        _worker("api: openai, env: [HOUSE_API_KEY, HOUSE_URL]").replace("{a: {", "{b: {run: x, env: [HOUSE_URL, 'HOUSE_*']}, a: {"),
        [(2, "checks.b.env: `HOUSE_API_KEY` is the key of worker `w`, which alone may see it", "HOUSE_*", "")],
        False, "a key that a check asks for",
    ),
    (_check("batch: 0"), [(5, "checks.a.batch: a whole number from 1 is expected", "0", "")], True, "no item in a call"),
    (_check("items: []"), [(5, "checks.a.items: `change`, a glob, or a list of globs is expected", "", "")], True, "no globs"),
    (_check("verdict: gat"), [(5, "checks.a.verdict: one of advisory, gate is expected", "gat", "gate")], True, "an unknown verdict"),
    (_check("store: none"), [(5, "checks.a.store: one of answers, digest is expected", "none", "")], True, "an unknown way to keep"),
    (_check("ttl: 0"), [(5, "checks.a.ttl: a time such as 90s, 15m or 1h30m is expected", "0", "")], True, "old at once"),
    (_check("budget: {euro: 1}"), [(5, "checks.a.budget: there is no key `euro`", "euro", "")], True, "money of another kind"),
    (_check("budget: {calls: 0}"), [(5, "checks.a.budget.calls: a whole number from 1 is expected", "0", "")], True, "a budget of nothing"),
    (_check("budget: {usd: -1}"), [(5, "checks.a.budget.usd: a number from 0 is expected", "-1", "")], True, "a budget below nothing"),
    (_check("budget: {usd: .inf}"), [(5, "checks.a.budget.usd: a number from 0 is expected", ".inf", "")], True, "a budget without end"),
    (
        _check("answers: /s.json"),
        [(5, "checks.a.answers: a path from the root of the repository is expected, with `/` and without `..`", "/s.json", "")], True, "outside",
    ),
    (_check("stage: mutating"), [(5, "`a` asks, so it changes no files", "mutating", "")], False, "answers change no files"),
    (_check("with: [d]"), [(5, "checks.a.with: there is no check `d`", "d", "")], False, "no such check"),
    (
        _check("with: [b, c]", OTHER),
        [
            (5, "checks.a.with: `b` runs a command, so it has no answers: its files are `needs` and `outputs`", "b", ""),
            (5, "checks.a.with: `c` has `store: digest`, so its answers are not kept", "c", ""),
        ],
        False, "checks that have no answers",
    ),
    (_check("with: [5]"), [(5, "checks.a.with[0]: text is expected: put quotes around it", "5", "")], True, "a number is no text"),
    (_check("with: [a]"), [(5, "needs go in a circle: a → a", "a", "")], False, "its own answers"),
    *(
        (_check(f"{key}: {value}"), [(5, f"checks.a: `{key}` says nothing without `run`", key, "")], True, f"{key} is of commands")
        for key, value in (
            ("on_change", "keep"), ("tool", "pytest"), ("weight", "2"), ("retries", "1"), ("env", "[A]"), ("tests", "all"), ("findings", "[]"), ("shell", "sh"),
            ("package", "x"), ("working_directory", "x"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "seen", "reason"), MISTAKES, ids=[row[-1] for row in MISTAKES])
def test_exactly_these_mistakes(text: str, expected: list[tuple[int, str, str, str]], seen: bool, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert [(m.line, m.message, m.text, m.nearest) for m in caught.value.mistakes] == expected
    assert all(m.column for m in caught.value.mistakes)
    assert VALIDATOR.is_valid(yaml.safe_load(text)) is not seen


RIGHT = [
    (_check("items: change"), "the change"), (_check("items: 'src/**'"), "a glob"), (_check("items: [a, '!b']"), "globs"),
    (_check("outputs: [made], timeout: 5m, locks: [x], inputs: [a]"), "keys of every check"), (_check("budget: {usd: 0}"), "nothing may be spent"),
    (_worker("api: anthropic"), "an API at its own address"), (_worker("run: [agent, '{model}']"), "a list of arguments"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), RIGHT, ids=[row[-1] for row in RIGHT])
def test_reader_and_schema_take(text: str, reason: str) -> None:
    read(text)
    assert [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(text))] == []
