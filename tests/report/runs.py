"""Runs made up for the tests of what is told of them."""

from typing import Any

from ftaction.model import narrow
from ftaction.model.asking import Account, Asked, Asking, Item, Left, Most, Spent
from ftaction.model.change import ChangeSet, Kind, Touched
from ftaction.model.check import Config, Mode, Verification
from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Failed, Passed, TimedOut, Unanswered
from ftaction.model.finding import Finding, Level
from ftaction.model.manifest import Change, Difference, Manifest, Section
from ftaction.model.narrow import Blind
from ftaction.model.plan import Decision, Reason, Replay, Run, Unaffected, Why
from ftaction.model.record import Origin, OriginKind, Record, Tally
from ftaction.model.run import Context, Earlier, Judged, Otherwise, Report, Restored, Result, Snapshot, Suspect, Transfer
from ftaction.model.selection import Cause, Right, Rule, Selected, Whole

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MAIN = Origin(kind=OriginKind.PROTECTED, repository="us/it", ref="refs/heads/main", commit=COMMIT, run="https://github.example/us/it/actions/runs/7")
HERE = Origin(kind=OriginKind.LAPTOP, repository="us/it", ref="main", commit="")
RECORD = Record(check="x", fingerprint="f" * 64, ending=Passed(), seconds=12.34, ended=1_700_000_000.0, origin=MAIN)
CHANGED = Why(
    reason=Reason.CHANGED,
    differences=(
        Difference(Section.INPUT, "src/a.py", Change.MODIFIED),
        Difference(Section.ENV, "MODE", Change.ADDED),
        Difference(Section.COMMAND, "run", Change.MODIFIED),
        Difference(Section.NEED, "deps", Change.MODIFIED),
        Difference(Section.PLATFORM, "libc", Change.REMOVED),
    ),
    earlier=RECORD,
)
HOSTILE = "`|<b onclick=x>*_[a](b)\\\n::error::x ##[error]y \u202ertl\u200bzero @who #1 &lt; $a$ ~~s~~ \x1b[31m\udcff"
HOSTILE_LOG = (
    "::error::no\n##[error]no\n::set-output name=a::b\n```\n````text\n</details><script>\n| a | b |\n\x1b[31mred\x1b[0m \x1b]0;title\x07done\n"
    "\u202ertl\u200b\r\n50%\r100%\n\udcff\0tab\there\n"
)


def run(reason: Reason = Reason.NEVER_PROVED, *, instead: Replay | Unaffected | None = None, failed_last: bool = False, **given: Any) -> Run:
    empty = Manifest(head="", inputs="", inputs_digest="")
    return Run(why=Why(reason=reason, **given), fingerprint="a" * 64, manifest=empty, expected=1.5, failed_last=failed_last, instead=instead)


def result(check: str, decision: Decision | None = None, **given: Any) -> Result:
    ran: dict[str, Any] = {"ending": Passed(), "seconds": 1.25, "step": "fast", "stored": True, "ready": given.get("started", 0.0)}
    return Result(check=check, decision=decision or run(), **(ran | given))


def replayed(check: str, **given: Any) -> Result:
    return Result(check=check, step="slow", decision=Replay(record=RECORD._replace(check=check, **given)), ending=Passed())


def report(*results: Result, **given: Any) -> Report:
    snapshot = Snapshot(commit=COMMIT, branch="main", files={})
    whole: dict[str, Any] = {
        "version": "1.2.3",
        "config": Config(),
        "seconds": 3.5,
        "slots": 2,
        "snapshot": snapshot,
        "context": Context(root="/r", origin=HERE),
    }
    return Report(results=results, **(whole | given))


PASSED = report(
    result("lint", started=0.0, log="/logs/lint.log"),
    result("types", Run(why=CHANGED), started=1.25, seconds=2.25),
    replayed("test:unit"),
    Result(
        check="docs", step="slow", decision=Unaffected(base=RECORD, moved=(Difference(Section.TOOLCHAIN, "program node", Change.MODIFIED),)), ending=Passed()
    ),
    changes=ChangeSet(base=COMMIT, touched=(Touched("a", Kind.MODIFIED), Touched("b", Kind.ADDED)), complete=True),
    otherwise=(Otherwise(3, 2.25),),
)
REPLAYED = report(replayed("lint"), replayed("test", seconds=4000.0, origin=HERE), seconds=0.041)
FAILED = report(
    result("lint", step="group 1"),
    result("test", ending=Failed(1), started=1.25, seconds=130.0, step="group 2", log="/logs/test.log"),
    result("slow one", ending=TimedOut(900.0), started=1.25, seconds=900.0, step="group 2"),
    result("gone", ending=CouldNotStart("bash: not found"), seconds=0.0, step="group 2"),
    Result(check="deploy", step="slow", decision=Blocked(("test", "gone")), ending=Blocked(("test", "gone"))),
    Result(check="late", step="slow", decision=Blocked(("test",), Barrier.FAIL_FAST), ending=Blocked(("test",), Barrier.FAIL_FAST)),
    changes=ChangeSet(base="", touched=(), complete=False, doubt="the history is not there"),
    seconds=902.0,
)
FLAKY = report(result("test", flaky=True, stored=False, seconds=60.0), seconds=61.0)
CANCELLED = report(result("test", ending=Cancelled(), seconds=0.4), interrupted=15, seconds=0.5)
CHANGED_FILES = report(
    result(
        "format", run(Reason.MUST_PATCH), ending=Failed(0, ("a.py", "- b.py")), changed=("a.py", "- b.py"), patch="/run/format.patch", step="mutating format"
    )
)
NOTED = report(
    result("one", run(Reason.NO_INPUTS), stored=False),
    result("two", run(Reason.UNSTABLE, details=("tool\nname", "b")), stored=False),
    result("three", stored=False, doubt="what it depends on changed while it ran"),
    result("four", run(Reason.FAILED_LAST, earlier=RECORD)),
    result("five", run(Reason.FLAKY, earlier=RECORD._replace(tally=Tally(passed=7, failed=2, streak=3, failed_at=1.0)), failed_last=True)),
    result("six", run(Reason.OUTPUTS_GONE)),
    result("seven", run(Reason.REPLANNED)),
    result("eight", run(Reason.FORCED)),
    result("nine", run(Reason.NO_MEMORY), stored=False),
    transfers=(
        Transfer("bundle", "main.0a1b2c3d4e5f", 1_234_567, 0.0823),
        Transfer("outputs", "f" * 64, 812, 1.2, saved=True),
        Transfer("bundle", "main", 25, 3, saved=True),
    ),
    notes=("the store could not be written: no space left on device", "- a list?\n# a title?"),
)
RESTORED = report(
    replayed("python-deps"),
    replayed("node-deps"),
    result("build", run(Reason.OUTPUTS_GONE)),
    result("test"),
    restored=(
        Restored("python-deps", 1.24, 148_000_000),
        Restored("node-deps", 0.04, 0, problem="the archive ends in its middle"),
        Restored("build", 2.0, 71_000, problem="the cache service answered 503 five times"),
    ),
    notes=("the cache service answered 503 five times", "a note of its own"),
)
OBSERVED = report(
    result("lint", run(Reason.OBSERVED, instead=Replay(RECORD)), seconds=2.0, agreed=True, stored=False),
    result("test", run(Reason.OBSERVED, instead=Replay(RECORD._replace(check="test"))), ending=Failed(1), seconds=30.0, log="/logs/test.log", agreed=False),
    result("docs", run(Reason.OBSERVED, instead=Unaffected(RECORD)), seconds=4.0, agreed=True, stored=False),
    Result(check="late", step="slow", decision=run(Reason.OBSERVED, instead=Replay(RECORD)), ending=Blocked(("test",))),
    result("new", seconds=1.0),
    config=Config(verification=Verification(mode=Mode.OBSERVE)),
    suspects=(Suspect("test", 2, 9),),
)
AUDITED = report(
    replayed("lint"),
    result("test: unit", run(Reason.AUDITED, instead=Replay(RECORD._replace(check="test: unit"))), agreed=False, changed=("a.py",)),
    result("docs", run(Reason.AUDITED, instead=Unaffected(RECORD)), agreed=True, stored=False),
    result("sly", run(Reason.DISTRUSTED, earlier=RECORD._replace(ending=Failed(1))), failed=1, flaky=True),
)
ONE, TWO = "tests/test_a.py::test_one", "tests/test_b.py::test_two[`|<x>\n]"
CHOSEN = Selected(
    {ONE: Cause(Right.RAN, "app/a.py"), "tests/test_a.py::test_flaky": Cause(Right.FLAKY, "tests/test_a.py")},
    frozenset([TWO, "tests/test_b.py::test_three", "tests/test_b.py::test_four"]), frozenset(["tests/test_b.py"]), 0.5, 12.5,
)  # fmt: skip
OBSERVED_TESTS = report(
    result("unit", run()._replace(would=CHOSEN), judged=Judged(3, 11.9, (), True)),
    result("wrong", run()._replace(would=CHOSEN), ending=Failed(1), judged=Judged(3, 11.9, (TWO, *(f"t::{name}" for name in "abcdef")), False)),
    result("ended", run()._replace(would=CHOSEN), ending=TimedOut(900.0)),
    result("whole", run()._replace(would=Whole(Rule.CONFIGURATION, ("pytest.ini",)))),
    result("every", run()._replace(would=CHOSEN._replace(left_out=frozenset()))),
    result("none", run(Reason.OBSERVED, instead=Unaffected(RECORD, CHOSEN._replace(tests={}))), agreed=True, stored=False),
    config=Config(verification=Verification(mode=Mode.OBSERVE)),
    suspects=(Suspect("unit", 1, 4), Suspect("unit", 1, 4, "tests/test_a.py::test_flaky"), *(Suspect("wrong", 1, 2 + one, f"t::{one}") for one in range(12))),
)
AUDITED_TESTS = report(
    result("unit", run()._replace(selection=CHOSEN._replace(audited={TWO: "tests/test_b.py"})), judged=Judged(1, 3.25, (), True)),
    result("wrong one", run()._replace(selection=CHOSEN._replace(audited={TWO: "b"})), ending=Failed(1), judged=Judged(1, 3.25, (TWO,), False)),
    result("cut", run()._replace(selection=CHOSEN._replace(audited={TWO: "b"})), ending=TimedOut(900.0)),
    result("plain", run(Reason.FLAKY, earlier=RECORD, details=(ONE,))._replace(selection=CHOSEN)),
    result("both", run(Reason.FLAKY, earlier=RECORD._replace(tally=Tally(2, 1, 1, 1.0)), details=(ONE, TWO))._replace(selection=CHOSEN)),
    result("told", run()._replace(selection=Whole(Rule.DISTRUST))),
)
MANY = Selected(
    tests={f"tests/test_{name}.py::test_it[{case}]": Cause(Right.RAN, "src/a.py") for name in "abcdef" for case in range(ord(name) - 96)}
    | {"tests/test_z.py::Test::test_it": Cause(Right.NOT_FOLLOWED, "tests/test_z.py")},
    left_out=frozenset(f"tests/test_{number}.py::test_it" for number in range(1234)),
    skipped=frozenset(),
    seconds=1.5,
    of_seconds=30.0,
)
STRANGELY = MANY._replace(tests={f"{HOSTILE}::test_it": Cause(Right.ITSELF, HOSTILE)}, left_out=frozenset(["tests/test_a.py::test_it"]))
SELECTED = report(
    result("unit", Run(why=CHANGED, selection=MANY, rests=RECORD)),
    result("other", Run(why=CHANGED, selection=STRANGELY, rests=RECORD._replace(origin=HERE)), ending=Failed(1)),
    result("failed before", Run(why=CHANGED, selection=MANY._replace(tests={}), rests=RECORD._replace(ending=Failed(1)))),
    result("all", Run(why=CHANGED, selection=Whole(Rule.LOCK_FILE, ("uv.lock",)))),
    result("everything", Run(why=CHANGED, selection=MANY._replace(left_out=frozenset()), rests=RECORD)),
)
STRANGE = report(
    result(HOSTILE, ending=Failed(2), changed=(HOSTILE, "1. one", "    code")),
    replayed("+ list", ended=1e300, origin=MAIN._replace(ref=HOSTILE, commit=HOSTILE)),
    result(" blank ", run(Reason.UNSTABLE, details=(HOSTILE,))),
    restored=(Restored(HOSTILE, 1.0, 1), Restored(HOSTILE, 1.0, 1, problem=HOSTILE)),
    notes=(HOSTILE,),
)
SEEN = {
    "test/a.test.js": Cause(Right.SEES, "src/a.js"),
    "test/b.test.js": Cause(Right.ITSELF, "test/b.test.js"),
    "test/c.test.js": Cause(Blind.READS, "test/c.test.js"),
}
LEFT_OUT = frozenset({"test/x.test.js", "test/y.test.js"})
A_PART = Selected(SEEN, LEFT_OUT, frozenset(), 0.0, 0.0, "test file", "jest --findRelatedTests src/a.js test/a.test.js test/b.test.js test/c.test.js")
NO_PART = Selected({}, frozenset(SEEN) | LEFT_OUT, frozenset(), 0.0, 0.0, "test file")
PACKAGES = Selected({"./a": Cause(Right.SEES, "a/a.go")}, frozenset({"./b"}), frozenset(), 0.0, 0.0, "package", ("go", "test", "./a"))
OF_A_PART = report(
    result("part", run(Reason.CHANGED, differences=CHANGED.differences[:1])._replace(selection=A_PART)),
    result("packages", run(Reason.CHANGED, differences=CHANGED.differences[:1])._replace(selection=PACKAGES)),
    result("whole", run(Reason.CHANGED, differences=CHANGED.differences[:1])._replace(selection=Whole(narrow.Rule.DELETED, ("src/a.js", "src/b.js")))),
    result("first", run()._replace(selection=Whole(Rule.UNPROVED))),
    result("none", Unaffected(base=RECORD, selection=NO_PART)),
    replayed("again", left_out=2),
    result("observed", run(Reason.CHANGED, differences=CHANGED.differences[:1])._replace(would=A_PART), judged=Judged(2, 0.0, (), right=True)),
)
SAID = (
    Finding("src/a.py", 12, Level.WARNING, "unused variable 'x'", 5, rule="F841"),
    Finding("src/b.py", 3, Level.ERROR, "undefined name 'y'\nsecond line", 1, 4, 2, "F821"),
    Finding("src/a.py", 40, Level.ERROR, "of a line that was touched", rule="E999", detail="  def f(:\n        ^"),
    Finding("", 0, Level.ERROR, "of no file"),
    Finding("new file.py", 0, Level.NOTICE, "of a file as a whole"),
)
FOUND = report(
    result("lint", ending=Failed(1), findings=SAID, unread=7, log="/logs/lint.log"),
    result("types", findings=(Finding("src/a.py", 1, Level.WARNING, "deprecated"),) * 25),
    replayed("style"),
    result("test", ending=Failed(1), seconds=30.0, slowest=(("tests/test_a.py::test_slow", 12.5), ("tests/test_a.py::test_[|]", 0.2)), log="/logs/test.log"),
    result("docs", seconds=9.0),
    result("mute", ending=Failed(2)),
    lines={"src/a.py": ((38, 41),)},
    context=Context(root="/r", origin=MAIN, in_workflow=True),
    history={
        "lint": (Earlier(True, 1.0, 1.0, True),),
        "test": (Earlier(True, 1.0, 3.0, False), Earlier(False, 1.0, 2.0, True)),
        "docs": tuple(Earlier(one != 9, 4.0 + one / 100, one, True) for one in range(10)),
        "types": tuple(Earlier(True, one, one, False) for one in (1.0, 2.0, 1.0, 2.0, 1.0)),
    },
)
STRANGE_FINDINGS = report(
    result(
        HOSTILE, ending=Failed(1), unread=1,
        findings=tuple(Finding(HOSTILE, 1, level, f"{HOSTILE}\n{HOSTILE_LOG}", rule=HOSTILE, detail=HOSTILE_LOG) for level in Level),
        slowest=((HOSTILE, 1.0),),
    ),
    result("passed", findings=(Finding(HOSTILE, 1, Level.WARNING, HOSTILE, rule=HOSTILE, detail=HOSTILE_LOG),)),
    lines={HOSTILE: ((1, 1),)}, context=Context(root="/r", origin=MAIN, in_workflow=True),
)  # fmt: skip


MOST = Most(2, 6, 12_345, 6_000, 0.1201)


def asking(*items: Asked, most: Most = MOST, **given: Any) -> Asking:
    return Asking(**({"worker": "claude", "model": "sonnet", "items": items, "most": most, "phase": "review"} | given))


def answer(name: str, ended: float = RECORD.ended) -> Asked:
    return Asked(Item(name, name), "f" * 64, RECORD._replace(check="review", ended=ended))


def unknown(*names: str) -> tuple[Asked, ...]:
    return tuple(Asked(Item(name, name), "e" * 64) for name in names)


NOTHING = Most(0, 0, 0, 0, 0.0)
TEN = tuple(answer(f"src/{name}.py", RECORD.ended - 86_400.0 * number) for number, name in enumerate("cdefghijkl"))
SPENT = Spent("review", "claude", "sonnet", 2, 2, 1, 1, 1, 12_300, 600, 0.0459, 9.1)
ASKING = report(
    result(
        "review", run(Reason.UNANSWERED)._replace(asking=asking(*unknown("src/a.py", "src/b.py"), *TEN)), seconds=5.25,
        findings=(Finding("src/a.py", 3, Level.WARNING, "may be None"),),
        account=Account(12, 10, 5, (SPENT,), (), 5.25, RECORD.ended - 9 * 86_400.0, RECORD.ended),
    ),
    result(
        "partly", run(Reason.UNANSWERED)._replace(asking=asking(
            *unknown("a:1-9", "a:20-30", "b:1-4", "b:7-9"), unknown("b:11-12")[0]._replace(spare=RECORD), worker="house", model="big", phase="plan",
        )), started=1.0, seconds=60.0,
        account=Account(5, 0, 0, (
            Spent("plan", "house", "big", 1, 1, 0, 0, 0, 1200, 30, None, 20.0), Spent("plan", "house", "small", 1, 1, 0, 0, 0, None, None, None, 2.5),
        ), (Left("b:1-4", "the budget of 2 calls was spent"), Left("b:7-9", "its answer could not be used, twice: it was no JSON array", asked=True)), 60.0,
        notes=("small stands in for big: it was turned away (429)", "small answered about items that nobody asked about: 9", "one more")),
    ),
    Result(
        check="analyze", step="slow", decision=Replay(RECORD, asking=asking(*TEN, most=NOTHING)), ending=Passed(),
        account=Account(10, 10, 5, oldest=TEN[-1].answer.ended if TEN[-1].answer else 0.0, newest=RECORD.ended),
    ),
    result(
        "keyless", run(Reason.UNANSWERED)._replace(asking=asking(*unknown("a", "b"), why_not="ANTHROPIC_API_KEY is not set", most=Most(1, 3, 9, 9, None))),
        ending=Unanswered(2, "ANTHROPIC_API_KEY is not set"), seconds=0.0,
        account=Account(2, 0, 0, left=tuple(Left(name, "ANTHROPIC_API_KEY is not set") for name in "ab")),
    ),
    result(
        "verdict", run(Reason.FORCED)._replace(asking=asking(*unknown(""), worker="echo", model="x", most=Most(1, 3, 600, 3000, 0.0))), ending=Failed(1),
        seconds=1.5, log="/logs/verdict.log", findings=(Finding("src/a.py", 12, Level.ERROR, "it deletes the wrong row", rule="data"),),
        account=Account(1, 0, 0, (Spent("fast", "echo", "x", 1, 1, tokens_in=1, tokens_out=2, usd=0.0, seconds=0.5),), seconds=1.5),
    ),
    result(
        "shut", run(Reason.UNANSWERED)._replace(asking=asking(*unknown(""))), ending=Unanswered(1, "it was cut off", gate=True, asked=True), seconds=2.0,
        account=Account(1, 0, 0, (SPENT._replace(answers=0, batched=0, calls=3),), (Left("", "it was cut off", asked=True),), 2.0),
    ),
    result("idle", run(Reason.UNANSWERED)._replace(asking=asking(most=NOTHING)), seconds=0.0, account=Account(0, 0)),
    Result(
        check="red before", step="slow", decision=Replay(RECORD._replace(ending=Failed(1)), asking=asking(answer(""), most=NOTHING)), ending=Failed(1),
        account=Account(1, 1, 1, oldest=RECORD.ended, newest=RECORD.ended), findings=(Finding("src/a.py", 1, Level.ERROR, "as it was then"),),
    ),
    seconds=70.0,
)  # fmt: skip
STRANGELY_ASKED = report(
    result(
        HOSTILE, run(Reason.UNANSWERED)._replace(asking=asking(*unknown(*[HOSTILE] * 4), worker=HOSTILE, model=HOSTILE, phase=HOSTILE)),
        account=Account(
            4, 0, 0, (SPENT._replace(phase=HOSTILE, worker=HOSTILE, model=HOSTILE),), tuple(Left(HOSTILE, f"{HOSTILE}{one}") for one in range(2)), 1.0,
            notes=(HOSTILE,) * 30,
        ),
    ),
    result("pending", run(Reason.UNANSWERED)._replace(asking=asking(*unknown(HOSTILE), why_not=HOSTILE)), ending=Unanswered(1, HOSTILE, gate=True)),
)  # fmt: skip
RUNS = {
    "passed": PASSED, "replayed": REPLAYED, "failed": FAILED, "flaky": FLAKY, "cancelled": CANCELLED, "changed": CHANGED_FILES, "noted": NOTED,
    "restored": RESTORED, "observed": OBSERVED, "audited": AUDITED, "observed-tests": OBSERVED_TESTS, "audited-tests": AUDITED_TESTS,
    "parts": OF_A_PART, "selected": SELECTED, "strange": STRANGE, "findings": FOUND, "strange-findings": STRANGE_FINDINGS, "asking": ASKING,
    "strangely-asked": STRANGELY_ASKED,
}  # fmt: skip
LOGS = {
    "test": "collected 3 items\n\ntests/test_a.py::test_it FAILED\nE   assert 1 == 2\n",
    "slow one": "waiting …\n",
    "gone": "",
    "format": "",
    "verdict": "x: answered after 0.5 s\n",
    HOSTILE: HOSTILE_LOG,
}
