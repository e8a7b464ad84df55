"""What is written twice is held together: the generated pages, the schema, `action.yml` and what reads it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftaction.arguments import from_inputs, parser
from ftaction.model.asking import Ask, Budget, Phase, Worker
from ftaction.model.check import Cache, Check, Verification
from ftaction.plan.keys import BUDGET, CACHE, CHECK, PHASE, VERIFICATION, WORKER
from ftaction.plan.kinds import Scalar, Table
from ftaction.plan.sharing import Given, given
from ftaction.run.publish import FILES, outputs
from ftaction.statuses import matrix
from ftaction.touched import token
from tests import docs
from tests.report.pages import rendered, rows
from tests.report.runs import PASSED, RUNS

PAGES = [*docs.ROOT.glob("*.md"), *(docs.ROOT / "docs").glob("*.md")]


def test_the_reference_is_up_to_date() -> None:
    for path in (docs.REFERENCE, docs.TESTS):
        page = path.read_text()
        assert docs.reference(page) == page, "`make docs` writes it"


def test_the_schema_is_up_to_date() -> None:
    assert docs.SCHEMA.read_text() == docs.schema_text(), "`make docs` writes it"


def test_every_row_of_the_reference_has_its_cells() -> None:
    found = rows(rendered(docs.REFERENCE.read_text()))
    assert len(found) > 60
    width = 0
    for row in found:
        width = len(row) if row[0] in ("Key", "Input", "Output", "Argument") else width
        assert len(row) == width
        assert row[-1]


class Asked(dict[str, str]):
    """An environment that remembers which names were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]  # only ever asked for text
        self.names.add(name)
        return "true" if name == "GITHUB_ACTIONS" else default

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return "true" if name == "GITHUB_ACTIONS" else ""


def test_the_actions_inputs_are_exactly_those_that_are_read() -> None:
    asked = Asked()
    from_inputs(asked)
    given(asked)
    token(asked)
    matrix(asked)
    assert {name for name in asked.names if name.startswith("INPUT_")} == {f"INPUT_{name.upper()}" for name in docs.action()["inputs"]}


def test_the_actions_defaults_are_a_run_without_arguments() -> None:
    given = {f"INPUT_{name.upper()}": str(one.get("default", "")) for name, one in docs.action()["inputs"].items()}
    assert from_inputs(given) == from_inputs({}) == ["run", "--"]


EVERY_INPUT = {
    "checks": "lint, test:unit\nother", "profile": "quick", "config": "a.yml", "jobs": "3", "store": "s", "cache": "false", "cache-url": "http://a",
    "all": "TRUE", "fail-fast": "all", "on-change": "keep", "mode": "observe", "trust": "lint, test:unit",
    "changed": "true", "token": "t", "shared-store": "https://a/b", "shared-keys": "one,two", "shared-token": "token", "signing-key": "key",
    "status-checks": "Linux", "comment": "true", "matrix": "{}",
}  # fmt: skip


def test_every_input_arrives() -> None:
    assert EVERY_INPUT.keys() == docs.action()["inputs"].keys()
    variables = {f"INPUT_{name.upper()}": value for name, value in EVERY_INPUT.items()}
    assert given({**variables, "GITHUB_ACTIONS": "true"}) == Given("https://a/b", ("one", "two"), "token", "key")
    assert given(variables) == Given(), "outside of workflows a variable of this name means nothing"
    options = parser().parse_args(from_inputs(variables))
    assert (options.checks, options.profile, options.config, options.jobs, options.store) == (["lint", "test:unit", "other"], "quick", "a.yml", 3, "s")
    assert options.cache_url == "http://a"
    assert (options.no_cache, options.all, options.changed, options.fail_fast, options.on_change) == (True, True, True, "all", "keep")
    assert (options.mode, options.trust) == ("observe", ["lint", "test:unit"])
    assert (options.status_checks, options.comment) == ("Linux", True)
    assert (token(variables), matrix(variables)) == ("t", "{}")


def test_the_actions_outputs_are_exactly_those_that_are_set() -> None:
    assert outputs(PASSED, dict.fromkeys(("report", "page", "trace"), "")).keys() == docs.action()["outputs"].keys()


OUTPUT_TYPES = {
    "Text": re.compile(r"\S*"), "Path": re.compile(r"\S+"), "Boolean": re.compile("true|false"),
    "Number": re.compile(r"[0-9]+(\.[0-9]+)?"), "JSON array": re.compile(r"(\[.*\])?"),
}  # fmt: skip


@pytest.mark.parametrize("output", docs.outputs_told(), ids=lambda one: one.name)
def test_every_output_is_of_the_type_that_its_description_says(output: docs.Output) -> None:
    for run in RUNS.values():
        value = outputs(run, {name: f"/run/{file}" for name, file in FILES.items()})[output.name]
        for one in (value, output.example):
            assert OUTPUT_TYPES[output.type].fullmatch(one)
            assert output.type != "JSON array" or not one or isinstance(json.loads(one), list)


ASKING = Ask(prompt="a", phase="b")._asdict()
MADE: list[tuple[Table, dict[str, object]]] = [
    (VERIFICATION, Verification()._asdict()),
    (CACHE, Cache()._asdict()),
    (CHECK, {**Check(name="a", run="x")._asdict(), **ASKING, "ask": None, "answers": ASKING["schema"], "with": ASKING["handed"]}),
    (PHASE, Phase("a", "b")._asdict()),
    (WORKER, Worker()._asdict()),
    (BUDGET, Budget()._asdict()),
]
DEFAULTS: list[tuple[Table, object, str, str]] = [
    (table, made[key.name], key.name, key.default) for table, made in MADE for key in table.keys if not key.required and key.name not in table.one_of
]


@pytest.mark.parametrize(("table", "value", "name", "told"), DEFAULTS, ids=[f"{row[0].title}.{row[2]}" for row in DEFAULTS])
def test_a_default_is_what_the_table_says(table: Table, value: object, name: str, told: str) -> None:
    """A default in the table reads as the value that stands in the model, or says in words what `None` or nothing means there."""
    kind = next(key.kind for key in table.keys if key.name == name)
    in_words = {
        "none",
        "every file",
        "from its tool",
        "from the command",
        "`fail` in a workflow, else `keep`",
        "`verification.timeout`",
        "the package's folder, else the root",
        "one answer",
        "text and findings",
        "no limit",
        "as long as it is kept",
        "`timeout`",
        "the API's own",
        "the model's own",
        "what the worker says",
    }
    if told in in_words:
        assert value in (None, (), ".", {}, Budget())
        return
    if isinstance(value, tuple):
        assert told == f"`[{', '.join(value)}]`"
        return
    assert isinstance(kind, Scalar)
    plain: object = {"true": True, "false": False}.get(told, int(told) if told.isdecimal() else told)
    assert kind.read(plain) == value


def test_the_tables_name_every_field_of_the_model() -> None:
    for table, made in MADE:
        assert {key.name for key in table.keys} == made.keys() - {"name", "prompt", "schema", "handed"}


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
            if "://" not in target:
                yield page, target


@pytest.mark.parametrize(("page", "target"), list(links()), ids=lambda value: getattr(value, "name", value))
def test_every_link_leads_somewhere(page: Path, target: str) -> None:
    assert (page.parent / target).exists()


def test_the_readme_leads_to_the_reference() -> None:
    assert "(docs/reference.md)" in (docs.ROOT / "README.md").read_text()
