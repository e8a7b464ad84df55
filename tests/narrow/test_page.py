"""The pages name every rule, in the order in which they are looked at."""

import re
from pathlib import Path

from ftaction.model.narrow import Rule

ROOT = Path(__file__).parents[2]


def rules(page: str) -> list[str]:
    """The first column of the table of rules."""
    text = (ROOT / "docs" / page).read_text()
    table = text[text.index("| rule |") :].partition("\n\n")[0]
    return re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[2:]


def test_the_page_of_javascript_has_every_rule_in_order() -> None:
    assert rules("javascript.md") == [rule.value for rule in Rule]


def test_the_page_of_go_has_the_rules_that_its_sources_know_in_order() -> None:
    sources = "".join((ROOT / "ftaction" / path).read_text() for path in ("run/go_tests.py", "tools/narrow/go.py"))
    assert rules("go.md") == [rule.value for rule in Rule if f"Rule.{rule.name}" in sources]
