"""The tables, and the arithmetic of the synthetic graphs. Nothing here measures time."""

import pytest

from .ours import Planned, configuration
from .startup import Import, read
from .synth import Job, bound, layered, longest_first, weighted, wide
from .table import Row, Section, render, verdict


@pytest.mark.parametrize(
    ("value", "unit", "budget", "said"),
    [
        pytest.param(79.0, "ms", 80.0, "met", id="below"),
        pytest.param(80.0, "ms", 80.0, "met", id="exactly the budget is met"),
        pytest.param(100.0, "ms", 80.0, "missed by 20 ms (25%)", id="above, in the unit and in per cent"),
        pytest.param(1.1, "x", 1.05, "missed by 0.050 (5%)", id="a ratio has no unit"),
        pytest.param(5.0, "ms", None, "", id="without a budget nothing is said"),
    ],
)
def test_the_verdict_says_met_or_by_how_much_not(value: float, unit: str, budget: float | None, said: str) -> None:
    assert verdict(value, unit, budget) == said


def test_a_section_is_a_plain_table() -> None:
    rows = (
        Row(name="FirstTry", value=100.0, unit="ms", spread=(90.0, 120.0), ratio=1.0, budget=80.0),
        Row(name="other", value=412.4, unit="ms", ratio=4.124, note="with npx"),
    )
    assert render(Section(title="(x) warm", method=("how",), rows=rows)).splitlines() == [
        "(x) warm",
        "  how",
        "",
        "what       value          spread  ratio  budget",
        "--------  ------  --------------  -----  ------",
        "FirstTry  100 ms  90 ms - 120 ms   1.00   80 ms  missed by 20 ms (25%)",
        "other     412 ms                   4.12          with npx",
    ]


def test_a_column_that_no_row_uses_is_left_out() -> None:
    table = render(Section(title="t", method=(), rows=(Row(name="a", value=1.0, unit="s"),)))
    assert table.splitlines()[2].split() == ["what", "value"]


@pytest.mark.parametrize(
    ("jobs", "slots", "seconds"),
    [
        pytest.param((Job(name="a", seconds=2), Job(name="b", seconds=1)), 2, 2.0, id="the longest check"),
        pytest.param((Job(name="a", seconds=2), Job(name="b", seconds=1, needs=("a",))), 4, 3.0, id="a chain of needs"),
        pytest.param(tuple(Job(name=str(n), seconds=1) for n in range(6)), 2, 3.0, id="work by slots"),
        pytest.param((Job(name="a", seconds=2, weight=2), Job(name="b", seconds=2)), 2, 3.0, id="weight is work too"),
    ],
)
def test_the_bound_of_a_graph(jobs: tuple[Job, ...], slots: int, seconds: float) -> None:
    assert bound(jobs, slots) == seconds


@pytest.mark.parametrize(
    ("jobs", "slots", "seconds"),
    [
        pytest.param((Job(name="a", seconds=1), Job(name="b", seconds=1), Job(name="z", seconds=2)), 2, 2.0, id="the long one first"),
        pytest.param((Job(name="a", seconds=1, lock="l"), Job(name="b", seconds=1, lock="l")), 2, 2.0, id="one lock, one at a time"),
        pytest.param((Job(name="a", seconds=1, weight=2), Job(name="b", seconds=1)), 2, 2.0, id="both slots taken"),
    ],
)
def test_the_schedule_that_costs_nothing(jobs: tuple[Job, ...], slots: int, seconds: float) -> None:
    assert longest_first(jobs, slots) == seconds


@pytest.mark.parametrize("jobs", [wide(), layered(), weighted()], ids=["wide", "layered", "weighted"])
def test_the_budget_can_be_met_on_each_graph(jobs: tuple[Job, ...]) -> None:
    """Longest first, at no cost, stays well within 1.05 of the bound: what is missed is lost by us."""
    assert longest_first(jobs, 4) / bound(jobs, 4) < 1.01


def test_imports_are_read_with_their_own_time() -> None:
    out = "import time: self [us] | cumulative | imported package\nimport time:       300 |       1000 |     json.decoder\nhello\n"
    assert read(out) == [Import(name="json.decoder", microseconds=300)]


def test_a_configuration_as_people_write_it() -> None:
    checks = [Planned(name="a", run="true", inputs=("x",)), Planned(name="b", run="true", inputs=("x",), needs=("a",), weight=2)]
    assert configuration(checks, slots=4).splitlines() == [
        "version: 1",
        "verification:",
        "  parallel: true",
        "  max_workers: 4",
        "  parallel_groups:",
        '    - ["a", "b"]',
        "checks:",
        '  "a":',
        '    run: "true"',
        '    inputs: ["x"]',
        '  "b":',
        '    run: "true"',
        '    inputs: ["x"]',
        '    needs: ["a"]',
        "    weight: 2",
    ]
