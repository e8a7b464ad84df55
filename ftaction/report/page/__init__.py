"""`report.html`: one file that shows a run, without a network and under a policy that lets nothing run but its own script.

Data stand in the page as JSON, and its script makes text of them, never markup. What is large (logs, manifests, findings) stands in blocks
of its own, which are read when somebody opens them.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pkgutil import get_data
from typing import NamedTuple

from ftaction.model.ending import green
from ftaction.model.manifest import Manifest
from ftaction.model.run import Report
from ftaction.report.page.content import checks_content, finding_row, run_content
from ftaction.report.page.room import block, level, list_block, text_block

MOST = 20_000_000  # bytes of a page
_CHECKS = 8_000_000  # of these for the checks, without what is large
_FRAME = 100_000  # for page, style and script
_TAGS = 64  # around each block
_SCRIPTS = ("base.js", "text.js", "timeline.js", "check.js", "table.js", "compare.js", "start.js")


class Text(NamedTuple):
    """What a check shows when it is asked to: `kind` is `log`, `head` or `inputs`, the two halves of a manifest."""

    check: str
    kind: str
    text: str
    first: bool  # whether it matters most


def page(report: Report, logs: Mapping[str, str], manifests: Mapping[str, Manifest]) -> str:
    """The whole file. Logs and manifests by check, as far as they could be had; those of checks that did not pass have the first room."""
    checks, left_out = _checks(report)
    run = run_content(report) | {"left_out": left_out}
    room = MOST - _FRAME - len(block(run)) - sum(len(one) for one in checks.values())
    blocks, owners = _blocks(report, checks, room, _texts(report, checks, logs, manifests))
    rows = ",".join(f"{row[:-1]}{''.join(owners.get(name, ()))}}}" for name, row in checks.items())
    style, script = _part("page.css"), "".join(map(_part, _SCRIPTS))
    parts = {
        "STYLE_HASH": _hash(style), "SCRIPT_HASH": _hash(script), "STYLE": style, "SCRIPT": script,
        "DATA": f'{block(run)[:-1]},"checks":[{rows}]}}',
        "BLOCKS": "".join(f'<script type="application/json" id="block-{number}">{one}</script>\n' for number, one in enumerate(blocks)),
    }  # fmt: skip
    pieces = _part("page.html").split("@@")  # text, name, text, name, …
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _checks(report: Report) -> tuple[dict[str, str], int]:
    """Each check as JSON, and how many had no room; where some have none, those that did not pass come first."""
    written = {str(one["check"]): block(one) for one in checks_content(report)}
    if sum(map(len, written.values())) <= _CHECKS:
        return written, 0
    order = {result.check: green(result.ending) for result in report.results}
    kept: dict[str, str] = {}
    left = _CHECKS
    for name in sorted(written, key=lambda name: order[name]):
        left -= len(written[name])
        if left < 0:
            break
        kept[name] = written[name]
    return kept, len(written) - len(kept)


def _texts(report: Report, checks: Mapping[str, str], logs: Mapping[str, str], manifests: Mapping[str, Manifest]) -> Iterator[Text]:
    for result in report.results:
        if result.check not in checks:
            continue
        if log := logs.get(result.check, ""):
            yield Text(result.check, "log", log, first=not green(result.ending))
        if manifest := manifests.get(result.check):
            yield Text(result.check, "head", manifest.head, first=False)
            yield Text(result.check, "inputs", manifest.inputs, first=False)


def _blocks(report: Report, checks: Mapping[str, str], room: int, texts: Iterator[Text]) -> tuple[list[str], dict[str, list[str]]]:
    """All blocks, and what each check's JSON says of its own. A text that several checks share stands there once."""
    blocks: list[str] = []
    owners: dict[str, list[str]] = {}
    for result in report.results:
        if result.findings and result.check in checks:
            written, kept = list_block([finding_row(one) for one in result.findings], room // 4)
            room -= len(written) + _TAGS
            more = len(result.findings) - kept + result.unread
            owners.setdefault(result.check, []).append(f',"findings":{{"block":{len(blocks)},"count":{kept},"more":{more}}}')
            blocks.append(written)
    found = list(texts)
    for first in (True, False):
        room -= _write([text for text in found if text.first is first], room // 2 if first else room, blocks, owners)
    return blocks, owners


def _write(texts: list[Text], room: int, blocks: list[str], owners: dict[str, list[str]]) -> int:
    """The room that these took, fairly shared."""
    whole = {one.text: block(one.text) for one in texts}
    most = level(map(len, whole.values()), room - _TAGS * len(whole))
    numbers: dict[str, int] = {}
    before = len(blocks)
    for text, written in whole.items():
        fits = written if len(written) <= most else text_block(text, most)
        numbers[text] = len(blocks) if fits else -1
        blocks += [fits] if fits else []
    for one in texts:
        owners.setdefault(one.check, []).append(f',"{one.kind}":{{"block":{numbers[one.text]},"length":{len(one.text)}}}')
    return sum(len(one) + _TAGS for one in blocks[before:])


@cache
def _part(name: str) -> str:
    content = get_data(__name__, name)
    assert content is not None, "it stands beside this module"
    return content.decode()


@cache
def _hash(text: str) -> str:
    """As a policy names what may run: https://www.w3.org/TR/CSP3/#match-element-to-source-list."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
