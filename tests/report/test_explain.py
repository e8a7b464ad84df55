"""`ftaction explain`: a row for each reason and each decision, as whole outputs; and what it reads of the last run, which may hold anything."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.check import Check
from ftaction.model.ending import Barrier, Blocked, Failed
from ftaction.model.manifest import Change, Difference, Manifest, Section
from ftaction.model.plan import Decision, Plan, Reason, Replay, Run, Step, Unaffected, Why
from ftaction.model.record import Tally
from ftaction.model.run import Otherwise
from ftaction.model.selection import Rule, Whole
from ftaction.report import last
from ftaction.report.document import report_document
from ftaction.report.explain import Asked, explained, explained_run
from tests.report.runs import A_PART, CHANGED, CHOSEN, HERE, HOSTILE, NO_PART, RECORD, report, result, run
from tests.support.golden import Golden

MANIFEST = Manifest(
    head="format\t\t1\ncommand\trun\truff check .\nenv\tCI\t1\nenv\tMODE\tx\n"
    "toolchain\truff\tabc\ntoolchain\tpython\tdef\nplatform\tsystem\tlinux\nneed\tdeps\tf\n",
    inputs="".join(f"100644 {'a' * 40}\tsrc/{number}.py\n" for number in range(12)) + f"100644 {'b' * 40}\truff.toml\n",
    inputs_digest="d",
)
MANY = Why(Reason.CHANGED, tuple(Difference(Section.INPUT, f"src/{number}.py", Change.MODIFIED) for number in range(80)), RECORD)
DECISIONS: dict[str, Decision] = {
    **{reason.value: run(reason) for reason in Reason if reason not in (Reason.CHANGED, Reason.UNSTABLE, Reason.OBSERVED, Reason.AUDITED)},
    "changed": Run(why=CHANGED, fingerprint="a", expected=12.0),
    "changed in one thing, failed last": Run(why=CHANGED._replace(differences=CHANGED.differences[:1]), fingerprint="a", failed_last=True),
    "changed in many things": Run(why=MANY, fingerprint="a"),
    "changed, a part of the suite": Run(why=CHANGED, fingerprint="a", selection=A_PART),
    "changed, all of the suite": Run(why=CHANGED, fingerprint="a", selection=Whole(Rule.LOCK_FILE, ("uv.lock",))),
    "changed, some tests": Run(why=CHANGED, fingerprint="a", selection=CHOSEN),
    "unstable": Run(why=Why(Reason.UNSTABLE, details=("a\nfile",))),
    "observed": run(Reason.OBSERVED, instead=Replay(RECORD)),
    "audited": run(Reason.AUDITED, instead=Unaffected(RECORD)),
    "flaky with its numbers": run(Reason.FLAKY, earlier=RECORD._replace(tally=Tally(7, 2, 3, 1.0))),
    "failed last, and when": run(Reason.FAILED_LAST, earlier=RECORD._replace(ending=Failed(1))),
    "distrusted, and since when": run(Reason.DISTRUSTED, earlier=RECORD),
    "untrusted, and whom": run(Reason.UNTRUSTED, earlier=RECORD),
    "replayed": Replay(RECORD),
    "replayed, proved here": Replay(RECORD._replace(origin=HERE)),
    "unaffected": Unaffected(RECORD),
    "unaffected, tools moved": Unaffected(RECORD, moved=CHANGED.differences[4:]),
    "unaffected, none of its tests": Unaffected(RECORD, NO_PART),
    "blocked by a need": Blocked(("lint", "types")),
    "blocked by a failure": Blocked(("lint",), Barrier.FAIL_FAST),
    "hostile": run(Reason.UNSTABLE, details=(HOSTILE,)),
}
RAN = report(
    result("build", started=0.5, seconds=10.0, ready=0.5),
    result("test", started=15.5, seconds=20.0, ready=10.5, locked_by=("e2e",), step="slow"),
    result("lint", started=0.5, seconds=2.0, ready=0.5),
    result("e2e", started=10.5, seconds=5.0, ready=10.5, step="slow"),
    seconds=36.0, otherwise=(Otherwise(3, 31.0), Otherwise(4, 30.9)),
)  # fmt: skip
BEFORE = last.read(json.dumps(report_document(RAN)).encode(), 1_700_000_000.0)


def test_every_reason_has_a_row() -> None:
    assert {decision.why.reason for decision in DECISIONS.values() if isinstance(decision, Run)} == set(Reason)
    assert {type(decision) for decision in DECISIONS.values()} == {Run, Replay, Unaffected, Blocked}


def test_each_decision(golden: Golden) -> None:
    told = {
        title: explained(Asked(Check(name=HOSTILE if title == "hostile" else "lint", run="ruff check ."), decision), None, whole=False)
        for title, decision in DECISIONS.items()
    }
    golden("explained.txt", "\n\n".join(f"━━ {title} ━━\n" + "\n".join(lines) for title, lines in told.items()) + "\n")
    assert all(char.isprintable() or char == "\n" for lines in told.values() for char in "\n".join(lines))


CHECK = Check(name="test", run="\npytest\npytest --slow\n", inputs=("src", "!**/*.md"), needs=("build",))


def test_what_it_depends_on_and_what_happened_to_it(golden: Golden) -> None:
    everything = Check(name="build", run=("make", "all"))
    bound = Check(name="lint", run="x", package="web")
    asked = [Asked(check, Run(why=MANY, fingerprint="a"), "fast", MANIFEST) for check in (CHECK, everything, bound)]
    parts = [explained(one, BEFORE, whole=whole) for one in asked for whole in (False, True)]
    golden("explained-whole.txt", "\n\n".join("\n".join(lines) for lines in parts) + "\n")


def test_the_run_as_a_whole(golden: Golden) -> None:
    checks = tuple(Check(name=name, run="x") for name in ("a", "b", "c"))
    plans = (Plan(Step("fast", checks), {"a": run(), "b": run(), "c": Replay(RECORD)}),)
    golden("explained-run.txt", "\n\n".join("\n".join(explained_run(plans, before)) for before in (BEFORE, None)) + "\n")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
FIELDS = st.sampled_from(["check", "step", "source", "why", "ending", "ready", "started", "seconds", "expected", "locked_by", "checks", "slots"])


@given(
    st.fixed_dictionaries(
        {"version": st.just(1)},
        optional={
            "seconds": JSON, "slots": JSON, "critical_path": JSON | st.dictionaries(FIELDS, JSON), "verdict": JSON, "saved_seconds": JSON,
            "otherwise": JSON | st.lists(st.dictionaries(FIELDS, JSON), max_size=3), "checks": JSON | st.lists(st.dictionaries(FIELDS, JSON), max_size=3),
        },
    )
)  # fmt: skip
def test_whatever_the_report_holds_it_is_told_or_left_out(document: dict[str, object]) -> None:
    found = last.read(json.dumps(document).encode(), 1e300)
    assert found is not None
    lines = [*last.of_run(found), *(line for name in found.checks for line in last.of_check(found, name))]
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"version": 2}', b"\xff", b"[" * 100_000, b'{"version": 1' + b"0" * 5000])
def test_what_is_no_report_is_none(content: bytes) -> None:
    assert last.read(content, 0.0) is None
