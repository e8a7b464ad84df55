"""The page names every rule, in the order in which they are looked at."""

import re
from pathlib import Path

from ftaction.model.narrow import Rule


def test_the_page_has_every_rule_in_order() -> None:
    page = (Path(__file__).parents[2] / "docs/javascript.md").read_text()
    table = page[page.index("| rule |") : page.index("## Else")]
    assert re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[2:] == [rule.value for rule in Rule]
