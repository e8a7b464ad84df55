"""Formats of no tool in particular, where what is recorded does not show it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import github, junit, sarif


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("::error::no place", Finding("", 0, Level.ERROR, "no place")),
        (
            "  ::warning file=a%2Cb.py,line=3,title=x%3A y::first%0Asecond 100%25",
            Finding("a,b.py", 3, Level.WARNING, "first", rule="x: y", detail="second 100%"),
        ),
        ("::NOTICE FILE=a.py,endLine=4,line=3,col=1,endColumn=2::x", Finding("a.py", 3, Level.NOTICE, "x", 1, 4, 2)),
        ("##[error]it failed", Finding("", 0, Level.ERROR, "it failed")),
        ("text ##[warning file=a.py;line=3]x", Finding("a.py", 3, Level.WARNING, "x")),
        ("::error file=a.py,line=x,col=-1,unknown::x", Finding("a.py", 0, Level.ERROR, "x")),
        ("text ::error::inside a line", None),
        ("::errors::x", None),
        ("::debug::x", None),
        ("##[group]x", None),
    ],
)
def test_workflow_commands(text: str, found: Finding | None) -> None:
    assert list(github.read(text)) == ([found] if found else [])


def results(result: dict[str, object], **run: object) -> list[Finding]:
    return list(sarif.read(json.dumps({"version": "2.1.0", "runs": [run | {"results": [{"message": {"text": "m"}} | result]}]})))


def at(uri: str, **more: object) -> dict[str, object]:
    return {"locations": [{"physicalLocation": {"artifactLocation": {"uri": uri, **more}}}]}


EXTENDED = {"tool": {"extensions": [{"rules": [{"id": "e"}]}]}}
BASES = {"originalUriBaseIds": {"S": {"uri": "src/", "uriBaseId": "R"}, "R": {"uri": "file:///w/"}}}
LISTED = {"artifacts": [{"location": {"uri": "a.py"}}]}
RULES = {"tool": {"driver": {"rules": [{"id": "a"}, {"id": "b", "defaultConfiguration": {"level": "error"}, "messageStrings": {"s": {"text": "{1} of {0}"}}}]}}}


@pytest.mark.parametrize(
    ("result", "run", "found"),
    [
        ({}, {}, Finding("", 0, Level.WARNING, "m")),
        ({"level": "note"}, {}, Finding("", 0, Level.NOTICE, "m")),
        ({"level": "none"}, {}, Finding("", 0, Level.NOTICE, "m")),
        ({"ruleIndex": 1}, RULES, Finding("", 0, Level.ERROR, "m", rule="b")),
        ({"ruleId": "b"}, RULES, Finding("", 0, Level.ERROR, "m", rule="b")),
        ({"ruleId": "b", "level": "warning"}, RULES, Finding("", 0, Level.WARNING, "m", rule="b")),
        ({"rule": {"index": 1, "id": "b"}}, RULES, Finding("", 0, Level.ERROR, "m", rule="b")),
        ({"ruleId": "b", "message": {"id": "s", "arguments": ["x", "y"]}}, RULES, Finding("", 0, Level.ERROR, "y of x", rule="b")),
        ({"ruleIndex": 0, "rule": {"toolComponent": {"index": 0}}}, EXTENDED, Finding("", 0, Level.WARNING, "m", rule="e")),
        ({"kind": "review", "level": "error"}, {}, Finding("", 0, Level.NOTICE, "m")),
        ({"message": {"text": "one\ntwo"}}, {}, Finding("", 0, Level.WARNING, "one", detail="two")),
        (at("src/a%20b%C3%BC.py"), {}, Finding("src/a bü.py", 0, Level.WARNING, "m")),
        (at("file:///w/a.py"), {}, Finding("/w/a.py", 0, Level.WARNING, "m")),
        (at("a.py", uriBaseId="S"), BASES, Finding("/w/src/a.py", 0, Level.WARNING, "m")),
        (at("a.py", uriBaseId="S"), {"originalUriBaseIds": {"S": {"uri": "", "uriBaseId": "S"}}}, Finding("a.py", 0, Level.WARNING, "m")),
        ({"locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}]}, LISTED, Finding("a.py", 0, Level.WARNING, "m")),
        ({"locations": [{"physicalLocation": {"region": {"startLine": 3, "startColumn": -1, "endLine": 1e9}}}]}, {}, Finding("", 3, Level.WARNING, "m")),
        ({"suppressions": [{"kind": "inSource", "status": "rejected"}]}, {}, Finding("", 0, Level.WARNING, "m")),
        ({"suppressions": [{"kind": "inSource"}]}, {}, None),
        ({"kind": "pass"}, {}, None),
        ({"baselineState": "absent"}, {}, None),
    ],
)  # fmt: skip
def test_sarif(result: dict[str, object], run: dict[str, object], found: Finding | None) -> None:
    assert results(result, **run) == ([found] if found else [])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"runs": {}}', "<xml/>", "[" * 100_000])
def test_what_is_no_sarif_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(sarif.read(text))


STACK = "at org.junit.Assert.fail(Assert.java:89)\n\tat com.a.ShopTest.a(ShopTest.java:12)"


def case(inner: str, given: str = 'classname="c" name="n"', suite: str = 'name="s"') -> str:
    return f"<testsuites><testsuite {suite}><testcase {given}>{inner}</testcase></testsuite></testsuites>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (case('<failure message="no"/>'), Finding("", 0, Level.ERROR, "no", rule="c.n")),
        (case("<error>no&#10;more</error>"), Finding("", 0, Level.ERROR, "no", rule="c.n", detail="more")),
        (case("<failure><![CDATA[<no>]]></failure>"), Finding("", 0, Level.ERROR, "<no>", rule="c.n")),
        (case("<failure/>"), Finding("", 0, Level.ERROR, "failed", rule="c.n")),
        (case("<failure>no</failure>", 'name="n" file="a/b.rb" line="7"'), Finding("a/b.rb", 7, Level.ERROR, "no", rule="n")),
        (case("<failure>no</failure>", 'name="n"', 'file="a/b.rb"'), Finding("a/b.rb", 0, Level.ERROR, "no", rule="n")),
        (
            case("<failure>    shop_test.go:7: no</failure>", 'classname="example.com/shop" name="TestA"'),
            Finding("shop_test.go", 7, Level.ERROR, "shop_test.go:7: no", rule="TestA"),
        ),
        (
            case(f'<failure message="no">{STACK}</failure>', 'classname="com.a.ShopTest" name="a"'),
            Finding("com/a/ShopTest.java", 12, Level.ERROR, "no", rule="com.a.ShopTest.a", detail=STACK),
        ),
        (case("<skipped/>"), None),
        (case("<system-out>failure</system-out>"), None),
        (case("<rerunFailure>no</rerunFailure>"), None),
        ("<testsuites/>", None),
    ],
)  # fmt: skip
def test_junit(text: str, found: Finding | None) -> None:
    assert list(junit.read(text)) == ([found] if found else [])


GROWING = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>' + case("<failure>&b;</failure>")
FETCHED = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + case("<failure>&a;</failure>")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GROWING, "it has a document type"),
        (FETCHED, "it has a document type"),
        (case("<failure>&a;</failure>"), "undefined entity"),
        ("<a>" * 200, "elements more than 100 deep"),
        ("", "no element found"),
        ("no", "syntax error"),
        (case("<failure>no</failure>")[:-5], "unclosed token"),
    ],
)
def test_what_is_no_junit_is_said(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        list(junit.read(text))


def test_what_was_read_before_the_end_of_a_file_that_was_cut_is_kept() -> None:
    def kept(found: Iterator[Finding]) -> Iterator[Finding]:
        with pytest.raises(ValueError, match="unclosed token"):
            yield from found

    assert [one.message for one in kept(junit.read(case("<failure>no</failure>")[:-5]))] == ["no"]
