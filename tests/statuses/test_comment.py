"""The pull request's comment at GitHub: one, whatever happens, and what it says."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.ending import Failed
from ftaction.report.comment import comment, mark
from tests.report.pages import kinds, rendered
from tests.report.runs import FAILED, HOSTILE, MAIN, PASSED, RUNS, STRANGE, replayed, report, result
from tests.statuses.scene import Told, findings
from tests.support.github_told import READ_ONLY, Asked, GitHubTold, Reply
from tests.support.golden import Golden

JOB = "a" * 16
GITHUB_TAKES = 65_536  # characters


def told(api: GitHubTold, **about: Any) -> Told:
    return Told(api, label=None, comment=True, **about)


def test_there_is_one_over_many_runs_and_it_says_the_newest(api: GitHubTold) -> None:
    for attempt in range(1, 6):
        assert told(api, attempt=attempt).all(result("lint", ending=Failed(attempt))) == ()
    (only,) = api.comments.values()
    assert "**lint** failed (5)" in only["body"]
    assert api.check_runs == {}


def test_each_job_has_its_own(api: GitHubTold) -> None:
    for job in (JOB, "b" * 16, JOB):
        told(api, job=job).all(result("lint"))
    assert len(api.comments) == 2


def test_two_runs_at_once_leave_one(api: GitHubTold) -> None:
    """Both find none; the older one stays, and says what the later one came to."""
    others = iter([f"{mark(JOB)}\nthe other run's"])

    def meanwhile(asked: Asked) -> None:
        if asked.name == "issues/create-comment" and (body := next(others, "")):
            api.comment({"issue_number": "9"}, {}, {"body": body})

    api.intercept = meanwhile
    assert told(api).all(result("lint", ending=Failed(3))) == ()
    (only,) = api.comments.values()
    assert (only["id"], "failed (3)" in only["body"]) == (1, True)


@pytest.mark.parametrize(("after", "answer"), [(True, 0), (False, 0), (True, 502), (False, 502)])
def test_what_may_have_been_made_is_looked_for_before_it_is_made_again(api: GitHubTold, after: bool, answer: int) -> None:
    once = iter([Reply(answer, {}, after=after)])
    api.intercept = lambda asked: next(once, None) if asked.name == "issues/create-comment" else None
    assert told(api).all(result("lint")) == ()
    assert len(api.comments) == 1


AUTHORS = [
    (("github-actions[bot]", "Bot", "NONE"), 1, "the job's token"),
    (("ci-user", "User", "MEMBER"), 1, "a token of somebody who belongs to it"),
    (("stranger", "User", "CONTRIBUTOR"), 2, "anybody may write what looks like ours"),
]


@pytest.mark.parametrize(("author", "number", "reason"), AUTHORS, ids=[row[2] for row in AUTHORS])
def test_whose_comment_counts_as_ours(api: GitHubTold, author: tuple[str, str, str], number: int, reason: str) -> None:
    ours, api.author = api.author, author
    api.comment({"issue_number": "9"}, {}, {"body": f"{mark(JOB)}\nearlier"})
    api.author = ours
    told(api).all(result("lint"))
    assert len(api.comments) == number


def test_one_that_quotes_ours_is_not_ours(api: GitHubTold) -> None:
    api.comment({"issue_number": "9"}, {}, {"body": f"> {mark(JOB)}"})
    api.comment({"issue_number": "8"}, {}, {"body": f"{mark(JOB)}\nof another pull request"})
    told(api).all(result("lint"))
    assert len(api.comments) == 3


def test_it_is_found_behind_hundreds(api: GitHubTold) -> None:
    for number in range(230):
        api.comment({"issue_number": "9"}, {}, {"body": f"{mark(JOB)} ours" if number == 215 else "talk"})
    told(api).all(result("lint"))
    assert len(api.comments) == 230


REFUSED = [
    (Reply(403, READ_ONLY), False, "GitHub's API answered 403. The job needs `permissions: pull-requests: write`"),
    (Reply(403, READ_ONLY), True, ""),
    (Reply(404, {"message": "Not Found"}), False, "GitHub's API answered 404. The job needs `permissions: pull-requests: write`"),
    (Reply(422, {"message": "Unprocessable"}), False, "GitHub's API answered 422: Unprocessable"),
    (Reply(429, {}, {"retry-after": "600"}), False, "GitHub's API limits how often it is asked (429)"),
    (Reply(502, {}), False, "GitHub's API answered 502"),
]


@pytest.mark.parametrize(("reply", "fork", "why"), REFUSED)
def test_a_refusal_is_a_note_and_of_a_fork_not_even_that(api: GitHubTold, reply: Reply, fork: bool, why: str) -> None:
    api.intercept = lambda asked: reply if asked.writes else None
    notes = told(api, fork=fork).all(result("lint"))
    assert [note.startswith(f"the pull request has no comment of this run: {why}") for note in notes] == ([True] if why else [])


def test_neither_needs_the_other(api: GitHubTold) -> None:
    api.may = frozenset(("pull-requests",))
    Told(api, comment=True).all(result("lint"))
    assert (len(api.comments), api.check_runs) == (1, {})


def test_a_run_that_was_cancelled_leaves_what_it_says(api: GitHubTold) -> None:
    told(api).all(result("lint"))
    told(api).all(result("lint", ending=Failed(1)), interrupted=15)
    assert "passed" in api.comments[1]["body"].split("\n")[1]


@pytest.mark.parametrize("name", ["passed", "failed", "strange"])
def test_a_comment(name: str, golden: Golden) -> None:
    run = RUNS.get(name, STRANGE)
    failed = run._replace(
        results=tuple(one._replace(findings=findings(12, rule="F401")) if isinstance(one.ending, Failed) else one for one in run.results),
        context=run.context._replace(origin=MAIN),
    )
    golden(f"comment-{name}.md", comment(failed, JOB, "FirstTry (3.12)", "5" * 40))


@pytest.mark.parametrize("run", [PASSED, FAILED, STRANGE])
def test_it_is_within_what_github_takes_however_many_there_are(run: Any) -> None:
    many = report(*(one._replace(findings=findings(30, message=HOSTILE * 3)) for one in run.results * 400))
    body = comment(many, JOB, HOSTILE, "5" * 40)
    assert len(body) < GITHUB_TAKES
    assert body.startswith(f"{mark(JOB)}\n")
    assert body.endswith("</details>")


TEXTS = st.text(max_size=40) | st.sampled_from([HOSTILE, "see https://a.example/b", "www.a.example", "GH-12", "@org/team", "org/repo#7", "</details>", "-->"])


@settings(max_examples=150, deadline=None)
@given(TEXTS.filter(bool), TEXTS, TEXTS)
def test_no_text_breaks_it_or_names_anybody(name: str, text: str, rule: str) -> None:
    failed = result(name, ending=Failed(1), changed=(text,), findings=findings(2, path=text, message=text or name, rule=rule))
    body = comment(report(failed, replayed(name, origin=MAIN._replace(run=""))), JOB, name, text)
    tokens = rendered(body)
    assert not kinds(tokens) & {"link_open", "image", "html_inline", "code_inline", "fence", "code_block"}
    assert len([token for token in tokens if token.type == "html_block"]) == 3
    shown = "".join(child.content for token in tokens for child in token.children or ())
    assert not re.search(r"(?i)://|www\.|gh-\d", shown), "which GitHub makes links of"
    assert not [index for index, char in enumerate(shown[:-1]) if char in "@#" and shown[index + 1] != "\u200b"]
