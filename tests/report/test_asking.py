"""What is told of asking: before it, in the plan and in explain; after it, in words, sums and over runs."""

import json
from typing import Any

import pytest

from ftaction.model.asking import Account, Ask, Asking, Left, Most, Spending
from ftaction.model.check import Check
from ftaction.model.ending import Blocked, Failed
from ftaction.model.plan import Decision, Plan, Reason, Replay, Run, Step
from ftaction.report import words
from ftaction.report.account import run_line, section
from ftaction.report.asking import dollars, tokens
from ftaction.report.document import plan_document
from ftaction.report.explain import Asked, explained
from ftaction.report.plans import plan_lines
from ftaction.report.spending import care_lines, spending_document
from tests.report.runs import HOSTILE, NOTHING, PASSED, RECORD, SPENT, TEN, answer, asking, report, result, run, unknown
from tests.support.golden import Golden


def asks(of: Asking) -> Run:
    return run(Reason.UNANSWERED)._replace(asking=of)


A, B, C = unknown("a.py", "b.py", "c.py")
REASONS: list[tuple[Asking, str, str]] = [
    (asking(A, B, C, *TEN[:9]), "asks about 3 of 12 items (a.py, b.py and 1 more), in 2 calls", "some are answered"),
    (asking(A, most=Most(1, 3, 1, 1, None)), "asks about 1 item (a.py), in 1 call", "all of them"),
    (asking(*unknown(""), most=Most(1, 3, 1, 1, None)), "asks once", "one thing without a name"),
    (asking(A, B, pending=("analyze-tests",)), "waits for answers of analyze-tests; asks about up to 2 items (a.py, b.py), in 2 calls", "answers to come"),
    (asking(*unknown(""), pending=("a", "b"), most=Most(1, 3, 1, 1, None)), "waits for answers of a, b; asks once", "answers to come, one thing"),
    (asking(A, why_not="ANTHROPIC_API_KEY is not set"), "not asked: ANTHROPIC_API_KEY is not set", "no key"),
    (asking(A, *TEN[:2], why_not="K is not set"), "not asked about 1 of 3 items (a.py): K is not set", "no key, some are answered"),
    (asking(why_not="its items mean no file", most=NOTHING), "not asked: its items mean no file", "no items"),
    (asking(most=NOTHING), "nothing to ask about", "nothing was touched"),
    (asking(A, most=NOTHING), "asks about 1 item (a.py)", "too large for any call"),
    (asking(*unknown(HOSTILE)), f"asks about 1 item ({words.printable(HOSTILE)}), in 2 calls", "a hostile name"),
]


@pytest.mark.parametrize(("of", "told", "why"), REASONS, ids=[row[2] for row in REASONS])
def test_why_it_asks(of: Asking, told: str, why: str) -> None:
    assert words.reason(asks(of)) == told


def test_a_forced_one_says_so() -> None:
    assert words.reason(run(Reason.FORCED)._replace(asking=asking(A))) == "asked to run; asks about 1 item (a.py), in 2 calls"


REPLAYS: list[tuple[Asking, dict[str, Any], str]] = [
    (asking(answer("a"), answer("b")), {}, "answered on main, 2023-11-14 22:13 UTC, commit 012345678, 2 items, none asked again"),
    (
        asking(answer("a"), answer("b", 1_600_000_000.0)), {},
        "answered on main, 2023-11-14 22:13 UTC, commit 012345678, 2 items, the oldest answer 2020-09-13 12:26 UTC, none asked again",
    ),
    (asking(answer("")), {}, "answered on main, 2023-11-14 22:13 UTC, commit 012345678, not asked again"),
    (asking(answer("")), {"ending": Failed(1)}, "it did not pass: answered on main, 2023-11-14 22:13 UTC, commit 012345678, not asked again"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "record", "told"), REPLAYS)
def test_a_replay_says_when_it_was_answered(of: Asking, record: dict[str, Any], told: str) -> None:
    assert words.reason(Replay(RECORD._replace(**record), asking=of)) == told


def test_what_has_no_answer_is_told_by_reason() -> None:
    left = (Left("a.py", "the budget of 20 calls was spent"), Left("b.py", "the budget of 20 calls was spent"), Left("c.py", "it was empty", asked=True))
    account = Account(12, 9, 2, (SPENT._replace(answers=0),), left, 1.0, RECORD.ended, RECORD.ended)
    told = words.result_reason(result("x", asks(asking(A, B, C, *TEN[:9])), account=account))
    assert told == (
        "asked about 1 of 12 items (c.py), in 2 calls; 9 answered before, 2023-11-14 22:13 UTC; "
        "2 of 12 items left unasked: the budget of 20 calls was spent; 1 of 12 items left without an answer: it was empty"
    )


@pytest.mark.parametrize(
    ("usd", "at_most", "told"),
    [
        (0.0, True, "$0.00"), (0.00001, False, "less than $0.0001"), (0.0459, False, "$0.0459"), (0.12, True, "$0.12"), (0.1201, True, "$0.13"),
        (0.1201, False, "$0.12"), (0.07, True, "$0.0700"), (0.29, True, "$0.29"), (1234.5, False, "$1,234.50"), (0.01231, True, "$0.0124"),
    ],
)  # fmt: skip
def test_money_is_never_told_as_less_than_the_most(usd: float, at_most: bool, told: str) -> None:
    assert dollars(usd, at_most=at_most) == told


def test_tokens_that_are_estimated_have_three_digits() -> None:
    assert tokens(12_345, 600) == "about 12,300 tokens in, 600 out"
    assert tokens(999, 1_234_567) == "about 999 tokens in, 1,230,000 out"


ASK = Ask(".firsttry/review.md", "review", items="change", handed=("analyze",), ttl=604_800.0)
PLANNED: dict[str, tuple[Ask, Decision]] = {
    "review": (ASK, asks(asking(A, B, *TEN[:2]))),
    "later": (ASK._replace(handed=("review",), ttl=90.0), asks(asking(*unknown("x:1-9"), pending=("review",), most=Most(1, 1, 200, 3000, None)))),
    "spare": (ASK, asks(asking(A._replace(spare=RECORD), most=Most(1, 3, 200, 3000, 0.0)))),
    "analyze": (Ask("p.md", "plan", items=("tests/**",)), Replay(RECORD, asking=asking(*TEN, most=NOTHING))),
    "keyless": (Ask("p.md", "plan"), asks(asking(*unknown(""), why_not="KEY is not set"))),
    "alone": (Ask("p.md", "plan"), Replay(RECORD, asking=asking(answer(""), most=NOTHING))),
    "late": (Ask("p.md", "plan"), Blocked(("keyless",))),
    "strange": (Ask(HOSTILE, HOSTILE), asks(asking(*unknown(HOSTILE), worker=HOSTILE, model=HOSTILE, pending=(HOSTILE,)))),
}  # fmt: skip
PLAN = Plan(
    Step("slow", tuple(Check(name=name, run="", ask=ask) for name, (ask, _) in PLANNED.items())), {name: decision for name, (_, decision) in PLANNED.items()}
)


def test_a_plan_says_what_asking_takes_at_most(golden: Golden) -> None:
    lines = plan_lines((PLAN,), {})
    golden("asking-plan.txt", "\n".join(lines) + "\n")
    assert all(line.isprintable() for line in lines)


def test_a_plan_for_programs_has_the_same(golden: Golden) -> None:
    golden("asking-plan.json", json.dumps(plan_document((PLAN,)), indent=1) + "\n")
    assert "asking" not in plan_document((Plan(Step("fast", (Check(name="a", run="x"),)), {"a": run()}),))


def test_explain_says_which_items_are_answered(golden: Golden) -> None:
    told = {name: explained(Asked(Check(name=name, run="", ask=ask), decision), None, whole=False) for name, (ask, decision) in PLANNED.items()}
    golden("asking-explained.txt", "\n\n".join(f"━━ {title} ━━\n" + "\n".join(lines) for title, lines in told.items()) + "\n")
    assert all(line.isprintable() for lines in told.values() for line in lines)


def test_where_nothing_asks_nothing_is_told() -> None:
    assert (section(PASSED), run_line(PASSED)) == ("", [])
    assert care_lines(spending_document(())) == []


def test_a_section_fits_whatever_stands_in_it() -> None:
    account = Account(
        9, 0, 0, (SPENT._replace(phase=HOSTILE * 9, model=HOSTILE * 9),), tuple(Left(HOSTILE * 9, str(one)) for one in range(99)), notes=(HOSTILE * 9,) * 99
    )
    page = section(report(*(result(f"check {number}", asks(asking(A)), account=account) for number in range(999))))
    assert len(page.encode()) < 170_000
    assert "more rows: see `report.json`" in page
    assert "more: see `report.json`" in page


def test_times_of_checks_that_ask_at_the_same_time_count_once() -> None:
    both = [result(name, asks(asking(A)), started=began, account=Account(1, 0, 0, (SPENT,), seconds=2.0)) for name, began in (("a", 0.0), ("b", 1.0))]
    assert run_line(report(*both))[0].endswith(", 3.0 s for calls of 18.2 s.")


def test_what_was_spent_over_runs(golden: Golden) -> None:
    spent = [Spending("analyze", 2, 12, 8, 3, 11, 12_345, 678, 0.0123), Spending(HOSTILE, 1, 1, 0, 1, 0, 5, 6, 0.0)]
    lines = care_lines({"records": 3, **spending_document(spent)})
    golden("asking-stats.txt", "\n".join(lines) + "\n")
    assert all(line.isprintable() for line in lines)
    assert json.loads(json.dumps(spending_document(spent)))["asked_total"]["tokens_in"] == 12_350
