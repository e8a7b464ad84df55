"""The calls of the example of docs/examples/asking, counted by whoever answers at once, and the arithmetic of what they allow. Nothing here measures time."""

import os
import sys
from pathlib import Path

import pytest

from ftaction.model.asking import Item
from ftaction.plan.asking.prompt import Shown, Text, prompt

from . import ours
from .answering import answers
from .asking import ONE_BY_ONE, REUSING, WAYS, Example, Way, allowed, by_layers, calls_of, phases

TEN = 10


@pytest.fixture
def example(tmp_path: Path) -> Example:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "GIT_CONFIG_GLOBAL": "/dev/null"}
    return Example(tmp_path / "example", ours.found(f"{sys.executable} -m ftaction", environment), TEN, 0.0)


def test_ten_tests_take_ten_calls_or_so_then_none_then_three(example: Example) -> None:
    assert example.fresh(REUSING).calls <= 12
    assert example.again().calls == 0
    assert example.changed().calls <= 3


def test_one_by_one_takes_thirty_seven(example: Example) -> None:
    assert example.fresh(ONE_BY_ONE).calls == 37


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
@pytest.mark.parametrize(
    ("tests", "calls"),
    [
        pytest.param(3, {"one by one": 16, "batched": 10, "batched and parallel": 10, "second phase reusing the first": 8}, id="3 tests share a call"),
        pytest.param(10, {"one by one": 37, "batched": 10, "batched and parallel": 10, "second phase reusing the first": 8}, id="10 tests just do"),
        pytest.param(50, {"one by one": 157, "batched": 22, "batched and parallel": 22, "second phase reusing the first": 16}, id="50 tests are five calls"),
    ],
)
def test_calls_by_arithmetic(way: Way, tests: int, calls: dict[str, int]) -> None:
    each = calls_of(tests, batched=way.batched)
    assert sum(each[name] for phase in phases(way) for name in phase) == calls[way.name]


@pytest.mark.parametrize(
    ("calls", "at_once", "rounds"),
    [
        pytest.param({"list": 1, "selection": 1, "clean-up": 1}, 4, 2, id="two at once after the one that both wait for"),
        pytest.param({"list": 1, "selection": 1, "clean-up": 1}, 1, 3, id="one at a time"),
        pytest.param({"analyses": 5, "structure": 1, "build-system": 1, "list": 1}, 4, 2, id="eight in fours"),
        pytest.param({"analyses": 1, "tasks": 1, "validation": 1}, 4, 3, id="a chain is as long as it is, wherever there is room"),
        pytest.param({"structure": 1, "list": 1, "analyses": 2, "build-system": 1, "selection": 1}, 4, 2, id="what others wait for comes first"),
    ],
)
def test_what_calls_allow(calls: dict[str, int], at_once: int, rounds: int) -> None:
    assert allowed(calls, at_once) == rounds


def test_an_answer_depends_on_its_own_item_alone() -> None:
    def asked(*texts: str) -> str:
        items = [Shown(Item(f"{number}.py", f"{number}.py", text)) for number, text in enumerate(texts)]
        return answers(prompt(Text("What is it?\n{items}", "{}"), items))

    one, other, changed = asked("a", "b"), asked("a", "c"), asked("x", "b")
    assert one.split("}, ")[0] == other.split("}, ")[0] != changed.split("}, ")[0]
    assert one.split("}, ")[1] == changed.split("}, ")[1] != other.split("}, ")[1]


@pytest.mark.parametrize(("tests", "layers"), [pytest.param(10, 4, id="a layer is a round"), pytest.param(50, 6, id="two rounds for eight calls")])
def test_layer_by_layer(tests: int, layers: int) -> None:
    assert by_layers(calls_of(tests, batched=True), 4) == layers
