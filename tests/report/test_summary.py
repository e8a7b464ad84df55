"""The job summary as a whole, and that it renders as meant whatever stands in names and logs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.ending import CouldNotStart, Failed
from ftaction.model.run import Report
from ftaction.report import words
from ftaction.report.headline import headline
from ftaction.report.summary import summary
from tests.report.pages import kinds, links, rendered, rows
from tests.report.runs import HOSTILE, LOGS, MAIN, RUNS, STRANGE, replayed, report, result
from tests.support.golden import Golden

GITHUB_TAKES = 1_048_576  # bytes


@pytest.mark.parametrize("name", RUNS)
def test_a_summary(name: str, golden: Golden) -> None:
    golden(f"summary-{name}.md", summary(RUNS[name], LOGS))


PLAIN = {"heading_open", "heading_close", "inline", "text", "text_special", "paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close", "fence"}
TABLE = {f"{name}_{end}" for name in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")}
STRONG = {"strong_open", "strong_close"}
FOLDED = {"html_block"}
LIST = {f"{name}_{end}" for name in ("bullet_list", "list_item") for end in ("open", "close")}


@pytest.mark.parametrize("name", RUNS)
def test_it_renders_as_meant(name: str) -> None:
    run = RUNS[name]
    tokens = rendered(summary(run, LOGS))
    assert kinds(tokens) <= PLAIN | TABLE | LIST | STRONG | FOLDED | {"link_open", "link_close", "code_inline"}
    assert {token.content for token in tokens if token.type == "html_block"} <= {"<details><summary>The log</summary>\n", "</details>\n"}
    assert all(link == MAIN.run or link.startswith(f"{MAIN.run.partition('/actions/')[0]}/blob/{MAIN.commit}/") for link in links(tokens))
    table = [row for row in rows(tokens) if len(row) == 6]
    assert [row[0] for row in table][1:] == [shown(result.check) for result in run.results]
    titles = [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h3"]
    assert len([title for title in titles if title not in TITLES]) == len(
        [one for one in run.results if (one.check in LOGS or one.findings) and bad(one.check, run)]
    )
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h2") == 1


TITLES = {"Asked", "Time line", "Notes", "Warnings", "Slowest tests", "Since the last run"}


def shown(name: str) -> str:
    return words.printable(name)


NO_ADDRESSES = [
    ("https://github.com/org/repo/actions/runs/7", True, "a run"),
    ("http://localhost:3000/org/repo/actions/runs/7", True, "of a server of one's own"),
    ("", False, "none"),
    ("javascript:alert(1)", False, "no address of a page"),
    ("https://a/b) <img src=x>", False, "more than an address"),
    ("https://a/b](c", False, "the end of a link"),
    ("https://a/" + "b" * 1000, False, "longer than any"),
    ("https://a/b\n| c |", False, "a line of its own"),
]


@pytest.mark.parametrize(("address", "linked", "reason"), NO_ADDRESSES, ids=[row[2] for row in NO_ADDRESSES])
def test_only_the_address_of_a_run_is_a_link(address: str, linked: bool, reason: str) -> None:
    run = report(replayed("lint", origin=MAIN._replace(run=address)))
    assert links(rendered(summary(run, {}))) == ([address] if linked else [])


def bad(check: str, run: Report) -> bool:
    return next(one for one in run.results if one.check == check).ending.__class__.__name__ not in ("Passed", "Blocked")


def test_a_hostile_name_is_shown_as_it_is() -> None:
    shown = rows(rendered(summary(STRANGE, LOGS)))
    visible = "`|<b onclick=x>*_[a](b)\\\\n::error::x ##[error]y \\u202ertl\\u200bzero @who #1 &lt; $a$ ~~s~~ \\x1b[31m\\udcff"
    assert shown[1][0] == visible
    assert [row[0] for row in shown[2:]] == ["+ list", " blank "]


def test_a_hostile_log_stays_in_its_fence() -> None:
    fence, _bars = [token for token in rendered(summary(STRANGE, LOGS)) if token.type == "fence"]
    assert fence.content.split("\n") == [
        "::error::no",
        "##[error]no",
        "::set-output name=a::b",
        "```",
        "````text",
        "</details><script>",
        "| a | b |",
        "red done",
        "rtl",
        "50%",
        "100%",
        "tab\there",
        "",
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=30), st.text(max_size=60), st.text(max_size=30))
def test_no_name_log_or_note_breaks_the_page(name: str, log: str, note: str) -> None:
    run = report(result(name, ending=Failed(1), changed=(name, note)), result("other", ending=CouldNotStart(note)), notes=(note,))
    tokens = rendered(summary(run, {name: log}))
    assert [len(row) for row in rows(tokens)] == [6, 6, 6]
    assert kinds(tokens) <= PLAIN | TABLE | LIST | STRONG
    assert len([token for token in tokens if token.type == "fence"]) == 1 + bool(words.log(log))


def test_logs_of_any_size_leave_the_page_within_what_github_takes() -> None:
    names = [f"check-{number}" for number in range(10)]
    logs = {name: f"begin of {name}\n" + "é" * 100 + "\nx" * 100_000 + f"\nend of {name}\n" for name in names}
    page = summary(report(*(result(name, ending=Failed(1)) for name in names)), logs)
    assert 900_000 < len(page.encode()) < GITHUB_TAKES
    assert all(f"end of {name}\n" in page for name in names)
    assert page.count("bytes left out …") == 10


def test_one_endless_line_is_cut_too() -> None:
    page = summary(report(result("a", ending=Failed(1))), {"a": "x" * 3_000_000 + "end"})
    assert "xend\n```\n" in page
    assert 900_000 < len(page.encode()) < GITHUB_TAKES


@pytest.mark.parametrize(
    ("many", "size", "cut"),
    [
        pytest.param(20_000, 10, True, id="very many checks"),
        pytest.param(3_000, 5_000, True, id="long reasons"),
        pytest.param(600, 100, False, id="all of them, where there is room"),
    ],
)
def test_checks_in_any_number_do_too(many: int, size: int, cut: bool) -> None:
    run = report(
        *(result(f"ok-{number}") for number in range(many)),
        *(result(f"bad-{number}", ending=CouldNotStart("x" * size), changed=("a",) * 1000) for number in range(many)),
        notes=("n" * 1000,) * 1000,
    )
    page = summary(run, {f"bad-{number}": "log\n" for number in range(many)})
    assert len(page.encode()) < GITHUB_TAKES
    assert rows(rendered(page[:20_000]))[1][0] == "bad-0"  # what matters first
    assert ("more check" in page, "more failed check" in page) == (cut, cut)
    assert "### bad-0: could not start" in page
    assert kinds(rendered(page)) <= PLAIN | TABLE | LIST | STRONG | {"code_inline"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("passed", "passed in 3.5 s: 4 checks, 2 ran, 1 replayed, 1 unaffected, saved 24.7 s"),
        ("replayed", "passed in 41 ms: 2 checks, 0 ran, 2 replayed, saved 1 h 07 m"),
        ("failed", "failed in 15 m 02 s: 6 checks, 4 ran, 0 replayed, 3 failed, 2 blocked"),
        ("flaky", "passed in 1 m 01 s: 1 check, 1 ran, 0 replayed"),
        ("cancelled", "interrupted in 500 ms: 1 check, 1 ran, 0 replayed, 1 failed"),
    ],
)
def test_the_headline(name: str, line: str) -> None:
    assert headline(RUNS[name]) == line


def test_a_run_of_nothing_is_not_green() -> None:
    assert headline(report()).startswith("failed")
    assert headline(RUNS["passed"]._replace(interrupted=2)).startswith("interrupted")
    assert HOSTILE in {one.check for one in STRANGE.results}
