"""Untrusted text where GitHub tells people that they were named, and files what refers to an issue: a check run's page, a comment."""

import re

from ftaction.report.markdown import cell

_NOTHING = "&#8203;"  # a space without width
_ADDRESSED = re.compile(r"(?<=:)//|(?<=www)\.|(?<=gh)-", re.IGNORECASE)  # what makes an address or `GH-1` a link


def quiet(text: str) -> str:
    """As a cell, and no `@name`, `#1` or address is one any more. An entity is no help: they are looked for in what the page shows."""
    text = cell(text).replace("&#64;", f"@{_NOTHING}").replace("&#35;", f"#{_NOTHING}")
    return _ADDRESSED.sub(lambda match: f"{_NOTHING}{match[0]}", text)
