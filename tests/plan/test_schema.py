"""The schema and the reader agree: one table of configurations, read by both."""

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ftaction.errors import ConfigError
from ftaction.plan.config import read_config
from ftaction.plan.document import parse
from ftaction.plan.schema import schema
from tests.plan.test_config import EXAMPLE

SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def one(check: str, rest: str = "") -> str:
    return f"version: 1\nchecks: {{a: {{run: x, {check}}}}}\n{rest}"


RIGHT = [
    pytest.param(EXAMPLE, id="the example"),
    pytest.param(one(""), id="the smallest"),
    pytest.param(one("timeout: 90"), id="seconds"),
    pytest.param(one("timeout: 1h30m5.5s"), id="a time"),
    pytest.param(one("inputs: ['!a', 'a b', './', '**', 'x..y', '[!a]{b,c}']"), id="globs"),
    pytest.param(one("outputs: [.venv, 'a b/c.xml', dist/]"), id="outputs"),
    pytest.param(one("outputs: ['[slug]/{{name}}']"), id="folders of real projects"),
    pytest.param(one("env: [A, B_*, 'C?']"), id="names of variables"),
    pytest.param(one("working_directory: ./sub"), id="a folder"),
    pytest.param(one("", "cache: {budget: 1.5 GiB, trust: any}"), id="a size"),
    pytest.param(one("", "cache: {budget: 5}"), id="bytes"),
    pytest.param(one("", "cache: {shared: 'https://host:8080/some/path'}"), id="a shared store"),
    pytest.param(one("", "cache: {shared: 's3://a-bucket/some/prefix?region=eu-west-1&endpoint=http://host:9000'}"), id="a bucket"),
    pytest.param(one("", "cache: {shared: 's3://bucket'}"), id="a bucket alone"),
    pytest.param(one("", f"cache: {{keys: ['ed25519-public:{'A' * 43}=']}}"), id="a public key"),
    pytest.param(one("", "verification: {mode: observe, audit: 2.5%}"), id="observed and audited"),
    pytest.param(one("", "verification: {audit: 0}"), id="no audit"),
    pytest.param(one("", "verification: {max_workers: auto, fail_fast: never, parallel_groups: [[]]}"), id="verification"),
    pytest.param(one("", "profiles: {p: [a]}"), id="a profile"),
    pytest.param("version: 1\nchecks: {a: {run: [x, '', ' ']}}", id="arguments, empty ones too"),
    pytest.param("version: 1\nchecks: {'é ✓': {run: x}, b: {run: ' x\n'}}", id="names of any script"),
]

WRONG = [
    pytest.param("[]", id="a list"),
    pytest.param("checks: {a: {run: x}}", id="no version"),
    pytest.param("version: 2\nchecks: {a: {run: x}}", id="another version"),
    pytest.param("version: '1'\nchecks: {a: {run: x}}", id="a version in quotes"),
    pytest.param("version: 1", id="no checks"),
    pytest.param("version: 1\nchecks: {}", id="none"),
    pytest.param(one("", "cache: {shared: 'ftp://host/path'}"), id="a store of another kind"),
    pytest.param(one("", "cache: {shared: 'https://user:word@host/path'}"), id="a password in an address"),
    pytest.param(one("", "cache: {shared: 'https://host/path?token=x'}"), id="a query in an address"),
    pytest.param(one("", "cache: {shared: 's3://bucket?access_key_id=x'}"), id="a key in an address"),
    pytest.param(one("", "cache: {shared: 's3://Bucket!'}"), id="no bucket"),
    pytest.param(one("", "cache: {shared: 'https://'}"), id="no host"),
    pytest.param(one("", "cache: {keys: [ed25519-public:AAAA]}"), id="a key too short"),
    pytest.param(one("", f"cache: {{keys: ['ed25519:{'A' * 43}=']}}"), id="a secret key"),
    pytest.param(one("", f"cache: {{keys: 'ed25519-public:{'A' * 43}='}}"), id="a key that is no list"),
    pytest.param("version: 1\nchecks: {a: {}}", id="nothing to run"),
    pytest.param("version: 1\nchecks: {a: x}", id="a command where a check belongs"),
    pytest.param("version: 1\nchecks: {a: {run: ''}}", id="an empty line"),
    pytest.param("version: 1\nchecks: {a: {run: ' '}}", id="a blank line"),
    pytest.param("version: 1\nchecks: {a: {run: []}}", id="no arguments"),
    pytest.param("version: 1\nchecks: {a: {run: ['', x]}}", id="no program"),
    pytest.param("version: 1\nchecks: {a: {run: [x, 5]}}", id="a number among arguments"),
    pytest.param("version: 1\nchecks: {'': {run: x}}", id="no name"),
    pytest.param("version: 1\nchecks: {' a': {run: x}}", id="blank before a name"),
    pytest.param(f"version: 1\nchecks: {{{'a' * 101}: {{run: x}}}}", id="a long name"),
    pytest.param(one("runn: y"), id="unknown key of a check"),
    pytest.param(one("", "extra: 1"), id="unknown key"),
    pytest.param(one("", "verification: {paralel: true}"), id="unknown key of verification"),
    pytest.param(one("inputs: x"), id="a lone glob"),
    pytest.param(one("inputs: [/x]"), id="absolute"),
    pytest.param(one("inputs: ['!/x']"), id="absolute, subtracted"),
    pytest.param(one("inputs: [../x]"), id="outside"),
    pytest.param(one("inputs: [a/..]"), id="up and down"),
    pytest.param(one("inputs: ['a\\b']"), id="backslash"),
    pytest.param(one("inputs: ['']"), id="empty"),
    pytest.param(one("outputs: ['*.xml']"), id="wildcards in outputs"),
    pytest.param(one("outputs: ['a?']"), id="a wildcard in outputs"),
    pytest.param(one("outputs: ['!a']"), id="a subtracted output"),
    pytest.param(one("working_directory: /tmp"), id="absolute folder"),
    pytest.param(one("needs: a"), id="a lone need"),
    pytest.param(one("needs: [5]"), id="a number as a need"),
    pytest.param(one("stage: quick"), id="a stage of its own"),
    pytest.param(one("shell: zsh"), id="another shell"),
    pytest.param(one("on_change: ignore"), id="another answer to changes"),
    pytest.param(one("weight: 0"), id="no weight"),
    pytest.param(one("weight: '2'"), id="a number in quotes"),
    pytest.param(one("weight: true"), id="true is not 1"),
    pytest.param(one("retries: -1"), id="negative"),
    pytest.param(one("timeout: soon"), id="no time"),
    pytest.param(one("timeout: 0s"), id="no time at all"),
    pytest.param(one("timeout: 0"), id="nothing"),
    pytest.param(one("timeout: 5 m"), id="blank inside"),
    pytest.param(one("timeout: ''"), id="an empty time"),
    pytest.param(one("timeout: true"), id="true is no time"),
    pytest.param(one("timeout: 10000000"), id="a third of a year"),
    pytest.param(one("env: [A-B]"), id="no name of a variable"),
    pytest.param(one("env: [ACTIONS_RUNTIME_TOKEN]"), id="reserved"),
    pytest.param(one("", "cache: {budget: lots}"), id="no size"),
    pytest.param(one("", "cache: {budget: 0MB}"), id="no room"),
    pytest.param(one("", "cache: {trust: me}"), id="no such trust"),
    pytest.param(one("", "profiles: {p: []}"), id="an empty profile"),
    pytest.param(one("", "profiles: [a]"), id="profiles without names"),
    pytest.param(one("", "verification: {max_workers: 0}"), id="no workers"),
    pytest.param(one("", "verification: {audit: 2}"), id="a share without its sign"),
    pytest.param(one("", "verification: {audit: 101%}"), id="a share of more than all"),
    pytest.param(one("", "verification: {mode: look}"), id="an unknown mode"),
    pytest.param(one("", "verification: {parallel_groups: [a]}"), id="a group that is no list"),
    pytest.param(one("", "verification: {parallel: 'yes'}"), id="text for true"),
    pytest.param(one("", "phases: {plan: {model: m}}"), id="half a phase"),
    pytest.param(one("tool: ''"), id="an empty tool"),
]

ONLY_THE_READER = [
    pytest.param(one("needs: [b]"), id="an unknown check"),
    pytest.param(one("needs: [a]"), id="a circle"),
    pytest.param(one("timeout: 9999h"), id="more than a number in text can say"),
    pytest.param(one("outputs: [./]"), id="the repository itself"),
    pytest.param(one("outputs: [.git/x]"), id="git's own"),
    pytest.param(one("", "verification: {parallel_groups: [[a], [a]]}"), id="two groups"),
    pytest.param(one("", "profiles: {p: [b]}"), id="an unknown check in a profile"),
    pytest.param('version: 1\nchecks: {"a\\x07b": {run: x}}', id="a bell in a name"),
    pytest.param("version: 1\nchecks: {a: {run: x}, a: {run: y}}", id="twice"),
]


def data(text: str) -> Any:
    return yaml.safe_load(text)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", RIGHT)
def test_both_take(text: str) -> None:
    read_config(parse(text, "f.yml"))
    assert [error.message for error in VALIDATOR.iter_errors(data(text))] == []


@pytest.mark.parametrize("text", WRONG)
def test_both_refuse(text: str) -> None:
    with pytest.raises(ConfigError):
        read_config(parse(text, "f.yml"))
    assert not VALIDATOR.is_valid(data(text))


@pytest.mark.parametrize("text", ONLY_THE_READER)
def test_what_no_schema_can_say(text: str) -> None:
    """If the schema learns one of these, its row belongs above."""
    with pytest.raises(ConfigError):
        read_config(parse(text, "f.yml"))
    assert VALIDATOR.is_valid(data(text))
