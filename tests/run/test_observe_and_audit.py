"""What would be skipped runs all the same: what that costs, what it says of memory, and what a wrong skip leads to."""

from collections.abc import Callable

import pytest

from ftaction import app
from ftaction.errors import Stop
from ftaction.model.check import Check, Config, Mode, Stage
from ftaction.model.ending import Blocked, Failed, Passed
from ftaction.model.plan import Reason, Replay, Run
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.model.run import Report
from ftaction.model.selection import Rule, Whole
from ftaction.plan.audit import named
from ftaction.report.notes import notes
from ftaction.report.verdict import passed, skips
from ftaction.run.memory import Memory
from tests.support.rig import Rig, check, config, decisions, endings, result

ALL = {"audit": 1.0}
OBSERVE = {"mode": Mode.OBSERVE}


@pytest.fixture
def line(rig: Rig) -> Callable[..., Config]:
    """`good` passes; `sly` reads a file that nobody said it reads."""
    (rig.folder / "word").write_text("0\n")
    sly = check("sly", f"cd {rig.folder}; read -r code < word; exit $code", inputs=["a.txt"])
    return lambda *more, **verification: config(
        check("good", "true", inputs=["a.txt"]), sly, *more, **{"sequential_fallback": False, "fail_fast": "never"} | verification
    )


Line = Callable[..., Config]


def hidden(rig: Rig, code: int = 1) -> None:
    """Nothing that a fingerprint knows of changes, and `sly` fails."""
    (rig.folder / "word").write_text(f"{code}\n")


def why(rig: Rig, line: Config, name: str) -> object:
    decision = rig.plan(line)[name]
    return decision.why.reason if isinstance(decision, Run) else type(decision)


def told(report: Report) -> tuple[list[str], list[str], list[str]]:
    """Names: what would have been skipped, rightly, wrongly."""
    found = skips(report)
    return tuple([one.check for one in part] for part in (found.would, found.right, found.wrong))  # type: ignore[return-value]  # three of them


def test_observing_runs_everything_and_says_what_it_would_have_skipped(rig: Rig, line: Line) -> None:
    report = rig.run(line(**OBSERVE))
    assert (told(report), passed(report)) == (([], [], []), True)
    assert notes(report)[0] == "Observed: no check would have been skipped."
    rig.repository.write("b.txt", "changed\n")
    report = rig.run(line(check("other", "true", inputs=["b.txt"]), **OBSERVE))
    assert set(decisions(report).values()) == {"Run"}
    assert told(report) == (["good", "sly"], ["good", "sly"], [])
    found = skips(report)
    assert 0 < found.seconds < found.of_seconds
    assert notes(report)[0].startswith("Observed: skipping 2 of 3 checks would have saved ")
    assert notes(report)[0].endswith("; right 2 of 2.")


def test_observing_is_red_exactly_when_the_full_run_is(rig: Rig, line: Line) -> None:
    rig.run(line())
    assert passed(rig.run(line(**OBSERVE)))
    hidden(rig)
    report = rig.run(line(**OBSERVE))
    assert endings(report) == {"good": Passed(), "sly": Failed(1)}
    assert not passed(report)
    assert told(report) == (["good", "sly"], ["good"], ["sly"])
    wrong, total, *_ = notes(report)
    assert wrong.startswith("WRONG: skipping sly would have hidden that it failed (1). Nothing of it is skipped until `ftaction trust sly`. ")
    assert "It would have been replayed: proved here, " in wrong
    assert total.endswith("; right 1 of 2.")


def test_what_is_asked_for_on_the_command_line_goes_before_the_configuration(rig: Rig, line: Line) -> None:
    rig.run(line())
    assert set(decisions(rig.run(line(), mode=Mode.OBSERVE)).values()) == {"Run"}
    assert set(decisions(rig.run(line(**OBSERVE), mode=Mode.PROVE)).values()) == {"Replay"}


def test_what_agrees_refreshes_nothing(rig: Rig, line: Line) -> None:
    """The record stays as it was made, by whom and when; only one more time is known of it."""
    rig.run(line())
    before = {entry.name: rig.store().record(entry.name[-64:]) for entry in rig.store().entries() if entry.name.startswith("ac/")}
    for verification in (ALL, OBSERVE):
        assert told(rig.run(line(**verification)))[1] == ["good", "sly"]
    assert {entry.name: rig.store().record(entry.name[-64:]) for entry in rig.store().entries() if entry.name.startswith("ac/")} == before


def test_an_audit_runs_what_would_be_skipped_and_says_so(rig: Rig, line: Line) -> None:
    rig.run(line())
    report = rig.run(line(**ALL))
    assert {name: why.why.reason for name, why in ((one.check, one.decision) for one in report.results) if isinstance(why, Run)} == {
        "good": Reason.AUDITED,
        "sly": Reason.AUDITED,
    }
    assert notes(report)[0] == "Audited 2 checks that would have been skipped: right 2 of 2."
    assert passed(report)


def test_what_was_seen_to_be_right_is_not_audited_again_on_the_same_commit(rig: Rig, line: Line) -> None:
    """Else whoever works on one commit would wait for the same check each time."""
    rig.run(line())
    assert set(decisions(rig.run(line(**ALL))).values()) == {"Run"}
    assert set(decisions(rig.run(line(**ALL))).values()) == {"Replay"}
    rig.repository.write("b.txt", "of no check\n")
    rig.repository.commit()
    assert set(decisions(rig.run(line(**ALL))).values()) == {"Run"}


@pytest.mark.parametrize("verification", [OBSERVE, ALL], ids=["observed", "audited"])
def test_a_wrong_skip_ends_all_skips_of_that_check_until_it_is_cleared(rig: Rig, line: Line, verification: dict[str, object]) -> None:
    rig.run(line())
    hidden(rig)
    report = rig.run(line(**verification))
    assert (told(report)[2], endings(report)["sly"]) == (["sly"], Failed(1))
    assert why(rig, line(), "sly") is Reason.FAILED_LAST
    assert why(rig, line(), "good") is Replay, "the others are believed as before"
    hidden(rig, 0)
    rig.repository.write("a.txt", "other inputs, so nothing is known of them\n")
    assert passed(rig.run(line()))
    assert why(rig, line(), "sly") is Reason.DISTRUSTED
    assert why(rig, line(**OBSERVE), "sly") is Reason.DISTRUSTED, "what would not be skipped is not counted as if it were"
    assert passed(rig.run(line())), "it runs, and its pass is remembered, but not believed"
    assert why(rig, line(), "sly") is Reason.DISTRUSTED
    assert app.trust(rig.world(), line(), ("good", "sly", "sly")) == ("sly",)
    assert why(rig, line(), "sly") is Replay
    assert app.trust(rig.world(), line(), ("sly",)) == ()


def test_it_is_cleared_by_a_run_that_is_told_to(rig: Rig, line: Line) -> None:
    """As the action's input does, where there is no command line."""
    _distrust(rig, line)
    assert decisions(rig.run(line(), trust=("sly",))) == {"good": "Replay", "sly": "Replay"}
    assert why(rig, line(), "sly") is Replay


def test_it_is_cleared_by_a_check_that_says_what_it_depends_on(rig: Rig, line: Line) -> None:
    """Which is the way to mend it."""
    _distrust(rig, line)
    mended = line()
    mended = mended._replace(checks=mended.checks | {"sly": mended.checks["sly"]._replace(inputs=("a.txt", "b.txt"))})
    assert passed(rig.run(mended))
    assert why(rig, mended, "sly") is Replay
    assert why(rig, line(), "sly") is Reason.DISTRUSTED


def test_a_name_that_means_no_check_is_refused(rig: Rig, line: Line) -> None:
    with pytest.raises(Stop, match="there is no check `slly`"):
        rig.run(line(), trust=("slly",))
    with pytest.raises(Stop, match="there is no check `slly`"):
        app.trust(rig.world(), line(), ("slly",))


def test_one_that_is_distrusted_again_is_distrusted(rig: Rig, line: Line) -> None:
    _distrust(rig, line)
    app.trust(rig.world(), line(), ("sly",))
    hidden(rig)
    assert told(rig.run(line(**ALL)))[2] == ["sly"]
    rig.repository.write("a.txt", "a third time\n")
    hidden(rig, 0)
    rig.run(line())
    assert why(rig, line(), "sly") is Reason.DISTRUSTED


def test_a_flaky_check_that_an_audit_sees_failing_is_distrusted_and_a_suspect(rig: Rig, line: Line) -> None:
    """Its pass proved too little either way: whether by chance or for what nobody said it reads can't be told from one run."""
    rig.run(line())
    hidden(rig)
    report = rig.run(line(**ALL))
    assert [one.check for one in report.suspects] == ["sly"]
    hidden(rig, 0)
    rig.run(line())
    app.trust(rig.world(), line(), ("sly",))
    assert why(rig, line(), "sly") is Reason.FLAKY, "of these inputs it is known that they fail too"


def test_a_pass_at_the_second_try_is_right_but_not_clean(rig: Rig) -> None:
    (rig.folder / "words").write_text("0\n1\n0\n")
    twice = check("twice", f"cd {rig.folder}; read -r code < words; sed -i 1d words; exit $code", inputs=["a.txt"], retries=1)
    rig.run(config(twice))
    report = rig.run(config(twice, **ALL))
    assert told(report) == (["twice"], ["twice"], [])
    assert [one.check for one in report.suspects] == ["twice"]
    assert why(rig, config(twice), "twice") is Reason.FLAKY


def test_what_came_to_nothing_is_neither_right_nor_wrong(rig: Rig, line: Line) -> None:
    after = check("after", "true", inputs=["a.txt"], needs=["sly"])
    rig.run(line(after))
    hidden(rig)
    report = rig.run(line(after, **OBSERVE))
    assert endings(report)["after"] == Blocked(("sly",))
    assert told(report) == (["good", "sly", "after"], ["good"], ["sly"])
    assert notes(report)[1].endswith("; right 1 of 2, 1 not told.")


def _format(rig: Rig) -> Check:
    """It writes into `a.txt` what nobody said it reads."""
    return check("format", f"cd {rig.folder}; read -r word < word; echo $word > {rig.repository.root}/a.txt", inputs=["a.txt"], stage=Stage.MUTATING)


def test_a_patch_that_would_have_been_another_is_a_wrong_skip(rig: Rig) -> None:
    (rig.folder / "word").write_text("one\n")
    rig.run(config(_format(rig)))
    rig.repository.write("a.txt", "a\n")
    report = rig.run(config(_format(rig), **ALL))
    assert (told(report)[1], rig.repository.root.joinpath("a.txt").read_text()) == (["format"], "one\n")
    rig.repository.write("a.txt", "a\n")
    rig.repository.commit("another commit, so it is audited again")
    (rig.folder / "word").write_text("two\n")
    report = rig.run(config(_format(rig), **ALL))
    assert told(report)[2] == ["format"]
    assert passed(report), "the run itself is as good as one without memory"
    assert "would have hidden that it changed files otherwise" in notes(report)[0]


def test_files_that_changed_meanwhile_say_nothing_of_the_skip(rig: Rig) -> None:
    """The command was not seen with the inputs that the record is of."""
    change = check("change", f"cd {rig.folder}; if test -e go; then echo x >> {rig.repository.root}/a.txt; exit 1; fi", inputs=["a.txt"])
    rig.run(config(change))
    (rig.folder / "go").touch()
    report = rig.run(config(change, **ALL, sequential_fallback=False))
    assert told(report) == (["change"], [], [])
    assert result(report, "change").agreed is None


def test_without_memory_nothing_is_observed(rig: Rig, line: Line) -> None:
    rig.run(line())
    report = rig.run(line(**OBSERVE), use_memory=False)
    assert (told(report), decisions(report)["good"]) == (([], [], []), "Run")


def test_the_sample_is_the_plans(rig: Rig) -> None:
    """What is chosen is known before anything runs, and the same however often it is asked."""
    checks = [check(f"c{number}", f"true {number}", inputs=["a.txt"]) for number in range(40)]
    rig.run(config(*checks))
    chosen = {name for name, one in rig.plan(config(*checks, audit=0.2)).items() if isinstance(one, Run)}
    assert 0 < len(chosen) < 20
    assert {name for name, one in decisions(rig.run(config(*checks, audit=0.2))).items() if one == "Run"} == chosen


def test_outputs_of_what_was_audited_are_there_for_who_needs_them(rig: Rig) -> None:
    rig.repository.write(".gitignore", "/out\n")
    rig.repository.commit()
    make = check("make", "mkdir -p out; cp a.txt out/made", inputs=["a.txt"], outputs=["out"])
    use = check("use", "cat b.txt out/made", inputs=["b.txt"], needs=["make"])
    rig.run(config(make, use))
    rig.repository.write("b.txt", "changed\n")
    report = rig.run(config(make, use, **ALL))
    assert (endings(report), told(report)[1]) == ({"make": Passed(), "use": Passed()}, ["make"])
    rig.repository.write("b.txt", "again\n")
    assert endings(rig.run(config(make, use))) == {"make": Passed(), "use": Passed()}


def test_nothing_of_a_distrusted_suite_is_left_out(rig: Rig) -> None:
    """Also none of its tests: whoever reads what it does not say may do so in any of them."""
    suite = check("suite", "pytest", tool="pytest", inputs=["a.txt"])
    wrong = Record("suite", "f" * 64, Failed(1), 1.0, 1.0, Origin(OriginKind.LAPTOP, "rig", "main", "c"))
    before = rig.plan(config(suite))["suite"]
    Memory(rig.store(), "rig").marks.put(named(suite), wrong)
    after = rig.plan(config(suite))["suite"]
    assert isinstance(before, Run)
    assert isinstance(after, Run)
    assert (before.selection, after.selection) == (Whole(Rule.NO_MAP), Whole(Rule.DISTRUST))


def _distrust(rig: Rig, line: Line) -> None:
    """`sly` is distrusted, and passed on inputs that never failed."""
    rig.run(line())
    hidden(rig)
    assert told(rig.run(line(**ALL)))[2] == ["sly"]
    hidden(rig, 0)
    rig.repository.write("a.txt", "other inputs\n")
    assert passed(rig.run(line()))
    assert why(rig, line(), "sly") is Reason.DISTRUSTED
