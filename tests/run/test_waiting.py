"""From when on a check only waited for a slot or a lock, and for whose lock; that it is told where it waits to be tried alone."""

from ftaction.model.run import Report
from tests.support.gates import Gates
from tests.support.rig import Rig, check, config, result


def waited(report: Report, name: str) -> bool:
    """Whether it was ready before it began."""
    one = result(report, name)
    return one.ready < one.started


def ended(report: Report, name: str) -> float:
    one = result(report, name)
    return one.started + one.seconds


def test_for_a_slot(rig: Rig, gates: Gates) -> None:
    checks = config(check("a", gates.command("a")), check("b", gates.command("b")), max_workers=1)
    with gates.directed(("wait", "a"), ("release", "a"), ("wait", "b"), ("release", "b")):
        report = rig.run(checks)
    a, b = result(report, "a"), result(report, "b")
    assert b.ready <= a.started, "it was ready when the step began"
    assert b.started >= ended(report, "a")
    assert (a.locked_by, b.locked_by) == ((), ())
    assert [one.slots for one in report.otherwise] == [2]


def test_for_a_lock(rig: Rig, gates: Gates) -> None:
    checks = config(
        check("a", gates.command("a"), locks=["x"]), check("b", gates.command("b"), locks=["x", "y"]), check("c", gates.command("c")), max_workers=3
    )
    with gates.directed(("wait", "a", "c"), ("release", "a"), ("wait", "b"), ("release", "b"), ("release", "c")):
        report = rig.run(checks)
    assert result(report, "b").locked_by == ("a",)
    assert waited(report, "b")
    assert result(report, "c").locked_by == ()


def test_a_need_is_not_waiting_for_a_slot(rig: Rig, gates: Gates) -> None:
    checks = config(check("a", gates.command("a")), check("b", gates.command("b"), needs=["a"]))
    with gates.directed(("wait", "a"), ("release", "a"), ("wait", "b"), ("release", "b")):
        report = rig.run(checks)
    b = result(report, "b")
    assert ended(report, "a") <= b.ready <= b.started


def test_a_need_that_is_tried_again_has_not_ended(rig: Rig, gates: Gates) -> None:
    """`a` fails beside `c`, waits to be tried alone, and only then `b` is ready."""
    checks = config(check("a", gates.command("a")), check("b", gates.command("b"), needs=["a"]), check("c", gates.command("c")))
    acts = [("wait", "a", "c"), ("release", "a", 1), ("release", "c"), ("wait", "a"), ("release", "a"), ("wait", "b"), ("release", "b")]
    with gates.directed(*acts):
        report = rig.run(checks)
    a, b = result(report, "a"), result(report, "b")
    assert rig.surface.of("again") == ["a"]
    assert a.ready <= a.started, "from the end of the first try"
    assert b.ready >= ended(report, "a")


def test_what_is_put_back_is_told_while_it_comes(rig: Rig) -> None:
    checks = config(
        check("deps", "echo made > made.txt", inputs=["a.txt"], outputs=["made.txt"]), check("use", "cat made.txt", inputs=["b.txt"], needs=["deps"])
    )
    rig.repository.write_all({"a.txt": "a", "b.txt": "b", ".gitignore": "made.txt\n"})
    rig.run(checks)
    (rig.repository.root / "made.txt").unlink()
    rig.repository.write("b.txt", "other")
    report = rig.run(checks)
    moves = [move for move in rig.surface.moves if move.what == "outputs"]
    assert {(move.name, move.saved, move.problem) for move in moves} == {("deps", False, "")}
    assert [move.ended for move in moves] == [*([False] * (len(moves) - 1)), True]
    assert [move.size for move in moves] == sorted(move.size for move in moves)
    assert moves[-1].size == report.restored[0].size > 0
    assert result(report, "use").ready >= 0.0
    assert [(move.what, move.saved, move.ended) for move in rig.surface.moves if move.what == "memory"] == [("memory", True, False), ("memory", True, True)]


def test_what_is_replayed_waited_for_nothing(rig: Rig) -> None:
    checks = config(check("a", "true", inputs=["a.txt"]))
    rig.repository.write("a.txt", "a")
    rig.run(checks)
    report = rig.run(checks)
    assert not waited(report, "a")
    assert report.otherwise == ()
