"""A configuration's meaning, and every mistake with its place: line, column, offending text, nearest name."""

import json
from typing import Any

import pytest
import yaml

from ftaction.errors import ConfigError, Mistake
from ftaction.model.asking import Phase
from ftaction.model.check import Cache, Check, Config, FailFast, Mode, OnChange, Shell, Stage, Verification
from ftaction.plan.config import read_config
from ftaction.plan.document import parse
from ftaction.plan.kept import from_data, to_data
from ftaction.plan.kinds import PERCENT, BadValueError
from ftaction.report.mistakes import error_lines
from tests.support.golden import Golden

EXAMPLE = """\
version: 1
verification:
  parallel: true
  max_workers: 3
  batch_size: 4
  timeout: 20m
  fail_fast: all
  sequential_fallback: false
  mode: observe
  audit: 2%
  parallel_groups:
    - [lint, typecheck]
    - ["test:unit", "test:integration"]
profiles:
  quick: [lint, typecheck]
checks:
  lint:
    run: ruff check .
    inputs: ["**/*.py", pyproject.toml, "!docs"]
  format:
    run: ruff format .
    stage: mutating
    on_change: fail
  typecheck:
    run: mypy src
    needs: [lint]
  "test:unit":
    run: pytest tests/unit
    tool: pytest
    needs: [python-deps]
    weight: 2
    locks: [database]
    timeout: 1h10m5.5s
    env: [DATABASE_URL, "PG*"]
    outputs: [coverage.xml]
  "test:integration":
    run: [pytest, tests/integration]
    retries: 1
    shell: sh
    working_directory: sub/folder
    timeout: 90
  python-deps:
    run: uv sync --frozen
    inputs: [uv.lock, pyproject.toml]
    outputs: [.venv]
cache:
  budget: 1.5GiB
  trust: base-only
  shared: s3://bucket/prefix?region=eu-west-1
  keys: ["ed25519-public:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
phases:
  plan:      { worker: claude, model: haiku }
  implement: { worker: claude, model: sonnet, fallback: haiku }
"""


def meaning(source: str) -> Config:
    return Config(
        verification=Verification(
            parallel=True,
            max_workers=3,
            batch_size=4,
            timeout=1200.0,
            fail_fast=FailFast.ALL,
            sequential_fallback=False,
            mode=Mode.OBSERVE,
            audit=0.02,
            parallel_groups=(("lint", "typecheck"), ("test:unit", "test:integration")),
        ),
        profiles={"quick": ("lint", "typecheck")},
        checks={
            "lint": Check(name="lint", run="ruff check .", inputs=("**/*.py", "pyproject.toml", "!docs")),
            "format": Check(name="format", run="ruff format .", stage=Stage.MUTATING, on_change=OnChange.FAIL),
            "typecheck": Check(name="typecheck", run="mypy src", needs=("lint",)),
            "test:unit": Check(
                name="test:unit",
                run="pytest tests/unit",
                tool="pytest",
                needs=("python-deps",),
                weight=2,
                locks=("database",),
                timeout=4205.5,
                env=("DATABASE_URL", "PG*"),
                outputs=("coverage.xml",),
            ),
            "test:integration": Check(
                name="test:integration",
                run=("pytest", "tests/integration"),
                retries=1,
                shell=Shell.SH,
                working_directory="sub/folder",
                timeout=90.0,
            ),
            "python-deps": Check(name="python-deps", run="uv sync --frozen", inputs=("uv.lock", "pyproject.toml"), outputs=(".venv",)),
        },
        cache=Cache(budget=1_610_612_736, trust="base-only", shared="s3://bucket/prefix?region=eu-west-1", keys=(f"ed25519-public:{'A' * 43}=",)),
        phases={"plan": Phase(worker="claude", model="haiku"), "implement": Phase(worker="claude", model="sonnet", fallback="haiku")},
        source=source,
    )


def read(text: str, file: str = ".firsttry.yml") -> Config:
    return read_config(parse(text, file), tools=("pytest", "ruff"))


def mistakes(text: str, file: str = ".firsttry.yml") -> tuple[Mistake, ...]:
    with pytest.raises(ConfigError) as caught:
        read(text, file)
    assert caught.value.mistakes
    return caught.value.mistakes


def test_every_key_means_what_it_says_in_yaml() -> None:
    assert read(EXAMPLE) == meaning(".firsttry.yml")


@pytest.mark.parametrize(("indent", "ascii_only"), [(None, True), (1, False), ("\t", True)])
def test_every_key_means_the_same_in_json(indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(yaml.safe_load(EXAMPLE), indent=indent, ensure_ascii=ascii_only)
    assert read(text, ".firsttry.json") == meaning(".firsttry.json")


def test_the_smallest_configuration_has_the_documented_defaults() -> None:
    config = read("version: 1\nchecks: {a: {run: x}}\n")
    assert config == Config(checks={"a": Check(name="a", run="x")}, source=".firsttry.yml")
    verification, cache = config.verification, config.cache
    assert (verification.parallel, verification.max_workers, verification.batch_size, verification.timeout) == (False, None, 8, 900.0)
    assert (verification.fail_fast, verification.sequential_fallback, verification.parallel_groups) == (FailFast.GROUP, True, ())
    assert (cache.budget, cache.trust) == (500_000_000, "auto")


def test_what_is_kept_of_a_configuration_is_all_of_it() -> None:
    config = meaning(".firsttry.yml")
    assert from_data(json.loads(json.dumps(to_data(config)))) == config


ONE = "version: 1\nchecks:\n  a: {run: x}\n"
CHECK = "version: 1\nchecks:\n  a:\n    run: x\n    "

VALUES = [
    # (line under a check, line, column, message, text, nearest) and why it is a mistake
    pytest.param("inputs: x", 5, 13, "checks.a.inputs: a list is expected", "x", "", id="a lone value is no list"),
    pytest.param("inputs: [5]", 5, 14, "checks.a.inputs[0]: text is expected: put quotes around it", "5", "", id="a number is no text"),
    pytest.param("locks: [on]", 5, 13, "checks.a.locks[0]: text is expected: put quotes around it", "on", "", id="`on` is true as a value"),
    pytest.param("inputs: ['']", 5, 14, "checks.a.inputs[0]: the text is empty", "", "", id="an empty glob means nothing"),
    pytest.param(
        "inputs: [/etc]", 5, 14, "checks.a.inputs[0]: a path from the root of the repository is expected, with `/` and without `..`", "/etc", "", id="absolute"
    ),
    pytest.param(
        "inputs: ['!../x']",
        5,
        14,
        "checks.a.inputs[0]: a path from the root of the repository is expected, with `/` and without `..`",
        "!../x",
        "",
        id="outside",
    ),
    pytest.param(
        "inputs: ['a\\b']", 5, 14, "checks.a.inputs[0]: a path from the root of the repository is expected, with `/` and without `..`", "a\\b", "", id="\\"
    ),
    pytest.param(
        "outputs: ['dist/*']",
        5,
        15,
        "checks.a.outputs[0]: a plain path is expected: no `*`, no `?`, and no `!` in front",
        "dist/*",
        "",
        id="outputs are plain",
    ),
    pytest.param(
        "outputs: ['!x']", 5, 15, "checks.a.outputs[0]: a plain path is expected: no `*`, no `?`, and no `!` in front", "!x", "", id="nothing to subtract"
    ),
    pytest.param(
        "outputs: [./]",
        5,
        15,
        "checks.a.outputs[0]: a file or folder inside the repository is expected, not the repository itself and nothing of git's own",
        "./",
        "",
        id="the whole repository would be overwritten",
    ),
    pytest.param(
        "outputs: [.git/hooks]",
        5,
        15,
        "checks.a.outputs[0]: a file or folder inside the repository is expected, not the repository itself and nothing of git's own",
        ".git/hooks",
        "",
        id="a restored hook would run later",
    ),
    pytest.param(
        "working_directory: 's*'",
        5,
        24,
        "checks.a.working_directory: a plain path is expected: no `*`, no `?`, and no `!` in front",
        "s*",
        "",
        id="one folder",
    ),
    pytest.param("stage: slo", 5, 12, "checks.a.stage: one of fast, mutating, slow is expected", "slo", "slow", id="a closed list"),
    pytest.param("shell: zsh", 5, 12, "checks.a.shell: one of bash, sh is expected", "zsh", "sh", id="only these shells"),
    pytest.param("tool: pytset", 5, 11, "checks.a.tool: nothing is known of a tool `pytset`", "pytset", "pytest", id="a misspelt tool would be ignored"),
    pytest.param("weight: 0", 5, 13, "checks.a.weight: a whole number from 1 is expected", "0", "", id="no slot is none"),
    pytest.param("weight: true", 5, 13, "checks.a.weight: a whole number from 1 is expected", "true", "", id="true is not 1"),
    pytest.param("weight: 1.5", 5, 13, "checks.a.weight: a whole number from 1 is expected", "1.5", "", id="no half slots"),
    pytest.param("retries: -1", 5, 14, "checks.a.retries: a whole number from 0 is expected", "-1", "", id="negative"),
    pytest.param("timeout: 15 m", 5, 14, "checks.a.timeout: a time such as 90s, 15m or 1h30m is expected", "15 m", "", id="no blank inside"),
    pytest.param("timeout: 0", 5, 14, "checks.a.timeout: a time such as 90s, 15m or 1h30m is expected", "0", "", id="nothing ends in no time"),
    pytest.param("timeout: .nan", 5, 14, "checks.a.timeout: a time such as 90s, 15m or 1h30m is expected", ".nan", "", id="not a number"),
    pytest.param("timeout: .inf", 5, 14, "checks.a.timeout: a time such as 90s, 15m or 1h30m is expected", ".inf", "", id="for ever"),
    pytest.param("timeout: 2001-01-01", 5, 14, "checks.a.timeout: a time such as 90s, 15m or 1h30m is expected", "2001-01-01", "", id="a date"),
    pytest.param(
        "timeout: \u0661\u0665m", 5, 14, "checks.a.timeout: a time such as 90s, 15m or 1h30m is expected", "\u0661\u0665m", "", id="digits of another script"
    ),
    pytest.param(
        "env: [A-B]", 5, 11, "checks.a.env[0]: the name of an environment variable is expected; `*` and `?` stand for any characters", "A-B", "", id="no name"
    ),
    pytest.param(
        "env: [ACTIONS_RUNTIME_TOKEN]",
        5,
        11,
        "checks.a.env[0]: this variable could write the cache or sign for the repository: no check may see it",
        "ACTIONS_RUNTIME_TOKEN",
        "",
        id="reserved",
    ),
    pytest.param("needs: [b]", 5, 13, "checks.a.needs[0]: there is no check `b`", "b", "", id="unknown need"),
    pytest.param("needs: [a]", 5, 13, "needs go in a circle: a → a", "a", "", id="needs itself"),
    pytest.param("input: []", 5, 5, "checks.a: there is no key `input`", "input", "inputs", id="unknown key"),
    pytest.param("run: y", 5, 5, "the key stands twice; it first stands in line 4", "run", "", id="duplicate key"),
    pytest.param("? [a, b]\n    : c", 5, 7, "a key must be plain text", "", "", id="a list as a key"),
    pytest.param("weight: 1234567890123456789", 5, 13, "a whole number of more than 18 digits", "1234567890123456789", "", id="programs differ on it"),
    pytest.param(
        "locks: !!python/object:os.system x", 5, 12, "the tag tag:yaml.org,2002:python/object:os.system means nothing here", "x", "", id="never constructed"
    ),
    pytest.param("<<: 5", 5, 9, "`<<` takes an alias of names with values", "5", "", id="nothing to merge"),
]


@pytest.mark.parametrize(("line", "number", "column", "message", "text", "nearest"), VALUES)
def test_a_mistake_under_a_check(line: str, number: int, column: int, message: str, text: str, nearest: str) -> None:
    expected = Mistake(file=".firsttry.yml", line=number, column=column, message=message, text=text, nearest=nearest)
    assert expected in mistakes(CHECK + line + "\n")


WHOLE = [
    # (text, its mistakes as (line, column, message, text, nearest))
    pytest.param("- a\n", [(1, 1, "the configuration: names with values are expected", "", "")], id="a list at the root"),
    pytest.param("just words\n", [(1, 1, "the configuration: names with values are expected", "just words", "")], id="text at the root"),
    pytest.param(
        "{}",
        [(0, 0, "the configuration: the key `version` is missing", "", ""), (0, 0, "the configuration: the key `checks` is missing", "", "")], id="nothing",
    ),
    pytest.param("version: 2\nchecks: {a: {run: x}}", [(1, 10, "version: this program reads version 1", "2", "")], id="another version"),
    pytest.param("version: true\nchecks: {a: {run: x}}", [(1, 10, "version: this program reads version 1", "true", "")], id="true is not 1"),
    pytest.param("version: 1\nchecks: {}", [(2, 9, "checks: there is none, so nothing would be proved", "", "")], id="no check is never green"),
    pytest.param("version: 1\nchecks: {a: }", [(2, 13, "checks.a: names with values are expected", "", "")], id="a check without anything"),
    pytest.param("version: 1\nchecks: {a: {}}", [(2, 10, "checks.a: the key is missing: `run` or `ask`", "a", "")], id="nothing to run"),
    pytest.param(
        "version: 1\nchecks: {a: {run: []}}", [(2, 19, "checks.a.run: a shell line, or a list of arguments, is expected", "", "")], id="no arguments"
    ),
    pytest.param(
        "version: 1\nchecks: {a: {run: ' '}}", [(2, 19, "checks.a.run: a shell line, or a list of arguments, is expected", " ", "")], id="an empty line"
    ),
    pytest.param(
        "version: 1\nchecks: {a: {run: [x, 5]}}", [(2, 19, "checks.a.run: a shell line, or a list of arguments, is expected", "", "")], id="a number in it"
    ),
    pytest.param(
        ONE + "profiles: {quick: []}\n",
        [(4, 19, "profiles.quick: a list of at least one is expected", "", "")],
        id="an empty profile would run everything",
    ),
    pytest.param(ONE + "profiles: {quick: [A]}\n", [(4, 20, "profiles.quick[0]: there is no check `A`", "A", "")], id="names are told apart by case"),
    pytest.param(
        ONE + "phases: {plan: {model: m, fallback: f}}\n", [(4, 10, "phases.plan: the key `worker` is missing", "plan", "")], id="a phase without a worker"
    ),
    pytest.param(
        ONE + f"cache: {{budget: {'9' * 400}GB}}\n",
        [(4, 17, "cache.budget: a size such as 500MB or 2GiB is expected", "9" * 80, "")],
        id="a size beyond numbers",
    ),
    pytest.param(ONE + "cache: {budget: 0MB}\n", [(4, 17, "cache.budget: a size such as 500MB or 2GiB is expected", "0MB", "")], id="no room"),
    pytest.param(
        "version: 1\nchecks:\n  a: {run: x, needs: [b]}\n  b: {run: x, needs: [d, c]}\n  c: {run: x, needs: [a]}\n  d: {run: x}\n",
        [(3, 23, "needs go in a circle: a → b → c → a", "b", "")],
        id="a circle of three",
    ),
    pytest.param(
        "version: 1\nverification: {parallel_groups: [[a, b], [a]]}\nchecks: {a: {run: x}, b: {run: x}}",
        [(2, 43, "`a` stands in two groups", "a", "")],
        id="two groups",
    ),
    pytest.param(
        "version: 1\nverification: {parallel_groups: [[a, a]]}\nchecks: {a: {run: x}}", [(2, 38, "`a` stands twice in this group", "a", "")], id="twice in one"
    ),
    pytest.param(
        "version: 1\nverification: {parallel_groups: [[a], [b]]}\nchecks: {a: {run: x, needs: [b]}, b: {run: x}}",
        [(3, 30, "`a` needs `b`, which stands in a later group", "b", "")],
        id="a need in a later group",
    ),
    pytest.param(
        "version: 1\nverification: {parallel_groups: [[a]]}\nchecks: {a: {run: x, stage: mutating}}",
        [(2, 35, "`a` is mutating, and mutating checks run one at a time: take it out of the group", "a", "")],
        id="a mutating check in a group",
    ),
    pytest.param(f"version: 1\nchecks: {{{'a' * 101}: {{run: x}}}}", [(2, 10, "checks: a name is 1 to 100 printable characters", "a" * 80, "")], id="long"),
    pytest.param('version: 1\nchecks: {"a\\nb": {run: x}}', [(2, 10, "checks: a name is 1 to 100 printable characters", "a\nb", "")], id="a line in a name"),
    pytest.param('version: 1\nchecks: {" a": {run: x}}', [(2, 10, "checks: a name is 1 to 100 printable characters", " a", "")], id="blank around a name"),
    pytest.param(
        f"version: 1\nchecks: {{a: {{run: {'x' * 120_001}}}}}",
        [(2, 19, "checks.a.run: a command of more than 120,000 bytes can't be started: move it to a script", "x" * 80, "")],
        id="longer than the kernel takes",
    ),
    pytest.param(
        "version: 1\nchecks: &a\n  a: *a\n",
        [(2, 9, "an alias that holds itself", "", ""), (2, 9, "checks.a: names with values are expected", "", "")],
        id="a self-referring alias",
    ),
    pytest.param("version: 1\nchecks:\n  a: {needs: [5, aa], run: x}\n  aaa: {run: x}\n",
        [(3, 15, "checks.a.needs[0]: text is expected: put quotes around it", "5", ""), (3, 18, "checks.a.needs[1]: there is no check `aa`", "aa", "aaa")],
        id="a bad item does not move the others",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_exactly_these_mistakes(text: str, expected: list[tuple[int, int, str, str, str]]) -> None:
    assert [(m.line, m.column, m.message, m.text, m.nearest) for m in mistakes(text)] == expected


def test_the_same_mistakes_have_their_places_in_json() -> None:
    text = '{\n "version": 1,\n "checks": {\n  "lint": {"run": "x", "input": []},\n  "b": {"run": "x", "needs": ["lnt"]}}}\n'
    assert [(m.line, m.column, m.text, m.nearest) for m in mistakes(text, "f.json")] == [(4, 24, "input", "inputs"), (5, 31, "lnt", "lint")]


MANY = """\
version: 3
verification:
  paralel: yes
  fail_fast: sometimes
  timeout: soon
  parallel_groups: [[lint, tset], [lint]]
profiles:
  quick: [lnt]
checks:
  lint:
    run: ruff check .
    inputs: "**/*.py"
    env: [ACTIONS_RESULTS_URL]
  test:
    command: pytest
    needs: [test]
  build:
    run: make
    outputs: ["dist/*"]
    weight: two
    needs: [test, deploy]
  deploy:
    run: ./deploy
    needs: [build]
cache:
  trust: everyone
extra: 1
"""


def test_all_mistakes_are_told_at_once(golden: Golden) -> None:
    with pytest.raises(ConfigError) as caught:
        read(MANY)
    golden("mistakes.txt", "\n".join(error_lines(caught.value)) + "\n")


def test_thousands_of_mistakes_take_no_time_to_speak_of() -> None:
    """Looking for the nearest name takes a look at every name: not for each of 20,000 mistakes."""
    names = ", ".join(f"check-{number}" for number in range(20_000))
    found = mistakes(f"version: 1\nchecks:\n  check: {{run: x, needs: [{names}]}}\n")
    assert (len(found), found[0].nearest, found[-1].nearest) == (20_000, "check", "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("on: {run: x}", "on", id="not true"),
        pytest.param("no: {run: x}", "no", id="not false"),
        pytest.param("3.10: {run: x}", "3.10", id="not 3.1"),
        pytest.param("0x10: {run: x}", "0x10", id="not 16"),
        pytest.param("~: {run: x}", "~", id="not nothing"),
        pytest.param("2024-01-31: {run: x}", "2024-01-31", id="not a date"),
        pytest.param("'a: b': {run: x}", "a: b", id="quoted"),
        pytest.param("检查✓: {run: x}", "检查✓", id="any script"),
    ],
)
def test_a_name_is_what_stands_there(text: str, name: str) -> None:
    assert list(read(f"version: 1\nchecks: {{{text}}}\n").checks) == [name]


def test_anchors_and_merge_keys_work() -> None:
    text = """\
version: 1
checks:
  a: &base
    run: x
    weight: 2
    locks: [l]
  b:
    <<: *base
    weight: 3
  c:
    weight: 4
    <<: [{run: y}, *base]
"""
    assert read(text).checks == {
        "a": Check(name="a", run="x", weight=2, locks=("l",)),
        "b": Check(name="b", run="x", weight=3, locks=("l",)),
        "c": Check(name="c", run="y", weight=4, locks=("l",)),
    }


def test_a_mistake_that_was_merged_in_stands_where_it_was_written() -> None:
    text = "version: 1\nchecks:\n  a: &base\n    run: x\n    weight: 0\n  b:\n    <<: *base\n    timeout: x\n"
    assert [(m.line, m.column, m.message.split(":")[0]) for m in mistakes(text)] == [
        (5, 13, "checks.a.weight"),
        (5, 13, "checks.b.weight"),
        (8, 14, "checks.b.timeout"),
    ]


@pytest.mark.parametrize(
    ("value", "seconds"), [("90s", 90.0), ("15m", 900.0), ("1h30m", 5400.0), ("2.5s", 2.5), (90, 90.0), (0.5, 0.5), ("1h", 3600.0), ("9999999s", 9_999_999.0)]
)
def test_times(value: Any, seconds: float) -> None:
    assert read(f"version: 1\nchecks: {{a: {{run: x, timeout: {value}}}}}").checks["a"].timeout == seconds


@pytest.mark.parametrize(
    ("value", "size"),
    [("500MB", 500_000_000), ("2GiB", 2_147_483_648), ("1.5 k", 1500), ("10", 10), (10, 10), ("3kb", 3000), ("4KiB", 4096), ("1TB", 10**12), ("7b", 7)],
)
def test_sizes(value: Any, size: int) -> None:
    assert read(f"version: 1\nchecks: {{a: {{run: x}}}}\ncache: {{budget: {json.dumps(value)}}}").cache.budget == size


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("keys: ['ed25519:U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0U=']", "U0VDUkVU"),
        ("keys: ['hmac:U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0U=']", "U0VDUkVU"),
        ("shared: https://user:U0VDUkVU@host/", "U0VDUkVU"),
    ],
)
def test_a_secret_is_a_mistake_that_is_not_shown(line: str, secret: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_config(parse(f"version: 1\nchecks: {{a: {{run: x}}}}\ncache:\n  {line}\n", ".firsttry.yml"))
    (mistake,) = error.value.mistakes
    assert mistake.line == 4
    assert secret not in "\n".join(error_lines(error.value))


SHARES = [
    ("2%", 0.02, "as people write it"),
    ("0.5%", 0.005, "a part of one"),
    ("100 %", 1.0, "all, with a blank"),
    ("0%", 0.0, "none"),
    (0, 0.0, "none, where the sign says nothing"),
]
NO_SHARES: list[tuple[object, str]] = [
    (2, "two percent, or two hundred?"), (0.02, "the same"), ("2", "the same"), ("101%", "more than all"), ("-1%", "less than none"), ("%", "no number"),
    (True, "no number"), ("1e1%", "not as people write it"), ("two%", "a word"), (None, "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "share", "reason"), SHARES, ids=[row[-1] for row in SHARES])
def test_a_share(said: object, share: float, reason: str) -> None:
    assert PERCENT.read(said) == share
    config = Config(verification=Verification(audit=share, mode=Mode.OBSERVE))
    assert kept(config) == config


@pytest.mark.parametrize(("said", "reason"), NO_SHARES, ids=[row[-1] for row in NO_SHARES])
def test_no_share(said: object, reason: str) -> None:
    with pytest.raises(BadValueError, match="a share such as 2% is expected"):
        PERCENT.read(said)


def kept(config: Config) -> Config:
    """As a warm run reads it."""
    return from_data(json.loads(json.dumps(to_data(config))))
