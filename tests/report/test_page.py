"""The page as a file: one script that its own policy names, data that can't end where they stand, and no more bytes than are allowed.

What it shows is for a browser to say: `tests/e2e/scenario_page.py`.
"""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.ending import Failed
from ftaction.model.finding import Finding, Level
from ftaction.model.manifest import Manifest
from ftaction.model.run import Report
from ftaction.report.page import MOST, page
from ftaction.report.page.room import block, level, list_block, text_block
from tests.report.page_runs import EXAMPLE, HOSTILE_LOGS, HOSTILE_MANIFESTS, HOSTILE_RUN, LOGS, MANIFESTS, MARKUP, large
from tests.report.runs import LOGS as ALL_LOGS
from tests.report.runs import RUNS, report, result

ATTRIBUTES = {"http-equiv", "content", "charset", "lang", "name", "id", "class", "href", "for", "value", "aria-labelledby", "hidden", "tabindex", "type"}


class Parsed(HTMLParser):
    """Elements as a browser has them: what stands in a script is one text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") or tag

    def handle_data(self, data: str) -> None:
        self.texts[self._inside] = self.texts.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def json(self, name: str) -> object:
        return json.loads(self.texts[name])


def shown(text: str, check: str, kind: str) -> object:
    """What a check's block holds."""
    parsed = Parsed(text)
    data = parsed.json("data")
    assert isinstance(data, dict)
    one = next(one for one in data["checks"] if one["check"] == check)
    return parsed.json(f"block-{one[kind]['block']}") if one[kind]["block"] >= 0 else None


def test_its_policy_lets_nothing_but_its_own_script_and_style_be() -> None:
    parsed = Parsed(page(EXAMPLE, LOGS, MANIFESTS))
    (policy,) = [given["content"] for tag, given in parsed.tags if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"]
    named = {name: f"'sha256-{b64encode(sha256(parsed.texts[name].encode()).digest()).decode()}'" for name in ("script", "style")}
    assert policy == (
        f"default-src 'none'; script-src {named['script']}; style-src {named['style']}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


@pytest.mark.parametrize("name", ["example", "hostile", *RUNS])
def test_it_has_no_markup_but_its_own(name: str) -> None:
    told = {"example": (EXAMPLE, LOGS, MANIFESTS), "hostile": (HOSTILE_RUN, HOSTILE_LOGS, HOSTILE_MANIFESTS)}
    run, logs, manifests = told.get(name) or (RUNS[name], ALL_LOGS, {})
    parsed = Parsed(page(run, logs, manifests))
    empty = Parsed(page(report(), {}, {}))
    blocks = [given for tag, given in parsed.tags if (given.get("id") or "").startswith("block-")]
    assert [one for one in parsed.tags if one[1] not in blocks] == [(tag, given) for tag, given in empty.tags], "whatever stands in a run"
    assert all(given == {"type": "application/json", "id": f"block-{number}"} for number, given in enumerate(blocks))
    assert {name for _, given in parsed.tags for name in given} <= ATTRIBUTES
    assert not [name for _, given in parsed.tags for name in given if name.startswith("on") or name in ("style", "src")]


def test_its_script_makes_no_markup_of_text() -> None:
    script = Parsed(page(report(), {}, {})).texts["script"]
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|\.cssText|setAttribute\(\"style\"", script)
    assert not re.findall(r"fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(|EventSource|localStorage", script), "nor asks anybody for anything"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=80), st.text(max_size=40))
def test_every_text_arrives_as_it_was(name: str, log: str, message: str) -> None:
    found = (Finding(message, 1, Level.ERROR, message, detail=log),)
    text = page(report(result(name, ending=Failed(1), findings=found)), {name: log}, {name: Manifest(log, message, "0")})
    assert (shown(text, name, "log") if log else "") == log
    rows = shown(text, name, "findings")
    assert isinstance(rows, list)
    assert rows[0][3:] == [message, log]
    assert (shown(text, name, "inputs") if message else "") == message


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_a_block_can_stand_in_a_script(text: str) -> None:
    assert re.fullmatch(r"[\x20-\x25\x27-\x3b\x3d\x3f-\x7e]*", block(text)), "ASCII without <, > and &"
    assert json.loads(block(text)) == text


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=20), st.integers(0, 5000))
def test_room_is_shared_fairly(sizes: list[int], room: int) -> None:
    """The largest level at which all fit, found here by trying all of them."""
    fits = [one for one in range(max(sizes, default=0) + 1) if sum(min(size, one) for size in sizes) <= room]
    assert level(sizes, room) == fits[-1]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=3000), st.integers(0, 4000))
def test_a_text_is_cut_to_its_room(text: str, most: int) -> None:
    found = text_block(text, most)
    assert len(found) <= most
    if found and json.loads(found) != text:
        assert "characters left out" in json.loads(found)


def test_of_a_long_text_the_end_stays() -> None:
    told = json.loads(text_block("begin " + "é<" * 50_000 + " end", 10_000))
    assert told.startswith("begin ")
    assert told.endswith(" end")


def test_of_a_long_list_the_first_rows_stay() -> None:
    written, kept = list_block([["row", number] for number in range(1000)], 300)
    assert len(written) <= 300
    assert json.loads(written) == [["row", number] for number in range(kept)]


SIZES: list[tuple[Report, dict[str, str], dict[str, Manifest], str]] = [
    (*large(300, 80_000), "many long logs"),
    (*large(20_000, 10), "20,000 checks"),
    (report(*(result(f"{number}{MARKUP * 90}", ending=Failed(1)) for number in range(1500))), {}, {}, "long names"),
    (report(result("a", findings=(Finding("p", 1, Level.ERROR, "<" * 2000, detail="<" * 9000),) * 5000)), {}, {}, "findings"),
    (report(result("a", ending=Failed(1))), {"a": "<&>" * 1_500_000}, {}, "one endless log"),
    (report(notes=("n" * 5000,) * 20_000), {}, {}, "notes"),
]


@pytest.mark.parametrize(("run", "logs", "manifests", "reason"), SIZES, ids=[row[3] for row in SIZES])
def test_it_never_takes_more_than_is_said(run: Report, logs: dict[str, str], manifests: dict[str, Manifest], reason: str) -> None:
    assert len(page(run, logs, manifests).encode("utf-8", "backslashreplace")) <= MOST


def test_what_has_no_room_is_counted() -> None:
    data = Parsed(page(*SIZES[1][:3])).json("data")
    assert isinstance(data, dict)
    assert data["left_out"] + len(data["checks"]) == 20_000
    assert data["left_out"] > 0
    assert not data["checks"][0]["green"], "those that did not pass come first"


def test_what_checks_share_stands_there_once() -> None:
    same = Manifest("head\n", "files\n" * 1000, "0")
    text = page(report(*(result(f"{number}") for number in range(50))), {}, {f"{number}": same for number in range(50)})
    assert text.count('id="block-') == 2
    assert shown(text, "49", "inputs") == same.inputs
