"""Runs made up for the tests of what is told of them."""

from typing import Any

from ftaction.model.change import ChangeSet, Kind, Touched
from ftaction.model.check import Config, Mode, Verification
from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Failed, Passed, TimedOut
from ftaction.model.manifest import Change, Difference, Manifest, Section
from ftaction.model.plan import Decision, Reason, Replay, Run, Unaffected, Why
from ftaction.model.record import Origin, OriginKind, Record, Tally
from ftaction.model.run import Context, Report, Restored, Result, Snapshot, Suspect, Transfer
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
    ran: dict[str, Any] = {"ending": Passed(), "seconds": 1.25, "step": "fast", "stored": True}
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
CHOSEN = Selected(
    tests={f"tests/test_{name}.py::test_it[{case}]": Cause(Right.RAN, "src/a.py") for name in "abcdef" for case in range(ord(name) - 96)}
    | {"tests/test_z.py::Test::test_it": Cause(Right.NOT_FOLLOWED, "tests/test_z.py")},
    left_out=frozenset(f"tests/test_{number}.py::test_it" for number in range(1234)),
    skipped=frozenset(),
    seconds=1.5,
    of_seconds=30.0,
)
ONE = CHOSEN._replace(tests={f"{HOSTILE}::test_it": Cause(Right.ITSELF, HOSTILE)}, left_out=frozenset(["tests/test_a.py::test_it"]))
SELECTED = report(
    result("unit", Run(why=CHANGED, selection=CHOSEN, rests=RECORD)),
    result("other", Run(why=CHANGED, selection=ONE, rests=RECORD._replace(origin=HERE)), ending=Failed(1)),
    result("failed before", Run(why=CHANGED, selection=CHOSEN._replace(tests={}), rests=RECORD._replace(ending=Failed(1)))),
    result("all", Run(why=CHANGED, selection=Whole(Rule.LOCK_FILE, ("uv.lock",)))),
    result("everything", Run(why=CHANGED, selection=CHOSEN._replace(left_out=frozenset()), rests=RECORD)),
)
STRANGE = report(
    result(HOSTILE, ending=Failed(2), changed=(HOSTILE, "1. one", "    code")),
    replayed("+ list", ended=1e300, origin=MAIN._replace(ref=HOSTILE, commit=HOSTILE)),
    result(" blank ", run(Reason.UNSTABLE, details=(HOSTILE,))),
    restored=(Restored(HOSTILE, 1.0, 1), Restored(HOSTILE, 1.0, 1, problem=HOSTILE)),
    notes=(HOSTILE,),
)
RUNS = {
    "passed": PASSED, "replayed": REPLAYED, "failed": FAILED, "flaky": FLAKY, "cancelled": CANCELLED, "changed": CHANGED_FILES, "noted": NOTED,
    "restored": RESTORED, "observed": OBSERVED, "audited": AUDITED, "selected": SELECTED, "strange": STRANGE,
}  # fmt: skip
LOGS = {
    "test": "collected 3 items\n\ntests/test_a.py::test_it FAILED\nE   assert 1 == 2\n",
    "slow one": "waiting …\n",
    "gone": "",
    "format": "",
    HOSTILE: HOSTILE_LOG,
}
