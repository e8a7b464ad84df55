"""Which checks run, and in which steps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.errors import Stop
from ftaction.model.check import Check, Config, Stage, Verification
from ftaction.plan.order import choose, needs_first, steps

F, M, S = Stage.FAST, Stage.MUTATING, Stage.SLOW


def config(
    checks: dict[str, tuple[Stage, tuple[str, ...]]], groups: tuple[tuple[str, ...], ...] = (), profiles: dict[str, tuple[str, ...]] | None = None
) -> Config:
    return Config(
        checks={name: Check(name=name, run="x", stage=stage, needs=needs) for name, (stage, needs) in checks.items()},
        verification=Verification(parallel_groups=groups),
        profiles=profiles or {},
    )


def told(of: Config) -> list[str]:
    return [f"{step.title}: {' '.join(check.name for check in step.checks)}" for step in steps(of, tuple(of.checks))]


ROWS = [
    pytest.param(config({"s": (S, ()), "m": (M, ()), "f": (F, ())}), ["fast: f", "mutating m: m", "slow: s"], id="stages in their order"),
    pytest.param(config({"m": (M, ()), "n": (M, ())}), ["mutating m: m", "mutating n: n"], id="mutating checks one at a time"),
    pytest.param(
        config(dict.fromkeys("abcd", (S, ())), groups=(("c", "a"), ("b",))), ["group 1: a c", "group 2: b", "slow: d"], id="groups before what is slow"
    ),
    pytest.param(config({"a": (F, ()), "b": (S, ())}, groups=(("b", "a"),)), ["group 1: a b"], id="a group goes before a stage"),
    pytest.param(config({"a": (F, ("b",)), "b": (S, ())}), ["slow: b a"], id="a need moves a check later"),
    pytest.param(config({"a": (F, ("g",)), "g": (F, ())}, groups=(("x",), ("g",))), ["group 2: g a"], id="into the group of what it needs"),
    pytest.param(config({"g": (F, ("a",)), "a": (S, ())}, groups=(("g",),)), ["slow: a g"], id="out of its group, where what it needs is later"),
    pytest.param(config({"a": (F, ("m",)), "m": (M, ())}), ["mutating m: m", "after mutating: a"], id="after what changes files"),
    pytest.param(
        config({"m": (M, ("a",)), "a": (S, ()), "b": (S, ())}), ["slow: a b", "mutating m: m"], id="a mutating check that needs a slow one has a step behind"
    ),
    pytest.param(
        config({"m": (M, ("g",)), "g": (F, ()), "h": (F, ())}, groups=(("g",), ("h",))), ["group 1: g", "mutating m: m", "group 2: h"], id="between groups"
    ),
    pytest.param(config({"m": (M, ()), "n": (M, ("m",)), "o": (M, ("n",))}), ["mutating m: m", "mutating n: n", "mutating o: o"], id="mutating after mutating"),
    pytest.param(config({"n": (M, ("m",)), "m": (M, ())}), ["mutating m: m", "mutating n: n"], id="whatever the order they are written in"),
]


@pytest.mark.parametrize(("of", "expected"), ROWS)
def test_steps(of: Config, expected: list[str]) -> None:
    assert told(of) == expected


GRAPHS = st.integers(1, 9).flatmap(
    lambda size: st.tuples(
        st.lists(st.tuples(st.sampled_from([F, M, S]), st.sets(st.integers(0, size - 1), max_size=3)), min_size=size, max_size=size),
        st.permutations(range(size)),
        st.integers(0, 3),
    )
)


@settings(max_examples=300, deadline=None)
@given(GRAPHS)
def test_every_check_has_one_step_and_no_need_in_a_later_one(graph: tuple[list[tuple[Stage, set[int]]], list[int], int]) -> None:
    nodes, written, cut = graph
    found = {str(number): (stage, tuple(str(need) for need in sorted(needs) if need < number)) for number, (stage, needs) in enumerate(nodes)}
    groups = (tuple(str(number) for number in range(cut) if number < len(nodes) and found[str(number)][0] is not M),)
    of = config({str(number): found[str(number)] for number in written}, groups=groups)
    where = {check.name: number for number, step in enumerate(steps(of, tuple(of.checks))) for check in step.checks}
    assert sorted(where) == sorted(of.checks)
    for check in of.checks.values():
        assert all(where[need] <= where[check.name] for need in check.needs)
    for step in steps(of, tuple(of.checks)):
        assert len(step.checks) == 1 or all(check.stage is not M for check in step.checks)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_chain_needs_no_stack(backwards: bool) -> None:
    names = [f"c{number:04}" for number in range(5000)]
    pairs = list(zip(names, [(), *((name,) for name in names)], strict=False))
    of = config({name: (F, needs) for name, needs in (pairs[::-1] if backwards else pairs)})
    assert [check.name for check in needs_first(list(of.checks.values()))] == names
    assert choose(of, (names[-1],), None) == tuple(of.checks)
    (step,) = steps(of, tuple(of.checks))
    assert [check.name for check in step.checks] == names


CHOICE = config({"a": (F, ("b",)), "b": (F, ("c",)), "c": (F, ()), "d": (S, ())}, profiles={"quick": ("b",)})


@pytest.mark.parametrize(
    ("names", "profile", "expected"),
    [
        pytest.param((), None, ("a", "b", "c", "d"), id="everything"),
        pytest.param(("a",), None, ("a", "b", "c"), id="with all that it needs"),
        pytest.param((), "quick", ("b", "c"), id="a profile"),
        pytest.param(("d",), "quick", ("b", "c", "d"), id="a profile and a name"),
        pytest.param(("d", "d", "c"), None, ("c", "d"), id="in the configuration's order, each once"),
    ],
)
def test_the_chosen(names: tuple[str, ...], profile: str | None, expected: tuple[str, ...]) -> None:
    assert choose(CHOICE, names, profile) == expected


@pytest.mark.parametrize(
    ("names", "profile", "message", "hint"),
    [
        (("x", "a", "y"), None, "there is no check `x`, `y`", "The checks are: a, b, c, d."),
        ((), "slow", "there is no profile `slow`", "The profiles are: quick."),
        (("",), None, "there is no check ``", "The checks are: a, b, c, d."),
    ],
)
def test_what_is_not_there_can_not_be_chosen(names: tuple[str, ...], profile: str | None, message: str, hint: str) -> None:
    with pytest.raises(Stop) as caught:
        choose(CHOICE, names, profile)
    assert (caught.value.message, caught.value.hint) == (message, hint)
