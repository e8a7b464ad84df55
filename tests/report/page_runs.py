"""Runs as the page shows them: one as people meet it, one of hostile texts, one that is as large as they come."""

from ftaction.model.change import ChangeSet, Kind, Touched
from ftaction.model.ending import Barrier, Blocked, Failed, Passed, TimedOut
from ftaction.model.finding import Finding, Level
from ftaction.model.manifest import Change, Difference, Manifest, Section
from ftaction.model.plan import Reason, Replay, Run, Unaffected, Why
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Earlier, Report, Result, Suspect, Transfer
from tests.report.runs import COMMIT, HOSTILE, HOSTILE_LOG, RECORD, report, result, run

PULL = Origin(OriginKind.PULL_REQUEST, "acme/shop", "refs/pull/128/merge", COMMIT, "https://github.example/acme/shop/actions/runs/4711")
PROVED = RECORD._replace(origin=PULL._replace(kind=OriginKind.PROTECTED, ref="refs/heads/main"))


def manifest(command: str, files: int) -> Manifest:
    head = (
        f"format\tformat\t1\ncommand\trun\t{command!r}\ncommand\tshell\tbash\nenv\tCI\t{'3b' * 32}\ntoolchain\tpython\t3.13.1\nplatform\tsystem\tlinux x86_64\n"
    )
    inputs = "".join(f"100644 {number:040x}\tsrc/shop/module_{number:03}.py\n" for number in range(files))
    return Manifest(head, inputs, f"{files:064x}")


def because(*names: str, expected: float) -> Run:
    why = Why(Reason.CHANGED, tuple(Difference(Section.INPUT, name, Change.MODIFIED) for name in names), PROVED)
    return run()._replace(
        why=why, expected=expected, fingerprint="5d41402abc4b2a76b9719d911017c592ae1f2b3c4d5e6f708192a3b4c5d6e7f8", manifest=manifest("pytest -q", 40)
    )


def past(*seconds: float, failed: tuple[int, ...] = ()) -> tuple[Earlier, ...]:
    return tuple(Earlier(number not in failed, one, 1_790_000_000.0 + 7200 * number, number % 3 == 0) for number, one in enumerate(seconds))


def stood(check: str, seconds: float) -> Result:
    return Result(check=check, step="fast", decision=Replay(PROVED._replace(check=check, seconds=seconds)), ending=Passed())


FOUND = (
    Finding("src/shop/cart.py", 41, Level.ERROR, 'Incompatible return value type (got "int", expected "Decimal")', 12, rule="return-value"),
    Finding("src/shop/cart.py", 57, Level.ERROR, 'Argument 1 to "total" has incompatible type "str"; expected "Item"', 20, rule="arg-type"),
    Finding("src/shop/tax.py", 8, Level.WARNING, 'Unused "type: ignore" comment', rule="unused-ignore"),
)
FAILED_TEST = Finding(
    "tests/test_cart.py", 23, Level.ERROR, "assert Decimal('19.98') == Decimal('19.99')", rule="test_total_is_rounded_once",
    detail="    def test_total_is_rounded_once():\n>       assert cart.total() == Decimal('19.99')\nE       AssertionError: 19.98 != 19.99",
)  # fmt: skip
SLOWEST = (("tests/test_checkout.py::test_whole_order", 4.21), ("tests/test_tax.py::test_every_country", 2.75))
MOVED = (Difference(Section.TOOLCHAIN, "program node", Change.MODIFIED),)
TOUCHED = tuple(Touched(path, Kind.MODIFIED) for path in ("src/shop/cart.py", "src/shop/tax.py", "tests/test_cart.py"))
EXAMPLE = report(
    stood("python-deps", 21.4),
    stood("node-deps", 38.2),
    result("lint", because("src/shop/cart.py", expected=1.8), started=0.21, ready=0.2, seconds=1.84, step="group 1", log="/run/lint.log"),
    result("format", because("src/shop/cart.py", expected=1.3), started=0.22, ready=0.2, seconds=1.31, step="group 1", log="/run/format.log"),
    result("typecheck", because("src/shop/cart.py", "src/shop/tax.py", expected=8.8), ending=Failed(1), started=1.55, ready=0.2, seconds=9.7,
           step="group 1", findings=FOUND, log="/run/typecheck.log", stored=True),
    result("test:unit", because("src/shop/cart.py", "src/shop/tax.py", "tests/test_cart.py", expected=14.6), ending=Failed(1), started=2.06, ready=0.2,
           seconds=14.9, step="group 2", findings=(FAILED_TEST,), log="/run/test.log", slowest=SLOWEST),
    result("test:api", because("src/shop/tax.py", expected=8.1), started=11.3, ready=0.2, seconds=8.2, step="group 2", log="/run/api.log"),
    result("build", because("src/shop/cart.py", expected=6.2), started=16.98, ready=16.97, seconds=6.4, step="slow", log="/run/build.log"),
    Result(check="docs", step="slow", decision=Unaffected(PROVED._replace(check="docs", seconds=12.8), moved=MOVED), ending=Passed()),
    result("e2e:checkout", because("src/shop/cart.py", expected=10.4), flaky=True, failed=1, started=19.6, ready=17.0, seconds=11.6, step="slow", stored=False,
           log="/run/e2e.log"),
    Result(check="deploy:preview", step="slow", decision=Blocked(("test:unit",)), ending=Blocked(("test:unit",))),
    stood("markdown", 0.9),
    context=report().context._replace(origin=PULL),
    snapshot=report().snapshot._replace(branch="fix-rounding"),
    seconds=31.42,
    changes=ChangeSet(base="9f8e7d6c5b4a", touched=TOUCHED, complete=True),
    suspects=(Suspect("e2e:checkout", 2, 9),),
    transfers=(Transfer("bundle", "main.0a1b2c3d4e5f", 1_234_567, 0.31),),
    history={
        "lint": past(1.9, 1.7, 1.8, 2.0, 1.8),
        "typecheck": past(8.1, 8.4, 8.3, 9.0, 8.8, 12.2, 9.1, failed=(4,)),
        "test:unit": past(13.0, 13.2, 12.9, 13.5, 14.0, 14.1, 13.8, 14.4, 14.2, 14.6, 14.9, 14.7, failed=(3, 9)),
        "e2e:checkout": past(9.9, 10.4, 10.1, 11.0, 10.8, failed=(1, 3)),
    },
)  # fmt: skip
LOGS = {
    "lint": "All checks passed!\n",
    "format": "212 files already formatted\n",
    "typecheck": "".join(f"{one.path}:{one.line}: error: {one.message}  [{one.rule}]\n" for one in FOUND)
    + "Found 3 errors in 2 files (checked 212 source files)\n",
    "test:unit": "".join(f"tests/test_{name}.py {'.' * 40} [{share:3}%]\n" for share, name in enumerate(("api", "cart", "tax", "checkout") * 24, 4))
    + f"\n\x1b[31m=== FAILURES ===\x1b[0m\n{FAILED_TEST.detail}\n\ntests/test_cart.py:23: AssertionError\n1 failed, 412 passed in 14.31s\n",
    "test:api": "88 passed in 7.90s\n",
    "build": "Successfully built shop-2.4.0-py3-none-any.whl\n",
    "e2e:checkout": "1 failed, 11 passed\n--- tried again ---\n12 passed\n",
    "docs": "building … done\n",
}
MANIFESTS = {one.check: one.decision.manifest for one in EXAMPLE.results if isinstance(one.decision, Run) and one.decision.manifest}

MARKUP = "</script><script>window.attacked = 1</script><img src=x onerror='window.attacked = 2'>{{7*7}}<!--"
UNSEEN = "\u202ertl\u200bzero\x1b[31m\udcff\x00"
HOSTILE_FINDINGS = tuple(Finding(MARKUP, number, Level.ERROR, f"{MARKUP} {number}", rule=MARKUP, detail=UNSEEN + MARKUP) for number in range(5000))
LIAR = RECORD.origin._replace(ref=MARKUP, commit=MARKUP, run="javascript:window.attacked=3")
HOSTILE_RUN = report(
    result(MARKUP, run(Reason.UNSTABLE, details=(MARKUP, HOSTILE)), ending=Failed(2), changed=(MARKUP, HOSTILE), step=MARKUP, log=MARKUP, started=0.1,
           ready=0.05, findings=HOSTILE_FINDINGS, unread=7, doubt=MARKUP),
    result(f"{HOSTILE}{UNSEEN}", ending=TimedOut(3.0), slowest=((MARKUP, 1.0),), started=1.0),
    result("__proto__"),
    result("constructor", started=1.5, seconds=0.5),
    Result(check="-->", step="slow", decision=Replay(RECORD._replace(origin=LIAR)), ending=Passed()),
    Result(check="late", step="slow", decision=Blocked((MARKUP,), Barrier.NEEDS), ending=Blocked((MARKUP,), Barrier.NEEDS)),
    history={MARKUP: (Earlier(False, 1e300, 1e300, True), Earlier(True, 0.0, -1.0, False))},
    notes=(MARKUP, HOSTILE),
    snapshot=report().snapshot._replace(branch=MARKUP),
    suspects=(Suspect(MARKUP, 1, 2),),
)  # fmt: skip
HOSTILE_LOGS = {MARKUP: f"{MARKUP}\n{HOSTILE_LOG}\u2028{UNSEEN}\nneedle [a.b]* İ needle\n", "constructor": "", "-->": MARKUP}
HOSTILE_MANIFESTS = {MARKUP: Manifest(MARKUP, HOSTILE, "0")}


def large(checks: int, log: int) -> tuple[Report, dict[str, str], dict[str, Manifest]]:
    """So many checks, each with a log of so many characters; every tenth failed."""
    text = "".join(f"line {number}: nothing <to> see & here\n" for number in range(log // 32 + 1))[:log]
    results = [
        result(f"check:{number:04}", ending=Failed(1) if number % 10 == 0 else Passed(), started=number // 8 * 0.5, seconds=0.45) for number in range(checks)
    ]
    manifests = {one.check: manifest(one.check, 300) for one in results}
    return report(*results, seconds=checks / 16, slots=8), {one.check: f"{one.check}\n{text}" for one in results}, manifests
