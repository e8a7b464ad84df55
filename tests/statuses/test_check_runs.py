"""Check runs at GitHub: what stands there after a run, whatever happened on the way."""

import pytest

from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.plan import Decision, Replay, Unaffected
from ftaction.model.run import Result
from ftaction.plan.statuses import Label
from tests.report.runs import HOSTILE, RECORD, replayed, report, result
from tests.statuses.scene import Clock, Told, findings
from tests.support.github_told import READ_ONLY, Asked, GitHubTold, Reply

FAILED = result("test", ending=Failed(1))
BLOCKED = Blocked(("test",))
UNAFFECTED = Unaffected(base=RECORD)

ENDINGS: list[tuple[str, Decision | None, Ending, str, str]] = [
    ("passed", None, Passed(), "success", "passed in 1.2 s"),
    ("replayed", Replay(RECORD), Passed(), "success", "replayed: proved on main"),
    ("not affected", UNAFFECTED, Passed(), "success", "not affected: nothing it depends on changed since it passed on"),
    ("failed", None, Failed(2), "failure", "failed (2) in 1.2 s"),
    ("changed files", None, Failed(0, ("a.py",)), "failure", "changed 1 file in 1.2 s"),
    ("timed out", None, TimedOut(60.0), "timed_out", "timed out after 1 m 00 s"),
    ("could not start", None, CouldNotStart("bash: no such file"), "failure", "could not start: bash: no such file"),
    ("cancelled", None, Cancelled(), "cancelled", "cancelled in 1.2 s"),
    ("blocked by a need, which must not look like a pass", BLOCKED, BLOCKED, "cancelled", "blocked: needs test"),
    ("blocked by another failure", None, Blocked(("test",), Barrier.FAIL_FAST), "cancelled", "blocked: after test did not pass"),
    ("replayed, but its need failed", Replay(RECORD), BLOCKED, "cancelled", "blocked: needs test"),
]


@pytest.mark.parametrize(("decision", "ending", "conclusion", "title"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
def test_every_ending_is_reported(api: GitHubTold, decision: Decision | None, ending: Ending, conclusion: str, title: str) -> None:
    told = Told(api)
    assert told.all(result("lint", decision, ending=ending)) == ()
    run = api.one("FirstTry / lint")
    assert (run["status"], run["conclusion"]) == ("completed", conclusion)
    assert run["output"]["title"].startswith(title)
    assert told.settled


def test_what_runs_goes_on_until_it_ends(api: GitHubTold) -> None:
    told = Told(api)
    told.plan(result("lint"), replayed("test"))
    api.until(2)
    with api.lock:
        assert [(run["name"], run["status"], run["conclusion"]) for run in api.check_runs.values()] == [("FirstTry / lint", "in_progress", None)]
    told.finish(result("lint"), replayed("test"))
    told.end(report(result("lint"), replayed("test")))
    assert api.conclusions() == {"FirstTry / lint": "success", "FirstTry / test": "success"}
    assert api.writes() == ["checks/create", "checks/update", "checks/create"]


def test_the_other_surface_is_told_the_same(api: GitHubTold) -> None:
    told = Told(api)
    told.all(result("lint"), replayed("test"))
    assert (told.inner.events, len(told.inner.plans), len(told.inner.reports)) == ([("started", "lint"), ("finished", "lint"), ("finished", "test")], 1, 1)


def test_a_verdict_that_changes_is_changed_there(api: GitHubTold) -> None:
    """A mutating check changed what it had judged, and it was run again."""
    told = Told(api)
    told.plan(result("lint"))
    told.finish(result("lint"), result("lint", ending=Failed(1)))
    told.end(report(result("lint", ending=Failed(1))))
    assert api.one("FirstTry / lint")["conclusion"] == "failure"


def test_where_the_files_are_lost_no_pass_stands(api: GitHubTold) -> None:
    told = Told(api)
    told.all(result("lint"), FAILED, lost=True)
    assert api.conclusions() == {"FirstTry / lint": "failure", "FirstTry / test": "failure"}
    assert "no verdict holds" in api.one("FirstTry / lint")["output"]["title"]


def test_what_was_never_planned_is_concluded_too(api: GitHubTold) -> None:
    """The run was cancelled before its step."""
    told = Told(api)
    never = Result(check="late", step="slow", decision=Blocked((), Barrier.FAIL_FAST), ending=Cancelled())
    told.plan(result("lint"))
    told.finish(result("lint", ending=Cancelled()), never)
    assert told.end(report(result("lint", ending=Cancelled()), never, interrupted=15)) == ()
    assert api.conclusions() == {"FirstTry / lint": "cancelled", "FirstTry / late": "cancelled"}


def test_what_is_found_out_later_is_told_later(api: GitHubTold) -> None:
    """Findings are read from a log after its check was told."""
    told = Told(api)
    told.plan(FAILED)
    told.finish(FAILED)
    told.end(report(FAILED._replace(findings=findings(3))))
    assert len(api.annotations[1]) == 3
    assert "3 findings" in api.one("FirstTry / test")["output"]["title"]


CHUNKS = [(0, 0, 0), (1, 1, 0), (49, 1, 0), (50, 1, 0), (51, 2, 0), (100, 2, 0), (500, 10, 0), (501, 10, 1), (1200, 10, 700)]


@pytest.mark.parametrize(("number", "requests", "more"), CHUNKS)
def test_annotations_go_in_chunks_and_the_rest_is_counted(api: GitHubTold, number: int, requests: int, more: int) -> None:
    told = Told(api)
    told.all(FAILED._replace(findings=findings(number), unread=0))
    sent = [len(one.body["output"].get("annotations", [])) for one in api.asked if one.writes and one.body["status"] == "completed"]
    assert sent == [50] * (requests - 1) + [min(number, 500) - 50 * max(0, requests - 1)] * (requests > 0) or [0]
    assert [one["start_line"] for one in api.annotations[1]] == list(range(1, min(number, 500) + 1))
    summary = api.one("FirstTry / test")["output"]["summary"]
    assert (f"{more} more finding" in summary) == (more > 0)


def test_of_too_many_those_on_touched_lines_are_told(api: GitHubTold) -> None:
    Told(api).all(FAILED._replace(findings=findings(700)), lines={"src/a.py": ((650, 660),)})
    lines = [one["start_line"] for one in api.annotations[1]]
    assert lines == [*range(650, 661), *range(1, 490)]
    assert "of an earlier attempt" not in api.one("FirstTry / test")["output"]["summary"]


def test_ends_come_before_further_annotations(api: GitHubTold) -> None:
    told = Told(api)
    told.plan(FAILED)
    api.until(2)
    with api.lock:
        told.finish(FAILED._replace(findings=findings(120)), result("lint"), result("types"))
    told.end(report(FAILED._replace(findings=findings(120)), result("lint"), result("types")))
    ends = [(one.name.split("/")[1], one.body["name"].split(" ")[-1]) for one in api.asked if one.writes][1:]
    assert sorted(ends[:3]) == [("create", "lint"), ("create", "types"), ("update", "test")]
    assert ends[3:] == [("update", "test")] * 2


def test_a_run_again_changes_what_is_there(api: GitHubTold) -> None:
    """Also its annotations, of which GitHub takes none back: those that are there already are not sent again."""
    Told(api).all(result("lint"), FAILED._replace(findings=findings(60)))
    Told(api, attempt=2).all(result("lint"), FAILED._replace(findings=findings(70)))
    assert len(api.check_runs) == 2
    assert [one["start_line"] for one in api.annotations[2]] == list(range(1, 71))
    assert api.one("FirstTry / lint")["external_id"].endswith(":7.2")
    Told(api, attempt=3).all(result("lint"), result("test"))
    assert api.conclusions() == {"FirstTry / lint": "success", "FirstTry / test": "success"}
    assert "70 of the annotations are of an earlier attempt" in api.one("FirstTry / test")["output"]["summary"]


def test_another_jobs_check_run_is_left_alone_and_told_of(api: GitHubTold) -> None:
    """Two jobs under one name: the second must not make the first one's failure a pass."""
    Told(api).all(FAILED)
    notes = Told(api, job="b" * 16).all(result("test"))
    assert [run["conclusion"] for run in api.named("FirstTry / test")] == ["failure", "success"]
    assert len(notes) == 1
    assert "`FirstTry / test`: another job tells of this commit under the same names" in notes[0]


def test_a_check_run_that_is_gone_is_made_anew(api: GitHubTold) -> None:
    told = Told(api)
    told.plan(result("lint"))
    api.until(2)
    with api.lock:
        api.check_runs.clear()
        api.annotations.clear()
    told.finish(result("lint"))
    assert told.end(report(result("lint"))) == ()
    assert api.conclusions() == {"FirstTry / lint": "success"}


def test_an_earlier_attempt_with_another_token_leaves_what_we_may_not_change(api: GitHubTold) -> None:
    Told(api).all(FAILED)
    api.app += 1
    assert Told(api, attempt=2).all(result("test")) == ()
    assert [run["conclusion"] for run in api.named("FirstTry / test")] == ["failure", "success"]


def test_very_many_are_told_as_one_with_those_that_failed(api: GitHubTold) -> None:
    results = [*(result(f"ok-{number}") for number in range(100)), *(result(f"bad-{number}", ending=Failed(1)) for number in range(3))]
    told = Told(api, checks=103)
    told.plan(*results)
    api.until(2)
    assert api.one("FirstTry")["status"] == "in_progress"
    told.finish(*results)
    assert told.end(report(*results)) == ()
    assert api.conclusions() == {"FirstTry": "failure"} | {f"FirstTry / bad-{number}": "failure" for number in range(3)}
    better = [one._replace(ending=Passed()) for one in results]
    Told(api, attempt=2, checks=103).all(*better)
    assert api.conclusions() == {"FirstTry": "success"} | {f"FirstTry / bad-{number}": "success" for number in range(3)}
    assert len(api.writes()) <= 5 + 5


def test_sixty_that_all_run_stay_below_what_github_takes_in_a_minute(api: GitHubTold) -> None:
    results = [result(f"check-{number}") for number in range(60)]
    told = Told(api, checks=60)
    assert told.all(*results) == ()
    assert len(api.check_runs) == 60
    assert set(api.conclusions().values()) == {"success"}
    assert len(api.writes()) <= 70
    assert told.clock.waits == []


FORK = Reply(403, READ_ONLY)


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("what", ["checks/list-for-ref", "checks/create"])
def test_a_token_that_may_not_falls_back_without_a_word(api: GitHubTold, status: int, what: str) -> None:
    api.intercept = lambda asked: Reply(status, READ_ONLY) if asked.name == what else None
    told = Told(api)
    assert told.all(result("lint"), FAILED, replayed("other")) == ()
    assert len(api.asked) == (1 if what.endswith("ref") else 2), "once is enough to know"
    assert told.settled


ASKED_FOR = [
    (True, False, "there are no status checks: GitHub's API answered 403. The job needs `permissions: checks: write`"),
    (True, True, ""),
    (False, False, ""),
]


@pytest.mark.parametrize(("given", "fork", "note"), ASKED_FOR)
def test_who_asked_for_them_is_told_why_there_are_none(api: GitHubTold, given: bool, fork: bool, note: str) -> None:
    api.may = frozenset()
    assert Told(api, label=Label("Ours", given=given), fork=fork).all(FAILED) == tuple(filter(None, (note,)))
    assert api.check_runs == {}


class Refusing:
    """Answers so to the first `times` requests whose names begin so."""

    def __init__(self, times: int, reply: Reply, what: str = "checks/") -> None:
        self.left, self.reply, self.what = times, reply, what

    def __call__(self, asked: Asked) -> Reply | None:
        if self.left and asked.name.startswith(self.what):
            self.left -= 1
            return self.reply
        return None


SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
PASSING: list[tuple[str, Reply, str, float]] = [
    ("trouble of its own", Reply(502, {}), "checks/", 0.5),
    ("trouble while making one", Reply(500, {}), "checks/create", 0.5),
    ("the connection broke before it answered", Reply(0), "checks/create", 0.5),
    ("it was made, but nobody heard so", Reply(0, after=True), "checks/create", 0.5),
    ("it was made, and the answer was trouble", Reply(502, {}, after=True), "checks/create", 0.5),
    ("it was changed, but nobody heard so", Reply(0, after=True), "checks/update", 0.5),
    ("a limit that says how long", Reply(429, {}, {"retry-after": "7"}), "checks/", 7.0),
    ("the same, told as a refusal", Reply(403, SECONDARY, {"retry-after": "7"}), "checks/", 7.0),
    ("the hourly limit", Reply(403, {}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{1_700_000_009}"}), "checks/", 9.0),
]


@pytest.mark.parametrize(("reply", "what", "waited"), [row[1:] for row in PASSING], ids=[row[0] for row in PASSING])
def test_what_passes_is_waited_for_and_nothing_is_told_twice(api: GitHubTold, reply: Reply, what: str, waited: float) -> None:
    api.intercept = Refusing(1, reply, what)
    told = Told(api)
    failed = FAILED._replace(findings=findings(60))
    assert told.all(result("lint"), failed) == ()
    assert api.conclusions() == {"FirstTry / lint": "success", "FirstTry / test": "failure"}
    assert len(api.annotations[api.one("FirstTry / test")["id"]]) == 60
    assert max(told.clock.waits) >= waited


LASTING: list[tuple[str, Reply, str]] = [
    ("trouble", Reply(503, {}), "GitHub's API answered 503"),
    ("a limit that lasts longer than the run", Reply(429, {}, {"retry-after": "3000"}), "GitHub's API limits how often it is asked (429)"),
    ("a limit that does not say how long", Reply(403, SECONDARY), "GitHub's API limits how often it is asked (429)"),
    ("no connection", Reply(0), "broke off"),
    ("something else than was asked for", Reply(200, []), "did not say id"),
    ("no JSON", Reply(200, b"<html>"), "something that is not JSON"),
    ("a moved address", Reply(307, {}, {"location": "/elsewhere"}), "answered 307"),
]


@pytest.mark.parametrize(("reply", "why"), [row[1:] for row in LASTING], ids=[row[0] for row in LASTING])
def test_what_lasts_is_one_note_and_nothing_else(api: GitHubTold, reply: Reply, why: str) -> None:
    api.intercept = lambda asked: reply if asked.writes or reply.status == 200 else None
    told = Told(api)
    notes = told.all(result("lint"), FAILED)
    assert len(notes) == 1
    assert notes[0].startswith("2 status checks could not be told to GitHub: ")
    assert why in notes[0] or "no time left" in notes[0]
    assert told.settled is False
    assert len(api.asked) <= 20
    assert told.clock.seconds <= 320


def test_nobody_waits_longer_than_was_said_for_a_server_that_is_silent(api: GitHubTold) -> None:
    api.intercept = lambda _: Reply(-1)
    told = Told(api, idle=0.05)
    assert told.all(result("lint")) != ()
    assert api.check_runs == {}


INVALID = Reply(422, {"message": "Validation Failed"})


def test_annotations_that_github_does_not_take_hold_up_no_verdict(api: GitHubTold) -> None:
    api.intercept = lambda asked: INVALID if asked.writes and asked.body["output"].get("annotations") else None
    assert Told(api).all(FAILED._replace(findings=findings(120)), result("lint")) == ()
    assert api.conclusions() == {"FirstTry / test": "failure", "FirstTry / lint": "success"}


def test_a_check_run_that_github_does_not_take_leaves_the_others(api: GitHubTold) -> None:
    api.intercept = lambda asked: INVALID if asked.writes and asked.body["name"].endswith("test") else None
    assert Told(api).all(FAILED, result("lint")) == ("1 status check could not be told to GitHub: GitHub's API answered 422: Validation Failed",)
    assert api.conclusions() == {"FirstTry / lint": "success"}


def test_a_commit_that_is_not_there_is_a_note(api: GitHubTold) -> None:
    api.commits = ()
    (note,) = Told(api).all(FAILED, result("lint"))
    assert "2 status checks could not be told to GitHub: GitHub's API answered 422: No commit found for SHA" in note


NAMES = [HOSTILE, "x" * 300, "x" * 300 + "y", " blank ", "blank", "a\nb", "a\\nb", "…", "名前", "-", "a  b", "a b", "\u202ea", "\udcff", "ok / fine"]


def test_hostile_names_each_have_a_check_run_of_their_own_which_stays_the_same(api: GitHubTold) -> None:
    results = [result(name, ending=CouldNotStart(HOSTILE), findings=findings(1, message=HOSTILE, rule=HOSTILE, detail=HOSTILE)) for name in NAMES]
    assert Told(api, checks=len(NAMES), label=Label("Ours", HOSTILE)).all(*results) == ()
    names = set(api.conclusions())
    assert len(names) == len(api.check_runs) == len(NAMES)
    assert Told(api, attempt=2, checks=len(NAMES), label=Label("Ours", HOSTILE)).all(*results) == ()
    assert set(api.conclusions()) == names
    assert len(api.check_runs) == len(NAMES)


def test_secrets_are_told_to_nobody(api: GitHubTold) -> None:
    secret = "s3_cret*value"
    failed = result(f"has {secret}", ending=CouldNotStart(f"no {secret}"), findings=findings(2, message=f"is {secret}", detail=secret, rule=secret))
    placeless = findings(1, path="", message=f"is {secret}")
    told = Told(api, hidden=(secret,), comment=True)
    told.all(failed._replace(check="x", findings=failed.findings + placeless))
    everything = repr([one.body for one in api.asked if one.writes])
    assert "***" in everything
    assert not [part for part in ("s3_cret", "s3\\\\_cret", "cret\\*value") if part in everything]


def test_what_is_told_at_once_is_told_in_the_order_of_the_clock(api: GitHubTold) -> None:
    clock = Clock()
    Told(api, clock).all(result("lint", seconds=90.0))
    run = api.one("FirstTry / lint")
    assert (run["started_at"], run["completed_at"]) == ("2023-11-14T22:11:50Z", "2023-11-14T22:13:20Z")
