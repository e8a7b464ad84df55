"""Workflow commands: one escaper, and untrusted text that can issue none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.report.commands import command, fenced

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(command("error", "plain"), "::error::plain", id="no properties, no blank"),
        pytest.param(command("error", "50% of\r\na: b, c"), "::error::50%25 of%0D%0Aa: b, c", id="% first, so that nothing is escaped twice"),
        pytest.param(command("error", "%0A"), "::error::%250A", id="what looks escaped is text"),
        pytest.param(command("error", "x", file="a,b:c%.py", line=3, col=0, title=""), "::error file=a%2Cb%3Ac%25.py,line=3::x", id="properties"),
        pytest.param(command("error", "##[add-mask]x"), "::error::#\u200b#[add-mask]x", id="the old form is found anywhere in a line"),
        pytest.param(command("error", "x", title="##[a]\n::b::"), "::error title=#\u200b#[a]%0A%3A%3Ab%3A%3A::x", id="in properties, too"),
        pytest.param(command("error", "x" * 5000), "::error::" + "x" * 4096, id="the runner cuts what is longer"),
    ],
)  # fmt: skip
def test_a_command(line: str, expected: str) -> None:
    assert line == expected


def runner_reads(line: str) -> tuple[str, dict[str, str], str] | None:
    """As the runner reads a line: `::name key=value,…::data`, then `%25` last."""
    match = re.fullmatch(r"::(\w+)(?: ([^:]*(?:[^:]|:(?!:))*?))?::(.*)", line)
    if match is None:
        return None
    properties = dict(part.split("=", 1) for part in match[2].split(",")) if match[2] else {}
    return match[1], {key: _unescape(_unescape_property(value)) for key, value in properties.items()}, _unescape(match[3])


def _unescape_property(text: str) -> str:
    return text.replace("%3A", ":").replace("%2C", ",")


def _unescape(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


@given(st.text(max_size=50).filter(lambda text: "##[" not in text), st.text(min_size=1, max_size=20).filter(lambda text: "##[" not in text))
def test_the_runner_reads_what_was_meant(message: str, title: str) -> None:
    line = command("error", message, title=title)
    assert len(line.split("\n")) == 1
    assert "\r" not in line
    assert runner_reads(line) == ("error", {"title": title}, message)


@given(st.lists(st.sampled_from(["::error::x", "##[error]x", "#", "#[", "\n", "\r", " ", f"::{TOKEN[:-1]}::", "::stop-commands::y"]), max_size=12).map("".join))
def test_nothing_inside_the_fence_is_a_command(text: str) -> None:
    first, *inside, last = fenced(text, TOKEN).split("\n")
    assert (first, last) == (f"::stop-commands::{TOKEN}", f"::{TOKEN}::")
    assert last not in inside
    assert not any("##[" in line for line in inside)


def test_a_fence_keeps_the_text() -> None:
    assert fenced("a\nb", TOKEN) == f"::stop-commands::{TOKEN}\na\nb\n::{TOKEN}::"
