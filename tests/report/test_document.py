"""`report.json`: whole, and field by field as documented."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftaction.model.plan import Reason
from ftaction.model.record import OriginKind
from ftaction.model.selection import Right
from ftaction.report.document import report_document
from tests.report.runs import RUNS
from tests.support.golden import Golden

PAGE = (Path(__file__).parents[2] / "docs" / "report.md").read_text()
TYPES = {"number": (int, float), "text": (str,), "boolean": (bool,), "object": (dict,), "null": (type(None),), "list": (list,)}


@pytest.mark.parametrize("name", [name for name in RUNS if name != "strange"])
def test_a_report(name: str, golden: Golden) -> None:
    golden(f"report-{name}.json", json.dumps(report_document(RUNS[name]), indent=1) + "\n")


@pytest.mark.parametrize("name", RUNS)
def test_it_is_json_whatever_stands_in_it(name: str) -> None:
    document = report_document(RUNS[name])
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def documented() -> dict[str, str]:
    """Field -> type, each as it stands in the page; those of a check behind `checks[].`."""
    row = re.compile(r"^\| `([a-z_.\[\]]+)` \| ([a-z ]+) \|", re.MULTILINE)
    lists = re.compile(r"^## `([a-z]+\[\])`$", re.MULTILINE)
    run, *parts = lists.split(PAGE)
    return dict(row.findall(run)) | {f"{of}.{name}": kind for of, part in zip(parts[::2], parts[1::2], strict=True) for name, kind in row.findall(part)}


def fields(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}{name}", inner
            yield from fields(inner, f"{path}{name}.")
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{path.removesuffix('.')}[].")


def test_every_field_is_documented_and_every_documented_field_is_there() -> None:
    found = {name for report in RUNS.values() for name, _ in fields(report_document(report))}
    assert found == set(documented())


@pytest.mark.parametrize("name", RUNS)
def test_every_field_is_of_its_documented_type(name: str) -> None:
    types = documented()
    for field, value in fields(report_document(RUNS[name])):
        allowed = tuple(kind for word in types[field].split(" or ") for kind in TYPES[word.split()[0]])
        assert isinstance(value, allowed), field
        assert not isinstance(value, bool) or "boolean" in types[field].split(" or "), field


@pytest.mark.parametrize("word", [*(reason.value for reason in Reason), *(kind.value for kind in OriginKind), *(right.value for right in Right)])
def test_every_word_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_ending_is_documented() -> None:
    endings = {value for report in RUNS.values() for field, value in fields(report_document(report)) if field == "checks[].ending"}
    assert all(f"`{ending}`" in PAGE for ending in endings)
    assert len(endings) == 7
