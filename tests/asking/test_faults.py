"""Whatever a worker does, the check ends with the right report, what was answered counts, and the next run asks only about the rest."""

from typing import NamedTuple

import pytest

from ftaction.model.asking import Verdict
from ftaction.model.ending import Ending, Passed, Unanswered
from tests.asking.scene import ITEMS, Scene, account, asks, left, messages, of, spent

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
    Fault("empty", {A: f"{_TWICE}it was empty", B: f"{_TWICE}it was empty"}, (3, 1, 0, 2), "nothing at all"),
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
    Fault("crash", dict.fromkeys((A, B), "it ended with status 3: no such model"), (4, 2, 0, 2), "a crash: three tries, whatever it printed before"),
    Fault("killed", dict.fromkeys((A, B), "it ended with status -9"), (4, 2, 0, 2), "killed by the system"),
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
