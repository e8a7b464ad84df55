"""Every reader on real output of its tool: what is found is what a careful reader finds, no more and no less."""

from __future__ import annotations

import pytest

from ftaction.tools import findings
from ftaction.tools.findings import junit, sarif
from tests.findings.recorded import Recorded, all_files, all_recorded, plain

RECORDED = all_recorded()
FILES = all_files()
READ = {"junit": junit.read, "sarif": sarif.read}


@pytest.mark.parametrize("one", RECORDED, ids=[f"{one.tool}-{one.case}" for one in RECORDED])
def test_what_is_found_is_what_is_there(one: Recorded) -> None:
    reader = findings.find(one.tool)
    assert reader is not None
    found = list(reader.read(one.text))
    assert [plain(finding) for finding in found] == [plain(finding) for number, finding in enumerate(one.expected) if number not in one.missed]
    details = {plain(finding): finding.detail for finding in found}
    for number in one.detailed:
        assert details[plain(one.expected[number])] == one.expected[number].detail


@pytest.mark.parametrize("one", RECORDED, ids=[f"{one.tool}-{one.case}" for one in RECORDED])
def test_a_text_of_nobody_knows_whom_is_read_by_its_own_reader_alone(one: Recorded) -> None:
    expected = [one.signed] if one.signed else [one.tool] if one.expected and not one.unsigned else []
    assert findings.signed(one.text) == expected


def test_every_reader_has_output_of_its_tool() -> None:
    assert {one.tool for one in RECORDED if one.expected} == set(findings.NAMES)


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed with `pytest -s`; both are 1.0 but for what is named as missed."""
    rows = []
    for tool in sorted(findings.NAMES):
        mine = [one for one in RECORDED if one.tool == tool]
        reader = findings.find(tool)
        assert reader is not None
        expected = [plain(finding) for one in mine for finding in one.expected]
        found = [plain(finding) for one in mine for finding in reader.read(one.text)]
        right = sum(min(expected.count(finding), found.count(finding)) for finding in dict.fromkeys(expected))
        missed = sum(len(one.missed) for one in mine)
        rows.append(
            (tool, ", ".join(dict.fromkeys(one.version for one in mine)), len(expected), len(found), right / max(len(found), 1), right / max(len(expected), 1))
        )
        assert (right, len(found)) == (len(expected) - missed, len(expected) - missed), tool
    with capsys.disabled():
        print(
            "\n"
            + "\n".join(
                f"{tool:14} {version:44} {expected:4} expected {found:4} found  precision {p:.2f}  recall {r:.2f}"
                for tool, version, expected, found, p, r in rows
            )
        )


@pytest.mark.parametrize("one", FILES, ids=[f"{one.tool}-{one.case}" for one in FILES])
def test_what_is_found_in_a_file_is_what_is_there(one: Recorded) -> None:
    found = list(READ[one.tool](one.text))
    assert [plain(finding) for finding in found] == [plain(finding) for finding in one.expected]
    assert all(found[number].detail == one.expected[number].detail for number in one.detailed)


PYTHON = ("black", "flake8", "github", "isort", "mypy", "pylint", "pyright", "pytest", "ruff", "unittest")
OTHERS = {
    ("flake8", "ruff", "concise"): "the lines of both are the same",
    ("flake8", "ruff", "colours-concise"): "the lines of both are the same",
    ("flake8", "ruff", "old"): "the lines of both are the same",
    ("ruff", "flake8", "default"): "the lines of both are the same",
    ("ruff", "flake8", "show-source"): "the lines of both are the same",
    ("ruff", "flake8", "colours"): "the lines of both are the same",
    ("ruff", "flake8", "pylint"): "the lines of both are the same",
    ("ruff", "flake8", "by-ruff"): "it is ruff that says it",
}
"""Reader, tool and case -> why it reads what another tool said, where nobody names the tool. Readers are asked by sign, so only one of them is."""


@pytest.mark.parametrize("name", PYTHON)
def test_a_reader_finds_nothing_in_what_other_tools_of_python_say(name: str) -> None:
    reader = findings.find(name)
    assert reader is not None
    others = [one for one in RECORDED if one.tool in PYTHON and one.tool != name and (name, one.tool, one.case) not in OTHERS and not one.quotes]
    assert {(name, one.tool, one.case): found for one in others if (found := list(reader.read(one.text)))} == {}
