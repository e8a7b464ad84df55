"""Whatever a worker does, the check ends with the right report, what was answered counts, and the next run asks only about the rest."""

from threading import Event
from typing import NamedTuple

import pytest

from ftaction.model.asking import Api, Verdict
from ftaction.model.ending import Ending, Failed, Passed, Unanswered
from ftaction.report.verdict import passed as report_passed
from tests.asking import behaviours
from tests.asking.scene import ITEMS, KEY, Scene, account, asks, left, messages, of, spent
from tests.models.answers import items
from tests.models.server import serving
from tests.models.speech import Call, Reply
from tests.support.rig import log

A, B, C, D = ITEMS


class Fault(NamedTuple):
    """`left`: why, by item. `spent`: calls, again, turned away, answers."""

    behaviour: str
    left: dict[str, str]
    spent: tuple[int, int, int, int]
    reason: str


_TWICE = "its answer could not be used, twice: "
FAULTS = [
    Fault("invalid", {A: f"{_TWICE}it was no JSON array", B: f"{_TWICE}it was no JSON array"}, (3, 1, 0, 2), "no JSON: asked again once"),
    Fault("invalid_once", {}, (3, 1, 0, 4), "no JSON, until it is told so"),
    Fault("cut_off", {A: f"{_TWICE}it was no JSON array", B: f"{_TWICE}it was no JSON array"}, (3, 1, 0, 2), "half of the JSON"),
    Fault("empty", dict.fromkeys((A, B), "the command printed nothing"), (4, 2, 0, 2), "nothing at all"),
    Fault(
        "misfit",
        {B: f"{_TWICE}it does not fit the schema at findings[0].level: 'catastrophe' is not one of ['error', 'warning', 'notice']"},
        (3, 1, 0, 3),
        "one answer that fits no schema: the other one of the call counts",
    ),
    Fault("misfit_once", {}, (3, 1, 0, 4), "one that fits when asked again"),
    Fault("too_few", {B: f"{_TWICE}there was no answer with its id"}, (3, 1, 0, 3), "an item is missing"),
    Fault("too_many", {B: f"{_TWICE}there were 2 answers with its id"}, (3, 1, 0, 3), "two answers for one item: nobody knows which"),
    Fault("imagined", {}, (2, 0, 0, 4), "answers about what nobody asked: told, and of no use"),
    Fault("huge", {A: f"{_TWICE}it was longer than 4,194,304 characters", B: f"{_TWICE}it was longer than 4,194,304 characters"}, (3, 1, 0, 2), "10 MB"),
    Fault("large", {B: f"{_TWICE}it is longer than 262,144 characters"}, (3, 1, 0, 3), "one answer of 400,000 characters"),
    Fault("wrapped", {}, (2, 0, 0, 4), "JSON between sentences"),
    Fault("crash", dict.fromkeys((A, B), "the command ended with status 3: no such model"), (4, 2, 0, 2), "a crash: three tries, and its last words"),
    Fault("crash_late", dict.fromkeys((A, B), "the command ended with status 3"), (4, 2, 0, 2), "a crash, whatever it printed before"),
    Fault("killed", dict.fromkeys((A, B), "the command ended with status -9"), (4, 2, 0, 2), "killed by the system"),
    Fault("flood", dict.fromkeys((A, B), "it printed more than 16,777,216 bytes"), (4, 2, 0, 2), "more than fits anywhere"),
]


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.reason for fault in FAULTS])
def test_a_command_that_fails(scene: Scene, fault: Fault, verdict: Verdict) -> None:
    scene.behave(fault.behaviour)
    report = scene.run(asks(verdict=verdict))
    assert left(report) == fault.left
    assert spent(report) == fault.spent
    assert of(report).ending == _ending(fault.left, verdict)
    answered = [item for item in ITEMS if item not in fault.left]
    assert messages(report) == [(item, 1, f"seen in {item}") for item in answered]
    assert (account(report).items, account(report).remembered, account(report).saved) == (4, 0, 0)
    scene.calls()

    scene.behave("good")
    again = scene.run(asks(verdict=verdict))
    assert {item for call in scene.calls() for item in ITEMS if f'"{item}"' in call["prompt"]} == set(fault.left)
    assert of(again).ending == Passed()
    assert messages(again) == [(item, 1, f"seen in {item}") for item in ITEMS]
    assert account(again).remembered == len(answered)


def _ending(missing: dict[str, str], verdict: Verdict) -> Ending:
    gate = verdict is Verdict.GATE
    return Unanswered(len(missing), next(iter(missing.values())), gate=True, asked=True) if missing and gate else Passed()


def test_what_can_not_be_told_as_it_stands_does_no_harm(scene: Scene) -> None:
    scene.behave("strange_text")
    report = scene.run()
    assert of(report).ending == Passed()
    assert left(report) == {}
    assert len(messages(report)) == len(ITEMS)
    assert {message.encode().decode() for _, _, message in messages(report)} == {"?   ::error::no"}


# Workers behind an API, through the official libraries


class Refusal(NamedTuple):
    """`bad`: what the server says about `items/b.txt`, the first `times` times. `left`: why, of the two items of that call."""

    bad: Reply
    times: int
    left: str
    spent: tuple[int, int, int, int]
    reason: str


_ALWAYS = 1000
REFUSALS = [
    Refusal(Reply("slow down", status=429, headers={"Retry-After": "0"}), 2, "", (2, 0, 2, 4), "too many requests, twice: no call, and answered in the end"),
    Refusal(Reply("slow down", status=429, headers={"Retry-After": "0"}), _ALWAYS, "it answered 429: ", (1, 0, 5, 2), "too many requests, for ever"),
    Refusal(Reply("slow down", status=429, headers={"Retry-After": "3600"}), 1, "it answered 429: ", (1, 0, 1, 2), "turned away for longer than anybody waits"),
    Refusal(Reply("busy", status=529, headers={"Retry-After": "0"}), 1, "", (2, 0, 1, 4), "overloaded once"),
    Refusal(Reply("oops", status=500), 1, "", (3, 1, 0, 4), "a fault of the server, once"),
    Refusal(Reply("cut", cut=True), 1, "", (3, 1, 0, 4), "the connection is lost in the middle of an answer, once"),
    Refusal(Reply("", body=b"<html>"), 1, "", (3, 1, 0, 4), "something else answers, once"),
    Refusal(Reply("", body=b"{}"), 1, "", (3, 1, 0, 4), "an object without anything, once"),
    Refusal(Reply("", body=b"[1]"), 1, "", (3, 1, 0, 4), "no object, once"),
    Refusal(Reply("no", body=b"x" * 10_000_000), 1, "", (3, 1, 0, 4), "10 MB of nothing, once"),
    Refusal(Reply("[]", full=True), 1, "", (3, 1, 0, 4), "cut off by the limit of tokens, once"),
]


@pytest.mark.parametrize("api", [Api.ANTHROPIC, Api.OPENAI])
@pytest.mark.parametrize("refusal", REFUSALS, ids=[refusal.reason for refusal in REFUSALS])
def test_an_api_that_fails(scene: Scene, refusal: Refusal, api: Api) -> None:
    failed: list[int] = []

    def answer(call: Call) -> Reply:
        if behaviours.BAD in call.prompt and len(failed) < refusal.times:
            failed.append(call.number)
            return refusal.bad
        return Reply(behaviours.good(items(call.prompt)), 100, 20)

    with serving(answer) as server:
        scene.speak(api, server.url, max_parallel=1)
        report = scene.run(asks(verdict=Verdict.GATE))
        assert {item: why[: len(refusal.left)] for item, why in left(report).items()} == (dict.fromkeys((A, B), refusal.left) if refusal.left else {})
        assert spent(report) == refusal.spent
        assert isinstance(of(report).ending, Unanswered if refusal.left else Passed)
        assert len(messages(report)) == (2 if refusal.left else 4)
        assert KEY not in log(report, "review")
        before = len(server.calls)
        failed += [0] * _ALWAYS
        again = scene.run(asks(verdict=Verdict.GATE))
        assert len(server.calls) - before == (1 if refusal.left else 0)
        assert of(again).ending == Passed()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_who_is_refused_does_not_ask_again(scene: Scene, status: int) -> None:
    """A key that is not good for one call is not good for another."""
    with serving(lambda _: Reply("go away", status=status)) as server:
        scene.speak(Api.OPENAI, server.url, max_parallel=1)
        report = scene.run(asks(verdict=Verdict.GATE))
        assert len(server.calls) == 1
    assert {why.partition(":")[0] for why in left(report).values()} == {f"it answered {status}"}
    assert list(left(report)) == list(ITEMS)
    assert isinstance(of(report).ending, Unanswered)
    assert spent(report) == (0, 0, 1, 0)


def test_an_api_that_does_not_answer_in_time(scene: Scene) -> None:
    never = Event()

    def answer(call: Call) -> Reply:
        return Reply("", delay=never) if behaviours.BAD in call.prompt else Reply(behaviours.good(items(call.prompt)))

    with serving(answer) as server:
        scene.speak(Api.OPENAI, server.url, timeout=1.0)
        report = scene.run(asks(batch=1))
        assert len([call for call in server.calls if behaviours.BAD in call.prompt]) == 3
    assert {item: why.partition(":")[0] for item, why in left(report).items()} == {B: "it could not be reached"}
    assert spent(report) == (6, 2, 0, 3)
    assert report_passed(report)


def test_a_process_that_asks_and_is_killed(scene: Scene) -> None:
    """It is ours, so the run is red; what was answered before counts all the same."""
    scene.behave("parricide")
    scene.worker = scene.worker._replace(max_parallel=1)
    report = scene.run(asks(batch=1))
    assert of(report).ending == Failed(137)
    assert messages(report) == [(A, 1, f"seen in {A}")]
    assert list(left(report)) == [B, C, D]
    scene.calls()
    scene.behave("good")
    again = scene.run(asks(batch=1))
    assert (of(again).ending, len(scene.calls()), len(messages(again))) == (Passed(), 3, 4)


def test_nobody_is_there(scene: Scene) -> None:
    with serving() as server:
        url = server.url
    scene.speak(Api.ANTHROPIC, url)
    report = scene.run(asks(batch=4))
    assert {why.partition(":")[0] for why in left(report).values()} == {"it could not be reached"}
    assert isinstance(of(report).ending, Unanswered)
    assert report_passed(report)
